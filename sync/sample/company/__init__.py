"""The made-up company: its people, its epics, and the backlog grown from them."""
