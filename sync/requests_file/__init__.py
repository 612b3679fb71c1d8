"""What customers asked for, in a table of whatever program: read, and added to; and what waits
beside it to be counted."""

from sync.requests_file.append import append_request
from sync.requests_file.asked_file import append_words, open_waiting, place_asked_file
from sync.requests_file.asks import read_asks
from sync.requests_file.read import read_requests

__all__ = [
    "append_request",
    "append_words",
    "open_waiting",
    "place_asked_file",
    "read_asks",
    "read_requests",
]
