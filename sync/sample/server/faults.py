"""Scripted misbehaviour: what a real Jira, or something in front of it, does now and then."""

import gzip
import json
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sync.sample.jql.search import read_token, write_token
from sync.sample.protocol.exchange import Delivery, Reply, Request, as_json

Document = dict[str, Any]
Change = Callable[[Document, Request], None]

LOGIN_PAGE = Reply(
    body=b"<!DOCTYPE html><html><body><form action='/login.jsp'>Log in</form></body></html>",
    content_type="text/html;charset=UTF-8",
)
GATEWAY_PAGE = Reply(
    status=502,
    body=b"<html><body><h1>502 Bad Gateway</h1></body></html>",
    content_type="text/html",
)

DELIVERIES = ("truncate", "drip", "reset", "gzip-cut")
"""Kinds that spoil a good reply on its way."""

BOMB_SIZE = 64 * 1024 * 1024
"""Bytes that a few kilobytes unpack to."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A good reply with something in its document changed: `change` is called with the document."""

    change: Callable[[Any], object]


@dataclass(slots=True)
class Fault:
    """What goes wrong with requests whose path contains `path`.

    `nth` counts those requests from 1: one number, or all numbers in a range or set. `every` hits
    each so-manieth one. With neither, all are hit. `reply` is a ready reply or a kind: one of
    `KINDS`, a change to the good reply, another delivery of it, or a function that is called before
    the request is answered as usual.
    """

    path: str
    reply: "Reply | str | Altered | Delivery | Callable[[], object]"
    nth: int | Container[int] | None = None
    every: int | None = None
    method: str | None = None
    seen: int = field(default=0, init=False)
    hits: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if isinstance(self.reply, str) and self.reply not in KINDS:
            raise ValueError(f"unknown kind of fault {self.reply!r}: one of {', '.join(KINDS)}")

    def strikes(self, request: Request) -> bool:
        """Whether it is this request's turn. Asking counts."""
        if self.path not in request.path or self.method not in (None, request.method):
            return False
        self.seen += 1
        struck = self._is_turn()
        self.hits += struck
        return struck

    def _is_turn(self) -> bool:
        if self.every is not None:
            return self.seen % self.every == 0
        if self.nth is None:
            return True
        return self.seen == self.nth if isinstance(self.nth, int) else self.seen in self.nth


def spoil(fault: str | Altered, request: Request, answer: Callable[[], Reply]) -> Reply:
    """The reply, with that fault in it."""
    if fault == "gzip-bomb":
        return _bomb()
    if isinstance(fault, str) and fault in READY:
        return READY[fault]
    reply = answer()
    if fault in DELIVERIES or reply.status != 200:
        return reply
    document = json.loads(reply.body)
    if isinstance(fault, Altered):
        fault.change(document)
    else:
        CHANGES[fault](document, request)
    spoilt = as_json(document)
    spoilt.headers.update(reply.headers)
    return spoilt


@cache
def _bomb() -> Reply:
    body = gzip.compress(b" " * BOMB_SIZE, compresslevel=6)
    return Reply(200, body, {"Content-Encoding": "gzip"})


def _jql_and_token(request: Request) -> tuple[str, str]:
    asked = request.document() if request.method == "POST" else request.parameters()
    return asked.get("jql", ""), asked.get("nextPageToken", "")


def _repeat_token(document: Document, request: Request) -> None:
    _, token = _jql_and_token(request)
    if token and "nextPageToken" in document:
        document["nextPageToken"] = token


def _drop_end_marks(document: Document, request: Request) -> None:
    document.pop("isLast", None)
    document.pop("nextPageToken", None)


def _drop_is_last(document: Document, request: Request) -> None:
    document.pop("isLast", None)


def _null_token(document: Document, request: Request) -> None:
    document["nextPageToken"] = document.get("nextPageToken")


def _empty_page(document: Document, request: Request) -> None:
    jql, token = _jql_and_token(request)
    last, start = read_token(jql, token) if token else (None, 0)
    document |= {"issues": [], "nextPageToken": write_token(jql, last, start), "isLast": False}


def _short_page(document: Document, request: Request) -> None:
    """Half a page. The rest comes with the following one, by token or by offset."""
    issues = document["issues"]
    if len(issues) < 2:
        return
    document["issues"] = issues[: len(issues) // 2]
    if "startAt" not in document:
        jql, token = _jql_and_token(request)
        start = (read_token(jql, token)[1] if token else 0) + len(document["issues"])
        last = int(document["issues"][-1]["id"])
        document |= {"nextPageToken": write_token(jql, last, start), "isLast": False}


def _duplicate_row(document: Document, request: Request) -> None:
    document["issues"] += document["issues"][:1]


def _lose_row(document: Document, request: Request) -> None:
    del document["issues"][:1]


def _lose_half(document: Document, request: Request) -> None:
    """The cursor gets ahead of the rows: every other one is never shown."""
    document["issues"] = document["issues"][::2]


def _count_the_page(document: Document, request: Request) -> None:
    """The total is that of the page."""
    if "total" in document:
        document["total"] = len(document["issues"])


def _drop_total(document: Document, request: Request) -> None:
    document.pop("total", None)


def _forget_issues(document: Document, request: Request) -> None:
    document["issues"] = []


def _add_unknown_keys(document: Document, request: Request) -> None:
    document["warnings"] = [{"code": "CLAUSE_LIMIT_EXCEEDED", "message": "Something new."}]
    for issue in document.get("issues", ()):
        issue["somethingNew"] = {"nested": True}


def _fail_one_issue(document: Document, request: Request) -> None:
    for issue in document["issues"][:1]:
        error = {"id": issue["id"], "errorMessage": "The issue could not be loaded. Try again."}
        document.setdefault("issueErrors", []).append(error)
    del document["issues"][:1]


CHANGES: dict[str, Change] = {
    "repeat-token": _repeat_token,
    "no-islast": _drop_is_last,
    "no-end-marks": _drop_end_marks,
    "null-token": _null_token,
    "empty-page-with-token": _empty_page,
    "short-page": _short_page,
    "duplicate-row": _duplicate_row,
    "missing-row": _lose_row,
    "missing-half": _lose_half,
    "total-of-page": _count_the_page,
    "no-total": _drop_total,
    "no-issues": _forget_issues,
    "unknown-keys": _add_unknown_keys,
    "issue-error": _fail_one_issue,
}
READY: dict[str, Reply] = {
    "html-login": LOGIN_PAGE,
    "bad-gateway": GATEWAY_PAGE,
    "empty-body": Reply(),
}
KINDS = (*DELIVERIES, "gzip-bomb", *READY, *CHANGES)
