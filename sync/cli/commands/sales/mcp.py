"""`headway mcp`: the list for assistants."""

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from models.errors import Problem, SettingsError, UsageError
from models.rulebook import RuleBook
from sync.assistants.passing_on import AskFile, RequestWriter
from sync.assistants.tools import AssistantTools
from sync.pipeline.sales.ask_counter import AskCounter
from sync.pipeline.sales.current_list import CurrentList
from sync.rulebook import read_rulebook, rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.settings.settings import Settings
from sync.settings.values import is_loopback

_HIGHEST_PORT = 65_535


def serve_assistants(settings: Settings, http: str | None, names: Sequence[str]) -> int:
    """Serve until the caller is gone, or over HTTP until stopped."""
    try:
        from sync.assistants.server import Listening, build_server, serve_http
    except ImportError as error:
        what = f"needs the package {error.name or 'mcp'}, which is not there"
        remedy = "Install Headway with its extra: pip install 'headway-sync[mcp]'"
        raise UsageError(Problem("headway mcp", what, remedy)) from None
    where = Listening(*_read_address(http), names) if http else None
    if where and not is_loopback(where.host) and not names:
        what = "can be reached by others, and asks nobody who they are"
        remedy = (
            "Listen on 127.0.0.1; or give each name that it is called by as --allow-host NAME, "
            "with something before it that knows its callers."
        )
        raise UsageError(Problem(f"--http {http}", what, remedy))
    zone = ZoneInfo(settings.timezone)
    requests = _open_requests(settings.requests_file, zone)
    asks = AskCounter(AskFile(requests.path).keep) if requests else None
    tools = AssistantTools(
        CurrentList(settings.clean_url),
        _read_rules(settings),
        requests,
        asks,
        lambda: datetime.now(zone).date(),
    )
    server = build_server(tools, version("headway-sync"), takes_requests=requests is not None)
    if where:
        serve_http(server, where, lambda address: _tell(f"listening at {address}"))
    else:
        server.run("stdio")
    return 0


def _tell(words: str) -> None:
    """On stderr: what is written to stdout is for the assistant."""
    print(f"headway mcp: {words}", file=sys.stderr, flush=True)


def _read_address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdigit() and int(port) <= _HIGHEST_PORT):
        raise UsageError(Problem(f"--http {text}", "is no address such as 127.0.0.1:8321"))
    return host, int(port)


def _read_rules(settings: Settings) -> RuleBook:
    """The rules to check wording by: the team's own only where their folder was named."""
    if "config_dir" in settings.given:
        return read_rulebook(settings.config_dir)
    return rulebook_from_texts(read_shipped_texts())


def _open_requests(path: Path | None, zone: ZoneInfo) -> RequestWriter | None:
    if path is None:
        _tell("HEADWAY_REQUESTS_FILE is not set: no request is passed on, and no ask is counted")
        return None
    place = path if path.exists() else path.parent
    is_odd = path.exists() and not path.is_file()
    if is_odd or not os.access(place, os.W_OK):
        what = "is no file" if is_odd else "cannot be written"
        remedy = f"{path}: let this account write it, or unset it."
        raise SettingsError(Problem("HEADWAY_REQUESTS_FILE", what, remedy))
    return RequestWriter(path, zone)
