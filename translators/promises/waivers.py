"""Tells which waivers have run out, soon will, or let nothing through."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from models.finding import Finding
from models.promises import Waiver
from models.rulebook import RuleBook

SOON = timedelta(days=30)


def find_expired_waivers(book: RuleBook, on: date) -> Iterator[Finding]:
    """The waivers that let nothing through any more."""
    for waiver in book.linting.waivers:
        if waiver.until < on:
            what = f"the waiver of {waiver.says!r} ran out on {waiver.until}"
            yield Finding("waiver-expired", str(waiver.at), what)


def find_idle_waivers(book: RuleBook, texts: Iterable[str], on: date) -> Iterator[Finding]:
    """The waivers that run out within a month, and those whose words stand in none of the texts."""
    told = tuple(texts)
    for waiver in book.linting.waivers:
        if on <= waiver.until <= on + SOON:
            what = f"the waiver of {waiver.says!r} runs out on {waiver.until}"
            yield Finding("waiver-ending", str(waiver.at), what)
        if not any(_says(text, waiver) for text in told):
            what = f"no text says {waiver.says!r}, which a waiver lets through"
            yield Finding("waiver-idle", str(waiver.at), what)


def _says(text: str, waiver: Waiver) -> bool:
    return waiver.says in text
