"""Words wait beside the requests file, and are read once, whatever else is made of that file."""

import os
import socket
import threading
from pathlib import Path

import pytest

from models.errors import UsageError
from sync.requests_file import append_words, open_waiting, place_asked_file
from sync.requests_file.asked_file import LARGEST
from tests.readers import as_other_user, open_folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return place_asked_file(tmp_path / "requests.csv")


def waiting(file: Path) -> list[str]:
    with open_waiting(file) as opened:
        return [words for _, words in opened.waiting.lines] if opened else []


def take(file: Path) -> list[str]:
    with open_waiting(file) as opened:
        assert opened
        opened.empty()
        return [words for _, words in opened.waiting.lines]


def test_it_is_made_beside_the_requests_and_begins_anew_once_it_was_emptied(file: Path) -> None:
    append_words(file, ["holograms", "fax"])
    with open_waiting(file) as first:
        pass
    taken = take(file)
    left = waiting(file)
    append_words(file, ["naïve café"])
    with open_waiting(file) as second:
        pass

    assert file.name == "requests.csv.asks"
    assert (taken, left, waiting(file)) == (["holograms", "fax"], [], ["naïve café"])
    assert first
    assert second
    assert first.waiting.name != second.waiting.name
    assert file.stat().st_mode & 0o007 == 0


def test_each_line_says_how_far_the_file_is_counted_with_it(file: Path) -> None:
    append_words(file, ["fax"])
    append_words(file, ["é", "x"])

    with open_waiting(file) as opened:
        assert opened
        (first, _), (second, _), (third, _) = opened.waiting.lines
    assert (second - first, third - second, third) == (3, 2, file.stat().st_size)


def test_by_a_link_to_the_requests_it_is_beside_what_the_link_names(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "here.csv").symlink_to(tmp_path / "there" / "requests.csv")

    assert place_asked_file(tmp_path / "here.csv") == place_asked_file(
        tmp_path / "there" / "requests.csv"
    )


def test_where_there_is_none_nothing_waits_and_none_is_made(file: Path) -> None:
    assert waiting(file) == []
    assert not file.exists()


def test_a_line_that_was_torn_was_never_written(file: Path) -> None:
    append_words(file, ["fax"])
    with file.open("ab") as torn:
        torn.write(b"holo")

    before = waiting(file)
    append_words(file, ["pager"])

    assert before == ["fax"]
    assert waiting(file) == ["fax", "pager"]


@pytest.mark.parametrize("begun", [b"Words that wait", b"\n", b"\xff\xfe\0\0", b"date,words,why\n"])
def test_what_is_something_else_is_neither_read_nor_touched(file: Path, begun: bytes) -> None:
    file.write_bytes(begun)

    with pytest.raises(UsageError, match="is not the file that words to be counted wait in"):
        append_words(file, ["fax"])
    with pytest.raises(UsageError, match="Move it away"):
        waiting(file)
    assert file.read_bytes() == begun


@pytest.mark.parametrize("kind", ["folder", "link", "dangling link", "pipe", "socket"])
def test_no_folder_link_or_pipe_is_taken_for_it(file: Path, tmp_path: Path, kind: str) -> None:
    other = tmp_path / "other"
    if kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(file))
    else:
        file.symlink_to(other)
    if kind == "link":
        append_words(other, ["secret"])
    content = other.read_bytes() if other.exists() else None

    with pytest.raises(UsageError, match="Move it away"):
        append_words(file, ["fax"])
    with pytest.raises(UsageError, match="Move it away"):
        waiting(file)

    assert (other.read_bytes() if other.exists() else None) == content


def test_it_takes_so_many_words_and_no_more_until_they_are_counted(file: Path) -> None:
    longest = ["x" * 80] * 100
    for _ in range(24):
        append_words(file, longest)

    with pytest.raises(UsageError, match="is full"):
        append_words(file, longest)
    assert file.stat().st_size <= LARGEST
    assert len(take(file)) == 2_400
    append_words(file, ["fax"])
    assert waiting(file) == ["fax"]


def test_of_a_file_without_an_end_only_the_beginning_is_read(file: Path) -> None:
    append_words(file, ["fax"])
    with file.open("ab") as more:
        more.write(b"\xff\n" + b"y" * 50 + b"\n")
        more.truncate(3_000_000_000)

    assert waiting(file) == ["fax", "", "y" * 50]
    assert take(file)
    assert file.stat().st_size == 0


def test_many_add_while_it_is_emptied_again_and_again_and_none_is_lost(file: Path) -> None:
    together, taken = threading.Barrier(5), []

    def add(number: int) -> None:
        together.wait()
        for turn in range(20):
            append_words(file, [f"{number} {turn}"])

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    together.wait()
    while any(thread.is_alive() for thread in threads):
        with open_waiting(file) as opened:
            if opened:
                taken += [words for _, words in opened.waiting.lines]
                opened.empty()
    taken += waiting(file)

    assert sorted(taken) == sorted(f"{n} {turn}" for n in range(4) for turn in range(20))


def test_who_may_only_read_it_knows_how_far_and_leaves_it() -> None:
    with open_folder() as folder:
        file = place_asked_file(folder / "requests.csv")
        append_words(file, ["fax"])
        file.chmod(0o644)

        def look() -> list[str]:
            try:
                append_words(file, ["pager"])
            except UsageError as error:
                return [*take(file), str(error.problems[0].what)]
            return ["added"]

        assert as_other_user(look) == ["fax", "cannot be opened: Permission denied"]
        assert waiting(file) == ["fax"]


def test_in_a_folder_that_may_not_be_written_none_is_made() -> None:
    with open_folder() as folder:
        file = place_asked_file(folder / "requests.csv")

        def add() -> str:
            try:
                append_words(file, ["fax"])
            except UsageError as error:
                return str(error)
            return "added"

        assert "cannot be opened: Permission denied" in as_other_user(add)
        assert not file.exists()
