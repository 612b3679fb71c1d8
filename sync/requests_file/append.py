"""Adds a row to the requests file, in the form that the file has already."""

import csv
import io
import os
import re
from datetime import date
from pathlib import Path
from typing import BinaryIO

from models.errors import Problem, UsageError
from sync.documents.decoding import decode_text, is_no_text
from sync.requests_file.locking import lock_file
from sync.requests_file.read import LONGEST_WORDS, find_columns
from sync.requests_file.records import (
    COLUMNS,
    LONGEST_RECORD,
    NEVER_CLOSED,
    find_separator,
    split_cells,
    split_records,
)
from sync.requests_file.text import LARGEST_FILE

_FORMULA = re.compile(r"(^|[,;\t|])(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Where a cell begins with what table programs would work out, whatever they part cells by."""
_MODE = 0o640
_ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")


def append_request(path: Path, asked_on: date, words: str, why: str) -> None:
    """Write a row at the end of the file, which is made where there is none; the same row once.

    `words` and `why` are plain text on one line. UsageError where the file cannot be added to.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, _MODE)
        with os.fdopen(handle, "r+b") as file:
            lock_file(file, path)
            _append(file, path, [asked_on.isoformat(), words, why])
    except OSError as error:
        what = f"cannot be added to: {error.strerror or error}"
        raise UsageError(Problem(str(path), what, "Let this account write it.")) from None


def _append(file: BinaryIO, path: Path, cells: list[str]) -> None:
    file.seek(0)
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE - 10 * LONGEST_WORDS:
        raise UsageError(Problem(str(path), "is full", "Keep this year's rows."))
    text, _ = decode_text(content)
    if is_no_text(text):
        raise UsageError(Problem(str(path), "is no text", "Save the table as CSV, UTF-8."))
    row, known = _write_row(text, path, [_guard_cell(cell) for cell in cells])
    if known:
        return
    if text and not text.endswith(("\n", "\r")):
        row = _find_line_end(text) + row
    file.write(row.encode(_find_encoding(content, text), "replace"))
    file.flush()
    os.fsync(file.fileno())


def _guard_cell(cell: str) -> str:
    """Text that no table program takes for a formula, and no quote of which parts a row."""
    return _FORMULA.sub(r"\1\2'", cell.replace('"', "'").strip())[:LONGEST_WORDS].strip()


def _write_row(text: str, path: Path, cells: list[str]) -> tuple[str, bool]:
    """The row as the file would have it, and whether it has it already."""
    end = _find_line_end(text)
    records = [record for _, record in split_records(text)]
    if not records:
        return end.join([_join(list(COLUMNS), ","), _join(cells, ","), ""]), False
    separator = find_separator(records)
    rows = [(number, split_cells(record, separator)) for number, record in enumerate(records)]
    columns, below = find_columns(rows, path)
    if "why" not in columns:
        cells = [
            cells[0],
            f"{cells[1]} ({cells[2]})"[: LONGEST_WORDS - 1] if cells[2] else cells[1],
        ]
    laid = [""] * (1 + max(columns.values()))
    for name, cell in zip(COLUMNS, cells, strict=False):
        if name in columns:
            laid[columns[name]] = cell
    known = any(laid == row[: len(laid)] for _, row in below)
    row = _join(laid, separator)
    is_open = any(cells == [NEVER_CLOSED] for _, cells in below[-LONGEST_RECORD:])
    if '"' in row and is_open:  # which our quote would close, and the row be part of that one
        what = "has a quote near its end that nobody closed, and would swallow the row"
        raise UsageError(Problem(str(path), what, "Close it."))
    return f"{row}{end}", known


def _join(cells: list[str], separator: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=separator, lineterminator="").writerow(cells)
    return line.getvalue()


def _find_line_end(text: str) -> str:
    return next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")


def _find_encoding(content: bytes, text: str) -> str:
    """How the file is written, without a mark of its own: that stands at its beginning only."""
    if content.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if content.startswith(b"\xfe\xff"):
        return "utf-16-be"
    fits = (each for each in _ENCODINGS if _is_written_in(content, text, each))
    return next(fits, "utf-8").replace("utf-8-sig", "utf-8")


def _is_written_in(content: bytes, text: str, encoding: str) -> bool:
    try:
        return content.decode(encoding).removeprefix("\ufeff") == text
    except ValueError:
        return False
