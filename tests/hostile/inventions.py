"""One thing that is wrong with a reply: its content, bytes, status, headers, or its way."""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from sync.sample.protocol.exchange import Delivery, Reply, Request
from tests.hostile.deliveries import DELIVERIES, MARK

ODD_HEADERS = (
    {"Retry-After": "1e308"},
    {"Retry-After": "-1"},
    {"Retry-After": MARK, "Date": "yesterday"},
    {"Content-Encoding": "br"},
    {"Content-Encoding": "gzip"},
    {"Content-Type": "text/html"},
    {"X-RateLimit-NearLimit": "true", "X-RateLimit-Remaining": "0"},
    {"X-RateLimit-Remaining": "0", "X-RateLimit-FillRate": "0"},
    {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"},
    {"X-AACCOUNTID": MARK},
    {"Location": "https://hostile.invalid/"},
    {"Location": "/rest/api/2/serverInfo"},
    {"Location": "file:///etc/passwd"},
    {"Set-Cookie": f"JSESSIONID={MARK}; Path=/"},
    {"Retry-After": "nan"},
    {"Retry-After": "Mon, 31 Dec 9999 23:59:59 GMT"},
    {"X-RateLimit-Remaining": "nan", "X-RateLimit-FillRate": "nan"},
    {
        "X-RateLimit-Remaining": "-1",
        "X-RateLimit-Interval-Seconds": "1e308",
        "X-RateLimit-FillRate": "1e-308",
    },
    {"Content-Type": f"application/json; charset={MARK}"},
    {"X-Long": MARK * 20_000},
)
STATUSES = (
    *(201, 203, 204, 206, 207, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405),
    *(406, 407, 408, 409, 410, 411, 413, 414, 415, 418, 421, 422, 423, 425, 429, 431, 451),
    *(500, 501, 502, 503, 504, 505, 507, 511),
)
BODIES = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"0",
    b'"HOSTILE"',
    b"[" * 100_000,
    b'{"issues":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    b'{"issues":[null,1,"HOSTILE",[],{}]}',
    b"\xff\xfe{\x00}\x00",
    b"<html>HOSTILE</html>",
    b'{"a":1}' * 1_000,
    b"NaN",
    b'{"values":[],"total":1e400}',
    b" " * 300_000,
    b'{"errorMessages":["HOSTILE"],"errors":{}}',
    b'{"issues":[],"isLast":true,"values":[],"total":0}',
    b'{"message":"null for uri: HOSTILE","status-code":404}',
    b"\xef\xbb\xbf",
    b"\x1f\x8b\x08HOSTILE",
)
REWRITINGS: dict[str, Callable[[bytes], bytes]] = {
    "a mark of order before it": lambda body: b"\xef\xbb\xbf" + body,
    "in UTF-16": lambda body: body.decode().encode("utf-16"),
    "in Latin-1": lambda body: body.decode().encode("latin-1", "replace"),
    "in UTF-7": lambda body: body.decode().encode("utf-7"),
    "more behind it": lambda body: body + b"HOSTILE",
    "twice": lambda body: body + body,
    "its names twice, the first false": lambda body: body.replace(b"{", b'{"id":"x","key":5,', 1),
    "its names twice, the last false": lambda body: (
        body.rstrip()[:-1] + b',"issues":[],"values":5,"id":[],"serverTime":"HOSTILE"}'
        if body.startswith(b"{")
        else body
    ),
    "every id twice": lambda body: body.replace(b'"id":', b'"id":"HOSTILE","id":'),
    "names in capitals": lambda body: re.sub(rb'"\w+":', lambda name: name[0].upper(), body),
    "a comma too many": lambda body: body.replace(b"}", b",}"),
    "single quotes": lambda body: body.replace(b'"', b"'"),
    "a prefix against theft": lambda body: b")]}',\n" + body,
    "a comment": lambda body: b"/* HOSTILE */" + body,
    "NUL between": lambda body: body.replace(b",", b",\0"),
    "broken UTF-8 in texts": lambda body: re.sub(rb'([a-z]{3})"', rb'\1\xc3\x28"', body),
    "escapes that are none": lambda body: body.replace(b"a", rb"\x61"),
    "cut": lambda body: body[: len(body) * 2 // 3],
    "as text": lambda body: json.dumps(body.decode()).encode(),
    "in a list": lambda body: b"[" + body + b"]",
    "in an object": lambda body: b'{"data":' + body + b"}",
}
"""Other bytes for the same document, or nearly."""
VALUES = (
    "null",
    "true",
    "-1",
    "0",
    "5",
    "1" + "0" * 400,
    "1e400",
    "0.1e-400",
    "[]",
    "{}",
    '""',
    f'"{MARK}"',
    f'"{MARK} \\ud800 \\u0000 \\u202e\\u001b[31m"',
    f'"{MARK * 10_000}"',
    '"0000-00-00T00:00:00.000+0000"',
    '"9999-12-31T23:59:59.999-2359"',
    '"10000-01-01"',
    "[" * 300 + "]" * 300,
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    f'{{"id":"{MARK}","key":[],"name":5}}',
    '["\\udfff"]',
)
OPTIONAL = ("resolution", "resolutiondate", "labels", "components", "fixVersions", "parent")
"""Jira may empty these fields of an issue: then they are empty. Its clock is judged elsewhere."""

LISTS = ("issues", "values", "issueChangeLogs")


Invented = tuple[str, Callable[[Reply, Request], Reply], Delivery | None]


def _leave(reply: Reply, _request: Request) -> Reply:
    return reply


def _invent_value(dice: random.Random) -> Invented:
    """Another value somewhere in the document, or the same many times, or none."""
    value = dice.choice(VALUES)
    seed = dice.random()

    def spoil(reply: Reply, _request: Request) -> Reply:
        document = _read(reply)
        places = [place for place in _list_places(document) if _may_be(place, value)]
        if not places:
            return reply
        chosen = random.Random(seed).choice(places)
        chosen[0][chosen[1]] = "THE-PLACE"
        body = json.dumps(document).replace('"THE-PLACE"', value).encode()
        return replace(reply, body=body)

    return f"value {value[:40]}", spoil, None


def _invent_gap(dice: random.Random) -> Invented:
    seed = dice.random()

    def spoil(reply: Reply, _request: Request) -> Reply:
        document = _read(reply)
        places = [place for place in _list_places(document) if _may_be(place, "null")]
        if places:
            holder, name = random.Random(seed).choice(places)
            del holder[name]
        return replace(reply, body=json.dumps(document).encode())

    return "something left out", spoil, None


def _invent_rows(dice: random.Random) -> Invented:
    """Rows that come twice, not at all, backwards, or as others."""
    kind = dice.choice(("twice", "none", "half", "backwards", "again", "other ids", "first"))

    def spoil(reply: Reply, _request: Request) -> Reply:
        document = _read(reply)
        rows = _find_rows(document)
        if rows is None:
            return reply
        rows[:] = {
            "twice": rows + rows,
            "none": [],
            "half": rows[::2],
            "backwards": rows[::-1],
            "again": rows + rows[:1],
            "other ids": [_change_id(row) for row in rows],
            "first": rows[:1],
        }[kind]
        return replace(reply, body=json.dumps(document).encode())

    return f"rows {kind}", spoil, None


def _find_rows(document: Any) -> list[Any] | None:
    """The list that an answer is, or that it is made for."""
    if isinstance(document, dict):
        document = next((document[name] for name in LISTS if name in document), None)
    return document if isinstance(document, list) else None


def _change_id(row: Any) -> Any:
    """The row as another one's."""
    changed = {
        name: str(int(row[name]) + 10**7)
        for name in ("id", "issueId")
        if str(row.get(name, "")).isdecimal()
    }
    return {**row, **changed}


def _invent_paging(dice: random.Random) -> Invented:
    """A cursor, a count or a mark of the end that lies."""
    name = dice.choice(("nextPageToken", "isLast", "total", "maxResults", "startAt", "count"))
    value: Any = dice.choice((None, True, False, 0, 1, -1, 10**12, "", MARK, 0.5, []))

    def spoil(reply: Reply, _request: Request) -> Reply:
        document = _read(reply)
        if isinstance(document, dict):
            document[name] = value
        return replace(reply, body=json.dumps(document).encode())

    return f"{name} {value!r}", spoil, None


def _invent_body(dice: random.Random) -> Invented:
    body = dice.choice(BODIES)
    return f"body {body[:20]!r}", lambda reply, _request: replace(reply, body=body), None


def _invent_status(dice: random.Random) -> Invented:
    status = dice.choice(STATUSES)
    return f"status {status}", lambda reply, _request: replace(reply, status=status), None


def _invent_headers(dice: random.Random) -> Invented:
    headers, status = dice.choice(ODD_HEADERS), dice.choice((200, 200, 429, 503))

    def spoil(reply: Reply, _request: Request) -> Reply:
        return replace(reply, status=status, headers={**reply.headers, **headers})

    return f"headers {str(headers)[:40]} with {status}", spoil, None


def _invent_delivery(dice: random.Random) -> Invented:
    kind = dice.choice(sorted(DELIVERIES))
    return kind, _leave, Delivery(DELIVERIES[kind])


def _invent_rewriting(dice: random.Random) -> Invented:
    kind = dice.choice(sorted(REWRITINGS))
    return kind, lambda reply, _: replace(reply, body=REWRITINGS[kind](reply.body)), None


def _invent_endless_list(dice: random.Random) -> Invented:
    """Page after page of what is new: of rows that are there, that are not, or of none."""
    kind = dice.choice(("the same", "others", "none"))
    pages, first = count(1), dict[str, bytes]()

    def spoil(reply: Reply, request: Request) -> Reply:
        if reply.status == 200:
            first.setdefault(request.path, reply.body)
        page, reply = next(pages), replace(reply, status=200, body=first[request.path])
        document = _read(reply)
        rows = _find_rows(document)
        if rows is None:
            return reply
        if kind == "others":
            rows[:] = [{"id": f"{10**6 + page * 500 + each}"} for each in range(500)]
        elif kind == "none":
            rows.clear()
        if isinstance(document, dict):
            document |= {"nextPageToken": f"{MARK}{page}", "isLast": False, "total": 10**9}
        return replace(reply, body=json.dumps(document).encode())

    return f"endless, {kind}", spoil, None


Place = tuple[Any, Any]
"""A list or an object, and where in it."""


def _read(reply: Reply) -> Any:
    return json.loads(reply.body) if reply.status == 200 else None


def _list_places(document: Any) -> Iterator[Place]:
    """Every place of a document; what an issue holds is known by `fields` around it."""
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        names = holder if isinstance(holder, dict) else range(len(holder)) if holder else ()
        if not isinstance(holder, dict | list):
            continue
        for name in names:
            yield holder, name
            if isinstance(holder[name], dict | list):
                waiting.append(holder[name])


def _may_be(place: Place, value: str) -> bool:
    """Whether a value there is wrong, and not just another that Jira may have."""
    if place[1] == "serverTime":
        return "9999" not in value
    return not (place[1] in OPTIONAL and value in ("null", "[]", "{}", '""'))


INVENTIONS = (
    *(("content:", _invent_value),) * 5,
    ("gap:", _invent_gap),
    ("list:", _invent_rows),
    ("list:", _invent_endless_list),
    ("paging:", _invent_paging),
    ("whole:", _invent_body),
    ("status:", _invent_status),
    ("headers:", _invent_headers),
    *(("bytes:", _invent_rewriting),) * 2,
    *(("delivery:", _invent_delivery),) * 3,
)
