"""Runs the recipes of docs/recipes/ as they stand, against lists on both kinds of database."""
