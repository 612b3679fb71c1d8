"""Reads issues: lists them, fetches them page by page, decodes them."""
