"""What `--help` says below the options, by the groups of commands."""
