import pytest

from tests.board.lists import hostile_rows, sample_rows
from tests.builders import a_row
from tests.examples import is_long
from translators.find.lookup import AskLookup, index_asks, list_writings
from translators.find.search import Answer, CompiledSearch

SHARE = 1 if is_long() else 7
"""Every so-manieth ask is tried."""
LISTS = ("sample", pytest.param("inn", marks=pytest.mark.all))
"""Of two trades; every form of every name is looked up first, which takes two seconds a list."""


@pytest.fixture(scope="module", params=LISTS)
def known(request: pytest.FixtureRequest) -> tuple[AskLookup, CompiledSearch]:
    rows = sample_rows(request.param)
    return index_asks(rows), CompiledSearch(rows)


def asks_that_are_it(lookup: AskLookup) -> dict[str, str]:
    """Every ask for which a page would say that it is it, with the row."""
    it = {
        writing: row_id for name, row_id in lookup.names.items() for writing in list_writings(name)
    }
    it |= lookup.written
    for ask in lookup.opened:
        row_id = it[ask]
        for opening, refused in lookup.openings.items():
            if ask not in refused:
                it[f"{opening} {ask}"] = it[f"{opening[0].upper()}{opening[1:]} {ask}"] = row_id
        for closing, refused in lookup.closings.items():
            if ask not in refused:
                it[f"{ask} {closing}"] = row_id
    return it


def test_what_a_page_would_call_it_find_calls_it_too(
    known: tuple[AskLookup, CompiledSearch],
) -> None:
    lookup, search = known

    asks = asks_that_are_it(lookup)
    some = list(asks.items())[::SHARE]
    wrong = [
        (ask, row_id)
        for ask, row_id in some
        if (found := search.find(f"\u00bf{ask} ?!")).answer is not Answer.THIS_IS_IT
        or found.rows[0].capability_id != row_id
    ]

    assert wrong == []
    assert len(asks) > 3_000


def test_a_page_knows_every_name_and_alias_of_its_list(
    known: tuple[AskLookup, CompiledSearch],
) -> None:
    lookup, search = known
    it = asks_that_are_it(lookup)

    for row in search.rows:
        for text in (row.name, *row.aliases):
            assert it.get(text) == row.capability_id
    assert "do you have single sign-on" in it or "do you have loyalty points" in it


def test_words_weigh_no_less_and_meet_no_more_than_find_says(
    known: tuple[AskLookup, CompiledSearch],
) -> None:
    lookup, search = known

    for each in lookup.met[::5]:
        best = {row.row.capability_id: row.score for row in search.rank(each.words[0])}
        for row_id, met in each.rows:
            assert met / each.weight <= best.get(row_id, 1.0) + 1e-9


def test_no_row_is_met_by_a_word_that_says_nothing_in_some_places_of_an_ask() -> None:
    rows = (a_row("orders", "Work orders"), a_row("lido", "Export to LIDO"))
    met = {word for each in index_asks(rows).met for word in each.words}

    assert CompiledSearch(rows).find("does it work?").answer is Answer.NOTHING
    assert {"orders", "export", "lido"} <= met
    assert met.isdisjoint({"work", "to"})


def test_what_two_rows_are_called_alike_is_it_of_neither() -> None:
    rows = (a_row("one", "Exports"), a_row("two", "Exports"))

    lookup = index_asks(rows)

    assert lookup.names == lookup.written == {}


def test_a_name_in_capitals_that_is_another_word_in_small_ones_is_known_as_it_is_written() -> None:
    rows = (a_row("it-support", "IT support"),)
    search = CompiledSearch(rows)

    asks = asks_that_are_it(index_asks(rows))

    assert asks["IT support"] == "it-support"
    for ask in asks:
        assert search.find(ask).answer is Answer.THIS_IS_IT, ask


def test_what_is_off_the_list_is_not_in_the_tables() -> None:
    gone = a_row("gone", "Secret tunnel", "burrow", is_active=False)

    lookup = index_asks((gone, a_row("here", "Audit log")))

    assert "secret tunnel" not in asks_that_are_it(lookup)
    assert not any("burrow" in each.words or "tunnel" in each.words for each in lookup.met)


def test_the_same_rows_give_the_same_tables_and_no_row_gives_none() -> None:
    rows = sample_rows()[:2]

    assert index_asks(rows) == index_asks.__wrapped__(rows)

    assert index_asks(()).names == {}
    assert index_asks(()).met == ()


def test_texts_that_mean_harm_are_asked_about_as_any_other() -> None:
    rows = tuple(hostile_rows())
    search = CompiledSearch(rows)

    for ask, row_id in list(asks_that_are_it(index_asks(rows)).items())[::SHARE]:
        assert search.find(ask).rows[0].capability_id == row_id


@pytest.mark.all
def test_of_a_very_long_list_the_page_knows_less_and_the_names_first() -> None:
    rows = tuple(
        a_row(f"row-{number}", f"Thing {number} of {number * 7919 % 1000}", f"gadget {number}")
        for number in range(1_000)
    )

    lookup = index_asks(rows)

    known = asks_that_are_it(lookup)
    names = sum(known.get(row.name) == row.capability_id for row in rows)
    assert 20 < names < len(rows)
    assert not any(row.aliases[0] in known for row in rows)
    assert lookup.opened == frozenset()
