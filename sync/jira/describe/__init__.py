"""Asks what a site is: who we are there, its fields, types, projects and boards."""
