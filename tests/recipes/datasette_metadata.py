"""What Datasette shows of the views, out of the contract.

`python -m tests.recipes.datasette_metadata` writes docs/recipes/datasette.yaml anew.
"""

import yaml

from models.tables.contract import SCHEMA_MEANING
from models.tables.views import VIEWS
from sync.store.clean.readers_schema import FRESHNESS_TABLE
from tests.architecture.repository import ROOT

FILE = ROOT / "docs" / "recipes" / "datasette.yaml"
HEADER = "# Made by `python -m tests.recipes.datasette_metadata`; do not edit.\n"
SORTED_BY = {"v1_active_capability": "name", "v1_capability": "name", "v1_crm": "change_seq"}


def write_metadata() -> str:
    """The text of the file; the database is called clean, as its file is."""
    tables: dict[str, object] = {}
    for view in VIEWS:
        told = {"description": view.meaning, "columns": dict(view.columns)}
        tables[view.name] = told | (
            {"sort": SORTED_BY[view.name]} if view.name in SORTED_BY else {}
        )
    tables[FRESHNESS_TABLE] = {"hidden": True}
    metadata = {
        "title": "What engineering has worked on",
        "description": SCHEMA_MEANING,
        "databases": {"clean": {"tables": tables}},
    }
    return HEADER + yaml.safe_dump(metadata, sort_keys=False, allow_unicode=True, width=96)


if __name__ == "__main__":
    FILE.write_text(write_metadata(), "utf-8")
