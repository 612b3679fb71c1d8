"""What sales is given of a list, and what it looked for in vain."""
