"""Laws of every rule book and backlog that Hypothesis invents; see tests/invented.py."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from hypothesis import given

from models.backlog import Issue
from models.capability import PublishedState
from models.decision import Outcome
from models.effort import Ledger
from models.plan import canonical_json
from models.rulebook import RuleBook
from models.snapshot import Snapshot
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.builders import AS_OF
from tests.examples import examples
from tests.invented import (
    SECRET,
    Arrangement,
    Item,
    arranged_books,
    backlogs,
    books,
    is_epic,
    spread,
)
from translators.effort.booking import book_finished_items, generation_of
from translators.plan.rollup import roll_up_backlog
from translators.plan.translate import Translation, translate
from translators.rules.decide import compile_rules
from translators.suggestions.drafts import draft_capabilities
from translators.suggestions.queue import find_private, list_undecided
from translators.suggestions.rule_edits import Undecided

PLACE = re.compile(r"[a-z/-]+\.yaml:\d+(:\d+)?")
SHIPPED = read_shipped_texts()


def read(texts: Mapping[str, str]) -> RuleBook:
    return rulebook_from_texts(SHIPPED | dict(texts))


def a_snapshot(issues: Sequence[Issue], book: RuleBook) -> Snapshot:
    generation = generation_of(book.effort, ())
    projects = frozenset(issue.project for issue in issues)
    booking = book_finished_items(issues, Ledger(generation), book.effort, AS_OF, projects)
    return Snapshot(
        as_of=AS_OF,
        generation=generation,
        issues=tuple(issues),
        entries=booking.entries,
        windows=booking.windows,
        published_state=PublishedState(),
    )


def translated(issues: Sequence[Issue], book: RuleBook) -> Translation:
    return translate(a_snapshot(issues, book), book, compile_rules(book))


def without_places(value: Any) -> Any:
    """A value without the lines of its rules, and without the name of the texts they stand in."""
    if isinstance(value, dict):
        return {
            key: without_places(inner)
            for key, inner in value.items()
            if key not in ("at", "rulebook_digest")
        }
    if isinstance(value, list | tuple):
        return [without_places(inner) for inner in value]
    return PLACE.sub("RULE", value) if isinstance(value, str) else value


def told_by(translation: Translation) -> Any:
    """Everything that a plan, its rows and its decisions say."""
    decisions = sorted(translation.attribution.decisions, key=lambda each: each.epic_id)
    plan = msgspec.to_builtins(translation.plan, str_keys=True)
    told = msgspec.to_builtins([decisions, translation.rows], enc_hook=str, str_keys=True)
    findings = sorted(map(str, without_places(plan.pop("findings"))))
    return [without_places(plan), findings, without_places(told)]


@examples(5, 600)
@given(arranged_books(), backlogs())
def test_the_order_of_rules_and_of_files_never_matters(
    arranged: Arrangement, issues: list[Issue]
) -> None:
    first, second = read(arranged.first), read(arranged.second)

    one, other = translated(issues, first), translated(issues[::-1], second)

    assert told_by(one) == told_by(other)
    published = [
        canonical_json(
            {"rows": [step.after for step in each.plan.changes], "terms": each.plan.terms}
        )
        for each in (one, other)
    ]
    assert published[0] == published[1]


@examples(4, 400)
@given(books(), backlogs())
def test_every_epic_has_exactly_one_decision_and_the_sums_are_the_census(
    items: list[Item], issues: list[Issue]
) -> None:
    book = read(spread(items, ["rules.yaml"] * len(items)))

    translation = translated(issues, book)

    decisions = translation.attribution.decisions
    counts = Counter(each.epic_id for each in decisions if not each.is_item)
    assert counts == Counter(issue.id for issue in issues if is_epic(issue))
    assert all(each.reasons and each.outcome in Outcome for each in decisions)
    assert all(n == 1 for n in Counter(each.epic_id for each in decisions).values())
    tally = translation.plan.tally
    assert sum(tally.by_outcome.values()) == tally.epics == len(counts)
    assert sum(tally.left_out.values()) == tally.by_outcome[Outcome.LEFT_OUT]
    assert sum(tally.undecided.values()) == tally.by_outcome[Outcome.NEEDS_DECISION]


@examples(4, 400)
@given(books(), backlogs())
def test_no_rule_book_overrules_a_security_level_or_shows_what_has_one(
    items: list[Item], issues: list[Issue]
) -> None:
    book = read(spread(items, ["rules.yaml"] * len(items)))
    compiled = compile_rules(book)
    snapshot = a_snapshot(issues, book)
    rollup = roll_up_backlog(snapshot, compiled)
    translation = translate(snapshot, book, compiled, rollup=rollup)
    attribution = translation.attribution
    restricted = {issue.id for issue in issues if issue.restricted}

    assert {each.outcome for each in attribution.decisions if each.epic_id in restricted} <= {
        Outcome.LEFT_OUT
    }
    fed = {
        feed.epic_id
        for evidence in attribution.evidence.values()
        for feed in evidence.contributing_epics
    }
    assert not fed & restricted
    work = sum(evidence.work.credit for evidence in attribution.evidence.values())
    open_work = sum(entry.credit for entry in snapshot.entries if entry.issue_id not in restricted)
    assert work <= open_work

    private = find_private(issues)
    undecided = Undecided(
        filter(is_epic, issues), attribution.decisions, compiled, AS_OF.date(), private
    )
    shown = [
        told_by(translation),
        list_undecided(snapshot, compiled, translation, rollup.groups, {}, reveal=True),
        draft_capabilities(undecided, lambda epics: len(list(epics)), private=private),
    ]
    assert SECRET not in repr(shown)
