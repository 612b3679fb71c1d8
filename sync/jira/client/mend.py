"""Mends the bytes of a reply before anything decodes them: the one entrance for all that Jira says.

Behind it text is text (UTF-8, no NUL, no half of a surrogate pair) and nothing is nested deeper
than a decoder can follow. What lies deeper is cut out and marked, so that the issue it stood in
can be named.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterator

import msgspec

DEEPEST = 200
"""Levels of lists and objects. The deepest description that a person made has about sixty."""
SLACK = 50
"""Levels more that may pass: some frames of ours are counted twice, and some not at all."""
CUT = b"null\t\t\t\t\t\t\t"
"""Stands where something was cut out; nobody writes JSON with such a gap."""

_NUL = rb"\\u0000"
_SURROGATE = rb"\\u[dD][89a-fA-F]"
_ODD = re.compile(_SURROGATE + rb"|" + _NUL)
_ESCAPES = re.compile(
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(" + _SURROGATE + rb"[0-9a-fA-F]{2}|" + _NUL + rb")"
    rb"|(\\.)",
    re.DOTALL,
)
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_skip_json = msgspec.json.Decoder(msgspec.Raw)


def mend_reply(body: bytes) -> bytes:
    """JSON that every decoder takes, as far as broken text and depth go.

    Jira sends such things in the texts of single issues; they must not cost a whole backlog.
    """
    body = _mend_text(body)
    return b"".join(_cut_deep(body)) if _is_deep(body) else body


def _mend_text(body: bytes) -> bytes:
    try:
        body.decode()
    except UnicodeDecodeError:
        body = body.decode(errors="replace").encode()
    if not _ODD.search(body):
        return body
    return _ESCAPES.sub(lambda match: b"" if match[2] else match[0], body)


def _is_deep(body: bytes) -> bool:
    """Whether more than DEEPEST levels are nested: tried at C's speed, with no more stack left.

    Most replies have fewer brackets than that, and need no trial.
    """
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return False
    frames = sys.getrecursionlimit() - DEEPEST - _count_frames() - SLACK
    try:
        _go_down(frames, lambda: _skip_json.decode(body))
    except RecursionError:
        return True
    except msgspec.DecodeError:
        return False
    return False


def _count_frames() -> int:
    count, frame = 0, inspect.currentframe()
    while frame:
        count, frame = count + 1, frame.f_back
    return count


def _go_down(frames: int, then: Callable[[], object]) -> object:
    return then() if frames <= 0 else _go_down(frames - 1, then)


def _cut_deep(body: bytes) -> Iterator[bytes]:
    """The parts of the body that are not too deep, with CUT where one was taken out."""
    depth = start = 0
    for found in _BRACKETS.finditer(body):
        mark = found[0]
        if mark in (b"[", b"{"):
            depth += 1
            if depth == DEEPEST // 2:
                yield body[start : found.start()]
                yield CUT
        elif mark in (b"]", b"}"):
            if depth == DEEPEST // 2:
                start = found.end()
            depth -= 1
    if depth < DEEPEST // 2:
        yield body[start:]
