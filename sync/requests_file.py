"""Reads what customers asked for: a table of date, words and why, from whatever program wrote it.

Every row is read, or named once with what is wrong; a bad row spoils none of its neighbours.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from models.errors import Problem, UsageError
from models.finding import Finding
from models.request import CustomerRequest

LARGEST_FILE = 10_000_000
"""Bytes."""
LONGEST_WORDS = 500
LONGEST_RECORD = 50
"""Lines that one quoted row may take: a quote that nobody closed must not swallow the rest."""

CODE = "request"
_SEPARATORS = ",;\t"
_OPENING = re.compile(r'(?:^|[,;\t\n]) *"')
_NEVER_CLOSED = '"'
"""Stands for the cells of a row that nobody can part."""
_HEADINGS = {
    "date": "date day when asked_on asked on datum tag fecha jour",
    "words": "words word asked_for request requests ask wish question text wunsch anfrage demande",
    "why": "why reason because purpose grund warum raison pourquoi motivo",
}
_COLUMNS = tuple(_HEADINGS)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_PLAIN = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NUMBERED = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?: .*)?")
_NAMED = re.compile(
    r"(\d{1,2})\.? ([a-z]{3})[a-z]*\.?,? (\d{4})|([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})"
)
_SERIAL = re.compile(r"[34567]\d{4}")
_FIRST_SERIAL = date(1899, 12, 30)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_QUOTED_FORMULA = re.compile(r'="(.*)"', re.DOTALL)


def read_requests(path: Path) -> tuple[tuple[CustomerRequest, ...], tuple[Finding, ...]]:
    """The rows of a file, oldest first as it has them, and what is wrong with the others.

    UsageError where the file as a whole cannot be read: not there, too large, or no text.
    """
    text, findings = _decode(_read_bytes(path), path)
    records = list(_split_records(text))
    separator = _find_separator([record for _, record in records])
    rows = [(line, _split_cells(record, separator)) for line, record in records]
    columns, rows = _find_columns(rows, path)
    dates = [cells[columns["date"]] for _, cells in rows if len(cells) > columns["date"]]
    reading = _DateReading(dates)
    if reading.is_guess:
        what = "dates such as 03/04/2026 are read as 3 April 2026; write 2026-04-03 to be sure"
        findings.append(Finding(CODE, str(path), what))
    requests = []
    for line, cells in rows:
        try:
            requests.append(_read_row(line, cells, columns, reading))
        except _BadRowError as error:
            findings.append(Finding(CODE, f"{path}:{line}", f"{error}; the row is passed over"))
    return tuple(requests), tuple(findings)


class _BadRowError(Exception):
    """What is wrong with one row."""


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "is not there"
            raise UsageError(Problem(str(path), what, "Mend HEADWAY_REQUESTS_FILE, or unset it."))
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise UsageError(Problem(str(path), what, "Let this account read it.")) from None
    except ValueError as error:
        raise UsageError(Problem(ascii(str(path)), f"cannot be read: {error}", "")) from None
    if len(content) > LARGEST_FILE:
        what = f"is larger than {LARGEST_FILE // 1_000_000} MB"
        raise UsageError(Problem(str(path), what, "Is it the right file? Keep this year's rows."))
    return content


def _decode(content: bytes, path: Path) -> tuple[str, list[Finding]]:
    findings = []

    def note(what: str) -> None:
        findings.append(Finding(CODE, str(path), what))

    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
    elif wide := _guess_utf_16(content):
        text = content.decode(wide, "replace")
        note("is UTF-16 without its mark; save it as UTF-8")
    else:
        text = _decode_narrow(content, note)
    text = text.removeprefix("\ufeff")
    if len(_CONTROL.findall(text)) * 20 > len(text):
        remedy = "Save the table as CSV, UTF-8."
        raise UsageError(Problem(str(path), "is no text but a program's own format", remedy))
    return text, findings


def _guess_utf_16(content: bytes) -> str | None:
    start = content[:2000]
    zeros = [start[0::2].count(0), start[1::2].count(0)]
    if len(start) >= 4 and max(zeros) * 3 > len(start) and min(zeros) * 10 < max(zeros):
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    return None


def _decode_narrow(content: bytes, note: Callable[[str], None]) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.end >= len(content) - 1 and error.reason.startswith("unexpected end"):
            note("ends within a letter: was it copied while it was written?")
            return content[: error.start].decode("utf-8-sig")
    note("is not UTF-8; read as Windows text (cp1252), so look at letters with accents")
    return content.decode("cp1252", "replace")


def _split_records(text: str) -> Iterator[tuple[int, str]]:
    """The rows with the line that each begins at; a quoted cell may go over lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    number = 0
    while number < len(lines):
        end, record = number, lines[number]
        while _is_open(record) and end - number < LONGEST_RECORD and end + 1 < len(lines):
            end += 1
            record += f"\n{lines[end]}"
        if _is_open(record):
            end, record = number, lines[number]
        if record.strip(f'{_SEPARATORS} "\n'):
            yield number + 1, record
        number = end + 1


def _is_open(record: str) -> bool:
    """Whether a cell begins with a quote and does not end with one."""
    at = 0
    while opening := _OPENING.search(record, at):
        closing = record.find('"', opening.end())
        while closing >= 0 and record.startswith('""', closing):
            closing = record.find('"', closing + 2)
        if closing < 0:
            return True
        at = closing + 1
    return False


def _find_separator(records: Sequence[str]) -> str:
    """What parts the cells of most of the first rows into two or three, the commonest first."""
    first = records[:50]
    if first and first[0].casefold().startswith("sep=") and len(first[0]) == 5:
        return first[0][4]

    def count_fitting(separator: str) -> tuple[int, int]:
        widths = [len(_split_cells(record, separator)) for record in first]
        return sum(width == len(_COLUMNS) for width in widths), sum(w > 1 for w in widths)

    return max(_SEPARATORS, key=count_fitting)


def _split_cells(record: str, separator: str) -> list[str]:
    if _is_open(record):
        return [_NEVER_CLOSED]
    try:
        cells = next(csv.reader([record], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return record.split(separator)
    return [cell.strip() for cell in cells]


def _find_columns(
    rows: list[tuple[int, list[str]]], path: Path
) -> tuple[dict[str, int], list[tuple[int, list[str]]]]:
    """Where each column stands, by the heading or by where dates stand; and the rows below."""
    if rows and rows[0][1] and rows[0][1][0].casefold().startswith("sep="):
        rows = rows[1:]
    headed = _read_heading(rows[0][1]) if rows else {}
    if headed:
        missing = [name for name in ("date", "words") if name not in headed]
        if missing:
            what = f"has no column {' and no '.join(missing)} in its first line"
            raise UsageError(Problem(str(path), what, "Name the columns date, words and why."))
        return {"why": len(_COLUMNS) + 97} | headed, rows[1:]
    counts: Counter[int] = Counter()
    reading = _DateReading(())
    for _, cells in rows[:50]:
        counts.update(n for n, cell in enumerate(cells[:3]) if reading.read(cell))
    at = min(counts, key=lambda n: (-counts[n], n), default=0)
    others = [number for number in range(len(_COLUMNS)) if number != at]
    return {"date": at, "words": others[0], "why": others[1]}, rows


def _read_heading(cells: Sequence[str]) -> dict[str, int]:
    """The columns that a first line names; nothing where it is none."""
    found: dict[str, int] = {}
    for number, cell in enumerate(cells):
        folded = "_".join(cell.casefold().replace("-", " ").split())
        for name, words in _HEADINGS.items():
            if folded in words.split():
                found.setdefault(name, number)
    reading = _DateReading(())
    is_row = any(reading.read(cell) for cell in cells)
    return {} if is_row else found


class _DateReading:
    """Reads dates; whether the day or the month comes first, the file's own dates tell."""

    def __init__(self, cells: Iterable[str]) -> None:
        numbered = [found for cell in cells if (found := _NUMBERED.fullmatch(cell.strip()))]
        slashed = [each for each in numbered if each[2] != "."]
        is_day_first = any(int(each[1]) > 12 for each in slashed)
        self._month_first = any(int(each[3]) > 12 for each in slashed) and not is_day_first
        self.is_guess = bool(slashed) and not is_day_first and not self._month_first

    def read(self, cell: str) -> date | None:
        """The date of a cell, or None."""
        cell = " ".join(cell.split())
        if found := _ISO.fullmatch(cell) or _PLAIN.fullmatch(cell):
            return _build_date(*found.groups()[:3])
        if found := _NUMBERED.fullmatch(cell):
            day, month = found[1], found[3]
            if self._month_first and found[2] != ".":
                day, month = month, day
            year = found[4] if len(found[4]) == 4 else f"20{found[4]}"
            return _build_date(year, month, day)
        if found := _NAMED.fullmatch(cell.casefold()):
            day, name, year = found.groups()[:3] if found[1] else (found[5], found[4], found[6])
            month = str(_MONTHS.index(name) + 1) if name in _MONTHS else "0"
            return _build_date(year, month, day)
        if _SERIAL.fullmatch(cell):
            return _FIRST_SERIAL + timedelta(days=int(cell))
        return None


def _build_date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _read_row(
    line: int, cells: Sequence[str], columns: dict[str, int], reading: _DateReading
) -> CustomerRequest:
    extra = [cell for cell in cells[max(len(_COLUMNS), 1 + max(_known(columns))) :] if cell.strip()]
    if _NEVER_CLOSED in cells:
        raise _BadRowError("has a quote that is never closed")
    if extra:
        raise _BadRowError("has more cells than columns: put quotes around words with a separator")
    given = {n: cells[at].strip() if at < len(cells) else "" for n, at in columns.items()}
    words, why = (_unwrap_formula(given[name]) for name in ("words", "why"))
    if not given["date"]:
        raise _BadRowError("has no date")
    asked_on = reading.read(given["date"])
    if asked_on is None:
        raise _BadRowError(f"{given['date'][:40]!r} is no date such as 2026-11-23")
    if not any(letter.isalnum() for letter in words):
        raise _BadRowError("has no words")
    if len(words) > LONGEST_WORDS or len(why) > LONGEST_WORDS:
        raise _BadRowError(f"is longer than {LONGEST_WORDS} letters")
    if words.startswith("="):
        raise _BadRowError("holds a formula in place of words")
    return CustomerRequest(
        asked_on=asked_on, words=" ".join(words.split()), why=" ".join(why.split()), line=line
    )


def _known(columns: dict[str, int]) -> list[int]:
    return [at for at in columns.values() if at < len(_COLUMNS) + 97]


def _unwrap_formula(cell: str) -> str:
    """The text of a cell that a table program kept from being read as a number."""
    found = _QUOTED_FORMULA.fullmatch(cell)
    return found[1] if found else cell
