"""Answers why: for an issue, a level, a word that somebody looks for."""
