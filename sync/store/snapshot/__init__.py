"""One file with all that rules are judged by, and private databases made of it again."""
