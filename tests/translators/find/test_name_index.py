"""The index passes over no name that reading them all would have met."""

from pathlib import Path

import pytest

from models.capability import Capability
from tests.benchmarks.asking_find import FOLDER, SAMPLE_BOOK, read_asks, read_rows
from translators.find.name_index import NameIndex
from translators.find.naming import Name, Vocabulary, cover_name, list_units, make_name
from translators.find.reading import read_ask

KNOWN: frozenset[str] = frozenset()


def list_names(rows: list[Capability]) -> list[str]:
    return [text for row in rows for text in (row.name, *row.aliases)]


@pytest.mark.parametrize(
    ("asks", "book"),
    [
        ("sample.txt", SAMPLE_BOOK),
        ("inn.txt", FOLDER / "inn.yaml"),
        ("practice.txt", FOLDER / "practice.yaml"),
    ],
)
def test_no_name_is_passed_over_that_is_in_an_ask(asks: str, book: Path) -> None:
    titles = list_names(read_rows(book))
    names: list[Name | None] = [make_name(0, title, is_title=False) for title in titles]
    index = NameIndex(titles)
    vocabulary = Vocabulary([name for name in names if name])
    met = 0
    for ask in read_asks(FOLDER / asks):
        said = read_ask(ask.words)
        units = list_units(said)
        matches = vocabulary.match(units, said.languages, KNOWN)
        found = {n for n, name in enumerate(names) if name and cover_name(said, name, matches)}
        alone = {unit.word.text for unit in units if len(unit.places) == 1}
        together = {unit.word.text for unit in units if len(unit.places) > 1}

        assert found <= set(index.find_names(alone, together, said.languages)), ask.words
        met += len(found)
    assert met > 100
