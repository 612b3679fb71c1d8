"""Rates a real product's past: every component of its epics as a capability, by the real rules.

    HEADWAY_TEST_DATA=FOLDER python -m tests.benchmarks.portfolio
        [--shape v2|v3] [--team project|component] [--show COMPONENT ...]

The folder holds tidev/: one issue a line as Jira's API gives it, and the list of its fields. An
epic counts for the first of its components by name; no screening rule is applied. The archive is
a part of what the teams finished, so the person-weeks are those of the part.
"""

import argparse
import gzip
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp, log
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from models.backlog import Field, HierarchyLevel, Identity, Issue, IssueType, Project, SiteProfile
from models.effort import MICRO, Entry, Ledger, Level, Rating
from models.rulebook import EffortRules, TeamRule
from sync.jira.describe.field_plan import plan_fields
from sync.jira.read.decode import IssueDecoder, parse_moment
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from translators.backlog.completion import date_completion
from translators.backlog.fortnights import window_start
from translators.backlog.hierarchy import resolve_epics
from translators.backlog.items import find_parents, is_item
from translators.effort.booking import Booking, book_finished_items
from translators.effort.rating import rate_capability, select_experienced_teams, sum_effort

SHAPES = {"v2": "datacenter", "v3": "cloud"}
NO_CAPABILITY = NO_EPIC, NO_COMPONENT = "(no epic that we see)", "(epic without component)"


@dataclass(frozen=True)
class Portfolio:
    """The archive as a run sees it: its issues, what is booked, and which component each feeds."""

    issues: Sequence[Issue]
    booking: Booking
    rules: EffortRules
    component_of: dict[int, str]

    def entries(self) -> dict[str, list[Entry]]:
        """Credits by component, in the order of windows."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.booking.entries:
            found[self.component_of[entry.issue_id]].append(entry)
        return found

    def ratings(self) -> dict[str, Rating]:
        """What a first publication would say of each component."""
        closed = select_experienced_teams(Counter(sums.team for sums in self.booking.windows))
        return {
            component: rate_capability(
                sum_effort((), entries, self.rules, closed), self.rules, False, None
            )
            for component, entries in self.entries().items()
        }


def read_archive(folder: Path, shape: str) -> list[Issue]:
    """The archive's issues as the first run would mirror them, each with its epic."""
    with gzip.open(folder / f"tidev_core_{shape}.jsonl.gz") as lines:
        rows = [Raw(line) for line in lines]
    fields = msgspec.json.decode((folder / f"tidev_{shape}_fields.json").read_bytes())
    profile = _profile(rows, fields, SHAPES[shape])
    decoder = IssueDecoder("main", profile, plan_fields(profile, ()), "00" * 32)
    for row in rows:
        decoder.decode_issue(row)
    decoder.type_levels.infer()
    as_of = profile.server_time
    issues = [
        date_completion(decoder.decode_issue(row), None, as_of, first_run=True) for row in rows
    ]
    epics = resolve_epics(issues).epics
    return [replace(issue, epic_id=epics[issue.id]) for issue in issues]


def _profile(rows: Sequence[Raw], fields: list[dict[str, Any]], deployment: str) -> SiteProfile:
    """What such a site would answer about itself; its clock is a month past the last change."""
    found = [msgspec.json.decode(row)["fields"] for row in rows]
    types = {each["issuetype"]["id"]: each["issuetype"] for each in found}
    projects = {each["project"]["id"]: each["project"]["key"] for each in found}
    now = max(parse_moment(each["updated"]) for each in found) + timedelta(days=30)
    return SiteProfile(
        deployment=deployment,
        version="",
        server_time=now,
        described_at=now,
        identity=Identity("reader", "Reader"),
        projects=tuple(Project(id=int(n), key=key, name=key) for n, key in projects.items()),
        types=tuple(
            IssueType(
                id=n, name=t["name"], subtask=t["subtask"], hierarchy_level=t.get("hierarchyLevel")
            )
            for n, t in types.items()
        ),
        fields=tuple(
            Field(id=f["id"], name=f["name"], kind=f.get("schema", {}).get("custom"))
            for f in fields
        ),
    )


def portfolio_of(issues: Sequence[Issue], team: str) -> Portfolio:
    """Book the archive in one run and tell which component each item feeds."""
    names = Counter(name for issue in issues for name in issue.components)
    rules = msgspec.structs.replace(
        rulebook_from_texts(read_shipped_texts()).effort, team=TeamRule(team, tuple(names))
    )
    as_of = max(issue.updated_at for issue in issues) + timedelta(days=30)
    projects = frozenset(issue.project for issue in issues)
    parents = find_parents(issues)
    booking = book_finished_items(issues, Ledger("benchmark"), rules, as_of, projects)
    epics = {issue.id: issue for issue in issues if issue.hierarchy_level is HierarchyLevel.EPIC}
    return Portfolio(
        issues,
        booking,
        rules,
        {item.id: _component(item, epics) for item in issues if is_item(item, parents)},
    )


def _component(item: Issue, epics: dict[int, Issue]) -> str:
    epic = item if item.hierarchy_level is HierarchyLevel.EPIC else epics.get(item.epic_id or 0)
    if epic is None:
        return NO_EPIC
    return epic.components[0] if epic.components else NO_COMPONENT


def show_levels(portfolio: Portfolio) -> None:
    """One line a component, most effort first."""
    entries = portfolio.entries()
    heading = f"{'component':<26}{'items':>6}{'teams':>6}{'weeks':>9}{'by count':>10}"
    print(f"{heading}  known  history  agrees  level")
    ratings = portfolio.ratings()
    for component in sorted(ratings, key=lambda name: (-ratings[name].effort, name)):
        rating = ratings[component]
        lines = (rating.sizes_known, rating.history_long_enough, rating.counting_agrees)
        known, history, agrees = ("yes" if line else "no" for line in lines)
        teams = len({entry.team for entry in entries[component]})
        why = f" ({rating.why})" if rating.why else ""
        print(
            f"{component:<26}{len(entries[component]):>6}{teams:>6}{rating.effort / MICRO:>9.2f}"
            f"{rating.effort_by_count / MICRO:>10.2f}  {known:<7}{history:<9}{agrees:<8}"
            f"{rating.level}{why}"
        )
    for finding in portfolio.booking.findings:
        print(f"finding {finding.code} {finding.where}: {finding.what}")


def show_credits(portfolio: Portfolio, component: str) -> None:
    """Every credit of one component with all that it was computed from."""
    keys = {issue.id: issue.key for issue in portfolio.issues}
    print(f"\n{component}: credit = size / D x people x 2 x windows")
    heading = f"{'item':<13}{'fortnight from':<16}{'team':<12}{'unit':<8}{'size':>6} {'from':<13}"
    print(f"{heading}{'D':>7}{'people':>8}{'windows':>9}{'micro-weeks':>14}")
    total = 0
    for entry in portfolio.entries()[component]:
        total += entry.credit
        print(
            f"{keys[entry.issue_id]:<13}{window_start(entry.window).date()!s:<16}{entry.team:<12}"
            f"{entry.unit:<8}{entry.size!s:>6} {entry.size_source:<13}{entry.denominator!s:>7}"
            f"{entry.people!s:>8}{entry.windows!s:>9}{entry.credit:>14,}"
        )
    print(f"{'':<13}{total / MICRO:.6f} person-weeks, those of teams under 3 people among them")


def proposed_edges(efforts: Sequence[float]) -> list[int]:
    """Edges in steps of three that lie closest to the fifths of a portfolio."""
    ranked = sorted(efforts)
    fifths = [max(1.0, ranked[len(ranked) * part // 5]) for part in (1, 2, 3, 4)]
    middle = exp(fmean(map(log, fifths)))
    return [_two_digits(middle * 3 ** (step - 1.5)) for step in range(4)]


def _two_digits(weeks: float) -> int:
    return int(float(f"{max(weeks, 1):.2g}"))


def main() -> None:
    """Print the levels, the credits of two components, and edges that would suit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=SHAPES, default="v2")
    parser.add_argument("--team", choices=("project", "component"), default="project")
    parser.add_argument("--show", nargs="*", default=["CLI", "Mac"])
    chosen = parser.parse_args()
    data = os.environ.get("HEADWAY_TEST_DATA")
    if not data:
        sys.exit("HEADWAY_TEST_DATA is not set: it names the folder that holds tidev/.")
    issues = read_archive(Path(data) / "tidev", chosen.shape)
    portfolio = portfolio_of(issues, chosen.team)
    print(f"{len(issues)} issues, {len(portfolio.booking.entries)} credits\n")
    show_levels(portfolio)
    for component in chosen.show:
        show_credits(portfolio, component)
    rated = [
        rating.effort / MICRO
        for component, rating in portfolio.ratings().items()
        if rating.level is not Level.NOT_RATED and component not in NO_CAPABILITY
    ]
    print(f"\nedges now {portfolio.rules.edges}; closer to its fifths: {proposed_edges(rated)}")


if __name__ == "__main__":
    main()
