"""The sample Jira on a socket of this machine, and its scripted faults."""
