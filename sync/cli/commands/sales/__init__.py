"""What the commands that show what sales sees do, one module a command."""
