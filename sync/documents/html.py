"""Reads HTML: its text, block by block. Nothing is run, fetched or looked up.

Every step goes forward only, so that no page, however broken, takes more than linear time.
"""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import date

from models.document import Passage
from sync.documents.plain import LONGEST_PASSAGE

_BLOCKS = frozenset(
    "address article aside blockquote body br button caption center dd details dialog div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html label legend li "
    "main nav ol option p pre section select summary table tbody td textarea tfoot th thead title "
    "tr ul".split()
)
_UNSEEN = frozenset("script style template noscript svg math iframe object".split())
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_ENCODING = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DATED = re.compile(
    r"(?:name|property|itemprop|http-equiv)=[\"']?"
    r"(?:date|dc\.date|dcterms\.\w+|last-modified|datepublished|datemodified|"
    r"article:(?:published|modified)_time)\b",
    re.IGNORECASE,
)


def find_encoding(content: bytes) -> str | None:
    """What a page says of its own encoding."""
    found = _ENCODING.search(content[:4096])
    return found[1].decode("ascii") if found else None


def read_html(text: str) -> tuple[date | None, Iterable[Passage]]:
    """The day that a page says it is of, and its blocks of text with the line of each."""
    return _find_day(text[:20_000]), _read_blocks(text)


def _find_day(head: str) -> date | None:
    for tag in head.split("<meta")[1:]:
        inside = tag.partition(">")[0]
        found = _DAY.search(inside) if _DATED.search(inside) else None
        if found:
            try:
                return date.fromisoformat(found[0])
            except ValueError:
                continue
    return None


def _read_blocks(text: str) -> Iterator[Passage]:
    """Newlines within a block are kept, those of its tags too: so lines can be counted."""
    block: list[str] = []
    begun, length = 1, 0
    for piece, is_end in _split_tags(text):
        block.append(piece)
        length += len(piece)
        if is_end or length > LONGEST_PASSAGE:
            yield from _finish(block, begun)
            begun += sum(each.count("\n") for each in block)
            block, length = [], 0
    yield from _finish(block, begun)


def _finish(block: list[str], begun: int) -> Iterator[Passage]:
    raw = "".join(block)
    bare = raw.lstrip()
    if bare:
        line = begun + raw.count("\n", 0, len(raw) - len(bare))
        words = " ".join(html.unescape(bare).split(" "))
        yield Passage(words.rstrip(), line=line)


def _split_tags(text: str) -> Iterator[tuple[str, bool]]:
    """Texts and, in place of each tag, its line ends; and whether a block ends there."""
    at, low = 0, text.translate(_LOWER)
    while at < len(text):
        start = text.find("<", at)
        start = len(text) if start < 0 else start
        if start > at:
            yield text[at:start], False
        if start == len(text):
            return
        at, is_end, is_text = _pass_tag(low, start)
        skipped = text[start:at]
        yield skipped if is_text else "\n" * skipped.count("\n"), is_end


_LOWER = {number: number + 32 for number in range(ord("A"), ord("Z") + 1)}


def _pass_tag(low: str, start: int) -> tuple[int, bool, bool]:
    """Where the tag at `start` ends, whether a block ends with it, whether it is text after all."""
    if low.startswith("<!--", start):
        return _find_behind(low, "-->", start + 4), False, False
    named = _NAME.match(low, start + 1)
    if named is None:
        if low[start + 1 : start + 2] in ("!", "?"):
            return _find_behind(low, ">", start), False, False
        return start + 1, False, True
    end = _find_behind(low, ">", start)
    name = named[1]
    if name in _UNSEEN and low[start + 1] != "/":
        closing = low.find(f"</{name}", end)
        return (len(low) if closing < 0 else _find_behind(low, ">", closing)), True, False
    return end, name in _BLOCKS, False


def _find_behind(text: str, sought: str, at: int) -> int:
    found = text.find(sought, at)
    return len(text) if found < 0 else found + len(sought)
