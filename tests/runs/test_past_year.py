"""The sentence on where the past year's work went, through whole runs."""

import json
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from tests.runs.place import Place
from translators.backlog.fortnights import first_of_year
from translators.plan.past_year import word_share

SENTENCE = "SELECT meaning FROM {v}v1_term WHERE code = 'past-year'"
UPKEEP = ("tech-debt", "regulatory", "security")


def read_sentence(place: Place) -> list[str]:
    return [row["meaning"] for row in place.rows(SENTENCE)]


def reckon_share(place: Place) -> Fraction:
    """The share by the ledger and the decisions alone, of work that has an epic."""
    (site,) = place.state_rows("SELECT as_of FROM {t}site")
    begins = first_of_year(datetime.fromisoformat(str(site["as_of"])))
    rows = place.state_rows(
        "SELECT i.epic_id, i.id, i.hierarchy_level, l.credit FROM {t}ledger AS l "
        "JOIN {t}issue AS i ON i.id = l.issue_id AND i.site = l.site "
        f"WHERE l.window >= {begins}"
    )
    decided = {
        row["epic_id"]: str(row["reasons"])
        for row in place.state_rows("SELECT * FROM {t}decision")
        if row["outcome"] == "left_out"
    }
    upkeep = [
        row["credit"]
        for row in rows
        if any(f'"{rule}"' in decided.get(row["epic_id"] or row["id"], "") for rule in UPKEEP)
    ]
    return Fraction(sum(upkeep), sum(row["credit"] for row in rows))


@pytest.mark.published
def test_the_word_is_the_ledgers_and_no_number_or_team_is_told(small_place: Place) -> None:
    (sentence,) = read_sentence(small_place)
    word = word_share(reckon_share(small_place))

    assert word
    assert f"past year, {word} kept" in sentence
    assert not any(letter.isdigit() for letter in sentence)


@pytest.mark.published
def test_what_is_asked_and_translated_in_part_comes_to_the_same_sentence(
    small_place: Place,
) -> None:
    before = read_sentence(small_place)
    preview = small_place.headway("plan", "--json")
    query = "SELECT epic_id FROM {t}decision WHERE outcome = 'published' ORDER BY epic_id"
    (epic, *_) = small_place.state_rows(query)
    children = small_place.company.children_of(epic["epic_id"])
    done = next(each for each in children if each.resolution == "Done")
    small_place.company.edit(done.id, status="In Progress", resolution=None)
    small_place.company.now += timedelta(minutes=5)
    said = small_place.headway("--verbose", "sync")

    assert said.code == 0, said.err
    assert "translation.due" in said.err
    assert "translation.whole" not in said.err
    assert "past-year" not in preview.out
    assert read_sentence(small_place) == before
    assert json.loads(small_place.headway("plan", "--json").out)["drift"] == []


@pytest.mark.published
def test_without_rules_for_it_the_sentence_goes_and_with_them_it_is_back(
    small_place: Place,
) -> None:
    before = read_sentence(small_place)
    own = small_place.folder / "config" / "wording.yaml"

    own.write_text("wording:\n  past_year:\n    rules: []\n")
    assert small_place.headway("sync").code == 0
    without = read_sentence(small_place)
    own.unlink()
    assert small_place.headway("sync").code == 0

    assert without == []
    assert read_sentence(small_place) == before


@pytest.mark.published
def test_one_team_alone_says_nothing_of_itself(tiny_place: Place) -> None:
    assert tiny_place.freshness()["row_count"] > 0
    assert read_sentence(tiny_place) == []
