"""Hands out the work that is due: to this process, or to workers on any number of machines."""
