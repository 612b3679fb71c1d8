"""psql and sqlite3, and SQLAlchemy's reflection, as their pages have them."""

import csv
from pathlib import Path

from tests.recipes.blocks import need_program, read_blocks, run_python, run_shell
from tests.recipes.lists import PublishedList
from tests.sync.store.clean.publishing import read_views


def active_rows(listed: PublishedList) -> dict[str, str]:
    rows = read_views(listed.engine)["rows"]
    return {key: row["name"] for key, row in rows.items() if row["is_active"]}


def test_the_command_lines_show_what_is_on_the_list(listed: PublishedList, tmp_path: Path) -> None:
    program = "sqlite3" if listed.file else "psql"
    need_program(program)

    shown = "".join(
        run_shell(block, tmp_path, listed.plain) for block in read_blocks("psql", "sh", program)
    )

    assert active_rows(listed)
    assert [name for name in active_rows(listed).values() if name not in shown] == []
    with (tmp_path / "list.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["capability_id"] for row in rows} == read_views(listed.engine)["rows"].keys()
    if not listed.file:
        both = (tmp_path / "both.txt").read_text("utf-8")
        assert [key for key in active_rows(listed) if key not in both] == []
    assert "What the capability is called." in (tmp_path / "columns.txt").read_text("utf-8")


def test_reflection_finds_the_views_with_their_types(listed: PublishedList, tmp_path: Path) -> None:
    (program,) = read_blocks("sqlalchemy", "python")

    shown = run_python(program, tmp_path, listed.address)

    assert [name for name in active_rows(listed).values() if name not in shown] == []
    assert f"{len(active_rows(listed))} rows  2026-11-23T06:00:00+00:00" in shown
