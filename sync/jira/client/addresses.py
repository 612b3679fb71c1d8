"""Writes the addresses of a site in one way only, and without what could be a secret."""

from urllib.parse import urlsplit

LONGEST = 500
PORTS = {"https": 443, "http": 80}
NEVER_BARE = frozenset(" \"'<>\\^`{|}")
"""Characters that every address has to escape: what has one is some other text."""


def normalise_address(text: object) -> str | None:
    """Scheme, host, port if it is not the scheme's own, and path; None for what is no address.

    User names, path parameters (some carry a session), queries and fragments are left out.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    text = text.strip()
    if not (text.isascii() and text.isprintable()) or NEVER_BARE & set(text):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname
    if not host or parts.scheme not in PORTS:
        return None
    if parts.netloc.rpartition("@")[2].startswith("["):
        host = f"[{host}]"
    shown = "" if port in (None, PORTS[parts.scheme]) else f":{port}"
    path = "/".join(part.partition(";")[0] for part in parts.path.split("/"))
    return f"{parts.scheme}://{host}{shown}{path.rstrip('/')}"
