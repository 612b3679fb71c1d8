"""The architecture page shows the code as it is: its folders, its imports, its functions."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import PurePosixPath

import pytest

from tests.architecture.repository import ROOT, our_files
from tests.docs.pages import code_spans, find_blocks, find_section, read_page, table_rows

PAGE = read_page("docs/ARCHITECTURE.md")
PRODUCT = ("sync", "translators", "models", "migrations", "config")
PARTED = ("sync", "translators")
"""Rooms of their own stand in these; the others are one room each."""
REMARKS = 46
"""The column of the picture from which on it explains itself."""

FOLDERS = {code_spans(row[0])[0]: row for row in table_rows(find_section(PAGE, "The rooms"))}
WALKS = [heading for heading in re.findall(r"^## (.+)$", PAGE, re.MULTILINE) if " way " in heading]
STEPS = [
    (heading, step)
    for heading in WALKS
    for step in re.split(r"^\d+\. ", find_section(PAGE, heading), flags=re.MULTILINE)[1:]
]
SOURCES = [file for file in our_files() if file.suffix == ".py"]


def room_of(module: str) -> str:
    """The room a module is in, as the table writes it."""
    top, *inside = module.split(".")
    if top not in PARTED or not inside:
        return f"{top}"
    room = f"{top}/{inside[0]}"
    return f"{room}.py" if (ROOT / f"{room}.py").exists() else room


def imported_modules(tree: ast.Module) -> set[str]:
    """The modules of ours that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in PRODUCT}


@cache
def imports_between_rooms() -> dict[str, set[str]]:
    """What each room imports, itself apart."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for file in SOURCES:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        if module.split(".")[0] in PRODUCT:
            room = room_of(module.removesuffix(".__init__"))
            found = imported_modules(ast.parse(file.read_text("utf-8")))
            rooms[room] |= {room_of(each) for each in found} - {room, *PARTED}
    return {room: rooms[room] for room in sorted(rooms) if room not in PARTED}


def defined_names(path: str) -> set[str]:
    """Functions as `name`, methods as `Class.name`."""
    names = set()
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {
                f"{node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
            }
    return names


def test_every_folder_of_the_code_has_its_line_and_no_other_has() -> None:
    folders = {
        f"{file.parent.relative_to(ROOT).as_posix()}/"
        for file in our_files()
        if file.relative_to(ROOT).parts[0] in PRODUCT and file.parent.name != "versions"
    }
    named = {name for name in FOLDERS if name.endswith("/") and name.split("/")[0] in PRODUCT}

    assert named == folders


def test_every_folder_says_what_it_is_for() -> None:
    assert [name for name, row in FOLDERS.items() if not row[1]] == []


def test_every_import_between_rooms_is_shown_and_no_other() -> None:
    shown = {name.rstrip("/"): set(code_spans(row[2])) for name, row in FOLDERS.items()}
    real = imports_between_rooms()

    wrong = [room for room in real if shown.get(room) != real[room]]

    assert wrong == [], "\n".join(
        f"{room} imports {' '.join(f'`{each}`' for each in sorted(real[room]))}" for room in wrong
    )


def test_in_the_picture_every_import_leads_downwards() -> None:
    picture = next(block for block in find_blocks(PAGE, "") if "translators/" in block)
    drawn = {
        name: number
        for number, line in enumerate(picture.splitlines())
        for name in re.findall(r"\w+(?!/)\b", line[:REMARKS])
    }
    rooms = {room: PurePosixPath(room).stem for room in imports_between_rooms()}
    upwards = [
        (room, other)
        for room, imported in imports_between_rooms().items()
        for other in imported
        if drawn[rooms[room]] >= drawn[rooms[other]] and room != "migrations"
    ]

    assert set(rooms.values()) - {"config"} <= set(drawn)
    assert upwards == []


def test_there_is_a_way_of_an_issue_of_a_rule_and_of_a_credit() -> None:
    assert [heading.split()[-1] for heading in WALKS] == ["issue", "rule", "credit"]
    assert all(sum(heading == walk for heading, _ in STEPS) >= 10 for walk in WALKS)


@pytest.mark.parametrize(("walk", "step"), STEPS, ids=lambda text: text.partition(":")[0])
def test_a_step_names_a_file_and_functions_that_are_defined_in_it(walk: str, step: str) -> None:
    path, *named = code_spans(step)
    functions = [name.removesuffix("()") for name in named if name.endswith("()")]

    assert (ROOT / path).is_file()
    assert functions
    assert [name for name in functions if name not in defined_names(path)] == []
