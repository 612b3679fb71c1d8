from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.backlog import Issue, Version
from models.capability import ChangeKind, PublishedState, State
from models.decision import Outcome
from models.effort import Ledger, Level
from models.plan import Plan
from models.rulebook import RuleBook, WithdrawnReason
from models.snapshot import Snapshot
from sync.rulebook import find_promises
from tests.builders import AS_OF, WINDOW, an_epic, an_issue, finished
from tests.rules import INVOICING, SEARCH, a_book, a_linter, changed
from translators.effort.booking import book_finished_items, generation_of
from translators.explain.capability_account import explain_capability
from translators.plan.translate import Translation, translate
from translators.promises.publishable import audit_news
from translators.rules.decide import compile_rules

BOOK = a_book()
PEOPLE = ("anna", "ben", "cleo")


def epic_of(component: str, **changes: Any) -> Issue:
    return an_epic(**({"components": (component,), "summary": f"About {component}"} | changes))


def work(epic: Issue, number: int = 3, **changes: Any) -> list[Issue]:
    """So many finished stories of an epic, by three people, over eight windows."""
    return [
        finished(
            WINDOW - turn % 8,
            epic_id=epic.id,
            contributor=PEOPLE[turn % 3],
            points=Decimal(3),
            **changes,
        )
        for turn in range(number)
    ]


def a_snapshot(issues: Sequence[Issue], rules: RuleBook = BOOK, **changes: Any) -> Snapshot:
    projects = frozenset(issue.project for issue in issues)
    ledger = Ledger(generation_of(rules.effort, ()))
    booking = book_finished_items(issues, ledger, rules.effort, AS_OF, projects)
    values: dict[str, Any] = {
        "as_of": AS_OF,
        "generation": ledger.generation,
        "issues": tuple(issues),
        "entries": booking.entries,
        "windows": booking.windows,
        "published_state": PublishedState(),
    }
    return Snapshot(**(values | changes))


def translated(issues: Sequence[Issue], rules: RuleBook = BOOK, **changes: Any) -> Translation:
    return translate(a_snapshot(issues, rules, **changes), rules, compile_rules(rules))


def published(plan: Plan, before: PublishedState | None = None) -> PublishedState:
    """The memory after publishing a plan."""
    before = before or PublishedState()
    kept = before.capabilities | {found.capability_id: found for found in plan.remembered}
    return PublishedState(
        revision=before.revision + (not plan.is_empty),
        as_of=plan.as_of,
        rulebook_digest=plan.rulebook_digest,
        generation=plan.generation,
        capabilities=kept,
        terms=plan.terms or before.terms,
    )


INVOICES = epic_of("Invoicing")
FINDING = epic_of("Search")
DONE = [INVOICES, FINDING, *work(INVOICES, 24), *work(FINDING, 24)]


def test_a_capability_appears_with_finished_work_behind_it() -> None:
    plan = translated([INVOICES, *work(INVOICES), FINDING]).plan

    assert [change.capability_id for change in plan.changes] == ["invoicing"]
    assert plan.changes[0].news is ChangeKind.ADDED


def test_an_epic_without_finished_work_waits_and_is_counted_apart() -> None:
    tally = translated([INVOICES, *work(INVOICES), FINDING]).plan.tally

    assert tally.by_outcome[Outcome.PUBLISHED] == 1
    assert tally.by_outcome[Outcome.WAITING] == 1
    assert sum(tally.by_outcome.values()) == tally.epics == 2


def test_publishing_a_plan_makes_the_next_one_empty() -> None:
    published_state = published(translated(DONE).plan)

    again = translated(DONE, published_state=published_state).plan

    assert again.is_empty
    assert again.remembered == ()


def test_order_changes_nothing() -> None:
    shuffled = list(DONE)
    Random(7).shuffle(shuffled)

    assert translated(shuffled).plan == translated(DONE).plan


def test_work_that_screening_hides_counts_for_nobody_but_stays_in_the_total() -> None:
    debt = finished(epic_id=INVOICES.id, labels=("tech-debt",), points=Decimal(30))
    open_work = [INVOICES, *work(INVOICES, 24), debt]

    rating = translated(open_work).ratings["invoicing"]
    without = translated(open_work[:-1]).ratings["invoicing"]

    assert rating.effort < without.effort


def test_the_account_of_all_credits_is_the_ledger() -> None:
    hidden = finished(epic_id=INVOICES.id, labels=("tech-debt",))
    issues = [*DONE, hidden, *work(epic_of("Other")), finished(), epic_of("Other")]

    snapshot = a_snapshot(issues)
    account = translate(snapshot, BOOK, compile_rules(BOOK)).attribution.account

    assert sum(account.values()) == sum(entry.credit for entry in snapshot.entries) > 0


def test_an_undecided_epic_keeps_counting_where_it_was_last_published() -> None:
    published_state = published(translated(DONE).plan)
    renamed = replace(INVOICES, components=("Renamed",))
    issues = [renamed if issue is INVOICES else issue for issue in DONE]

    now = translated(issues, published_state=published_state)

    decision = next(d for d in now.attribution.decisions if d.epic_id == INVOICES.id)
    assert decision.outcome is Outcome.NEEDS_DECISION
    assert decision.counts_for == "invoicing"
    assert now.plan.is_empty


def test_a_lost_epic_keeps_its_capability_on_the_list() -> None:
    published_state = published(translated(DONE).plan)
    lost = [replace(issue, missing_since=AS_OF) if issue is INVOICES else issue for issue in DONE]

    plan = translated(lost, published_state=published_state).plan

    assert plan.is_empty
    assert plan.tally.epics == 1


def test_a_capability_whose_epics_are_all_left_out_is_not_for_sale() -> None:
    published_state = published(translated(DONE).plan)
    issues = [
        replace(issue, labels=("regulatory",)) if issue is INVOICES else issue for issue in DONE
    ]

    change = translated(issues, published_state=published_state).plan.changes[0]

    assert change.after.withdrawn_reason is WithdrawnReason.NOT_FOR_SALE
    assert (change.after.is_active, change.news) == (False, ChangeKind.WITHDRAWN)
    assert "Invoicing" not in change.after.statement


def test_a_security_level_takes_an_epic_out_whatever_rules_say() -> None:
    rules = a_book(
        rest=f"""
        pins:
          - {{issue: {INVOICES.key}, capability: invoicing, reason: wanted, by: "@pm"}}
        """
    )
    issues = [
        replace(issue, restricted=True, summary="") if issue is INVOICES else issue
        for issue in DONE
    ]

    plan = translated(issues, rules).plan

    assert [change.capability_id for change in plan.changes] == ["search"]


@pytest.mark.parametrize(
    ("extra", "reason", "kind", "sentence"),
    [
        (
            "withdrawn: {reason: merged, use: search}",
            WithdrawnReason.MERGED,
            ChangeKind.MERGED,
            "Invoicing is now part of Search.",
        ),
        (
            "withdrawn: {reason: mistake}",
            WithdrawnReason.MISTAKE,
            ChangeKind.WITHDRAWN,
            "Invoicing has been taken off the list.",
        ),
        (
            "redact: true",
            WithdrawnReason.MISTAKE,
            ChangeKind.WITHDRAWN,
            "An entry has been taken off the list.",
        ),
    ],
)
def test_the_rule_book_takes_a_capability_off_the_list(
    extra: str, reason: WithdrawnReason, kind: ChangeKind, sentence: str
) -> None:
    published_state = published(translated(DONE).plan)
    rules = a_book(changed(INVOICING, extra), SEARCH)

    change = translated(DONE, rules, published_state=published_state).plan.changes[0]

    assert (change.after.withdrawn_reason, change.news) == (reason, kind)
    assert change.sentence == sentence
    assert change.after.effort_code is Level.NOT_RATED


def test_a_redacted_row_keeps_no_authored_text() -> None:
    published_state = published(translated(DONE).plan)
    rules = a_book(changed(INVOICING, "redact: true"), SEARCH)

    row = translated(DONE, rules, published_state=published_state).plan.changes[0].after

    assert (row.name, row.summary, row.product_area, row.aliases) == ("Removed", "", "", ())


def test_a_withdrawn_capability_that_returns_is_corrected() -> None:
    gone = a_book(changed(INVOICING, "withdrawn: {reason: mistake}"), SEARCH)
    published_state = published(translated(DONE).plan)
    published_state = published(
        translated(DONE, gone, published_state=published_state).plan, published_state
    )

    change = translated(DONE, published_state=published_state).plan.changes[0]

    assert (change.after.is_active, change.news) == (True, ChangeKind.CORRECTED)


def test_neither_a_level_nor_an_ageing_state_is_news() -> None:
    published_state = published(translated(DONE).plan)
    later = AS_OF + timedelta(days=200)

    changes = translated(DONE, published_state=published_state, as_of=later).plan.changes

    assert {change.after.state_code for change in changes} == {State.EARLIER}
    assert {change.news for change in changes} == {None}


def test_what_the_team_says_can_be_used_is_news() -> None:
    published_state = published(translated(DONE).plan)
    said = changed(INVOICING, 'available: {state: part, by: "@pm"}')

    change = translated(DONE, a_book(said, SEARCH), published_state=published_state).plan.changes[0]

    assert change.news is ChangeKind.PARTLY_AVAILABLE
    assert change.after.statement.startswith("You can use parts of Invoicing today.")


@pytest.mark.parametrize(
    "promise", ["Invoices will follow", "Coming in Q3", "See PAY-310", "80 % done"]
)
def test_a_new_row_that_promises_is_not_published(promise: str) -> None:
    rules = a_book(INVOICING.replace("Create and send invoices.", promise), SEARCH)

    plan = translated(DONE, rules).plan

    assert [change.capability_id for change in plan.changes] == ["search"]
    assert [finding.where for finding in plan.findings] == ["invoicing"]


def test_a_published_row_that_begins_to_promise_keeps_its_last_good_version() -> None:
    published_state = published(translated(DONE).plan)
    rules = a_book(INVOICING.replace("Create and send invoices.", "It will fly"), SEARCH)

    plan = translated(DONE, rules, published_state=published_state).plan

    assert plan.is_empty
    assert plan.findings


def test_a_published_row_that_fails_todays_rules_is_taken_down_and_blanked() -> None:
    published_state = published(translated(DONE).plan)
    kept = published_state.capabilities["invoicing"]
    bad = replace(kept, row=replace(kept.row, summary="Coming soon"))
    published_state = replace(
        published_state, capabilities=published_state.capabilities | {"invoicing": bad}
    )
    rules = a_book(INVOICING.replace("Create and send invoices.", "It will fly"), SEARCH)

    row = translated(DONE, rules, published_state=published_state).plan.changes[0].after

    assert (row.is_active, row.withdrawn_reason) == (False, WithdrawnReason.MISTAKE)
    assert (row.name, row.summary) == ("Removed", "")


PROMISING = INVOICING.replace("Create and send invoices.", "It will fly")


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("withdrawn: {reason: not_for_sale}", WithdrawnReason.NOT_FOR_SALE),
        ("withdrawn: {reason: merged, use: search}", WithdrawnReason.MERGED),
        ("redact: true\ntoday: Coming soon", WithdrawnReason.MISTAKE),
    ],
)
def test_no_promise_keeps_on_the_list_what_the_rule_book_takes_off(
    extra: str, reason: WithdrawnReason
) -> None:
    published_state = published(translated(DONE).plan)
    rules = a_book(changed(PROMISING, extra), SEARCH)

    plan = translated(DONE, rules, published_state=published_state).plan

    row = plan.changes[0].after
    assert (row.is_active, row.withdrawn_reason, row.name) == (False, reason, "Removed")
    assert (
        translated(DONE, rules, published_state=published(plan, published_state)).plan.changes == ()
    )


def test_no_promise_keeps_on_the_list_what_has_nothing_to_show_any_more() -> None:
    published_state = published(translated(DONE).plan)
    rules = a_book(PROMISING, SEARCH)

    row = (
        translated(restricted(INVOICES), rules, published_state=published_state)
        .plan.changes[0]
        .after
    )

    assert (row.is_active, row.withdrawn_reason) == (False, WithdrawnReason.NOT_FOR_SALE)


def test_a_promise_in_the_word_for_withdrawn_keeps_nothing_on_the_list() -> None:
    published_state = published(translated(DONE).plan)
    rules = a_book(
        changed(INVOICING, "redact: true"),
        SEARCH,
        rest="""
        wording:
          states:
            withdrawn: {label: Back next quarter, meaning: It is off the list.}
        """,
    )

    row = translated(DONE, rules, published_state=published_state).plan.changes[0].after

    assert (row.is_active, row.name, row.state_label) == (False, "Removed", "Off the list")


def restricted(*epics: Issue) -> list[Issue]:
    """All issues, a security level on these."""
    return [
        replace(issue, restricted=True, summary="") if issue in epics else issue for issue in DONE
    ]


def test_only_what_is_published_is_named_to_be_read_instead() -> None:
    published_state = published(translated(DONE).plan)
    gone = changed(INVOICING, "withdrawn: {reason: merged, use: billing}")
    draft = INVOICING.replace("invoicing", "billing") + "    draft: true\n"

    plan = translated(DONE, a_book(gone, SEARCH, draft), published_state=published_state).plan

    assert plan.changes[0].after.replaced_by is None
    assert plan.changes[0].sentence == "Invoicing is now part of another entry."
    assert [finding.code for finding in plan.findings] == ["replacement-unpublished"]


def test_a_renamed_capability_hands_its_epics_over_at_once() -> None:
    published_state = published(translated(DONE).plan)
    gone = changed(INVOICING, "withdrawn: {reason: merged, use: billing}")
    new = INVOICING.replace("invoicing", "billing").replace("Invoicing\n", "Billing\n")

    plan = translated(DONE, a_book(gone, SEARCH, new), published_state=published_state).plan

    rows = {change.capability_id: change.after for change in plan.changes}
    assert rows["billing"].is_active
    assert rows["invoicing"].replaced_by == "billing"
    assert plan.tally.undecided == {}


def test_a_merge_into_what_is_redacted_does_not_name_it() -> None:
    published_state = published(translated(DONE).plan)
    gone = changed(INVOICING, "withdrawn: {reason: merged, use: search}")

    plan = translated(
        DONE, a_book(gone, changed(SEARCH, "redact: true")), published_state=published_state
    ).plan

    assert plan.changes[0].sentence == "Invoicing is now part of another entry."


def test_a_published_capability_that_is_a_draft_again_stays_as_it_was() -> None:
    published_state = published(translated(DONE).plan)
    draft = changed(INVOICING.replace("Create and send", "Working title of"), "draft: true")

    plan = translated(DONE, a_book(draft, SEARCH), published_state=published_state).plan

    assert plan.changes == ()
    assert [finding.code for finding in plan.findings] == ["published-draft"]


def test_no_text_of_a_draft_is_published_when_it_comes_off_the_list() -> None:
    published_state = published(translated(DONE).plan)
    draft = changed(INVOICING.replace("Create and send", "Working title of"), "draft: true")

    row = translated(
        restricted(INVOICES), a_book(draft, SEARCH), published_state=published_state
    ).plan.changes[0]

    assert (row.after.is_active, row.after.summary) == (False, "Create and send invoices.")


def test_a_security_level_outweighs_the_word_of_the_product_team_for_good() -> None:
    rules = a_book(changed(INVOICING, 'available: {state: all, by: "@pm"}'), SEARCH)
    published_state = published(translated(DONE, rules).plan)

    plan = translated(restricted(INVOICES), rules, published_state=published_state).plan
    after = published(plan, published_state)
    lost = [
        replace(issue, missing_since=AS_OF) if issue.id == INVOICES.id else issue
        for issue in restricted(INVOICES)
    ]

    assert plan.changes[0].after.withdrawn_reason is WithdrawnReason.NOT_FOR_SALE
    assert [finding.code for finding in plan.findings] == ["word-outweighed"]
    assert translated(restricted(INVOICES), rules, published_state=after).plan.is_empty
    assert translated(lost, rules, published_state=after).plan.is_empty
    assert translated(DONE, rules, published_state=after).plan.changes[0].after.is_active


def test_epics_that_jira_moves_elsewhere_leave_their_capability_on_the_list() -> None:
    published_state = published(translated(DONE).plan)
    moved = [
        replace(issue, components=("Search",)) if issue is INVOICES else issue for issue in DONE
    ]

    plan = translated(moved, published_state=published_state).plan
    after = published(plan, published_state)
    again = translated(moved, published_state=after).plan

    assert "invoicing" not in {change.capability_id for change in plan.changes}
    assert [finding.code for finding in plan.findings] == ["nothing-behind"]
    assert after.capabilities["invoicing"].contributing_epics == ()
    assert again.is_empty
    assert [finding.code for finding in again.findings] == ["nothing-behind"]


def test_words_are_published_one_by_one_as_far_as_they_promise_nothing() -> None:
    published_state = published(translated(DONE).plan)
    rules = a_book(
        rest="""
        wording:
          states:
            recent: {label: Worked on lately, meaning: Work was finished of late.}
          effort:
            large: {label: Large, meaning: The rest will follow.}
        """
    )

    first, then = (
        translated(DONE, rules).plan,
        translated(DONE, rules, published_state=published_state).plan,
    )

    told = {(term.kind, term.code): term for term in first.terms or ()}
    now = {(term.kind, term.code): term for term in then.terms or ()}
    assert told["state", "recent"].label == now["state", "recent"].label == "Worked on lately"
    assert ("effort", "large") not in told
    assert now["effort", "large"] in published_state.terms
    assert "promise-in-wording" in {finding.code for finding in then.findings}


def test_news_that_would_promise_something_names_nobody() -> None:
    sentence = audit_news(ChangeKind.MERGED, "Mail", "Q3", a_linter(), "mail")

    assert sentence == "An entry is now part of another entry."


def test_a_project_that_cannot_be_seen_holds_only_what_it_feeds() -> None:
    away = epic_of("Search", project="FAR")
    issues = [INVOICES, *work(INVOICES, 24), away, *work(away, 24, project="FAR")]
    published_state = published(translated(issues).plan)
    shrunk = [replace(issue, summary="") for issue in issues if issue.project != "FAR"]
    rules = a_book(
        INVOICING.replace("Create and send", "Write and send"),
        SEARCH.replace("Find anything", "Look up anything"),
    )

    plan = translated(shrunk, rules, published_state=published_state, unseen_projects=("FAR",)).plan

    assert [change.capability_id for change in plan.changes] == ["invoicing"]


@pytest.mark.parametrize(
    ("rest", "waits"),
    [
        ("", ("FAR",)),
        ("screening: [{id: old, then: hide, when: {project: FAR}}]", ()),
        ("pins: [{issue: FAR-1, hide: true, reason: Sold, by: anna}]", ()),
    ],
    ids=["nothing", "screening", "a pin"],
)
def test_nobody_waits_for_a_project_of_which_all_is_kept_from_sales(
    rest: str, waits: tuple[str, ...]
) -> None:
    away = epic_of("Search", project="FAR", key="FAR-1")
    issues = [INVOICES, *work(INVOICES, 24), away, *work(away, 24, project="FAR")]
    published_state = published(translated(issues).plan)
    rules = a_book(INVOICING, SEARCH, rest=rest)

    plan = translated(issues, rules, published_state=published_state, unseen_projects=("FAR",)).plan

    assert plan.unseen_projects == waits
    off = [change.capability_id for change in plan.changes if not change.after.is_active]
    assert off == ([] if waits else ["search"])


def test_what_is_off_the_list_waits_for_no_project() -> None:
    away = epic_of("Search", project="FAR")
    issues = [INVOICES, *work(INVOICES, 24), away, *work(away, 24, project="FAR")]
    published_state = published(translated(issues).plan)
    rules = a_book(INVOICING, f"{SEARCH.rstrip()}\n    withdrawn: {{reason: mistake}}\n")

    plan = translated(issues, rules, published_state=published_state, unseen_projects=("FAR",)).plan

    assert plan.unseen_projects == ()


def test_nothing_at_all_is_held_back() -> None:
    assert [hold.guard for hold in translated([an_issue()]).plan.holds] == ["nothing-came"]


def test_many_epics_that_suddenly_need_a_decision_are_held_back() -> None:
    published_state = published(translated(DONE).plan)
    renamed = [
        replace(issue, components=("Gone",)) if issue in (INVOICES, FINDING) else issue
        for issue in DONE
    ]
    decided = frozenset({INVOICES.id, FINDING.id})

    holds = translated(renamed, published_state=published_state, decided=decided).plan.holds

    assert {hold.guard for hold in holds} == {"newly-undecided", "lost-capabilities"}


def test_a_first_publication_is_judged_for_emptiness_alone() -> None:
    assert translated(DONE, decided=frozenset({INVOICES.id})).plan.holds == ()


def test_the_same_plan_has_the_same_name_and_another_has_another() -> None:
    plan = translated(DONE).plan

    assert plan.digest == translated(DONE).plan.digest
    assert plan.digest != replace(plan, base_revision=9).digest


@given(st.text(max_size=120), st.sampled_from(["Invoicing", "Search", ""]))
def test_nothing_of_a_title_is_ever_published(title: str, component: str) -> None:
    epic = an_epic(summary=title, components=(component,) if component else ())
    marked = replace(epic, summary=f"{title} zzqx")

    plan = translated([marked, *work(marked)]).plan

    texts = [value for change in plan.changes for value in change.after.__struct_fields__]
    rows = [str(getattr(change.after, name)) for change in plan.changes for name in texts]
    assert not any("zzqx" in text for text in rows)


def test_a_released_removal_never_says_that_a_customer_can_use_it() -> None:
    """The only epic behind BlackBerry support took it out, and was released."""
    removal = epic_of("Invoicing", summary="BlackBerry: Remove from Distribution")
    items = work(removal, 24, fix_versions=(Version("4.2", released=True),))

    plan = translated([removal, *items], a_book(INVOICING)).plan

    assert plan.changes == ()
    assert plan.tally.by_outcome[Outcome.NEEDS_DECISION] == 1


def test_released_work_proposes_a_word_and_publishes_none() -> None:
    epic = epic_of("Invoicing")
    items = work(epic, 24, fix_versions=(Version("4.2", released=True),))

    plan = translated([epic, *items], a_book(INVOICING)).plan

    (change,) = plan.changes
    assert change.after.state_code is State.RECENT
    assert [(found.code, found.where) for found in plan.findings] == [
        ("available-proposed", "invoicing")
    ]
    assert 'available: {state: all, by: "@you"}' in plan.findings[0].what


def test_a_refused_alias_costs_the_alias_and_not_the_capability() -> None:
    rules = a_book(INVOICING.replace("[bills]", "[bills, promises]"))
    epic = epic_of("Invoicing")

    plan = translated([epic, *work(epic, 24)], rules).plan

    assert [change.after.aliases for change in plan.changes] == [("bills",)]
    (found,) = plan.findings
    assert (found.code, found.where) == ("promise-in-alias", "invoicing")
    assert found.what == "its alias 'promises' says 'promises': a promise; the alias is left out"


def test_epics_of_a_capability_whose_words_are_refused_wait_and_it_is_said_why() -> None:
    rules = a_book(INVOICING.replace("Create and send invoices.", "We will send invoices."))
    epic = epic_of("Invoicing")
    snapshot, compiled = a_snapshot([epic, *work(epic, 24)], rules), compile_rules(rules)

    translation = translate(snapshot, rules, compiled)

    assert translation.plan.tally.by_outcome[Outcome.PUBLISHED] == 0
    assert translation.plan.tally.by_outcome[Outcome.WAITING] == 1
    assert set(translation.attribution.account) == {"waiting"}
    ((at, key, refused),) = find_promises(rules)
    assert (at.file, key, refused.span) == ("rules.yaml", "summary", "We will")
    because = explain_capability(
        rules.capabilities[0], snapshot, compiled, translation
    ).not_listed_because
    assert because is not None
    assert because.startswith("its words are refused: summary says 'We will'")


def test_a_product_called_prometheus_is_no_promise() -> None:
    rules = a_book(INVOICING.replace("name: Invoicing", "name: Prometheus metrics"))
    epic = epic_of("Invoicing")

    (change,) = translated([epic, *work(epic, 24)], rules).plan.changes

    assert change.after.name == "Prometheus metrics"


def test_an_entry_that_no_rule_feeds_any_more_is_told_in_the_very_run() -> None:
    epic = epic_of("Invoicing")
    items = work(epic, 24)
    before = published(translated([epic, *items]).plan)
    renamed = replace(epic, components=("Invoices",))

    plan = translated([renamed, *items], published_state=before).plan

    assert plan.changes == ()
    (found,) = plan.findings
    assert (found.code, found.where) == ("no-rule-feeds", "invoicing")
    assert "it is kept, fed by 1 epic that fed it before" in found.what
    assert "mend its `when` (rules.yaml:" in found.what
