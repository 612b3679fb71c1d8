"""One module a command: open, call, print. None brings what another one needs."""
