"""Looks at both databases: whether they can be used, and what stands in them."""
