"""Whatever program wrote the table, every row is read or named once with what is wrong."""

from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import UsageError
from models.request import CustomerRequest
from sync.requests_file import read_requests
from sync.requests_file.text import LARGEST_FILE

HEADED = "date,words,why\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "requests.csv"


def read(file: Path, content: str | bytes) -> tuple[list[str], list[str]]:
    """The words that were read, and what was found wrong, without the path."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    requests, findings = read_requests(file)
    told = [f"{each.where.removeprefix(str(file))}: {each.what}" for each in findings]
    return [each.words for each in requests], told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_told_apart(file: Path, encoding: str) -> None:
    words, findings = read(file, f"{HEADED}2026-11-01,Größere Dateien,Ürün\n".encode(encoding))

    assert words == ["Größere Dateien"]
    assert bool(findings) == (encoding in ("utf-16-le", "utf-16-be"))


def test_windows_text_is_read_and_told(file: Path) -> None:
    words, findings = read(file, f"{HEADED}2026-11-01,Größere Dateien,x\n".encode("cp1252"))

    assert words == ["Größere Dateien"]
    assert "cp1252" in findings[0]


@pytest.mark.parametrize(
    "content",
    [
        "2026-11-01,SSO,a bank\n",
        "2026-11-01;SSO;a bank\r\n",
        "date\twords\twhy\r2026-11-01\tSSO\ta bank",
        'why,date,words\n"a bank",2026-11-01,"SSO"',
        "Datum;Anfrage;Grund\n01.11.2026;SSO;a bank",
        "sep=;\n2026-11-01;SSO;a bank",
        "SSO,a bank,2026-11-01\n",
        "\n\n2026-11-01, SSO , a bank,,\n,,\n",
    ],
)
def test_columns_and_separators_are_found(file: Path, content: str) -> None:
    file.write_text(content, newline="")

    (request,), findings = read_requests(file)

    expected = (date(2026, 11, 1), "SSO", "a bank")
    assert (request.asked_on, request.words, request.why) == expected
    assert findings == ()


@pytest.mark.parametrize(
    "cell",
    "2026-11-03|2026/11/03|20261103|03.11.2026|3.11.26|3 Nov 2026|2026-11-3|Nov 3, 2026|"
    "3. November 2026|2026-11-03T06:00:00Z|2026-11-03 06:00|46329".split("|"),
)
def test_dates_of_many_forms_are_one_day(file: Path, cell: str) -> None:
    file.write_text(f'{HEADED}"{cell}",SSO,x\n')

    (request,), findings = read_requests(file)

    assert (request.asked_on, findings) == (date(2026, 11, 3), ())


@pytest.mark.parametrize(
    ("other", "day"), [("11/25/2026", date(2026, 11, 3)), ("25/11/2026", date(2026, 3, 11))]
)
def test_the_files_own_dates_tell_whether_the_month_comes_first(
    file: Path, other: str, day: date
) -> None:
    file.write_text(f"{HEADED}11/03/2026,SSO,x\n{other},MFA,x\n")

    (first, _), findings = read_requests(file)

    assert (first.asked_on, findings) == (day, ())


def test_a_date_that_nobody_can_tell_is_told(file: Path) -> None:
    words, findings = read(file, f"{HEADED}11/03/2026,SSO,x\n")

    assert words == ["SSO"]
    assert "03/04/2026" in findings[0]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("yesterday,SSO,x", "'yesterday' is no date"),
        ("2026-02-30,SSO,x", "is no date"),
        (",SSO,x", "has no date"),
        ("2026-11-01,,x", "has no words"),
        ("2026-11-01,...,x", "has no words"),
        ("2026-11-01,a,b,c", "more cells than columns"),
        ('2026-11-01,"SSO,x', "a quote that is never closed"),
        ('2026-11-01,=HYPERLINK("http://x"),x', "formula"),
        (f"2026-11-01,{'a' * 501},x", "longer than 500"),
        ("2026-11-01", "has no words"),
    ],
)
def test_a_bad_row_is_named_once_and_spoils_no_other(file: Path, row: str, wrong: str) -> None:
    words, findings = read(file, f"{HEADED}2026-11-01,before,x\n{row}\n2026-11-01,after,x\n")

    assert words == ["before", "after"]
    (finding,) = findings
    assert finding.startswith(":3: ")
    assert wrong in finding


def test_a_quoted_cell_may_go_over_lines_and_hold_quotes(file: Path) -> None:
    words, findings = read(file, f'{HEADED}2026-11-01,"audit ""log""\nfor Splunk","a, b"\n')

    assert (words, findings) == (['audit "log" for Splunk'], [])


def test_an_inch_is_no_quote(file: Path) -> None:
    words, findings = read(file, f'{HEADED}2026-11-01,14" screens,x\n2026-11-01,SSO,15" too\n')

    assert (words, findings) == (['14" screens', "SSO"], [])


def test_a_file_half_written_gives_what_is_whole(file: Path) -> None:
    words, findings = read(
        file,
        f"{HEADED}2026-11-01,SSO,x\n2026-11-01,Gr\N{LATIN SMALL LETTER O WITH DIAERESIS}".encode()[
            :-1
        ],
    )

    assert words == ["SSO", "Gr"]
    assert "within a letter" in findings[0]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (bytes(range(256)) * 20, "is no text"),
        (b"PK\x03\x04" + bytes(1000), "is no text"),
        (b"x" * (LARGEST_FILE + 1), "larger than 10 MB"),
        (b"date,why\n2026-11-01,x\n", "has no column words"),
    ],
)
def test_what_is_no_such_table_is_refused_in_milliseconds(
    file: Path, content: bytes, wrong: str
) -> None:
    file.write_bytes(content)
    began = perf_counter()

    with pytest.raises(UsageError, match=wrong):
        read_requests(file)

    assert perf_counter() - began < 1


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError):
            read_requests(path)


def test_an_empty_file_is_no_request(file: Path) -> None:
    assert read(file, "") == ([], [])
    assert read(file, HEADED) == ([], [])


@given(st.lists(st.binary(max_size=60), max_size=12), st.sampled_from([b",", b";", b"\t"]))
def test_nothing_is_lost_and_nothing_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, rows: list[bytes], separator: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "requests-invented.csv"
    path.write_bytes(HEADED.encode() + b"\n".join(rows) + b"\n2026-11-01,SSO,x\n")
    try:
        requests, findings = read_requests(path)
    except UsageError:
        return

    named = [each.where for each in findings if each.where != str(path)]
    assert len(named) == len(set(named))
    lines = {each.line for each in requests}
    assert not lines & {int(where.rpartition(":")[2]) for where in named}


@given(
    st.lists(
        st.tuples(
            st.dates(date(2000, 1, 1)),
            st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20),
        ),
        max_size=8,
    )
)
def test_what_a_table_program_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[date, str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "requests-written.csv"
    kept = [(day, f"a{words}") for day, words in rows]
    lines = ['{},"{}",'.format(day, words.replace('"', '""')) for day, words in kept]
    path.write_text(HEADED + "\n".join(lines), "utf-8")

    requests, findings = read_requests(path)

    assert [(each.asked_on, each.words) for each in requests] == kept
    assert findings == ()
    assert all(isinstance(each, CustomerRequest) for each in requests)
