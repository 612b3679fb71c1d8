"""Lays out the sales board as one page that needs nothing else."""
