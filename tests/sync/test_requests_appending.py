"""A request that is passed on is a row in the form that the file has, and read again as it was."""

import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import UsageError
from sync.requests_file import append_request, read_requests

DAY = date(2026, 11, 23)
PRINTED = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=40)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "requests.csv"


def test_a_file_that_is_not_there_is_made_and_the_same_row_is_written_once(file: Path) -> None:
    for _ in range(2):
        append_request(file, DAY, "Dark mode", "eyes")
    append_request(file, DAY, "Dark mode", "batteries")

    assert file.read_text() == (
        "date,words,why\n2026-11-23,Dark mode,eyes\n2026-11-23,Dark mode,batteries\n"
    )
    assert file.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("date,words,why\n2026-11-01,A,b", "\n2026-11-23,Fax; please,why not\n"),
        ("Datum;Wunsch;Grund\r\n2026-11-01;A;b\r\n", '2026-11-23;"Fax; please";why not\r\n'),
        ("sep=;\nday;words;why\n2026-11-01;A;b\n", '2026-11-23;"Fax; please";why not\n'),
        ("why\twords\tdate\tby\nb\tA\t2026-11-01\tme\n", "why not\tFax; please\t2026-11-23\n"),
        ("A,2026-11-01,b\nB,2026-11-02,c\n", "Fax; please,2026-11-23,why not\n"),
        ("date,words\n2026-11-01,A\n", "2026-11-23,Fax; please (why not)\n"),
        ("date,words,why\n2026-11-01,A,b\n\n", "2026-11-23,Fax; please,why not\n"),
        ('date,words,why\n2026-11-01,"A,b\n', "2026-11-23,Fax; please,why not\n"),
        ("", "date,words,why\n2026-11-23,Fax; please,why not\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_form_of_the_file_is_kept(file: Path, before: str, after: str, encoding: str) -> None:
    content = before.replace("A", "Ä").encode(encoding)
    file.write_bytes(content)

    append_request(file, DAY, "Fax; please", "why not")

    written = file.read_bytes()
    assert written.startswith(content)
    assert written.decode(encoding).endswith(after)
    assert read_requests(file)[0][-1].words.startswith("Fax; please")


@pytest.mark.parametrize("words", ["=1+1", "+1 for fax", "-fax", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_nothing_that_is_passed_on_is_a_formula(file: Path, words: str) -> None:
    append_request(file, DAY, words, words)

    (row,), findings = read_requests(file)

    assert not findings
    assert (row.words, row.why) == (f"'{words}", f"'{words}")


def test_no_other_program_parts_it_into_a_formula(file: Path) -> None:
    append_request(file, DAY, "fax;=1+1, then\t@SUM(A1)", "\uff1d1")

    assert file.read_text().endswith("\"fax;'=1+1, then\t'@SUM(A1)\",'\uff1d1\n")


@given(words=PRINTED, why=PRINTED)
def test_any_words_are_read_again_and_spoil_no_other_row(
    tmp_path_factory: pytest.TempPathFactory, words: str, why: str
) -> None:
    file = tmp_path_factory.mktemp("any") / "requests.csv"
    file.write_text('date,words,why\n2026-11-01,"one, two",three\n')

    append_request(file, DAY, words, why)
    append_request(file, DAY, "last", "")

    requests, findings = read_requests(file)
    assert [each.words for each in requests][:: len(requests) - 1] == ["one, two", "last"]
    assert len(requests) + len(findings) == 3


def test_rows_that_are_passed_on_at_once_are_all_there(file: Path) -> None:
    threads = [
        threading.Thread(target=append_request, args=(file, DAY, f"wish {n}", ""))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    requests, findings = read_requests(file)
    assert sorted(each.words for each in requests) == sorted(f"wish {n}" for n in range(20))
    assert not findings


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04" + bytes(5_000), b"date,words,why\n" + b"x" * 10_000_000]
)
def test_what_is_no_table_or_full_is_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(UsageError):
        append_request(file, DAY, "fax", "")

    assert file.read_bytes() == content


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be added to"):
        append_request(tmp_path, DAY, "fax", "")


def test_a_row_that_a_quote_before_it_would_swallow_is_not_called_passed_on(file: Path) -> None:
    before = b'date,words,why\n2026-11-01,"never closed,b\n2026-11-02,C,d\n'
    file.write_bytes(before)

    with pytest.raises(UsageError, match="a quote near its end that nobody closed"):
        append_request(file, DAY, "Fax, please", "why not")

    assert file.read_bytes() == before
