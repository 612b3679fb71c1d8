"""What both kinds of Jira share on the wire."""
