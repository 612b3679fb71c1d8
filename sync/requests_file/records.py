"""Parts a table into rows and cells; a quote that nobody closed spoils its own row alone."""

import csv
import re
from collections.abc import Iterator, Sequence

COLUMNS = ("date", "words", "why")
LONGEST_RECORD = 50
"""Lines that one quoted row may take: a quote that nobody closed must not swallow the rest."""

_SEPARATORS = ",;\t"
_OPENING = re.compile(r'(?:^|[,;\t\n]) *"')
NEVER_CLOSED = '"'
"""Stands for the cells of a row that nobody can part."""


def split_records(text: str) -> Iterator[tuple[int, str]]:
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


def find_separator(records: Sequence[str]) -> str:
    """What parts the cells of most of the first rows into two or three, the commonest first."""
    first = records[:50]
    if first and first[0].casefold().startswith("sep=") and len(first[0]) == 5:
        return first[0][4]

    def count_fitting(separator: str) -> tuple[int, int]:
        widths = [len(split_cells(record, separator)) for record in first]
        return sum(width == len(COLUMNS) for width in widths), sum(w > 1 for w in widths)

    return max(_SEPARATORS, key=count_fitting)


def split_cells(record: str, separator: str) -> list[str]:
    if _is_open(record):
        return [NEVER_CLOSED]
    try:
        cells = next(csv.reader([record], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return record.split(separator)
    return [cell.strip() for cell in cells]
