"""The pages of the commands that run it."""
