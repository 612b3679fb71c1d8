"""A mirror that changes step by step, and what a translation of the whole of it would come to."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from models.backlog import Identity, Issue, IssueRef, Project, SiteProfile
from models.capability import PublishedState
from models.effort import Ledger
from models.rollup import ALL, EpicRollup, TeamThroughput
from sync.jira.describe.field_plan import FieldPlan
from sync.pipeline.context import Context
from sync.pipeline.incremental import (
    Translated,
    TranslationRun,
    as_list,
    save_translation,
    translate_list,
)
from sync.pipeline.inputs.inputs import load_whole_inputs
from sync.store.clean.lease import acquire_lease
from sync.store.clean.publish import publish_plan
from sync.store.state import ledger, rollups
from tests.builders import AS_OF, WINDOW, a_subtask, an_epic, an_issue, finished
from tests.rules import INVOICING, SEARCH, a_book, changed
from translators.backlog.anomalies import collect_anomalies, report_anomalies
from translators.backlog.completion import date_completion
from translators.backlog.hierarchy import resolve_epics
from translators.effort.booking import book_finished_items, generation_of
from translators.plan.next_due import find_next_due, find_next_full_translation
from translators.plan.rollup import roll_up_backlog
from translators.rules.decide import compile_rules

BOOK = a_book(
    changed(INVOICING, "items: {component: Invoicing}"),
    changed(
        SEARCH.replace("component: Search", "summary has: [search]"),
        "items: {labels: [search, both], not: {component: Payments}}",
    ),
    rest="""
    screening:
      - {id: chores, reason: chores, then: hide, when: {summary has: [cleanup]}}
    pins:
      - {issue: PAY-4, capability: search, reason: It is, by: anna, until: 2026-12-01}
    guards: {undecided_percent: 40}
    effort:
      void: [{issue: PAY-21, reason: a test, by: anna}]
    """,
)
GENERATION = generation_of(BOOK.effort, ())
COMPILED = compile_rules(BOOK)
SEEN = tuple(Project(id=n, key=k, name=k) for n, k in enumerate(("PAY", "INT", "WEB"), start=1))
FIELDS = FieldPlan(requested=("summary",), points=())


def backlog() -> list[Issue]:
    """Five epics of two teams, with work in closed fortnights, in the open one, and none yet."""
    epics = [
        an_epic(id=1, key="PAY-1", components=("Invoicing",), summary="Invoices by mail"),
        an_epic(id=2, key="INT-2", project="INT", project_id=2, summary="Better search"),
        an_epic(id=3, key="PAY-3", summary="A cleanup"),
        an_epic(id=4, key="PAY-4", summary="Something else"),
        an_epic(id=6, key="PAY-6", summary="Another search: nothing of it is finished"),
    ]
    stories = [
        finished(
            WINDOW + 1 - turn % 9,
            id=10 + turn,
            key=f"{project}-{10 + turn}",
            project=project,
            project_id=number,
            parent=IssueRef(id=1 + turn % 5),
            points=Decimal(1 + turn % 3),
            contributor=("anna", "ben", "cleo")[turn % 3],
        )
        for turn in range(36)
        for project, number in (("PAY", 1), ("INT", 2))[turn % 2 :][:1]
    ]
    open_ones = [
        an_issue(id=60 + turn, key=f"PAY-{60 + turn}", parent=IssueRef(id=1 + turn % 4))
        for turn in range(8)
    ]
    linked = [an_issue(id=70 + turn, key=f"PAY-{70 + turn}", epic_link="PAY-1") for turn in (0, 1)]
    parts = [
        a_subtask(each, id=80 + turn, key=f"PAY-{80 + turn}")
        for turn, each in enumerate([stories[0], stories[4], open_ones[0], linked[0]])
    ]
    return [*epics, *stories, *open_ones, *linked, *parts]


@dataclass(frozen=True)
class Translation:
    """How a translation was made (skipped, part, whole), what it remarks on, if it is held."""

    how: str
    codes: set[str]
    is_held: bool


@dataclass
class Changing:
    """A site whose mirror is changed, translated and published, one step after the other."""

    context: Context
    as_of: datetime = AS_OF
    walk: int = 0
    issues: dict[int, Issue] = field(default_factory=dict)
    projects: tuple[Project, ...] = SEEN

    def begin(self) -> None:
        """The first walk and the first publication."""
        self.context.site_store.ensure_record()
        self.write(backlog())
        self.translate()

    def take_step(
        self,
        found: Mapping[int, Sequence[Mapping[str, Any]]],
        gone: Sequence[int],
        days: float,
        renamed: str | None,
    ) -> None:
        """After so many days a walk finds changes of issues, by id, and a project renamed."""
        self.as_of += timedelta(days=days)
        changed = []
        for issue_id, changes in found.items():
            was = self.issues.get(issue_id) or an_issue(id=issue_id, key=f"PAY-{issue_id}")
            merged = {name: value for each in changes for name, value in each.items()}
            changed.append(replace(was, updated_at=self.as_of, **merged))
        self.write(changed, gone)
        if renamed and renamed in self.keys:
            self.rename_project(renamed)

    def rename_project(self, key: str) -> None:
        """One walk that finds a project, and its issues that are there, under another key."""
        project = next(each for each in self.projects if each.key == key)
        other = replace(project, key=f"{key}X")
        self.projects = tuple(other if each is project else each for each in self.projects)
        gone = self.context.mirror.missing_ids()
        self.write(
            [
                replace(each, project=other.key, key=f"{other.key}-{each.key.rpartition('-')[2]}")
                for each in self.issues.values()
                if each.project_id == project.id and each.id not in gone
            ],
            is_renamed=True,
        )

    def write(
        self, issues: Iterable[Issue], gone: Sequence[int] = (), *, is_renamed: bool = False
    ) -> None:
        """One walk that finds these issues changed, and those gone in two censuses."""
        mirror, site_store = self.context.mirror, self.context.site_store
        self.walk += 1
        keys = {project.id: project.key for project in self.projects}
        found = [replace(each, project=keys.get(each.project_id, each.project)) for each in issues]
        seen = mirror.read_seen(issue.id for issue in found)
        first = self.walk == 1
        site_store.begin_walk(self._profile(), FIELDS.requested, self.walk, token=self.walk)
        rows = [date_completion(issue, seen.get(issue.id), self.as_of, first) for issue in found]
        mirror.write_issues(rows, seen, self.walk)
        self.issues.update((issue.id, issue) for issue in rows)
        gone = [each for each in gone if each not in mirror.missing_ids()]
        for each in (gone, ()) if gone else ((),):
            before = mirror.missing_ids(self._census_at) if self._census_at else {}
            lost = mirror.read_by_ids(mirror.missing_ids().keys() - before.keys()) if gone else []
            site_store.finish_walk(
                self._profile(),
                FIELDS,
                self.walk,
                token=self.walk,
                gone=each,
                missing=lost,
                is_translation_kept=not (first or is_renamed),
                census=bool(gone) or first,
            )
            self.as_of += timedelta(seconds=1)
        self.as_of += timedelta(hours=1)
        site_store.finish_walk(
            self._profile(), FIELDS, self.walk, token=self.walk, is_translation_kept=True
        )

    @property
    def keys(self) -> frozenset[str]:
        """The projects that can be seen."""
        return frozenset(project.key for project in self.projects)

    @property
    def _census_at(self) -> datetime | None:
        record = self.context.site_store.find_record()
        return record.census_at if record else None

    def _profile(self) -> SiteProfile:
        return SiteProfile(
            deployment="cloud",
            version="1",
            server_time=self.as_of,
            described_at=self.as_of,
            identity=Identity("a1", "Reader"),
            projects=self.projects,
            types=(),
            fields=(),
        )

    def run(self) -> TranslationRun:
        """A translation that is about to begin."""
        return TranslationRun(self.context, BOOK, GENERATION, self.keys, self.as_of, self.walk)

    def translate(self) -> Translation:
        """Translate as a run does, compare it with the whole, and publish what no guard holds."""
        context = self.context
        expected = self.whole()
        translated = translate_list(as_list(self.run()))
        how = translated.how
        found, plan = translated.cached, translated.cached.plan
        got: dict[str, Any] = {
            "findings": (*found.findings, *plan.findings),
            "tally": plan.tally,
            "due_at": found.due_at,
            # A team all of whose work was moved away is remembered, and does no harm.
            "notes": {team: found.notes.get(team) for team in expected["notes"]},
            "full_at": found.full_at,
        }
        if how == "skipped":
            assert not expected["plan"].changes
            assert not expected["plan"].holds
        else:
            got |= {"plan": plan, "decisions": translated.decisions}
            booked = ledger.read_ledger(context.state, "main", GENERATION)
            assert _in_order(booked) == expected["ledger"]
        assert got == {name: expected[name] for name in got}
        if not plan.holds:
            self.publish(translated)
            assert self._remembered() == expected["groups"]
        codes = {finding.code for finding in got["findings"]}
        return Translation(how, codes, bool(plan.holds))

    def whole(self) -> dict[str, Any]:
        """What a translation of everything would come to; nothing is written."""
        context = self.context
        listed = list(context.mirror.read_issues())
        resolved = resolve_epics(listed)
        issues = tuple(replace(issue, epic_id=resolved.epics[issue.id]) for issue in listed)
        booked = ledger.read_ledger(context.state, "main", GENERATION)
        booking = book_finished_items(issues, booked, BOOK.effort, self.as_of, self.keys)
        booked = booked.extend(booking.entries, booking.windows)
        inputs = load_whole_inputs(context, BOOK, issues)
        published = _without_moved(inputs.snapshot.published_state, resolved.epics)
        inputs = dataclasses.replace(
            inputs, snapshot=replace(inputs.snapshot, published_state=published)
        )
        found = roll_up_backlog(inputs.snapshot, COMPILED, resolved.orphaned)
        translation = dataclasses.replace(inputs, rollup=found).translate()
        return {
            "plan": translation.plan,
            "decisions": translation.attribution.decisions,
            "findings": (
                *report_anomalies(collect_anomalies(found.groups)),
                *booking.findings,
                *translation.plan.findings,
            ),
            "tally": translation.plan.tally,
            "due_at": find_next_due(inputs.snapshot, BOOK, translation),
            "notes": dict(booking.notes),
            "full_at": find_next_full_translation(self.as_of, BOOK),
            "ledger": _in_order(booked),
            "groups": (
                {n: _plain(group) for n, group in found.groups.items()},
                TeamThroughput().apply_changes([group.teams for group in found.groups.values()]),
            ),
        }

    def publish(self, translated: Translated, remembering: bool = True) -> None:
        """What a run does with a translation that no guard objects to."""
        with acquire_lease(self.context.clean) as lease:
            published = publish_plan(
                self.context.clean,
                translated.cached.plan,
                BOOK,
                run_id=f"run-{self.walk}",
                token=lease.token,
                fresh_for=timedelta(days=1),
            )
        if remembering:
            save_translation(self.run(), translated, published.revision)

    def _remembered(self) -> Any:
        groups = rollups.read_rollups(self.context.state, "main")
        numbers = {*groups, ALL}
        teams = rollups.read_throughput(self.context.state, "main", numbers)
        whole = {n: replace(group, teams=teams[n]) for n, group in groups.items()}
        return {n: _plain(group) for n, group in whole.items()}, teams[ALL]


def _in_order(booked: Ledger) -> Ledger:
    """The entries of each issue in the order in which they were booked: no other order counts.

    Who worked in a window of long ago is forgotten in the database; what it came to is not.
    """
    windows = (replace(window, finished_by={}) for window in booked.windows)
    return Ledger(
        booked.generation,
        tuple(sorted(booked.entries, key=lambda entry: entry.issue_id)),
        tuple(sorted(windows, key=lambda window: (window.team, window.window))),
    )


def _plain(group: EpicRollup) -> Any:
    """A group without the kinds of its mappings."""
    days = {team: dict(numbers) for team, numbers in group.teams.days.items()}
    projects = {team: dict(numbers) for team, numbers in group.teams.projects.items()}
    return group.project, group.work, days, projects, dict(group.anomalies)


def _without_moved(published: PublishedState, epics: Mapping[int, int | None]) -> PublishedState:
    """What was published, less the items that are below an epic by now: the mirror says so only
    once a translation has written it there.
    """
    return replace(
        published,
        capabilities={
            key: replace(
                kept,
                contributing_epics=tuple(
                    feed
                    for feed in kept.contributing_epics
                    if not feed.is_item or epics.get(feed.epic_id) is None
                ),
            )
            for key, kept in published.capabilities.items()
        },
    )
