"""What a run came to, put so that two ways to the same list can be held against each other."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from models.tables import clean
from sync.sample.company.issues import Issue as SampleIssue
from sync.store.clean.chain import follow_chain
from sync.store.db.engines import open_reader, open_writer
from tests.runs.place import Place

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
Seen = dict[str, list[tuple[Any, ...]]]
"""Rows by what they are of, in one order."""

SHOWN = {
    "rows": "SELECT * FROM {v}v1_capability",
    "news": "SELECT * FROM {v}v1_change",
    "aliases": "SELECT * FROM {v}v1_alias",
    "words": "SELECT * FROM {v}v1_term",
    "freshness": "SELECT revision, row_count, as_of FROM {v}v1_freshness",
}
# People are known by a key that each database makes for itself, and so are hashes over them.
KEPT = {
    "mirror": "SELECT id, key, status_category, done_at, done_source, points, labels, summary, "
    "missing_since, epic_id FROM {t}issue",
    "ledger": "SELECT generation, kind, issue_id, turn, team, {t}ledger.window, credit, reason "
    "FROM {t}ledger",
    "windows": "SELECT generation, team, {t}team_window.window, points, count, known, people, "
    "windows, carried, unit, denominator FROM {t}team_window",
    "decisions": "SELECT epic_id, outcome, heading, counts_for, since, screened_as "
    "FROM {t}decision",
    "changed": "SELECT issue_id FROM {t}changed_issue",
    "asked": "SELECT words, number FROM {t}asked_words",
}
AS_TOLD = "SELECT id, key, status_category, points, labels, missing_since FROM {t}issue"


def see(place: Place) -> Seen:
    """All that readers see, but for the moment at which it was written."""
    return {name: _sorted(place.rows(query)) for name, query in SHOWN.items()}


def look_into(place: Place) -> Seen:
    """What Headway keeps for itself, as far as the next run goes by it."""
    return {name: _sorted(place.state_rows(query)) for name, query in KEPT.items()}


def _sorted(rows: list[Any]) -> list[tuple[Any, ...]]:
    found = (tuple((k, v) for k, v in row.items() if k != "updated_at") for row in rows)
    return sorted(found, key=repr)


def let_lease_run_out(place: Place) -> None:
    """Have it be later than the end of whatever lease a killed run left."""
    with place.open_context() as context, open_writer(context.clean) as connection:
        connection.execute(update(clean.lease).values(expires_at=LONG_AGO))


def find_broken(place: Place) -> tuple[object, ...]:
    """What of the publication log does not hold together."""
    with place.open_context() as context, open_reader(context.clean) as connection:
        return follow_chain(connection).broken


def find_unlike_jira(place: Place) -> dict[str, tuple[Any, Any]]:
    """The issues that Jira shows otherwise than they stand in the mirror, after a run that read.

    Nothing of ours is asked how it came there: what Jira shows is taken from the company itself.
    """
    kept = {row["id"]: row for row in place.state_rows(AS_TOLD)}
    hidden = place.jira.view.hidden_projects
    shown = (i for i in place.company.issues.values() if i.project not in hidden)
    pairs = {
        issue.key: (_tell_kept(kept.get(issue.id)), _tell_shown(place, issue)) for issue in shown
    }
    return {key: (ours, theirs) for key, (ours, theirs) in pairs.items() if ours != theirs}


def _tell_kept(row: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    if row is None or row["missing_since"]:
        return None
    labels = row["labels"]
    points = None if row["points"] is None else float(row["points"])
    read = json.loads(labels) if isinstance(labels, str) else labels
    return row["key"], row["status_category"], points, sorted(read)


def _tell_shown(place: Place, issue: SampleIssue) -> tuple[Any, ...]:
    """Points below zero are none."""
    points = None if issue.points is None or issue.points < 0 else float(issue.points)
    return issue.key, place.company.category_of(issue), points, sorted(issue.labels)


def tell_differences(one: Seen, other: Seen) -> dict[str, tuple[list[Any], list[Any]]]:
    """Of each kind, the first rows that one has and the other has not."""
    found = {
        name: (
            [row for row in one[name] if row not in other[name]][:3],
            [row for row in other[name] if row not in one[name]][:3],
        )
        for name in one
    }
    return {name: rows for name, rows in found.items() if any(rows)}
