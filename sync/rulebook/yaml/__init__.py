"""A file's text becomes a tree in which every value knows its line."""
