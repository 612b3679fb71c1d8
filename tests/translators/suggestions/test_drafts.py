"""What is drafted claims what it says, once, and nothing that may not be read stands in it."""

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.backlog import Issue, IssueRef
from models.decision import Decision
from models.rulebook import RuleBook
from sync.rulebook.edit.drafting import write_drafts
from sync.rulebook.edit.folder import OpenedFolder
from tests.builders import an_epic
from tests.examples import examples
from tests.translators.suggestions.unscreened import SHIPPED
from translators.plan.decided import decide_epics
from translators.rules.decide import compile_rules
from translators.suggestions.draft_candidates import Above
from translators.suggestions.drafts import Draft, draft_capabilities, word_condition
from translators.suggestions.rule_edits import Undecided

ON = date(2026, 11, 23)
WORDS = (
    "invoices SSO dashboards exports ListView passkeys of the tech-debt Rechnung promise".split()
)
COMPONENTS = (
    "Exports",
    "exports",
    "SSO",
    "Single sign-on",
    "iOS",
    "Android",
    "Backend",
    'A "b": c',
)
LABELS = ("sso", "exports", "q3-2026", "notable", "Dashboards")


@st.composite
def backlogs(draw: st.DrawFn) -> tuple[list[Issue], dict[int, Above]]:
    """Some epics that may have much in common, and what stands above them."""
    some = st.lists(st.sampled_from(COMPONENTS), max_size=2, unique=True)
    epics, above = [], {}
    for number in range(draw(st.integers(2, 14))):
        title = " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)))
        labels = draw(st.lists(st.sampled_from(LABELS), max_size=2, unique=True))
        epic = an_epic(
            key=f"PAY-{number + 1}",
            components=tuple(draw(some)),
            labels=tuple(labels),
            summary=title,
        )
        if draw(st.booleans()):
            epic = replace(epic, parent=IssueRef(key="TOP-1"))
            above[epic.id] = Above("TOP-1", "Vault of secrets")
        epics.append(epic)
    return epics, above


def decide(epics: Iterable[Issue], book: RuleBook) -> tuple[Decision, ...]:
    return decide_epics(epics, compile_rules(book), ON)


def draft(
    epics: list[Issue],
    above: dict[int, Above] | None = None,
    declined: Collection[str] = (),
    private: Collection[int] = (),
) -> tuple[Draft, ...]:
    compiled = compile_rules(SHIPPED)
    undecided = Undecided(epics, decide(epics, SHIPPED), compiled, ON, private)
    weights = {each.id: 1 + int(each.key.partition("-")[2]) % 4 for each in epics}
    return draft_capabilities(
        undecided,
        lambda chosen: sum(weights[each] for each in chosen),
        above=above or {},
        declined=declined,
        private=private,
    )


def name_all(drafts: tuple[Draft, ...], kept: Collection[str]) -> RuleBook:
    """The written drafts, read again, those kept named and the others taken out."""
    opened = OpenedFolder(Path("rules"), SHIPPED, {})
    book = opened.compile_with(write_drafts(opened, drafts, lambda _work: "some"))
    rules = [replace(rule, draft=False) for rule in book.capabilities if rule.id in kept]
    return replace(book, capabilities=tuple(rules))


@examples(quick=6, long=400)
@given(backlogs())
def test_whichever_are_named_each_claims_its_own_epics_and_the_rest_wait(
    backlog: tuple[list[Issue], dict[int, Above]],
) -> None:
    epics, above = backlog
    drafts = draft(epics, above)
    drafted = [key for each in drafts for key in each.epics]
    assert len(drafted) == len(set(drafted))
    if not drafts:
        return
    ids = [each.capability_id for each in drafts]
    for kept in (ids, ids[::2], ids[1::2]):
        claimed: dict[str, set[str]] = {name: set() for name in kept}
        for decision in decide(epics, name_all(drafts, kept)):
            if decision.claimed_by:
                claimed[decision.claimed_by].add(decision.key)
        assert claimed == {
            each.capability_id: set(each.epics) for each in drafts if each.capability_id in kept
        }


@examples(quick=6, long=400)
@given(backlogs(), st.data())
def test_the_order_of_epics_never_matters(
    backlog: tuple[list[Issue], dict[int, Above]], data: st.DataObject
) -> None:
    epics, above = backlog

    assert draft(data.draw(st.permutations(epics)), above) == draft(epics, above)


@examples(quick=6, long=400)
@given(backlogs())
def test_what_was_declined_never_comes_back(
    backlog: tuple[list[Issue], dict[int, Above]],
) -> None:
    epics, above = backlog
    declined = {word_condition(line) for each in draft(epics, above) for line in each.lines}

    again = draft(epics, above, declined)

    assert declined.isdisjoint(word_condition(line) for each in again for line in each.lines)


SECRETS = [an_epic(key=f"ID-{n}", summary=f"Vault of them {n}") for n in range(3)]


def test_no_word_of_a_title_that_may_not_be_read_is_drafted_from_or_shown() -> None:
    assert [each.capability_id for each in draft(SECRETS)] == ["vault"]
    assert draft(SECRETS, private=[each.id for each in SECRETS]) == ()
    alike = [replace(each, components=("Desktop files",)) for each in SECRETS]

    (shown,) = draft(alike, private=[each.id for each in alike[:2]])

    assert shown.lines[0].field == "component"
    assert [key for key, _ in shown.titles] == ["ID-2"]


@pytest.mark.parametrize(
    ("component", "is_drafted"),
    [
        ("iOS", True),
        ("Windows Phone", True),
        ("Backend", False),
        ("General", False),
        ("API", False),
    ],
)
def test_what_customers_run_it_on_is_drafted_where_it_is_a_component(
    component: str, is_drafted: bool
) -> None:
    titles = ("Zip", "Tables", "Copies")
    epics = [an_epic(components=(component,), summary=title) for title in titles]

    assert bool(draft(epics)) is is_drafted


def test_what_says_more_comes_before_what_customers_run_it_on() -> None:
    epics = [an_epic(components=("iOS",), summary=title) for title in ("Zip", "Tables", "Copies")]
    epics += [an_epic(components=("iOS", "Passkeys"), summary=title) for title in ("In", "Out")]

    by_id = {each.capability_id: each for each in draft(epics)}

    assert {name: len(each.epics) for name, each in by_id.items()} == {"ios": 3, "passkeys": 2}
