"""Engines, transactions and schemas of both databases."""
