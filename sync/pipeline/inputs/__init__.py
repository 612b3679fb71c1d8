"""What a translation reads from both databases, and what an answer reads beside it."""
