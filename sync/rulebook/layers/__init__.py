"""Lays the team's files over those that come with Headway."""
