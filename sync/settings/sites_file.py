"""Reads a sites file: the sites and lists that are written there, each of them checked.

It is read as a rule book is, by the same reader of YAML. No line of it is ever shown: a secret may
stand where its name should.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from models.errors import SettingsError
from sync.jira.client.addresses import normalise_address
from sync.rulebook.files import read_text
from sync.rulebook.mistakes import Mistake, Position, word_mistakes
from sync.rulebook.values.kinds import read_keys
from sync.rulebook.yaml.reading import read_tree
from sync.settings.sites_schema import SECTIONS, Entry
from translators.spelling import suggest_spelling

MOST_ENTRIES = 5_000
"""Sites, or lists: ten times what was ever measured."""
_TOP = "`sites:`"
_ODD_KEY = re.compile(r"(?:unknown key )?'(?![a-z_]{1,40}')[^']*'(?= stands here|;| \()")
"""What is no key of any file, and may be a secret at a wrong place."""
_EXTRA = re.compile(r"^([*&!])\S*")


class SitesFile(NamedTuple):
    """What stands in a sites file. `lists` are none where all sites feed the only one."""

    path: Path
    sites: Mapping[str, Entry]
    lists: tuple[Entry, ...]
    warnings: tuple[Mistake, ...]


def read_sites_file(path: Path) -> SitesFile:
    """The sites and lists of a file, or SettingsError with every mistake in it."""
    file = str(path)
    text, mistakes = read_text(path, Position(file))
    if mistakes:
        raise SettingsError(word_mistakes(mistakes, {}, ""))
    tree, unread = read_tree(file, text, _TOP, frozenset())
    values, mistakes = read_keys(SECTIONS, tree) if tree else ({}, [])
    sites, lists = values.get("sites") or (), values.get("lists") or ()
    if tree and not mistakes:
        mistakes = [*_check_sites(tree.at, sites), *_check_lists(sites, lists)]
    mistakes += (each._replace(what=_EXTRA.sub(r"\1...", each.what)) for each in unread)
    if mistakes:
        hidden = [
            each._replace(what=_ODD_KEY.sub("an unknown key", each.what)) for each in mistakes
        ]
        raise SettingsError(word_mistakes(hidden, {}, ""))
    named = {site.name: site for site in sites}
    return SitesFile(path, named, lists, (*_find_odd(sites, lists),))


def locate(entry: Entry, key: str) -> Position:
    """Where an entry says something, or would."""
    return entry.places.get(key, entry.at)


def _check_sites(top: Position, sites: Sequence[Entry]) -> Iterator[Mistake]:
    if not sites:
        yield Mistake(top, "names no site", "Write one under `sites:`.")
    yield from _check_number("sites", sites)
    yield from _check_names("site", sites)
    known: dict[str, Entry] = {}
    for site in sites:
        for key in ("jira_url", "jira_api_url"):
            address = _fold_address(site.values.get(key))
            first = known.setdefault(address, site) if address else site
            if first is not site:
                what = f"is the Jira of {first.name!r}, on line {first.at.line}, under another name"
                remedy = "Each Jira is one site: take one of them out."
                yield Mistake(locate(site, key), f"`{key}` {what}", remedy)


def _check_lists(sites: Sequence[Entry], lists: Sequence[Entry]) -> Iterator[Mistake]:
    names = [site.name for site in sites]
    yield from _check_number("lists", lists)
    yield from _check_names("list", lists)
    for entry in lists:
        given = entry.values["sites"]
        at = locate(entry, "sites")
        if not given:
            yield Mistake(at, f"the list {entry.name!r} names no site", "Write one at least.")
        for name in dict.fromkeys(given):
            if name not in names:
                hint = suggest_spelling(name, names) or f"; known are {', '.join(names)}"
                yield Mistake(at, f"{name!r} is no site of this file{hint}")
            elif given.count(name) > 1:
                yield Mistake(at, f"{name!r} stands here twice", "Delete one of them.")


def _check_number(kind: str, entries: Sequence[Entry]) -> Iterator[Mistake]:
    if len(entries) > MOST_ENTRIES:
        what = f"one more than the {MOST_ENTRIES:,} {kind} that a file may hold"
        yield Mistake(entries[MOST_ENTRIES].at, what, "Split it over several installations.")


def _check_names(kind: str, entries: Sequence[Entry]) -> Iterator[Mistake]:
    known: dict[str, Entry] = {}
    for entry in entries:
        first = known.setdefault(entry.name, entry)
        if first is not entry:
            what = f"another {kind} is called {entry.name!r}, on line {first.at.line}"
            yield Mistake(locate(entry, "name"), what, "Rename this one.")


def _fold_address(address: str | None) -> str:
    """One text for all addresses that lead to the same Jira, as far as they show it."""
    parts = urlsplit((normalise_address(address) or "").casefold())
    return f"{parts.netloc}{parts.path}"


def _find_odd(sites: Sequence[Entry], lists: Sequence[Entry]) -> Iterator[Mistake]:
    """What is no mistake, and may not be meant."""
    readers: dict[str, list[str]] = defaultdict(list)
    for entry in lists:
        for name in entry.values["sites"]:
            readers[name].append(entry.name)
    for site in sites if lists else ():
        reading = readers[site.name]
        if not reading:
            yield Mistake(site.at, f"the site {site.name!r} feeds no list, and is not read")
        elif len(reading) > 1:
            what = f"the site {site.name!r} feeds {len(reading)} lists: {', '.join(reading)}"
            yield Mistake(site.at, what, "Each reads it for itself, so that it is asked as often.")
