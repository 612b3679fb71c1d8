"""Evidence as a page of its own that opens anywhere, and in a few lines for a terminal.

The page loads nothing and runs nothing. The same log and question make the same bytes.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from models.capability import Capability
from models.evidence import Evidence, Presence, Version
from models.history import LoggedPublication
from models.rulebook import TodayBy
from sync.cli.marks import Meaning, mark
from sync.cli.pages.sales.evidence_script import DATA_TAG, VERIFY
from translators.plain_text import mark_deceptive
from translators.plurals import count_noun

MARK = "<!DOCTYPE html>\n<!-- Headway: what could be read -->\n"
"""How a page of this kind begins."""
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2.5rem auto;
  padding: 0 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin-top: 2.25rem; }
dl { display: grid; grid-template-columns: 11rem 1fr; gap: .35rem 1rem; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: .8rem/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 1rem; border: 1px solid #8886; border-radius: .5rem; }
.verdict { font-size: 1.15rem; } .doubt { border-left: .25rem solid #c60; padding-left: .75rem; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .5rem; } }
@media print { pre { white-space: pre-wrap; overflow-wrap: anywhere; } }
"""
_COLUMNS = {
    "name": "Name",
    "summary": "Summary",
    "product_area": "Product area",
    "state_label": "State",
    "effort_label": "Engineering work to date",
    "today_text": "What a customer can do today",
    "today_by": "By",
    "statement": "The sentence that might be said",
    "disclaimer": "Disclaimer",
    "aliases": "Customers' words for it",
    "withdrawn_reason": "Taken off the list because",
    "replaced_by": "To be read instead",
}
_PRESENCE = {
    Presence.LISTED: "was on the list",
    Presence.WITHDRAWN: "had been taken off the list",
    Presence.NOT_LISTED: "was not on the list",
    Presence.NO_LIST: "could not be read: nothing had been published yet",
}
WITHHELD = "Words that were removed from the list since are not shown here."


def describe_evidence(evidence: Evidence, output: Path | None) -> Iterator[str]:
    """In a few lines: what it was, how it read, since when, and where the file is."""
    yield mark(_tell_presence(evidence), Meaning.HEADING)
    if evidence.lost is not None:
        yield mark(_tell_lost(evidence), Meaning.DOUBT)
    for version in evidence.versions:
        yield ""
        yield f"  {_tell_span(version, evidence)}"
        if version.row is None:
            yield f"  {WITHHELD}"
        else:
            yield from (f"    {name}: {value}" for name, value in _list_words(version.row))
    yield ""
    yield f"{_tell_first_seen(evidence)}"
    if evidence.publication is not None:
        yield f"chain: {evidence.publication.hash} (revision {evidence.publication.revision})"
    if output is not None:
        yield f"written: {output}"


def write_evidence_page(evidence: Evidence) -> str:
    """The page, with the data in it by which it can be verified."""
    shown = MARK + "\n".join(_write_shown(evidence)) + "\n"
    data = {
        "capability_id": evidence.capability_id,
        "chain": [
            {
                "entry": link.entry,
                "parts": link.parts,
                "shown": [
                    {name: getattr(part, name) for name in ("kind", "subject", "content", "salt")}
                    for part in evidence.shown
                    if part.revision == link.publication.revision
                ],
            }
            for link in evidence.links
        ],
        "head": evidence.publication.hash if evidence.publication else "0" * 64,
        "page": hashlib.sha256(shown.encode()).hexdigest(),
        "withheld": evidence.is_withheld,
    }
    text = msgspec.json.encode(data, order="sorted").decode().replace("<", "\\u003c")
    return f"{shown}{DATA_TAG}{text}</script>\n</body>\n</html>\n"


def _write_shown(evidence: Evidence) -> Iterator[str]:
    title = _tell_presence(evidence)
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield '<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield "<h1>What sales could see</h1>"
    yield f'<p class="verdict">{escape(title)}</p>'
    if evidence.lost is not None:
        yield f'<p class="doubt">{escape(_tell_lost(evidence))}</p>'
    if evidence.is_withheld:
        yield f'<p class="doubt">{WITHHELD}</p>'
    for version in evidence.versions:
        yield f"<h2>{escape(_tell_span(version, evidence))}</h2>"
        yield from _write_pairs(_list_words(version.row) if version.row else ())
    yield from _write_meanings(evidence)
    yield from _write_history(evidence)
    yield from _write_publication(evidence)
    yield from _write_how_to_verify(evidence)


def _write_meanings(evidence: Evidence) -> Iterator[str]:
    if evidence.terms:
        yield "<h2>What its words meant that day</h2>"
        yield from _write_pairs((term.label, term.meaning) for term in evidence.terms)


def _write_history(evidence: Evidence) -> Iterator[str]:
    yield "<h2>Before, and around it</h2>"
    yield f"<p>{escape(_tell_first_seen(evidence))}</p>"
    changes = []
    for change in evidence.changed:
        names = ", ".join(_COLUMNS.get(name, name) for name in change.columns if name in _COLUMNS)
        what = change.sentence or (f"Changed: {names}." if names else "Changed.")
        changes.append((f"{_tell_time(change.published_at, evidence)}", what))
    if changes:
        yield "<p>What changed of it in that month:</p>"
        yield from _write_pairs(changes)


def _write_publication(evidence: Evidence) -> Iterator[str]:
    last = evidence.publication
    if last is None:
        return
    passed = "Every text that could be read had passed it by these rules"
    refused = f"; {count_noun(last.refused, 'text')} of the list had been kept back"
    yield "<h2>The list that day</h2>"
    yield from _write_pairs(
        [
            ("Publications in that time", _count_publications(evidence)),
            ("What could be read at its end", _name_publication(last, evidence)),
            *_list_freshness(evidence, last),
            ("Rule book", f"sha256 {last.rulebook_digest}"),
            ("Promise linter", f"{passed}{refused if last.refused else ''}."),
            *(
                (
                    "Let through by a person",
                    f"“{waiver.says}” by {waiver.by}, until {waiver.until}: {waiver.reason}",
                )
                for waiver in evidence.waivers
            ),
        ]
    )


def _list_freshness(evidence: Evidence, last: LoggedPublication) -> Iterator[tuple[str, str]]:
    """How fresh the list was at the end of a time that is over; else at its last publication."""
    fresh = evidence.freshness
    if not evidence.period.is_over:
        yield "It described Jira as of", _tell_time(last.as_of, evidence)
        return
    yield "It described Jira as of", _tell_time(fresh.as_of or last.as_of, evidence)
    checked = _tell_time(fresh.checked_at, evidence) if fresh.checked_at else "never"
    stale = ", and too old to be relied on" if fresh.is_stale else ""
    yield "Last confirmed (beside the chain)", f"{checked}; it was {fresh.status}{stale}"


def _write_how_to_verify(evidence: Evidence) -> Iterator[str]:
    last = evidence.publication
    yield "<h2>How to verify it</h2>"
    if last is None:
        yield "<p>Nothing had been published, so there is nothing that could be verified.</p>"
    else:
        yield (
            "<p>Each publication of the list is closed by a hash over it and over the hash of the "
            "one before. This page holds the whole chain up to that day: of this entry in full, of "
            "all others the hashes alone. The last one is</p>"
            f"<p><code>{last.hash}</code></p>"
            f"<p>Whoever runs Headway finds it in the log of run {escape(last.run_id)}, and "
            "<code>headway doctor</code> says whether the chain still leads there. To verify this "
            "page, save the lines below as <code>verify.py</code> and run <code>python3 verify.py "
            "THIS-PAGE.html</code>: it prints the hash, and the words as they were published "
            "last. Believe those, and compare the hash.</p>"
        )
    yield f"<pre>{escape(VERIFY)}</pre>"


def _tell_presence(evidence: Evidence) -> str:
    period = evidence.period
    is_day = period.begins != period.ends
    when = f"{'On' if is_day else 'At'} {period.text} ({period.zone})"
    so_far = "" if period.is_over or not is_day else ", so far,"
    return f"{when}{so_far} {evidence.capability_id} {_PRESENCE[evidence.presence]}."


def _tell_lost(evidence: Evidence) -> str:
    lost = evidence.lost
    if lost is None:
        return ""
    return (
        "What sales saw then is not known for sure: a database was lost, and publications up to "
        f"revision {lost.revision} with it; a new epoch began on "
        f"{_tell_time(lost.until, evidence)}. What stands here is what the log still has."
    )


def _tell_first_seen(evidence: Evidence) -> str:
    first = evidence.first_seen
    if first is None:
        return "It was never on the list."
    when = _tell_time(first, evidence)
    if evidence.presence in (Presence.NO_LIST, Presence.NOT_LISTED):
        return f"It came onto the list on {when}."
    return f"It was first on the list on {when}."


def _tell_span(version: Version, evidence: Evidence) -> str:
    since = f"Since {_tell_time(version.since, evidence)}"
    until = f", until {_tell_time(version.until, evidence)}" if version.until else ""
    return f"{since}{until} (revision {version.revision})"


def _count_publications(evidence: Evidence) -> str:
    numbers = [str(each.revision) for each in evidence.published]
    return f"{len(numbers)} (revision {', '.join(numbers)})" if numbers else "none"


def _name_publication(publication: LoggedPublication, evidence: Evidence) -> str:
    when = _tell_time(publication.published_at, evidence)
    return f"revision {publication.revision}, published {when}, epoch {publication.epoch}"


def _tell_time(moment: datetime, evidence: Evidence) -> str:
    here = moment.astimezone(UTC).astimezone(ZoneInfo(evidence.period.zone))
    return here.isoformat(sep=" ", timespec="seconds")


def _list_words(row: Capability) -> Iterator[tuple[str, str]]:
    for column, label in _COLUMNS.items():
        value = getattr(row, column)
        text = ", ".join(value) if isinstance(value, tuple) else value
        if text and text != TodayBy.NONE:
            yield label, text


def _write_pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    lines = [
        f"<dt>{_escape(name)}</dt><dd><bdi>{_escape(value)}</bdi></dd>" for name, value in pairs
    ]
    if lines:
        yield "<dl>\n" + "\n".join(lines) + "\n</dl>"


def _escape(text: str) -> str:
    """Text of others: no markup, nor what could leave its place in the direction of reading."""
    return escape(mark_deceptive(text))
