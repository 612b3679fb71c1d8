"""An export as text: CSV that no table program takes for formulas, JSON Lines, and what it was."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from sync.cli.pages.results import format_freshness
from sync.store.clean.exported_rows import INCREMENTAL, ExportedRows, Row, WholeBecause
from translators.plurals import count_noun

_PASSED_OVER = r"[\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2060\ufeff]*"
_SIGNS = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]"
_FORMULA = re.compile(f"'*{_PASSED_OVER}{_SIGNS}")
"""What a table program might work out: a sign of any width, also behind what some pass over, and
also where it was guarded already, so that each guard can be told from a text's own."""
_LINE_ENDS = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "\x7f\x85\u2028\u2029"})
"""What JSON lets stand, and some programs take for the end of a line."""
_MARK = "\ufeff"

_BECAUSE: Mapping[WholeBecause, str] = {
    WholeBecause.NO_CURSOR: "the whole of it",
    WholeBecause.OTHER_EPOCH: "the whole of it anew: a database was restored or lost since, so "
    "let it take the place of all that you hold",
}


def write_csv(columns: Sequence[str], rows: Iterable[Row], *, marked: bool = False) -> str:
    """A table as RFC 4180 has it; `marked` begins with the mark by which Excel knows UTF-8.

    Nothing is an empty cell, moments are ISO 8601 in UTC. A text that a table program might work
    out has a ' before it: take one away from a cell that `is_guarded`, and the text is as it was.
    """
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_write_cell(row[name]) for name in columns])
    return (_MARK if marked else "") + page.getvalue()


def write_json_lines(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """An object a line, its values of their own types; moments are ISO 8601 in UTC."""
    lines = (
        msgspec.json.encode({name: _write_moment(row[name]) for name in columns}) for row in rows
    )
    return "".join(f"{line.decode().translate(_LINE_ENDS)}\n" for line in lines)


def is_guarded(cell: str) -> bool:
    """Whether a text cell was given a ' that its text has not."""
    return cell.startswith("'") and _is_formula(cell[1:])


def _write_cell(value: Any) -> Any:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}" if _is_formula(value) else value
        case _:
            return _write_moment(value)


def _is_formula(text: str) -> bool:
    return bool(_FORMULA.match(text))


def _write_moment(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    moment = value.astimezone(UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='microseconds')}Z"


def describe_export(
    exported: ExportedRows, since: int | None, output: Path | None
) -> Iterator[str]:
    """What was written, where to go on next time, and what the list is worth."""
    count = count_noun(len(exported.rows), "row")
    what = _BECAUSE[exported.whole] if exported.whole else f"what changed after {since}"
    into = f" to {output}" if output else ""
    yield f"Exported {count} of {exported.view}{into}: {what}."
    if exported.view in INCREMENTAL:
        cursor = exported.cursor
        yield f"  Next time   --since {cursor.change_seq} --epoch {cursor.epoch}"
    yield from format_freshness(exported.head)
