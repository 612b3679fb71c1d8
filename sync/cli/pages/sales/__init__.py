"""The pages of the commands that show what sales sees."""
