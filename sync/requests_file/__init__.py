"""What customers asked for, in a table of whatever program: read, and added to."""

from sync.requests_file.append import append_request
from sync.requests_file.asks import read_asks
from sync.requests_file.read import read_requests

__all__ = ["append_request", "read_asks", "read_requests"]
