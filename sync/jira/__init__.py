"""Everything that is asked of Jira: the client, what the site is, its issues."""
