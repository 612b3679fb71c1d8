"""Carries requests to Jira: one retry policy, bounded replies, errors in plain words."""
