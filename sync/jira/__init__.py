"""Everything that is asked of Jira: how it is carried, what the site is, what it holds."""
