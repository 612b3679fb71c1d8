"""Reads a mail as it was sent (.eml): subject, text, what is attached, mails in it.

Who wrote it and to whom is not read. Nor is what is quoted of an earlier mail, which is one of its
own; and perhaps somebody else's.
"""

import email
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import TypeAlias

from models.document import Passage
from sync.documents.decoding import decode_text
from sync.documents.html import read_html
from sync.documents.limits import DEEPEST_MAIL, Budget, UnreadableError
from sync.documents.plain import split_paragraphs, unify_line_ends

_QUOTED = re.compile(r"\s*>")
_FORWARDED = re.compile(
    r"\s*(?:-{2,} ?(?:original message|forwarded message|urspr\u00fcngliche nachricht|"
    r"message d'origine|mensaje original) ?-{2,}|_{20,}|--)\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\*?(?:from|von|de) ?:", re.IGNORECASE)
_SENT = re.compile(
    r"\s*\*?(?:sent|date|gesendet|datum|envoy\u00e9|enviado|fecha)\b.{0,9}:", re.IGNORECASE
)
_ON = re.compile(r"\s*(?:on|am|le|el)\b", re.IGNORECASE)
_WROTE = re.compile(r"(?:wrote|schrieb\b.{0,80}|a \u00e9crit|escribi\u00f3) ?:\s*$", re.IGNORECASE)
_QUOTED_PAGE = re.compile(
    r"<blockquote\b|<[^<>]{0,200}\b(?:gmail_quote|divRplyFwdMsg|appendonsend|moz-cite-prefix)\b",
    re.IGNORECASE,
)
Mail: TypeAlias = "Message[str, str]"
Attached = Callable[[str, bytes], Iterable[Passage]]
"""Reads what is attached under a name; nothing of what is no document."""


def read_mail(
    content: bytes, read_attached: Attached, budget: Budget
) -> tuple[date | None, Iterable[Passage]]:
    """The day a mail was sent, and its passages; UnreadableError where it is none."""
    try:
        message = email.message_from_bytes(content)
    except (RecursionError, MessageError, ValueError, LookupError) as error:
        raise UnreadableError(f"is no mail that can be read: {error}", "Save it anew.") from None
    return _find_day(message), _Mail(read_attached, budget).read(message, "", 0)


def _find_day(message: Mail) -> date | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).date()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


class _Mail:
    """Goes through the parts of one mail; `budget` bounds them all."""

    def __init__(self, read_attached: Attached, budget: Budget) -> None:
        self._read_attached = read_attached
        self._budget = budget

    def read(self, message: Mail, way: str, depth: int) -> Iterator[Passage]:
        """The passages of a mail that stands at the end of a `way` through others."""
        if depth > DEEPEST_MAIL:
            raise UnreadableError(f"holds mails in mails, more than {DEEPEST_MAIL} deep")
        subject = _read_header(message["Subject"])
        if subject.strip():
            yield Passage(subject, "subject", inside=way)
        yield from self._read_parts(message, way, depth)

    def _read_parts(self, message: Mail, way: str, depth: int) -> Iterator[Passage]:
        self._budget.take_parts()
        kind = message.get_content_type()
        parts = _list_parts(message)
        if parts is None:
            yield from self._read_leaf(message, kind, way)
        elif kind == "message/rfc822":
            for inner in parts:
                yield from self.read(inner, _extend(way, "mail in it"), depth + 1)
        elif kind == "multipart/alternative":
            yield from self._read_parts(_choose(parts), way, depth + 1)
        else:
            if depth > 10 * DEEPEST_MAIL:
                raise UnreadableError("is nested too deep")
            for inner in parts:
                yield from self._read_parts(inner, way, depth + 1)

    def _read_leaf(self, message: Mail, kind: str, way: str) -> Iterator[Passage]:
        content = message.get_payload(decode=True)
        if not isinstance(content, bytes):
            return
        name = _read_header(message.get_filename())
        if name:
            yield from self._nest(self._read_attached(name, content), _extend(way, name))
        elif kind in ("text/plain", "text/html"):
            text, _ = decode_text(content, _find_charset(message))
            text = unify_line_ends(text)
            read = (
                read_html(_own_page(text))[1]
                if kind == "text/html"
                else split_paragraphs(_own(text))
            )
            yield from self._nest(read, _extend(way, "text"))

    def _nest(self, passages: Iterable[Passage], way: str) -> Iterator[Passage]:
        for each in passages:
            yield Passage(each.text, each.where, each.line, _extend(way, each.inside))


def _list_parts(message: Mail) -> list[Mail] | None:
    """The parts of a message that has some; None of one that is text itself."""
    parts = message.get_payload()
    return (
        [each for each in parts if isinstance(each, Message)] if isinstance(parts, list) else None
    )


def _extend(way: str, step: str) -> str:
    return ", ".join(filter(None, (way, step)))


def _choose(parts: list[Mail]) -> Mail:
    """Of the same text in several forms the plain one, else the last, which is the best."""
    plain = (each for each in parts if each.get_content_type() == "text/plain")
    return next(plain, parts[-1] if parts else Message())


def _own(text: str) -> str:
    """The text without what is quoted, and who is said to have written that; lines stay put."""
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines) if _is_end(lines, at, line)), len(lines))
    own = ["" if _QUOTED.match(line) else line for line in lines[:end]]
    for at, line in enumerate(own):
        following = next(filter(str.strip, lines[at + 1 : at + 4]), "")
        if _WROTE.search(line) and _QUOTED.match(following):
            begun = next((n for n in (at, at - 1, at - 2) if n >= 0 and _ON.match(own[n])), at)
            own[begun : at + 1] = [""] * (at + 1 - begun)
    return "\n".join(own)


def _is_end(lines: list[str], at: int, line: str) -> bool:
    """Whether an earlier mail begins here, as some programs put it below without a sign."""
    if _FORWARDED.match(line):
        return True
    return bool(_FROM.match(line)) and any(map(_SENT.match, lines[at + 1 : at + 3]))


def _own_page(text: str) -> str:
    """The page without what is quoted at its end."""
    quoted = _QUOTED_PAGE.search(text)
    return text[: quoted.start()] if quoted else text


def _find_charset(message: Mail) -> str | None:
    try:
        return message.get_content_charset()
    except (LookupError, ValueError, TypeError):
        return None


def _read_header(value: object) -> str:
    """A header in plain letters, whatever its encoding."""
    if value is None:
        return ""
    text = str(value)
    try:
        parts = decode_header(text)
    except (MessageError, ValueError):
        return text
    words = (
        part if isinstance(part, str) else decode_text(part, named)[0] for part, named in parts
    )
    return " ".join("".join(words).split())
