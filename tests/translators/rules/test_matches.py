"""The epics that rules match are those that the compiled condition says, each and no other."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.backlog import Issue
from models.conditions import Condition
from tests.builders import an_epic
from tests.rules import INVOICING, a_book
from tests.translators.rules.test_conditions import conditions, epics, is_met, line
from translators.rules.matches import Matches

BOOK = a_book(INVOICING, rest="screening: [{id: own, when: {labels: x}}]")
(OWN,) = (rule for rule in BOOK.screening if rule.id == "own")
(CAPABILITY,) = BOOK.capabilities


@given(when=conditions, unless=st.none() | conditions, listed=st.lists(epics, max_size=8))
def test_an_index_passes_no_epic_over(
    when: Condition, unless: Condition | None, listed: list[Issue]
) -> None:
    rule, capability = replace(OWN, when=when, unless=unless), replace(CAPABILITY, when=when)
    book = replace(BOOK, screening=(rule,), capabilities=(capability,))

    matches = Matches(book, listed)

    met = {place for place, epic in enumerate(listed) if is_met(when, epic)}
    spared = {place for place in met if unless and is_met(unless, listed[place])}
    assert matches.find_met(rule) == matches.find_met(capability) == met
    assert matches.find_kept(rule) == met - spared


WORDS = (
    "invoic*",
    "single sig*",
    "R&D",
    "tech-debt",
    "TechDebt",
    "税率",
    "請求書*",
    "4.2",
    "a",
    "ß*",
)
TITLES = (
    "Invoicing",
    "Single sign-on, R&D",
    "請求書の税率",
    "techdebt 4.2",
    "Größe ßa",
    "preinvoic",
)


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.lists(st.sampled_from(TITLES), min_size=1))
def test_whatever_the_script_and_the_dress(words: list[str], titles: list[str]) -> None:
    listed = [an_epic(summary=title, labels=(title,)) for title in titles]
    for when in (line("summary", "has", *words), line("labels", "equals", *words)):
        rule = replace(OWN, when=when, unless=None)

        met = Matches(replace(BOOK, screening=(rule,)), listed).find_met(rule)

        assert met == {place for place, epic in enumerate(listed) if is_met(when, epic)}
