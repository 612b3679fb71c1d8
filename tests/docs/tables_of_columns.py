"""The tables of the page of queries: every column of every view, out of the contract itself.

`python -m tests.docs.tables_of_columns` writes them into the page anew, and with them
docs/contract/v1.odcs.yaml.
"""

import re
import textwrap

from models.tables.contract import ColumnType, ContractColumn, list_columns
from models.tables.views import VIEWS
from sync.store.clean.data_contract import write_contract
from tests.architecture.repository import ROOT

PAGE = ROOT / "docs" / "querying.md"
CONTRACT = ROOT / "docs" / "contract" / "v1.odcs.yaml"
BEGIN, END = "<!-- columns: made by tests.docs.tables_of_columns -->\n", "<!-- /columns -->"
WORDS = {
    ColumnType.TEXT: "text",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.SMALLINT: "smallint",
    ColumnType.BIGINT: "bigint",
    ColumnType.MOMENT: "timestamptz",
}
ALIKE = ("v1_active_capability", "v1_crm")
"""Views of columns that another view has."""


def write_tables() -> str:
    """A table for each view, and what the others have of those columns."""
    by_name = {view.name: view for view in VIEWS}
    parts = []
    for view in VIEWS:
        if view.name not in ALIKE:
            rows = "".join(map(_write_row, list_columns(view)))
            head = f"| `{view.name}` | type | null | values |\n|---|---|---|---|\n"
            parts.append(head + rows)
    crm = ", ".join(f"`{name}`" for name in by_name["v1_crm"].columns)
    told = f"`v1_active_capability` has the columns of `v1_capability`; `v1_crm` has {crm}."
    parts.append(textwrap.fill(told, 100) + "\n")
    return "\n".join(parts)


def _write_row(column: ContractColumn) -> str:
    most = f" ≤ {column.length}" if column.length else ""
    codes = ", ".join(f"`{code}`" for code in column.codes)
    key = " (key)" if column.is_key else ""
    null = "" if column.is_required else "yes"
    return f"| `{column.name}`{key} | {WORDS[column.type]}{most} | {null} | {codes} |\n"


def replace_tables(page: str) -> str:
    """The page with these tables in the place of those that it has."""
    between = re.compile(f"(?<={re.escape(BEGIN)}).*?(?={re.escape(END)})", re.DOTALL)
    replaced, number = between.subn(lambda _: write_tables(), page)
    assert number == 1, f"{PAGE.name} has no place for its tables"
    return replaced


if __name__ == "__main__":
    PAGE.write_text(replace_tables(PAGE.read_text("utf-8")), "utf-8")
    CONTRACT.write_text(write_contract(), "utf-8")
