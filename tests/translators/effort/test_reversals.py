from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, StatusCategory
from models.conditions import Line
from models.effort import EntryKind, Ledger, ReversalReason
from models.rulebook import EffortRules, Ruling
from tests.builders import AS_OF, WINDOW, an_epic, an_issue, effort_rules, finished
from translators.backlog.fortnights import window_start
from translators.effort.booking import Booking, book_finished_items

PAY = frozenset({"PAY"})
LATER = AS_OF + timedelta(days=14)
RULES = effort_rules()


def booked(
    *issues: Issue, onto: Booking | None = None, rules: EffortRules = RULES, as_of: Any = AS_OF
) -> Booking:
    ledger = Ledger("g1").extend(onto.entries, onto.windows) if onto else Ledger("g1")
    more = book_finished_items(issues, ledger, rules, as_of, PAY)
    if onto is None:
        return more
    entries, windows = (*onto.entries, *more.entries), (*onto.windows, *more.windows)
    return replace(more, entries=entries, windows=windows)


def stories(number: int = 3, **changes: Any) -> list[Issue]:
    return [
        finished(contributor=f"p{turn}", points=Decimal(5), **changes) for turn in range(number)
    ]


def reopened(issue: Issue) -> Issue:
    return replace(
        issue,
        status="In Progress",
        status_category=StatusCategory.INDETERMINATE,
        resolution=None,
        resolved_at=None,
        done_at=None,
        done_source=None,
    )


def voiding(key: str) -> EffortRules:
    return effort_rules(void=(Ruling(key, "a test", "@anna", Line("effort.yaml", 3)),))


def test_work_that_was_reopened_is_taken_back_at_once() -> None:
    ours, *others = stories()
    before = booked(ours, *others)

    after = booked(reopened(ours), *others, onto=before)

    (credit,) = (e for e in before.entries if e.issue_id == ours.id)
    (reversal,) = after.entries[len(before.entries) :]
    assert (reversal.kind, reversal.reason) == (EntryKind.REVERSAL, ReversalReason.REOPENED)
    assert (reversal.credit, reversal.credit_by_count) == (-credit.credit, -credit.credit_by_count)
    assert (reversal.turn, reversal.window, reversal.team) == (
        credit.turn,
        credit.window,
        credit.team,
    )


def given_up(issue: Issue) -> tuple[list[Issue], EffortRules]:
    return [replace(issue, resolution="Won't Do")], RULES


def rejected(issue: Issue) -> tuple[list[Issue], EffortRules]:
    return [replace(issue, status="Rejected")], RULES


def voided(issue: Issue) -> tuple[list[Issue], EffortRules]:
    return [issue], voiding(issue.key.lower())


def voided_by_a_former_key(issue: Issue) -> tuple[list[Issue], EffortRules]:
    return [replace(issue, former_keys=("OLD-1",))], voiding("OLD-1")


def taken_up_again(issue: Issue) -> tuple[list[Issue], EffortRules]:
    return [reopened(issue)], RULES


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (taken_up_again, ReversalReason.REOPENED),
        (given_up, ReversalReason.CANCELLED),
        (rejected, ReversalReason.CANCELLED),
        (voided, ReversalReason.VOIDED),
        (voided_by_a_former_key, ReversalReason.VOIDED),
    ],
)
def test_what_is_no_finished_work_any_more_is_taken_back_once(
    happens: Any, reason: ReversalReason
) -> None:
    ours, *others = stories()
    before = booked(ours, *others)
    changed, rules = happens(ours)

    once = booked(*changed, *others, onto=before, rules=rules)
    twice = booked(*changed, *others, onto=once, rules=rules)

    assert [e.reason for e in once.entries[len(before.entries) :]] == [reason]
    assert twice.entries == once.entries


def test_an_epic_that_got_children_is_no_item_any_more() -> None:
    epic = replace(stories(1)[0], hierarchy_level=HierarchyLevel.EPIC, type="Epic")
    before = booked(epic, *stories())

    after = booked(epic, an_issue(epic_id=epic.id), *stories(0), onto=before)

    assert after.entries[-1].reason is ReversalReason.BECAME_PARENT
    assert after.entries[-1].issue_id == epic.id


def test_an_issue_that_jira_does_not_show_any_more_keeps_its_credit() -> None:
    ours, *others = stories()
    before = booked(ours, *others)

    gone = replace(ours, missing_since=AS_OF)

    assert booked(gone, *others, onto=before).entries == before.entries
    assert booked(*others, onto=before).entries == before.entries


def test_work_that_is_finished_again_is_credited_again_in_the_window_of_the_day() -> None:
    ours, *others = stories()
    before = booked(ours, *others)
    back = booked(reopened(ours), *others, onto=before)
    again = finished(WINDOW + 1, id=ours.id, contributor="p0", points=Decimal(5))

    after = booked(again, *others, onto=back, as_of=LATER)

    mine = [e for e in after.entries if e.issue_id == ours.id]
    assert [(e.kind, e.turn, e.window) for e in mine] == [
        (EntryKind.CREDIT, 1, WINDOW),
        (EntryKind.REVERSAL, 1, WINDOW),
        (EntryKind.CREDIT, 2, WINDOW + 1),
    ]


def test_work_that_was_voided_by_mistake_comes_back_with_the_next_window() -> None:
    ours, *others = stories()
    before = booked(ours, *others)
    without = booked(ours, *others, onto=before, rules=voiding(ours.key))

    still = booked(ours, *others, onto=without)
    after = booked(ours, *others, onto=still, as_of=LATER)

    assert still.entries == without.entries
    assert [(e.turn, e.window) for e in after.entries if e.issue_id == ours.id][-1] == (
        2,
        WINDOW + 1,
    )


def test_what_is_voided_before_it_is_booked_is_out_of_the_total_too() -> None:
    ours, *others = stories()

    entries = booked(ours, *others, rules=voiding(ours.key)).entries

    assert {e.issue_id for e in entries} == {other.id for other in others}
    assert {e.denominator for e in entries} == {10}


def test_reversals_change_no_sum_that_was_booked() -> None:
    ours, *others = stories()
    before = booked(ours, *others)

    after = booked(reopened(ours), *others, onto=before)

    assert after.windows == before.windows


def test_an_entry_remembers_jiras_clock_in_the_run_that_booked_it() -> None:
    ours, *others = stories()
    before = booked(ours, *others)

    after = booked(reopened(ours), *others, onto=before, as_of=AS_OF + timedelta(hours=5))

    assert {e.booked_at for e in before.entries} == {AS_OF}
    assert after.entries[-1].booked_at == AS_OF + timedelta(hours=5)


def test_an_epic_without_children_is_booked_as_an_item() -> None:
    epic = an_epic(
        status_category=StatusCategory.DONE,
        status="Done",
        done_at=window_start(WINDOW) + timedelta(days=1),
        contributor="anna",
        points=Decimal(3),
    )

    assert [e.issue_id for e in booked(epic).entries] == [epic.id]
