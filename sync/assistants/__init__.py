"""The list for assistants, with the rights of a reader and one file to write to."""
