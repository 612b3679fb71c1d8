"""What kinds of values a key can have, from a number to a condition."""
