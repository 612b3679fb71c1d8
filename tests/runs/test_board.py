"""The sales board as people have it: a file of the command, a file of each run, a page served."""

import json
import signal
import socket
import stat
from pathlib import Path

import httpx
import pytest

from sync.store.clean.readers_view import read_list
from sync.store.db.addresses import parse_url
from tests.board.document import Element, read_page
from tests.loaded import TIMEOUT
from tests.readers import as_other_user, open_folder
from tests.runs.place import Place
from tests.runs.programs import wait_until
from tests.runs.serving import events, finished, running


def read_board(path: Path) -> Element:
    return read_page(path.read_bytes())


def notices(page: Element) -> list[str]:
    """What the page says above all else, whether or not a script runs."""
    sections = page.find("section", class_="notice")
    return [each.only("h2").text for each in sections if "hidden" not in each.attributes]


def test_the_command_writes_what_readers_see_and_nothing_that_they_do_not(
    each_published: Place,
) -> None:
    path = each_published.folder / "pages" / "board.html"

    said = each_published.headway("board", "--output", str(path))

    assert said.code == 0, said.err
    page, rows = read_board(path), each_published.published()
    names = [each.text for each in page.find("h3", class_="name")]
    assert sorted(names) == sorted(row["name"] for row in rows if row["is_active"])
    assert f"{len(names)} entries" in said.out
    text = path.read_text("utf-8")
    assert all(row["statement"].replace("'", "&#39;") in text for row in rows if row["is_active"])
    for key in ("ID-1", each_published.jira.url, "jira", "person-week"):
        assert key not in page.only("body").text.split("{", 1)[0]
    again = each_published.headway("board", "--output", "-")
    assert again.out.encode() == path.read_bytes()


def test_it_needs_a_readers_rights_alone(published: Place) -> None:
    with open_folder() as folder:
        path = folder / "clean.db"
        path.write_bytes(Path(parse_url(published.clean_url, "test").database or "").read_bytes())

        def count() -> int:
            return len(read_list(parse_url(f"sqlite:///{path}", "test"), with_news=True).news)

        assert as_other_user(count) > 0


def test_it_goes_where_the_setting_says_and_else_where_everybody_looks(
    published: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published.folder)
    path = published.folder / "told.html"

    told = published.headway("board", "--json", board_path=str(path))
    usual = published.headway("board")

    assert json.loads(told.out) == {
        "path": str(path),
        "entries": len(read_board(path).find("article")),
    }
    assert usual.out.startswith("var/board.html: ")
    assert (published.folder / "var" / "board.html").read_bytes() == path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("target", ["clean.db", "env", "config"])
def test_it_writes_over_nothing_but_a_board(published: Place, target: str) -> None:
    path = published.folder / target
    before = path.read_bytes() if path.is_file() else None

    said = published.headway("board", "--output", str(path))
    run = published.headway("sync", board_path=str(path))

    assert said.code == 2
    assert "is something else than a board, and stays as it is" in said.err
    assert run.code == 0
    if before is not None and target == "clean.db":
        assert path.read_bytes().startswith(b"SQLite format 3\0")


def test_where_there_is_no_list_it_says_so_and_what_to_do(
    small_place: Place, tmp_path: Path
) -> None:
    nowhere = small_place.headway("board", clean_url=f"sqlite:///{tmp_path}/none.db")
    migrated = small_place.headway("board", "--output", str(tmp_path / "board.html"))

    assert nowhere.code == 74
    assert "headway sync" in nowhere.err
    assert migrated.code == 0
    assert notices(read_board(tmp_path / "board.html")) == ["There is no list yet"]


def test_every_run_writes_it_and_what_holds_or_fails_a_run_stands_on_it(
    tiny_place: Place, tmp_path: Path
) -> None:
    path = tmp_path / "board.html"
    tiny_place.settings["board_path"] = str(path)

    assert tiny_place.headway("sync").code == 0
    published = read_board(path)
    assert tiny_place.headway("sync").code == 0
    confirmed = read_board(path)
    failed = tiny_place.headway("sync", jira_token="wrong")
    failing = read_board(path)

    assert published.find("article")
    moment = published.only("section", id="stale").attributes["data-checked"]
    assert confirmed.only("section", id="stale").attributes["data-checked"] >= moment
    assert (notices(published), notices(confirmed)) == ([], [])
    assert failed.code == 77
    assert notices(failing) == ["Newer runs came to no result"]
    assert len(failing.find("article")) == len(published.find("article"))


def test_a_run_that_publishes_nothing_asks_find_for_nothing(
    published: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "board.html"
    published.settings["board_path"] = str(path)
    assert published.headway("sync").code == 0
    first = path.stat().st_ino

    def refuse(rows: object) -> None:
        raise AssertionError(rows)

    with monkeypatch.context() as without:
        without.setattr("translators.board.content.index_asks", refuse)
        again = published.headway("sync")
        kept, second = path.read_bytes(), path.stat().st_ino
        published.rules("capabilities.yaml", "Administrators see who", "Everybody sees who")
        changed = published.headway("sync")
        stayed = path.read_bytes()

    assert (again.code, "board.bug" in again.err) == (0, False)
    assert second != first, "it is written anew all the same"
    assert (changed.code, "board.bug" in changed.err, stayed) == (0, True, kept)
    path.chmod(0o666)
    assert published.headway("board").code == 0
    assert b"Everybody sees who" in path.read_bytes()
    assert published.headway("sync").code == 0
    assert path.read_bytes() == published.headway("board", "--output", "-").out.encode()


def test_a_board_that_cannot_be_written_is_told_and_fails_no_run(
    tiny_place: Place, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")

    said = tiny_place.headway("sync", board_path=str(tmp_path / "file" / "board.html"))

    assert said.code == 0
    assert "board.not-written" in said.err
    assert "cannot be written: File exists" in said.err
    assert tiny_place.freshness()["status"] == "current"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def test_the_service_shows_it_answers_asks_and_ends_as_ever(tiny_place: Place) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with running(tiny_place, "serve", schedule="1h", http_address=str(port)) as (process, log):
        wait_until(lambda: finished(log) >= 1, log)
        with httpx.Client(base_url=address) as client:
            board = client.get("/")
            found = client.get("/find", params={"q": "do you have SSO?"})
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=TIMEOUT)

    assert code == 0
    assert board.status_code == found.status_code == 200
    names = [each.text for each in read_page(board.content).find("h3", class_="name")]
    assert names == sorted(names, key=names.index)
    assert len(names) == len(tiny_place.published())
    told = json.loads(tiny_place.headway("find", "--json", "do", "you", "have", "SSO?").out)
    assert found.json() == told
    (listening,) = [each for each in events(log) if each["event"] == "http.listening"]
    assert listening["address"] == f"{address}/"


def test_an_address_that_is_taken_ends_it_at_the_start_and_says_so(tiny_place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(tiny_place, "serve", http_address=f"127.0.0.1:{port}") as (process, log):
            code = process.wait(timeout=TIMEOUT)

    assert code == 2
    assert "HEADWAY_HTTP_ADDRESS: cannot be listened at" in log.read_text()
