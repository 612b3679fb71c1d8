"""The record of runs, and what it adds up to."""
