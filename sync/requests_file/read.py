"""Reads the rows of the requests file, or names each once with what is wrong.

A bad row spoils none of its neighbours.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from models.errors import Problem, UsageError
from models.finding import Finding
from models.request import CustomerRequest
from sync.requests_file.dates import DateReading
from sync.requests_file.records import (
    COLUMNS,
    NEVER_CLOSED,
    find_separator,
    split_cells,
    split_records,
)
from sync.requests_file.text import CODE, read_text

LONGEST_WORDS = 500
HEADINGS = {
    "date": "date day when asked_on asked on datum tag fecha jour",
    "words": "words word asked_for request requests ask wish question text wunsch anfrage demande",
    "why": "why reason because purpose grund warum raison pourquoi motivo",
}
_QUOTED_FORMULA = re.compile(r'="(.*)"', re.DOTALL)


def read_requests(path: Path) -> tuple[tuple[CustomerRequest, ...], tuple[Finding, ...]]:
    """The rows of a file, oldest first as it has them, and what is wrong with the others.

    UsageError where the file as a whole cannot be read: not there, too large, or no text.
    """
    text, findings = read_text(path)
    records = list(split_records(text))
    separator = find_separator([record for _, record in records])
    rows = [(line, split_cells(record, separator)) for line, record in records]
    columns, rows = find_columns(rows, path)
    dates = [cells[columns["date"]] for _, cells in rows if len(cells) > columns["date"]]
    reading = DateReading(dates)
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


def find_columns(
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
        return headed, rows[1:]
    counts: Counter[int] = Counter()
    reading = DateReading(())
    for _, cells in rows[:50]:
        counts.update(n for n, cell in enumerate(cells[:3]) if reading.read_date(cell))
    at = min(counts, key=lambda n: (-counts[n], n), default=0)
    others = [number for number in range(len(COLUMNS)) if number != at]
    return {"date": at, "words": others[0], "why": others[1]}, rows


def _read_heading(cells: Sequence[str]) -> dict[str, int]:
    """The columns that a first line names; nothing where it is none."""
    found: dict[str, int] = {}
    for number, cell in enumerate(cells):
        folded = "_".join(cell.casefold().replace("-", " ").split())
        for name, words in HEADINGS.items():
            if folded in words.split():
                found.setdefault(name, number)
    reading = DateReading(())
    is_row = any(reading.read_date(cell) for cell in cells)
    return {} if is_row else found


def _read_row(
    line: int, cells: Sequence[str], columns: dict[str, int], reading: DateReading
) -> CustomerRequest:
    extra = [cell for cell in cells[max(len(COLUMNS), 1 + max(columns.values())) :] if cell.strip()]
    if NEVER_CLOSED in cells:
        raise _BadRowError("has a quote that is never closed")
    if extra:
        raise _BadRowError("has more cells than columns: put quotes around words with a separator")
    given = {n: cells[at].strip() if at < len(cells) else "" for n, at in columns.items()}
    words, why = (_unwrap_formula(given.get(name, "")) for name in ("words", "why"))
    if not given["date"]:
        raise _BadRowError("has no date")
    asked_on = reading.read_date(given["date"])
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


def _unwrap_formula(cell: str) -> str:
    """The text of a cell that a table program kept from being read as a number."""
    found = _QUOTED_FORMULA.fullmatch(cell)
    return found[1] if found else cell
