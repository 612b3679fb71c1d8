"""What the commands that keep the rules do, one module a command."""
