"""Whether what must agree does: clocks, two histories, the list and what feeds it."""
