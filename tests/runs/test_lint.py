"""What was promised in twenty documents, against what the list said on the day of each."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from sqlalchemy import text

from models.tables import clean
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_writer
from tests.databases import name_prefixes
from tests.documents import PROPOSALS, REPORT
from tests.postgres import Postgres
from tests.runs.place import PUBLISHED, Place, Places
from tests.runs.sarif import SARIF

DAYS = ("2026-03-01 23:30:00.000000Z", "2026-05-15 08:00:00.000000Z")


def change_rules(place: Place) -> None:
    """The audit log is available now, passkeys are off the list."""
    aliases = "aliases: [activity log"
    available = "available: {state: all, by: '@pm', since: '2026-05'}\n    "
    place.rules("capabilities.yaml", aliases, available + aliases)
    withdrawn = "- id: passkeys\n    withdrawn: {reason: not_for_sale}\n"
    place.rules("capabilities.yaml", "- id: passkeys\n", withdrawn)


def publish_changed(place: Place) -> None:
    """A list of March, and one of May by other rules."""
    change_rules(place)
    assert place.headway("sync").code == 0
    engine = build_engine(parse_url(place.truth_url, "test"), clean.SCHEMA)
    prefix, _ = name_prefixes(engine.dialect.name)
    with open_writer(engine) as connection:
        for revision, moment in enumerate(DAYS, 1):
            moved = f"UPDATE {prefix}publication SET published_at = '{moment}' WHERE revision = "
            connection.execute(text(f"{moved}{revision}"))
    engine.dispose()


@pytest.fixture
def told(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A place with two lists, in the folder of the documents."""
    published_twice = replace(places, commands=PUBLISHED, change=publish_changed)
    with published_twice.open_place(tmp_path, projects=("ID",)) as place:
        change_rules(place)
        monkeypatch.chdir(PROPOSALS)
        yield place


def lint(place: Place, *words: str, **settings: str | None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(place.headway("lint", *words, "--json", **settings).out)
    return document


def standings(document: dict[str, Any]) -> dict[tuple[str, str], tuple[str, str | None]]:
    return {
        (each["file"], each["span"]): (each["standing"], each["capability_id"])
        for each in document["findings"]
    }


def test_twenty_documents_of_every_kind_are_reported_as_they_were_before(told: Place) -> None:
    """Where the report is to change, delete it: this test writes it anew, and fails once."""
    said = told.headway("lint", ".")
    out = said.out.replace(str(told.folder), "PLACE")

    if not REPORT.exists():
        REPORT.write_text(out)
        pytest.fail("the report was written anew: look at what differs")
    assert said.code == 1
    assert out == REPORT.read_text()


def test_a_promise_is_held_against_the_list_of_the_documents_own_day(told: Place) -> None:
    found = standings(lint(told, "."))

    assert found["offer-february.docx", "We will"] == ("no_list", "single-sign-on")
    assert found["offer-march.docx", "We will"] == ("available", "single-sign-on")
    assert found["offer-march.docx", "is planned for"] == ("worked_on", "audit-log")
    assert found["contract.pdf", "The vendor shall"] == ("available", "audit-log")
    assert found["flyer.pdf", "We will"] == ("worked_on", "passkeys")
    assert found["offer-june.docx", "We guarantee"] == ("not_listed", "passkeys")
    assert found["crm.csv", "We will"] == ("undated", "invoicing")


def test_a_given_day_goes_before_that_of_the_documents(told: Place) -> None:
    before, march, june = (
        lint(told, ".", "--as-of", day) for day in ("2026-02-28", "2026-03-01", "2026-06-30")
    )

    assert standings(march)["contract.pdf", "The vendor shall"] == ("worked_on", "audit-log")
    assert standings(march)["crm.csv", "We will"] == ("partly_available", "invoicing")
    assert standings(june)["flyer.pdf", "We will"] == ("not_listed", "passkeys")
    assert set(before["ledger"]["total"]) == {"no_list", "date"}
    assert list(june["ledger"]["by_month"]) == ["2026-06"]


def test_a_day_ends_at_midnight_in_the_time_zone_that_is_set(told: Place) -> None:
    """The first list came half an hour before midnight in UTC, and behind it in Berlin."""
    on = ("--as-of", "2026-03-01", "contract.pdf")
    in_utc, in_berlin = (lint(told, *on, timezone=zone) for zone in (None, "Europe/Berlin"))

    assert [each["ledger"]["first_list"] for each in (in_utc, in_berlin)] == [
        "2026-03-01",
        "2026-03-02",
    ]
    promise = ("contract.pdf", "The vendor shall")
    assert standings(in_utc)[promise] == ("worked_on", "audit-log")
    assert standings(in_berlin)[promise] == ("no_list", "audit-log")


def test_the_ledger_adds_up_by_class_and_by_month(told: Place) -> None:
    document = lint(told, ".")

    promises = [each for each in document["findings"] if each["class"].startswith("P")]
    ledger = document["ledger"]
    assert ledger["promises"] == len(promises) == sum(ledger["total"].values())
    for table in ("by_class", "by_month"):
        counts = [number for row in ledger[table].values() for number in row.values()]
        assert sum(counts) == len(promises)
    assert sum(document["counts"].values()) == len(document["findings"])
    assert ledger["first_list"] == "2026-03-01"


NAMING = ("prices.xlsx", "offer.eml", "forwarded.eml", "reply.eml")
"""Beside a PDF, a letter and slides: whatever else names somebody, in a property or a header."""


def test_nobody_is_named_as_who_wrote_it(told: Place) -> None:
    documents = ("flyer.pdf", "offer-march.docx", "deck-march.pptx", *NAMING)
    for shape in ("text", "json", "sarif", "markdown", "github"):
        out = told.headway("lint", *documents, "--format", shape).out

        assert "passkeys" in out
        assert "Nora" not in out
        assert "vendor.example" not in out


@pytest.mark.published
def test_postgresql_tells_the_same_of_its_days(
    places: Places, tmp_path: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROPOSALS)
    with places.open_place(tmp_path, projects=("ID",), server=postgres_server) as place:
        publish_changed(place)
        found = standings(lint(place, "contract.pdf", "flyer.pdf", "offer-february.docx"))

    assert found["contract.pdf", "The vendor shall"] == ("available", "audit-log")
    assert found["flyer.pdf", "We will"] == ("worked_on", "passkeys")
    assert found["offer-february.docx", "We will"] == ("no_list", "single-sign-on")


def test_sarif_is_what_the_standard_asks_for(told: Place, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of the kind")

    said = told.headway("lint", ".", str(tmp_path / "broken.pdf"), "--format", "sarif")

    log = json.loads(said.out)
    fastjsonschema.compile(SARIF)(log)
    (run,) = log["runs"]
    known = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(known[each["ruleIndex"]] == each["ruleId"] for each in run["results"])
    assert said.code == 2
    (notified,) = run["invocations"][0]["toolExecutionNotifications"]
    place = notified["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == (tmp_path / "broken.pdf").as_uri()


def test_github_shows_a_line_beside_it_and_a_slide_in_words(told: Place) -> None:
    out = told.headway("lint", "notes.md", "deck-march.pptx", "--format", "github").out

    assert "::warning file=notes.md,line=7,title=headway lint::P4 ask, an intention" in out
    assert "::warning file=deck-march.pptx,title=headway lint::slide 1, notes: P4 ask" in out


def test_markdown_has_no_markup_of_a_document_and_no_line_end_in_words(
    published: Place, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("Tell <b>ben@buyer.example</b>: [we will](x) ship\nit.\n")

    out = published.headway("lint", str(tmp_path / "a.txt"), "--format", "markdown").out

    assert out.startswith("### headway lint: ")
    assert "<b>" not in out
    assert "\\n" not in out
    assert "\nBy class\n\n      L2" in out


def test_without_a_database_and_without_rules_places_are_found_all_the_same(
    tmp_path: Path, tiny_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    Path("note.txt").write_text("We will ship it.\n")

    said = tiny_place.headway(
        "lint", "note.txt", config_dir=None, clean_url="sqlite:///none/clean.db"
    )

    assert said.code == 1
    assert 'note.txt:1: P4 ask, an intention: "We will' in said.out
    assert "No promise ledger: none/internal/clean.db is not there" in said.out
    assert "By the rules that come with Headway alone: there are none in config." in said.out


def test_before_the_first_publication_there_is_nothing_to_hold_it_against(
    tiny_place: Place, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("We will ship it.\n")

    said = tiny_place.headway("lint", str(tmp_path / "note.txt"), "--as-of", "2026-03-01")

    assert "No list was ever published: nothing says what was available on any day." in said.out
    assert "1 promise in 1 document: 1 from before the first list" in said.out


def test_nothing_found_ends_with_0_and_what_cannot_be_read_with_2(
    published: Place, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.docx"
    good.write_text("You can use it today.\n")
    bad.write_bytes(b"PK\x03\x04 and no more")

    well = published.headway("lint", str(good))
    badly = published.headway("lint", str(bad), str(good), str(tmp_path / "none.txt"))

    assert (well.code, well.out.splitlines()[0]) == (0, "Nothing found in 1 document")
    assert badly.code == 2
    assert badly.out.startswith("Nothing found in 1 document; 2 not read\n")
    assert f"{bad}: is broken: File is not a zip file" in badly.out
    assert f"{tmp_path}/none.txt: is not there" in badly.out


def test_standard_input_is_read_as_what_it_is(
    published: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (PROPOSALS / "offer-june.docx").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    document = lint(published, "-")

    assert {each["file"] for each in document["findings"]} == {"(standard input)"}
    assert {each["day"] for each in document["findings"]} == {"2026-06-02"}


def test_one_date_is_no_dates(published: Place, tmp_path: Path) -> None:
    document = tmp_path / "mail.txt"
    document.write_text("On 2027-03-12.")

    told = published.headway("lint", str(document), "--as-of", "2026-11-25").out

    assert "1 promise in 1 document: 1 date\n" in told, told


def test_a_waiver_lets_exactly_its_words_through(published: Place, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("We will never sell your data. We will ship it.\n")
    (published.folder / "config" / "own.yaml").write_text(
        "waivers:\n  - says: We will never sell your data\n    reason: Our terms\n"
        "    by: '@legal'\n    until: 2099-01-01\n"
    )

    document = lint(published, str(tmp_path / "note.txt"))

    assert [each["place"] for each in document["findings"]] == ["1"]
    assert len(document["findings"]) == 1


def test_a_day_that_is_none_is_told(published: Place) -> None:
    said = published.headway("lint", "x.txt", "--as-of", "yesterday")

    assert said.code == 2
    assert "'yesterday' is no date such as 2026-11-23" in said.err
