"""Reads what customers asked for, from whatever program wrote the table."""

from sync.requests_file.asks import read_asks
from sync.requests_file.read import read_requests

__all__ = ["read_asks", "read_requests"]
