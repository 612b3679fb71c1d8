"""What the commands that run it do, one module a command."""
