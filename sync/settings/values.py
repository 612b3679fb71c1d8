"""Parses the values of settings; what is wrong with one is a ValueError in plain words."""

import base64
import re
from datetime import date, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from sync.jira.client.tls import build_tls_context

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SECRET_PREFIX = "whsec_"
SHORTEST_KEY, LONGEST_KEY = 24, 64
"""Bytes, as Standard Webhooks 1.0 has it."""
LEAST_MEMORY = 128 << 20
"""Bytes; below this not even Python and what is imported have room."""
LONGEST = timedelta(days=366)
"""Nobody means to run, or to trust a list, less often."""

_DURATION = re.compile(r"(\d{1,12})\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_MEMORY = {"M": 1 << 20, "G": 1 << 30}
_LIKE = "write it like 90m, 26h or 2d"
_BLANK = re.compile(r"\s")
_NO_ADDRESS = "is not an address; write it like https://example.atlassian.net"
_SITE_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def parse_address(text: str) -> str:
    """An https address (http on loopback only) without credentials in it."""
    parts = _split_address(text, _NO_ADDRESS)
    if parts.username or parts.password:
        raise ValueError("carries credentials; put them into the e-mail and token settings")
    if parts.query or parts.fragment:
        raise ValueError("must end with the path; leave out everything from ? or # on")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https:// (plain http is for this machine only)")
    return text.rstrip("/")


def parse_proxy(text: str) -> str:
    """The address of a proxy, with a user and a password or without; it is never repeated."""
    wrong = "is not a proxy's address; write it like http://proxy.example.com:3128"
    parts = _split_address(text, wrong)
    if parts.path.strip("/") or parts.query:
        raise ValueError(wrong)
    return text


def parse_receiver(text: str) -> str:
    """Where notifications are sent: https, or http on this machine; a secret, never repeated."""
    parts = _split_address(text, "is not an address; write it like https://example.com/path")
    if parts.username or parts.password or parts.fragment:
        raise ValueError("must hold no user, no password and no # part")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https:// (plain http is for this machine only)")
    return text


def parse_signing_keys(text: str) -> tuple[bytes, ...]:
    """The keys of Standard Webhooks' secrets, spaces between them; they are never repeated."""
    keys = []
    for word in text.split():
        try:
            key = base64.b64decode(word.removeprefix(SECRET_PREFIX), validate=True)
        except ValueError:
            key = b""
        if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
            raise ValueError(
                f"is no secret of Standard Webhooks: {SECRET_PREFIX} and {SHORTEST_KEY} to "
                f"{LONGEST_KEY} random bytes in base64"
            )
        keys.append(key)
    return tuple(keys)


def parse_webhook_format(text: str) -> str:
    """The shape of webhooks, or that their address tells it."""
    if text not in ("auto", "standard", "slack"):
        raise ValueError("must be auto, standard or slack")
    return text


def _split_address(text: str, wrong: str) -> SplitResult:
    """The parts of an address of the web; ValueError with these words if it is none."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(wrong) from None
    if port == 0 or _BLANK.search(text) or not text.isascii() or not parts.hostname:
        raise ValueError(wrong)
    if parts.scheme not in ("http", "https"):
        raise ValueError(wrong)
    return parts


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class HttpAddress(NamedTuple):
    """Where to listen: a numeric address of this machine, or a name of it, and a port."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether this machine alone can reach it."""
        return is_loopback(self.host)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_http_address(text: str) -> HttpAddress:
    """An address to listen at; a port alone is this machine's own."""
    wrong = "is no address to listen at; write it like 8080 or 127.0.0.1:8080, or [::]:8080 for all"
    host, _, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536 or text.startswith(":"):
        raise ValueError(wrong)
    if bare and bare != "localhost":
        try:
            version = ip_address(bare).version
        except ValueError:
            raise ValueError(wrong) from None
        if (version == 6) != host.startswith("["):
            raise ValueError(wrong)
    return HttpAddress(bare or "127.0.0.1", int(port))


def parse_memory(text: str) -> int:
    """Bytes, of a number of megabytes or gigabytes."""
    parts = re.fullmatch(r"([0-9]{1,6})\s*([MG])i?B?", text, re.IGNORECASE)
    size = int(parts[1]) * _MEMORY[parts[2].upper()] if parts else 0
    if size < LEAST_MEMORY:
        raise ValueError("is no size of at least 128M; write it like 900M or 2G")
    return size


def parse_duration(text: str) -> timedelta:
    """A length of time above zero, of at most LONGEST."""
    parts = _DURATION.fullmatch(text)
    if not parts or not int(parts[1]):
        raise ValueError(f"is not a length of time; {_LIKE}")
    seconds = int(parts[1]) * _SECONDS[parts[2]]
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"is longer than {LONGEST.days} days; {_LIKE}")
    return timedelta(seconds=seconds)


def parse_tolerance(text: str) -> timedelta | None:
    """A length of time, or None for `none`: any difference is let through."""
    return None if text == "none" else parse_duration(text)


def parse_names(text: str) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def parse_path(text: str) -> Path:
    """Where a file or a folder is."""
    if "\0" in text:
        raise ValueError("is no path: it holds a NUL, which no file's name can have")
    return Path(text)


def parse_timezone(text: str) -> str:
    """The name of a zone that this machine knows."""
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a time zone; write it like Europe/Berlin") from None
    return text


def parse_site_name(text: str) -> str:
    """A name of ours, fit to be a part of keys."""
    if not _SITE_NAME.fullmatch(text):
        raise ValueError("must be a short name of lower-case letters, digits and dashes")
    return text


def parse_deployment(text: str) -> str:
    """A kind of Jira, or that it is to be found out."""
    if text not in ("auto", "cloud", "datacenter"):
        raise ValueError("must be auto, cloud or datacenter")
    return text


def parse_certificates(text: str) -> str:
    """The path of a file with certificates in it."""
    if not Path(text).is_file():
        raise ValueError("names a file that is not there")
    try:
        build_tls_context(text)
    except (OSError, ValueError):
        raise ValueError("names a file that holds no certificates in PEM form") from None
    return text


def parse_token(text: str) -> str:
    """What can stand in a header; the text is never repeated."""
    if text[0] in "'\"" or text[0] == "\ufeff":
        raise ValueError("is in quotes, which are no part of a token: take them off")
    if re.match(r"(?i:bearer |export )|[A-Z_]+=", text):
        raise ValueError("has something before the token (Bearer or NAME=): give the token alone")
    if not re.fullmatch(r"[ -~]+", text):
        raise ValueError("is no token: it must be one line of plain letters, digits and signs")
    return text


def parse_day(text: str) -> date:
    """A day as ISO 8601 writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day; write it like 2027-03-31") from None
