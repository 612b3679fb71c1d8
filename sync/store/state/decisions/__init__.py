"""The decision about every epic, and counts of them."""
