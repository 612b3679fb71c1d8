"""Suggestions are learnt from decided epics, the same every time, and silent where unsure."""

from collections.abc import Mapping, Sequence
from random import Random

import pytest
from msgspec.structs import replace

from models.backlog import Issue, IssueRef
from models.rulebook import RuleBook
from tests.builders import AS_OF, an_epic, an_issue
from tests.rules import INVOICING, SEARCH
from tests.translators.suggestions.unscreened import a_book
from translators.plan.decided import decide_epics
from translators.rules.decide import compile_rules
from translators.suggestions.calibration import RIGHT, calibrate
from translators.suggestions.decided import SuggestedOutcome
from translators.suggestions.queue import find_private
from translators.suggestions.rule_edits import Undecided
from translators.suggestions.suggestion import FEWEST_DECISIONS, Suggestion

DEBT = """
screening:
  - {id: debt, then: hide, when: {labels: debt}}
"""
BOOK = a_book(INVOICING, SEARCH, rest=DEBT)
TITLES = {
    "Invoicing": ("Dunning letters", "Credit notes", "Dunning levels", "Credit limits"),
    "Search": ("Ranking of hits", "Synonyms for hits", "Ranking by place", "Synonyms by place"),
    "": ("Retire old queue", "Refactor old parser", "Retire parser", "Refactor old queue"),
}


def decided_epics(number: int = 20) -> list[Issue]:
    """So many epics each of two capabilities and of technical debt, decided by rules."""
    return [
        an_epic(
            id=1000 * turn + n,
            key=f"{title.split()[0][:3].upper()}-{1000 * turn + n}",
            summary=f"{title} {n}",
            components=(component,) if component else (),
            labels=() if component else ("debt",),
        )
        for turn, (component, titles) in enumerate(TITLES.items(), 1)
        for n, title in enumerate(titles * (number // 4))
    ]


def look_at(
    issues: Sequence[Issue], book: RuleBook = BOOK, below: Mapping[int, Sequence[str]] = {}
) -> Undecided:
    """A backlog as the queue looks at it."""
    epics = [each for each in issues if each.hierarchy_level == 1]
    compiled = compile_rules(book)
    decided = decide_epics(epics, compiled, AS_OF.date())
    private = find_private(issues)
    return Undecided(issues, decided, compiled, AS_OF.date(), private, below=below)


def suggest_for(*asked: Issue, book: RuleBook = BOOK) -> list[Suggestion | None]:
    undecided = look_at([*decided_epics(), *asked], book)
    return [undecided.suggest(each.id) for each in asked]


@pytest.mark.parametrize(
    ("title", "outcome", "capability"),
    [
        ("Dunning by post", SuggestedOutcome.SHOW, "invoicing"),
        ("Synonyms in German", SuggestedOutcome.SHOW, "search"),
        ("Parser of the queue", SuggestedOutcome.HIDE, None),
    ],
)
def test_an_epic_is_like_what_was_decided(
    title: str, outcome: SuggestedOutcome, capability: str | None
) -> None:
    (suggested,) = suggest_for(an_epic(summary=title))

    assert suggested is not None
    assert (suggested.outcome, suggested.capability) == (outcome, capability)
    assert RIGHT <= suggested.confidence < 1
    assert f'"{title.split(maxsplit=1)[0].lower()}" in its title' in suggested.because
    assert suggested.because[-1].startswith("like ")


def test_the_words_of_a_persons_pin_teach_too() -> None:
    pins = "".join(
        f'  - {{issue: PIN-{n}, hold: true, reason: Not yet, by: "@anna"}}\n' for n in range(12)
    )
    held = [an_epic(key=f"PIN-{n}", summary=f"Marketplace {n} for partners") for n in range(12)]
    undecided = look_at(
        [*decided_epics(), *held, epic := an_epic(summary="Marketplace of partners")],
        a_book(INVOICING, SEARCH, rest=f"{DEBT}\npins:\n{pins}"),
    )

    suggested = undecided.suggest(epic.id)

    assert suggested is not None
    assert suggested.outcome is SuggestedOutcome.HOLD
    assert undecided.suggest(held[0].id) is None


def test_what_is_above_an_epic_tells_of_it() -> None:
    above = an_epic(id=7, key="INI-7", hierarchy_level=2, summary="Money owed")
    epics = [
        replace(each, parent=IssueRef(id=7, key="INI-7")) if "Credit" in each.summary else each
        for each in decided_epics()
    ]
    below = an_epic(summary="Umbrella", parent=IssueRef(id=7, key="INI-7"))

    suggested = look_at([*epics, above, below]).suggest(below.id)

    assert suggested is not None
    assert suggested.capability == "invoicing"
    assert "it is below INI-7" in suggested.because


def umbrellas_over(*titles: str) -> tuple[list[Issue], dict[int, tuple[str, ...]], Issue]:
    """Decided epics, of which those that are shown are told by the titles below them alone.

    And one that waits, with these titles below it.
    """
    epics = decided_epics()
    waiting = an_epic(summary="Awning of the terrace")
    below = {each.id: (each.summary, "Tests") for each in epics} | {waiting.id: titles}
    shown = [
        replace(each, summary=f"Awning {each.id} of the terrace")
        for each in epics
        if each.components
    ]
    return [*shown, *(each for each in epics if not each.components)], below, waiting


def test_titles_below_an_epic_tell_its_capability() -> None:
    epics, below, waiting = umbrellas_over("Dunning by post", "Credit limit", "Tests")

    suggested = look_at([*epics, waiting], below=below).suggest(waiting.id)

    assert suggested is not None
    assert suggested.capability == "invoicing"
    assert '"dunning" in titles below it' in suggested.because
    assert '"tests" in titles below it' not in suggested.because
    assert look_at([*epics, waiting]).suggest(waiting.id) is None


def test_titles_below_an_epic_never_tell_that_it_is_left_out() -> None:
    epics, below, waiting = umbrellas_over("Retire old queue", "Refactor parser", "Tests")

    suggested = look_at([*epics, waiting], below=below).suggest(waiting.id)

    assert suggested is None


def test_words_below_an_epic_that_its_rule_asks_for_teach_nothing() -> None:
    book = a_book(
        INVOICING.replace("component: Invoicing", "summary has: sesame"),
        SEARCH.replace("component: Search", "summary has: poppy"),
        rest=DEBT,
    )
    seeds = {"Invoicing": "sesame", "Search": "poppy"}
    epics = [
        replace(each, summary=f"Umbrella {each.id} {seeds[each.components[0]]}", components=())
        if each.components
        else each
        for each in decided_epics()
    ]
    below = {each.id: (each.summary,) for each in epics}

    told = look_at(epics, book, below).suggestions.learnt.told

    assert told == sum(not each.summary.startswith("Umbrella") for each in epics)


def test_it_is_the_same_whether_items_are_read_or_not() -> None:
    """A command that has what stands decided reads no items, but the first titles of them."""
    epics = [*decided_epics(), epic := an_epic(summary="Dunning by post")]
    items = [an_issue(epic_id=each.id, summary="Synonyms", labels=("hits",)) for each in epics]

    assert look_at([*epics, *items]).suggest(epic.id) == look_at(epics).suggest(epic.id)


def test_the_order_of_issues_never_matters() -> None:
    asked = [an_epic(summary=title) for title in ("Dunning by post", "Old hits", "Credit place")]
    issues = [*decided_epics(), *asked]

    def ask(some: Sequence[Issue]) -> list[Suggestion | None]:
        undecided = look_at(some)
        return [undecided.suggest(each.id) for each in asked]

    first = ask(issues)
    for seed in range(3):
        Random(seed).shuffle(issues)
        assert ask(issues) == first
    assert any(first)


def test_few_decisions_say_nothing_and_why() -> None:
    few = decided_epics(16)[: FEWEST_DECISIONS - 1]
    undecided = look_at([*few, epic := an_epic(summary="Dunning by post")])

    assert undecided.suggest(epic.id) is None
    assert undecided.suggestions.explain_silence(epic.id) == (
        f"it takes {FEWEST_DECISIONS} decided epics to learn from"
    )


def test_decisions_that_nothing_tells_apart_say_nothing() -> None:
    same = [replace(each, summary="Things to come") for each in decided_epics()]
    undecided = look_at([*same, epic := an_epic(summary="Things to come")])

    assert undecided.suggest(epic.id) is None
    assert "nine times in ten" in undecided.suggestions.learnt.silent


def test_what_is_like_nothing_gets_no_suggestion() -> None:
    assert suggest_for(an_epic(summary="Umbrella", components=("Rain",))) == [None]


def test_a_conflict_goes_to_one_that_claims_it_or_to_none() -> None:
    both = an_epic(summary="Retire old parser", components=("Invoicing", "Search"))
    dunning = an_epic(summary="Dunning letters", components=("Invoicing", "Search"))

    first, second = suggest_for(both, dunning)

    assert first is None or first.capability in (None, "invoicing", "search")
    assert second is not None
    assert second.capability == "invoicing"


def restricted_backlog() -> list[Issue]:
    """Restricted epics and items with words of their own, and epics above and below these."""
    secret = {"restricted": True, "summary": "Quagga Quagga", "components": ("Invoicing",)}
    hidden = [an_epic(id=90 + n, key=f"SEC-{n}", **secret) for n in range(6)]
    above = an_epic(id=80, key="SEC-80", hierarchy_level=2, **secret)
    private = [
        an_epic(id=60 + n, summary=f"Quagga {n} Dunning", parent=IssueRef(id=80, key="SEC-80"))
        for n in range(4)
    ]
    open_epic = an_epic(id=50, summary="Quagga dunning letters")
    child = an_issue(id=51, epic_id=50, **secret)
    return [*decided_epics(), *hidden, above, *private, open_epic, child]


def test_restricted_words_neither_teach_nor_show() -> None:
    issues = restricted_backlog()
    undecided = look_at(issues)
    told = {each: undecided.suggest(each) for each in undecided.decisions}
    without = [replace(each, summary="") if each.restricted else each for each in issues]
    below = {each.id: ("Dunning letters",) for each in issues if each.id in find_private(issues)}
    again = look_at(without, below=below)

    assert {each: again.suggest(each) for each in again.decisions} == told
    for epic, suggested in told.items():
        shown = " ".join(suggested.because) if suggested else ""
        assert "quagga" not in shown.casefold(), epic
        assert "SEC-" not in shown, epic


def test_a_rule_is_not_learnt_as_its_own_proof() -> None:
    """An epic that waits has none of the values that decided others: these prove nothing."""
    alike = [replace(each, summary=f"Umbrella {each.id}") for each in decided_epics()]

    undecided = look_at([*alike, epic := an_epic(summary="Umbrella")])

    assert undecided.suggestions.learnt.silent
    assert undecided.suggest(epic.id) is None


@pytest.mark.parametrize(
    ("guesses", "bar"),
    [
        ([(0.9, True)] * 9, None),
        ([(0.9, True)] * 20, 0.9),
        ([(0.9, True)] * 20 + [(0.5, False)] * 5, 0.9),
        ([(0.9, False)] * 20, None),
        ([], None),
    ],
)
def test_the_bar_is_where_guesses_are_right_nine_times_in_ten(
    guesses: Sequence[tuple[float, bool]], bar: float | None
) -> None:
    assert calibrate(guesses).bar == bar


def test_surer_guesses_are_never_said_to_be_right_less_often() -> None:
    random = Random(3)
    guesses = [(sure, random.random() < sure) for sure in (random.random() for _ in range(400))]

    found = calibrate(guesses)
    rates = [found.rate(step / 100) for step in range(101)]

    assert rates == sorted(rates)
    assert all(0 <= rate <= 1 for rate in rates)
    assert found.rate(0.5) == pytest.approx(0.5, abs=0.15)
