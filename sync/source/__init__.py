"""The only way to Jira: `jira` asks what a site is, `httpx` moves its issues."""
