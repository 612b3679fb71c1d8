"""Lets through what a person has looked at: a plan that was held back, or one saved."""
