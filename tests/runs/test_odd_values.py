"""One odd thing in what Jira says costs one issue or one value, which is named, and no run."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sync.sample.protocol.exchange import Reply, Request
from sync.sample.server.faults import Altered, Fault
from tests.runs.place import Place
from tests.variants import on_sqlite_first


def epic_of(place: Place) -> int:
    """An epic of the company."""
    row = place.state_rows("SELECT min(id) AS id FROM {t}issue WHERE hierarchy_level = 1")[0]
    return int(row["id"])


def items_of(place: Place) -> list[tuple[int, str]]:
    """Finished items of the company that carry points, and the field that has them."""
    query = (
        "SELECT id, points_field FROM {t}issue WHERE hierarchy_level = 0 "
        "AND resolved_at IS NOT NULL AND points_field IS NOT NULL ORDER BY id DESC"
    )
    return [(row["id"], row["points_field"]) for row in place.state_rows(query)]


def say(place: Place, path: str, old: bytes, new: bytes) -> None:
    """Answers to `path` have other bytes from now on, as they come over the wire."""
    answer = place.jira.dialect.answer

    def answer_otherwise(request: Request) -> Reply:
        reply = answer(request)
        if path not in request.path:
            return reply
        return replace(reply, body=reply.body.replace(old, new))

    place.jira.dialect.answer = answer_otherwise  # type: ignore[method-assign]


def give(place: Place, values: Sequence[tuple[int, str, bytes]]) -> None:
    """Have these fields of these issues come as that JSON, in whatever is asked of them."""
    marks = {(str(each), name): f"SENTINEL-{n}-" for n, (each, name, _) in enumerate(values)}
    written = {f'"SENTINEL-{n}-"'.encode(): text for n, (_, _, text) in enumerate(values)}
    answer = place.jira.dialect.answer

    def answer_otherwise(request: Request) -> Reply:
        reply = answer(request)
        if b'"fields"' not in reply.body:
            return reply
        document = json.loads(reply.body)
        for issue in document.get("issues", ()):
            for name in issue.get("fields", {}):
                if mark := marks.get((issue["id"], name)):
                    issue["fields"][name] = mark
        body: bytes = json.dumps(document).encode()
        for sentinel, text in written.items():
            body = body.replace(sentinel, text)
        return replace(reply, body=body)

    place.jira.dialect.answer = answer_otherwise  # type: ignore[method-assign]
    place.company.now += timedelta(minutes=30)


def findings(place: Place) -> list[dict[str, str]]:
    """What a full run noticed, which must have come through."""
    said = place.headway("sync", "--full", "--json")
    assert said.code == 0, said.err
    found: list[dict[str, str]] = json.loads(said.out)["findings"]
    return found


def nested_lists(count: int) -> bytes:
    """A description with lists in lists."""
    head = b'{"type":"bulletList","content":[{"type":"listItem","content":['
    return b'{"type":"doc","version":1,"content":[' + head * count + b"]}]}" * count + b"]}"


@pytest.mark.parametrize("count", [260, 10_000])
@on_sqlite_first
def test_an_epic_whose_description_nests_too_deep_is_named_and_stays_as_it_was(
    each_published: Place, count: int
) -> None:
    place = each_published
    epic, before = epic_of(place), place.published()
    description = place.state_rows(f"SELECT description FROM {{t}}issue WHERE id = {epic}")
    give(place, [(epic, "description", nested_lists(count))])

    found = [each for each in findings(place) if each["code"] == "issue-unreadable"]

    assert [each["where"] for each in found] == [f"issue id {epic}"]
    assert "nested too deep" in found[0]["what"]
    assert place.published() == before
    assert place.state_rows(f"SELECT description FROM {{t}}issue WHERE id = {epic}") == description
    assert f"issue id {epic}" in place.headway("status", "--json").out


@on_sqlite_first
def test_fifty_lists_in_lists_are_a_description(each_published: Place) -> None:
    give(each_published, [(epic_of(each_published), "description", nested_lists(45))])

    assert "issue-unreadable" not in {each["code"] for each in findings(each_published)}


SECONDS = (b"1" + b"0" * 30, b"-1", b"1e400", b'"NaN"', b"true", b"[[1]]")
DATES = (
    b'"0000-01-01T00:00:00.000+0000"',
    b'"0001-01-01T00:00:00.000+1400"',
    b'"9999-12-31T23:59:59.999-1200"',
    b'"10000-01-01T00:00:00.000+0000"',
    b'"2026-01-01T00:00:00.000+9900"',
    b'"2999-01-01T00:00:00.000+0000"',
    b"17",
)
POINTS = (b"1e308", b"1e400", b'"many"', b"[1, 2]", b"[1e400]", b"true", b"1" * 5_000)


def test_an_optional_value_that_cannot_be_kept_is_unknown_and_the_issue_stays(
    each_published: Place,
) -> None:
    place = each_published
    items = iter(items_of(place))
    odd = [(next(items)[0], "timespent", written) for written in SECONDS]
    odd += [(next(items)[0], "resolutiondate", written) for written in DATES]
    odd += [(*next(items), written) for written in POINTS]
    give(place, odd)

    found = {(each["code"], each["where"]): each["what"] for each in findings(place)}

    columns = {"timespent": "time_spent", "resolutiondate": "resolved_at"}
    for issue_id, name, _ in odd:
        column = columns.get(name, "points")
        query = f"SELECT {column} AS kept, summary FROM {{t}}issue WHERE id = {issue_id}"
        (row,) = place.state_rows(query)
        assert row["kept"] is None
        assert row["summary"]
    assert found["value-unreadable", "timespent"].startswith(
        "6 issues with a value that cannot be kept, taken as none; one is issue ID-"
    )
    assert found["value-unreadable", "resolutiondate"].startswith("7 issues with a value")
    assert found["points-unreadable", "story points"].startswith("7 issues with points that")


BROKEN = (rb"\ud800\u0000\u001b[2J\u202e", b"\xff\xed\xa0\x80", b"Q" * 70_000)
NAMES = (
    ("/project", b"Identity"),
    ("/field", b"Summary"),
    ("issuetype", b"Epic"),
    ("myself", b"Headway"),
    ("/rest/api", b"In Progress"),
)


@pytest.mark.parametrize("turn", [0, *(pytest.param(n, marks=pytest.mark.all) for n in (1, 2))])
def test_broken_names_cost_no_run(each_published: Place, turn: int) -> None:
    """Each name is broken in one way, and each way tried on some; in turn each name in each."""
    place = each_published
    for number, (path, name) in enumerate(NAMES, turn):
        say(place, path, b'"' + name, b'"' + BROKEN[number % len(BROKEN)] + name)

    said = place.headway("sync", "--full")

    assert said.code == 0, said.err
    assert not set(said.out + said.err) & set("\x00\x1b\u202e")


@pytest.mark.parametrize("long", [b"Q" * 300])
@on_sqlite_first
def test_a_project_with_a_key_longer_than_any_is_read_all_the_same(
    each_published: Place, long: bytes
) -> None:
    place = each_published
    say(place, "/rest/api", b'"ID"', b'"' + long + b'"')
    say(place, "/rest/api", b'"ID-', b'"' + long + b"-")

    said = place.headway("sync", "--full")

    assert said.code == 3, said.err
    assert "need one: QQQ" in said.err
    assert "Traceback" not in said.err
    longest = place.state_rows("SELECT max(length(key)) AS length FROM {t}issue")[0]["length"]
    assert longest <= 255


def test_an_issue_that_a_database_does_not_take_is_named_and_the_others_are_written(
    each_published: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = each_published
    item = items_of(place)[0][0]
    keep = place.state_rows(f"SELECT key FROM {{t}}issue WHERE id = {item}")[0]["key"]
    monkeypatch.setattr("sync.jira.read.decode.MOST_SECONDS", 10**40)
    give(place, [(item, "timespent", b"1" + b"0" * 30)])

    found = [each for each in findings(place) if each["code"] == "issue-unreadable"]

    assert [each["where"] for each in found] == [f"issue id {item}"]
    assert f"issue {keep} cannot be kept" in found[0]["what"]


@on_sqlite_first
def test_a_row_without_an_id_is_counted_and_nothing_is_taken_for_gone(
    each_published: Place,
) -> None:
    place = each_published
    item = items_of(place)[0][0]
    for _ in range(2):
        say(place, "/search", f'"id":"{item}"'.encode(), b'"id":"none"')
        found = findings(place)

    assert "rows-nameless" in {each["code"] for each in found}
    (row,) = place.state_rows(f"SELECT missing_since FROM {{t}}issue WHERE id = {item}")
    assert row["missing_since"] is None


def test_an_issue_whose_date_of_change_is_broken_costs_no_run(each_published: Place) -> None:
    place = each_published
    place.jira.faults.append(Fault("/search", Altered(break_first_date), method="POST"))
    for _ in range(2):
        place.company.now += timedelta(minutes=30)
        said = place.headway("sync")
        assert said.code == 0, said.err


def break_first_date(document: dict[str, Any]) -> None:
    for issue in document.get("issues", ())[:1]:
        issue.get("fields", {})["updated"] = "0000-01-01T00:00:00.000+0000"
