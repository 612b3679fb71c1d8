"""Evidence of days and texts that no whole run comes by."""

import html
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from msgspec.structs import replace
from sqlalchemy import Engine

from models.capability import Capability
from models.evidence import Evidence, Presence
from models.history import Period
from sync.cli.pages.sales.evidence import describe_evidence, write_evidence_page
from sync.cli.pages.sales.evidence_script import DATA_TAG
from sync.store.clean.capability_log import read_capability_log
from sync.store.clean.epoch import begin_epoch
from sync.store.clean.past_list import load_list_as_of, read_clock
from sync.store.db.engines import open_reader
from tests import builders
from tests.evidence import verify_page
from tests.sync.store.clean.publishing import (
    RandomPublisher,
    a_change,
    blank_row,
    wait_for_clock,
)
from translators.explain.evidence import gather_evidence
from translators.plain_text import mark_deceptive

MS = timedelta(milliseconds=1)
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\u202eevil\u2066",
    "a\u2028b\u2029c",
    '"quoted" \\ and \\u003c',
    "&lt;b&gt; &amp; 'x'",
    "\U0001f600" * 20,
    "Ünïcödé\u0301",
)


def gather(
    engine: Engine, begins: datetime, ends: datetime, capability_id: str = "audit-log"
) -> Evidence:
    period = Period(text="then", zone="Europe/Berlin", begins=begins, ends=ends)
    with open_reader(engine) as connection:
        past = load_list_as_of(connection, ends)
        revision = past.publication.revision if past.publication else 0
        log = read_capability_log(connection, capability_id, revision)
    return gather_evidence(capability_id, period, past, log, shows_removed=False)


def publish_in_turn(engine: Engine, *rows: Capability) -> list[datetime]:
    """A moment before the first publication, and one after each."""
    publisher = RandomPublisher(engine, Random(1))
    moments = [wait_for_clock(engine)]
    before: Capability | None = None
    for row in rows:
        publisher.publish((a_change(row, before),), terms=None)
        before = row
        moments.append(wait_for_clock(engine))
    return moments


def test_each_version_that_could_be_read_that_day_is_told(clean_engine: Engine) -> None:
    row = builders.a_row("audit-log", "Audit log")
    names = ("First", "Second", "Third", "Fourth")
    at = publish_in_turn(clean_engine, *(replace(row, name=name) for name in names))

    def told(begins: datetime, ends: datetime) -> list[str]:
        found = gather(clean_engine, begins, ends).versions
        return [each.row.name for each in found if each.row]

    assert told(at[0], at[4]) == [*names]
    assert told(at[1], at[3]) == ["First", "Second", "Third"]
    assert told(at[2], at[2]) == ["Second"]
    assert told(at[0] - MS, at[0]) == []
    versions = gather(clean_engine, at[1], at[3]).versions
    assert [version.until for version in versions] == [*(v.since for v in versions[1:]), None]


def test_what_it_was_at_the_end_is_said(clean_engine: Engine) -> None:
    row, other = (builders.a_row(name, name) for name in ("audit-log", "passkeys"))
    publisher = RandomPublisher(clean_engine, Random(1))
    moments = [wait_for_clock(clean_engine)]
    for change in (a_change(other), a_change(row), a_change(blank_row(row), row)):
        publisher.publish((change,), terms=None)
        moments.append(wait_for_clock(clean_engine))

    told = [gather(clean_engine, moment, moment).presence for moment in moments]

    assert told == [
        Presence.NO_LIST,
        Presence.NOT_LISTED,
        Presence.LISTED,
        Presence.WITHDRAWN,
    ]


def test_no_text_breaks_out_of_the_page(clean_engine: Engine, tmp_path: Path) -> None:
    row = builders.a_row("audit-log", "Audit log")
    rows = [replace(row, name=text, summary=text, aliases=(text,)) for text in HOSTILE]
    at = publish_in_turn(clean_engine, *rows)

    for moment, text in zip(at[1:], HOSTILE, strict=True):
        evidence = gather(clean_engine, moment, moment)
        page = write_evidence_page(evidence)
        assert page.count("<script") == page.count("</script>") == 1
        told = html.escape(mark_deceptive(text))
        assert f"<dt>Name</dt><dd><bdi>{told}</bdi></dd>" in page
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.partition("<script")[0])
        assert "".join(describe_evidence(evidence, None))
    code, said = verify_page(page, tmp_path)
    assert (code, HOSTILE[-1] in said) == (0, True)
    (data,) = re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert [json.loads(link["shown"][0]["content"]) for link in json.loads(data)["chain"]]


def test_a_row_that_a_forger_hides_behind_another_line_is_missed(
    clean_engine: Engine, tmp_path: Path
) -> None:
    other, row = builders.a_row("sso", "SSO"), builders.a_row("audit-log", "Audit log")
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(row), a_change(other)), terms=None)
    at = wait_for_clock(clean_engine)
    page = write_evidence_page(gather(clean_engine, at, at))
    shown, tag, rest = page.partition(DATA_TAG)
    data = json.loads(rest.partition("</script>")[0])
    link = data["chain"][0]
    link["parts"], link["shown"] = ["\n".join(link["parts"])], []

    forged = f"{shown}{tag}{json.dumps(data)}</script>"

    assert verify_page(page, tmp_path)[0] == 0
    code, said = verify_page(forged, tmp_path)
    assert (code, "lines are put together" in said) == (1, True)


def test_what_steers_a_terminal_is_printed_as_it_is_written(
    clean_engine: Engine, tmp_path: Path
) -> None:
    row = builders.a_row("audit-log", "a\u202eb \u009b31m")
    (_, at) = publish_in_turn(clean_engine, row)

    code, said = verify_page(write_evidence_page(gather(clean_engine, at, at)), tmp_path)

    assert code == 0
    assert "name: 'a\\u202eb \\x9b31m'" in said


def test_a_time_whose_publications_were_lost_is_said_to_be_unknown(clean_engine: Engine) -> None:
    row = builders.a_row("audit-log", "Audit log")
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(row),), terms=None)
    lost = wait_for_clock(clean_engine)
    begin_epoch(clean_engine, publisher.lease.token, 9, lost=4, is_older=True)

    evidence = gather(clean_engine, lost, lost)
    now = read_clock(clean_engine)

    words = "What sales saw then is not known for sure"
    assert words in write_evidence_page(evidence)
    assert words in "".join(describe_evidence(evidence, None))
    assert words not in write_evidence_page(gather(clean_engine, now, now))
