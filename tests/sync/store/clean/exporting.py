"""Copies of views that are kept by exports alone, read from their text as other programs do."""

import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from models.tables.views import COLUMNS
from sync.cli.pages.sales.exported import is_guarded, write_csv, write_json_lines
from sync.store.clean.exported_rows import Cursor, ExportedRows, WholeBecause, read_exported_rows
from sync.store.clean.readers_file import find_readers_file
from sync.store.db.addresses import parse_url

KEYS = {
    "v1_crm": ("capability_id",),
    "v1_capability": ("capability_id",),
    "v1_alias": ("capability_id", "alias"),
    "v1_change": ("change_seq",),
}


def readers_url(engine: Engine) -> URL:
    """Where readers of a clean database read."""
    path = find_readers_file(engine)
    return parse_url(f"sqlite:///{path}", "test") if path else engine.url


def read_csv(page: str) -> list[dict[str, Any]]:
    """The rows of a CSV with their types, guards taken away."""
    rows = csv.DictReader(io.StringIO(page.removeprefix("\ufeff"), newline=""))
    return [{name: _read_cell(name, cell) for name, cell in row.items()} for row in rows]


def _read_cell(name: str, cell: str) -> Any:
    if name in ("change_seq", "effort_rank"):
        return int(cell) if cell else None
    if name == "is_active":
        return {"true": True, "false": False}[cell]
    if name in ("today_text", "withdrawn_reason", "replaced_by", "alias") and not cell:
        return None
    return cell[1:] if is_guarded(cell) else cell


@dataclass
class ViewCopy:
    """The rows of a view by their key; `reasons` are why whole ones were read."""

    url: URL
    view: str
    cursor: Cursor | None = None
    rows: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    reasons: set[WholeBecause] = field(default_factory=set)

    def bring_up_to_date(self) -> None:
        """Read what changed, and lay it over what is there."""
        exported = read_exported_rows(self.url, self.view, self.cursor)
        rows = read_both_shapes(exported)
        if exported.whole:
            self.reasons.add(exported.whole)
            self.rows = {}
        if self.view == "v1_alias":
            told = {row["capability_id"] for row in rows}
            self.rows = {key: row for key, row in self.rows.items() if key[0] not in told}
            rows = [row for row in rows if row["alias"] is not None]
        self.rows |= {tuple(row[name] for name in KEYS[self.view]): row for row in rows}
        self.cursor = exported.cursor

    def read_truth(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        """What the copy should be."""
        whole = ViewCopy(self.url, self.view)
        whole.bring_up_to_date()
        return whole.rows


def read_both_shapes(exported: ExportedRows) -> list[dict[str, Any]]:
    """What an export's text says, which is the same as CSV and as JSON Lines."""
    columns = COLUMNS[exported.view]
    lines = write_json_lines(columns, exported.rows).splitlines()
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert read_csv(write_csv(columns, exported.rows)) == rows
    return rows
