"""Small rule books for tests, written as product teams write them, over the shipped default."""

from datetime import date
from textwrap import dedent

from models.rulebook import RuleBook
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from translators.promises.linter import Linter, compile_linter

INVOICING = """
  - id: invoicing
    name: Invoicing
    area: Billing
    summary: Create and send invoices.
    aliases: [bills]
    when: {component: Invoicing}
"""
SEARCH = """
  - id: search
    name: Search
    area: Finding things
    summary: Find anything by its words.
    when: {component: Search}
"""
UNSCREENED = {"unscreened.yaml": "screening:\n  - {id: looks-internal, off: true}\n"}
"""For tests of what becomes of titles, whatever learnt words make of them."""


def a_linter(rest: str = "", on: date | None = None) -> Linter:
    """The linter of the shipped rules and `rest`, on a day."""
    texts = read_shipped_texts() | ({"rules.yaml": dedent(rest)} if rest else {})
    return compile_linter(rulebook_from_texts(texts), on)


def a_book(*capabilities: str, rest: str = "", is_screened: bool = True) -> RuleBook:
    """A rule book of these capabilities (INVOICING and SEARCH if none are given) and `rest`.

    One that is not screened holds no title for its words.
    """
    listed = "".join(capabilities or (INVOICING, SEARCH))
    text = f"capabilities:\n{listed}\n{dedent(rest)}"
    own = {"rules.yaml": text} | ({} if is_screened else UNSCREENED)
    return rulebook_from_texts(read_shipped_texts() | own)


def changed(capability: str, extra: str) -> str:
    """A capability with further lines, each given as `key: value`."""
    lines = "".join(f"    {line.strip()}\n" for line in extra.strip().splitlines())
    return f"{capability.rstrip()}\n{lines}"
