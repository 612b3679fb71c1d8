"""Tells others how it goes: a dead man's switch of each run, a webhook of what sales can read."""
