"""A made-up company's Jira, served over real HTTP on this machine, with its own rule book."""
