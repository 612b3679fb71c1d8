"""How the values of settings are written; what is wrong with one is a ValueError in plain words."""

import re
import ssl
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, SecretStr

from models.errors import SettingsError
from sync.settings.schedule import LONGEST, Schedule, parse_schedule
from sync.store.db.engines import parse_url

LOOPBACK = {"127.0.0.1", "localhost", "::1"}

_DURATION = re.compile(r"(\d{1,12})\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_BLANK = re.compile(r"\s")
_NO_ADDRESS = "is not an address; write it like https://example.atlassian.net"
_SITE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def _address(value: str) -> str:
    """An https address (http on loopback only) without credentials in it."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError(_NO_ADDRESS) from None
    if port == 0 or _BLANK.search(value) or not value.isascii():
        raise ValueError(_NO_ADDRESS)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(_NO_ADDRESS)
    if parts.username or parts.password:
        raise ValueError("carries credentials; put them into the e-mail and token settings")
    if parts.query or parts.fragment:
        raise ValueError("must end with the path; leave out everything from ? or # on")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https:// (plain http is for this machine only)")
    return value.rstrip("/")


def _duration(value: str) -> timedelta:
    found = _DURATION.fullmatch(value.strip())
    if not found or not int(found[1]):
        raise ValueError("is not a length of time; write it like 90m, 26h or 2d")
    try:
        length = timedelta(**{_UNITS[found[2]]: int(found[1])})
    except OverflowError:
        length = timedelta.max
    if length > LONGEST:
        raise ValueError(f"is longer than {LONGEST.days} days")
    return length


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a time zone; write it like Europe/Berlin") from None
    return value


def _site_name(value: str) -> str:
    if not _SITE_NAME.fullmatch(value):
        raise ValueError("must be a short name of lower-case letters, digits and dashes")
    return value


def _deployment(value: str) -> str:
    if value not in ("auto", "cloud", "datacenter"):
        raise ValueError("must be auto, cloud or datacenter")
    return value


def _existing_file(value: str) -> Path:
    path = Path(value)
    if not path.is_file():
        raise ValueError("names a file that is not there")
    return path


def _certificates(path: Path) -> Path:
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError):
        raise ValueError("names a file that holds no certificates in PEM form") from None
    return path


def _token(value: SecretStr) -> SecretStr:
    """What can stand in a header; the value is never repeated."""
    if not re.fullmatch(r"[ -~]+", value.get_secret_value()):
        raise ValueError("is no token: it must be one line of plain letters, digits and signs")
    return value


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("is not a day; write it like 2027-03-31") from None


def _database(value: SecretStr) -> SecretStr:
    """The address of a database; what is wrong is said without repeating it."""
    try:
        parse_url(value.get_secret_value(), "")
    except SettingsError as error:
        (problem,) = error.problems
        raise ValueError(f"{problem.what}. {problem.remedy}") from None
    return value


def _schedule(value: object) -> Schedule:
    return value if isinstance(value, Schedule) else parse_schedule(str(value))


Address = Annotated[str, AfterValidator(_address)]
Database = Annotated[SecretStr, AfterValidator(_database)]
Day = Annotated[date, BeforeValidator(_day)]
Deployment = Annotated[str, AfterValidator(_deployment)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Certificates = Annotated[Path, BeforeValidator(_existing_file), AfterValidator(_certificates)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
SiteName = Annotated[str, AfterValidator(_site_name)]
Times = Annotated[Schedule, BeforeValidator(_schedule)]
Token = Annotated[SecretStr, AfterValidator(_token)]
Zone = Annotated[str, AfterValidator(_zone)]
