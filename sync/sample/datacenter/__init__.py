"""The sample Jira as Jira Data Center."""
