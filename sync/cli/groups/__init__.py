"""The commands, group by group as help lists them; their work is imported when they are called."""
