"""Turns the board's content into one HTML page that needs nothing else, and asks nobody."""

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, FunctionLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from models.effort import Level
from sync.board_page.kept import TABLES_TAG, digest_tables, name_tables
from translators.board.content import BoardContent
from translators.board.notices import make_stale_notice, name_moment
from translators.find.search import LEAST_CLOSE
from translators.plain_text import mark_deceptive

MARKER = "<!-- Headway sales board -->"
"""By which a file is known to be a board, and may be written over."""
_RANKS = {level.value: level.rank or 0 for level in Level}


def render_board(board: BoardContent, find_address: str | None = None) -> bytes:
    """The page, the same bytes for the same content.

    With `find_address` it asks there as well, as it is served by a server that answers asks.
    """
    style, script = _read_part("page.css"), _read_part("search.js") + _read_part("page.js")
    tables = msgspec.to_builtins(board.lookup, order="sorted") | {"least": LEAST_CLOSE}
    tables_text = htmlsafe_json_dumps(tables, sort_keys=True)
    text = (
        _build_environment()
        .get_template("page.html.jinja")
        .render(
            board=board,
            marker=MARKER,
            style=style,
            script=script,
            policy=format_policy(find_address is not None),
            tables=tables_text,
            tables_tag=TABLES_TAG.format(
                name=name_tables(board.rows_digest), digest=digest_tables(tables_text.encode())
            ),
            ranks=_RANKS,
            may_go_stale=_may_go_stale(board),
            find_address=find_address,
        )
    )
    return text.encode("utf-8")


@cache
def format_policy(asks_server: bool) -> str:
    """The content security policy: the one style and the one script of ours, nothing else."""
    style = _digest(_read_part("page.css"))
    script = _digest(_read_part("search.js") + _read_part("page.js"))
    parts = [
        "default-src 'none'",
        f"style-src '{style}'",
        f"script-src '{script}'",
        *(["connect-src 'self'"] if asks_server else []),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(parts)


def _may_go_stale(board: BoardContent) -> Any:
    """What the page says once its list is stale; None where it says so already, or never will."""
    fresh = board.freshness
    if board.is_past or fresh.is_stale or not (fresh.stale_after and fresh.checked_at):
        return None
    return make_stale_notice(fresh)


def _digest(text: str) -> str:
    raw = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(raw).decode('ascii')}"


@cache
def _read_part(name: str) -> str:
    return (files("sync.board_page") / name).read_text("utf-8")


@cache
def _build_environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_read_part),
        undefined=StrictUndefined,
        finalize=_tidy,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": name_moment, "iso": _format_iso}
    return environment


def _tidy(value: Any) -> Any:
    """Text of others, with a mark in the place of what could deceive who reads; ours as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return mark_deceptive(value)
    return value


def _format_iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
