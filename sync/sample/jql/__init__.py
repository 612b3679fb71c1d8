"""The part of JQL that the sample Jira understands."""
