"""The sample Jira as Jira Cloud."""
