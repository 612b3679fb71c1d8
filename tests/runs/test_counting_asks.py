"""Asks that the list has no name for count alike, whoever was asked: words and numbers alone."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from sync.requests_file import append_words, place_asked_file
from sync.service.answering import answer_beside, build_ask_counter
from sync.service.serve import ScheduledSync
from sync.settings.settings import Settings, read_settings
from tests.loaded import TIMEOUT
from tests.readers import on_read_only_mount
from tests.runs.assistants import ask_in_turn
from tests.runs.place import Place
from tests.runs.test_board import free_port

ASKS = (
    "Do you have holograms?",
    "holograms, please",
    "SSO",
    "SSO for contractors",
    "will fingerprint unlock ship by March 2027",
    "jo@example.com and 4930123456789 ask for holograms",
    "my password is https://x.example/hunter2",
    "\x1b[31m\u202eevil\x07 fax",
    "x" * 900,
    "the of and",
    "my boss Jo wants all kinds of very different things from you before summer",
)


def counted(place: Place) -> dict[str, int]:
    rows = place.state_rows("SELECT words, number FROM {t}asked_words")
    return {row["words"]: row["number"] for row in rows}


@contextmanager
def answering(place: Place) -> Iterator[httpx.Client]:
    """What `headway serve` answers over HTTP."""
    port = free_port()
    place.write_settings(http_address=str(port))

    def read_anew() -> Settings:
        return read_settings({}, place.folder / "env")

    service = ScheduledSync(read_anew(), read_anew)
    asks = build_ask_counter(read_anew)
    with (
        answer_beside(service.settings, read_anew, service.vitals, asks),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=TIMEOUT) as client,
    ):
        yield client


def ask_command(place: Place, asks: Sequence[str]) -> None:
    for words in asks:
        assert place.headway("find", "--", words).code == 0


def ask_batch(place: Place, asks: Sequence[str]) -> None:
    file = place.folder / "asks.txt"
    file.write_text("".join(f"{each}\n" for each in asks), "utf-8")
    assert place.headway("find", "--file", str(file)).code == 0


def ask_board(place: Place, asks: Sequence[str]) -> None:
    with answering(place) as client:
        for words in asks:
            assert client.get("/find", params={"q": words}).status_code == 200


def ask_assistant(place: Place, asks: Sequence[str]) -> None:
    requests = place.folder / "requests.csv"
    calls = [("find_capability", {"words": words}) for words in asks]
    ask_in_turn(place.clean_url, *calls, requests=requests)
    for _ in range(2):
        assert place.headway("queue", requests_file=str(requests)).code == 0


WAYS = [ask_command, ask_batch, ask_board, ask_assistant]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_each_way_to_ask_counts_the_same_words_as_often(
    each_published: Place, way: Callable[[Place, Sequence[str]], None]
) -> None:
    way(each_published, ASKS)

    assert counted(each_published) == {
        "holograms": 3,
        "SSO contractors": 1,
        "fingerprint unlock ship march 2027": 1,
        "password": 1,
        "31 mevil fax": 1,
    }


def test_what_assistants_were_asked_is_proposed_as_what_the_command_was(published: Place) -> None:
    requests = str(published.folder / "requests.csv")
    ask_command(published, ["fingerprint unlock", "holograms by March 2027"])
    calls = [("find_capability", {"words": "have you fingerprint-unlock?"})] * 2
    ask_in_turn(published.clean_url, *calls, requests=Path(requests))
    Path(requests).write_text("date,words,why\n2026-11-01,SSO,a bank\n")

    first = published.headway("queue", "--json", requests_file=requests)
    again = published.headway("queue", "--json", requests_file=requests)
    meeting = published.headway("queue", "--meeting", requests_file=requests).out

    told = json.loads(first.out)["looked_for"]
    assert first.out == again.out
    assert [(each["alias"], each["number"]) for each in told["aliases"]] == [
        ("fingerprint unlock", 3)
    ]
    assert told["unmatched"] == [{"words": "holograms march 2027", "number": 1}]
    assert "aliases: [login without password" in meeting
    assert "(3x)" in meeting


def test_a_run_counts_what_waits_once_and_what_comes_after_by_the_next(published: Place) -> None:
    requests = published.folder / "requests.csv"
    published.settings["requests_file"] = str(requests)
    waiting = place_asked_file(requests)
    append_words(waiting, ["holograms", "fax"])

    assert published.headway("sync").code == 0
    emptied = waiting.stat().st_size
    append_words(waiting, ["holograms"])
    for _ in range(2):
        assert published.headway("sync").code == 0

    assert emptied == 0
    assert counted(published) == {"holograms": 2, "fax": 1}


def test_lines_that_none_of_ours_left_are_counted_as_nothing(published: Place) -> None:
    requests = published.folder / "requests.csv"
    waiting = place_asked_file(requests)
    append_words(waiting, ["holograms"])
    odd = (
        b"\x1b[31mred",
        b"y" * 90_000,
        b"\xff\xfe",
        b"jo@example.com",
        b"",
        b"call 4930123456789",
    )
    with waiting.open("ab") as more:
        more.write(b"\n".join(odd) + b"\nfax\ntorn")

    said = published.headway("queue", requests_file=str(requests))

    assert (said.code, said.err) == (0, "")
    assert counted(published) == {"holograms": 1, "fax": 1}


@pytest.mark.parametrize("kind", ["folder", "link", "text"])
def test_a_file_that_is_something_else_is_told_of_and_keeps_nothing_from_its_end(
    published: Place, kind: str
) -> None:
    requests = published.folder / "requests.csv"
    waiting = place_asked_file(requests)
    if kind == "folder":
        waiting.mkdir()
    elif kind == "link":
        waiting.symlink_to(published.folder / "env")
    else:
        waiting.write_text("mine")

    for command in ("queue", "sync"):
        said = published.headway(command, requests_file=str(requests))
        assert said.code == 0
        assert "is not the file that words to be counted wait in" in said.err
    (told,) = ask_in_turn(
        published.clean_url, ("find_capability", {"words": "holograms"}), requests=requests
    )

    assert told["answer"] == "nothing is recorded under these words"
    assert counted(published) == {}


def test_without_a_requests_file_an_assistant_counts_nothing(published: Place) -> None:
    before = {path.name for path in published.folder.iterdir()}

    ask_in_turn(published.clean_url, ("find_capability", {"words": "holograms"}))

    assert published.headway("queue").code == 0
    assert {path.name for path in published.folder.iterdir()} - before <= {"env"}
    assert counted(published) == {}


def test_where_the_database_cannot_be_written_now_asks_wait(published: Place) -> None:
    requests = published.folder / "requests.csv"
    append_words(place_asked_file(requests), ["fax"])
    state = published.state_url.removeprefix("sqlite:///")

    with answering(published) as client, closing(sqlite3.connect(state)) as other:
        other.execute("BEGIN IMMEDIATE")
        answers = [client.get("/find?q=holograms"), client.get("/find?q=pager")]
        queue = published.headway("queue", requests_file=str(requests))
        assert counted(published) == {}
        other.rollback()

    assert [each.status_code for each in answers] == [200, 200]
    assert (queue.code, queue.err) == (0, "")
    assert counted(published) == {"holograms": 1, "pager": 1}
    published.headway("queue", requests_file=str(requests))
    assert counted(published) == {"holograms": 1, "pager": 1, "fax": 1}


def test_on_a_read_only_disk_the_queue_is_shown_and_asks_wait(published: Place) -> None:
    requests = published.folder / "requests.csv"
    append_words(place_asked_file(requests), ["holograms"])
    published.write_settings(requests_file=str(requests))
    code = """
import sys
from sync.cli import run
print(run(["--env-file", sys.argv[1] + "/env", "queue"]))
"""

    said = on_read_only_mount(published.folder, code, str(published.folder))

    assert said.endswith("0")
    assert "holograms" not in said
    assert "holograms (1x)" in published.headway("queue", requests_file=str(requests)).out
