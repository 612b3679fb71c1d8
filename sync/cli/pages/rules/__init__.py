"""The pages of the commands that keep the rules."""
