"""What people decide, as edits of a whole rule book: nothing else in it differs afterwards."""

import resource
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import RuleBookError, UsageError
from models.rulebook import PinAction, WithdrawnReason
from sync.rulebook.edit.edits import Ruling, name_draft, pin_epic, redact, withdraw
from sync.rulebook.edit.folder import append_items, open_folder
from sync.rulebook.edit.spans import read_spans

NAMES = ("one", "two", "three")
NOTES = st.lists(st.sampled_from(["", "# a note: [x]", "      # further in"]), max_size=2)
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=10)
SAID = WORDS | st.sampled_from(
    ["@anna", "yes", "a: b", "x #1", "- y", "'", '"', "💶 {a}, b", "null"]
)


@st.composite
def folders(draw: st.DrawFn) -> dict[str, str]:
    """Rule books of three capabilities, the first a draft, laid out as people do."""
    files: dict[str, list[str]] = {}
    for name in NAMES:
        file = draw(st.sampled_from(["a.yaml", "b/c.yaml"]))
        lines = files.setdefault(
            file, ["version: 1" if file == "a.yaml" else "# b", "capabilities:"]
        )
        when = draw(st.sampled_from(["{labels: [x, 'y']}", '{component: "Z"}']))
        called = draw(st.sampled_from(["Exports", '"Ex"', "'E x'"]))
        keys = [f"name: {called}", "area: Reports"]
        keys += ["summary: Words of it.", f"when: {when}", *(["draft: true"] * (name == "one"))]
        keys = [f"id: {name}", *draw(st.permutations(keys))]
        if draw(st.booleans()):
            lines += [f"  - {{{', '.join(keys)}}}", *draw(NOTES)]
            continue
        for number, key in enumerate(keys):
            lines += [("    " if number else "  - ") + key, *draw(NOTES)]
    if draw(st.booleans()):
        flow = "  - {issue: PAY-9, hide: true, reason: r, by: b}  # was"
        files["a.yaml" if "a.yaml" in files else "d.yaml"] = [
            *files.get("a.yaml", []),
            "pins:",
            draw(
                st.sampled_from([flow, "  - issue: PAY-9\n    hold: yes\n    reason: r\n    by: b"])
            ),
        ]
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    last = draw(st.sampled_from(["", line_end]))
    return {file: "\n".join(lines).replace("\n", line_end) + last for file, lines in files.items()}


def write_folder(folder: Path, files: dict[str, str]) -> None:
    for old in folder.rglob("*.yaml"):
        old.unlink()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())


def plain(texts: Mapping[str, str]) -> dict[str, Any]:
    """The items of all files, by section and name."""
    found: dict[str, Any] = {}
    for text in texts.values():
        for pair in read_spans(text).pairs:
            for item in pair.value.items:
                value = item.to_plain()
                found[value.get("id") or value["issue"]] = value
    return found


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(folders(), SAID, SAID, st.sampled_from(["PAY-9", "PAY-10"]))
def test_each_edit_changes_what_it_says_and_nothing_else(
    tmp_path: Path, files: dict[str, str], reason: str, by: str, key: str
) -> None:
    write_folder(tmp_path, files)
    opened = open_folder(tmp_path)
    before = plain(files)
    ruling = Ruling(PinAction.CAPABILITY, "two", reason, by)
    pin = {"issue": key, "capability": "two", "reason": reason, "by": by}
    named = {k: v for k, v in before["one"].items() if k != "draft"} | {"name": reason}
    merged = before["two"] | {"withdrawn": {"reason": "merged", "use": "three"}}

    for edit, name, wanted in (
        (pin_epic(opened, key, (), ruling), key, pin),
        (name_draft(opened, "one", {"name": reason}), "one", named),
        (withdraw(opened, "two", WithdrawnReason.MERGED, "three"), "two", merged),
        (redact(opened, "two"), "two", before["two"] | {"redact": "true"}),
    ):
        after = dict(edit.texts)
        assert plain(after) == before | {name: wanted}
        assert len([file for file in after if after[file] != files.get(file)]) == 1
        for file, text in files.items():
            kept = set(after[file].splitlines())
            lost = [line for line in text.splitlines() if line not in kept]
            assert len(lost) <= (5 if name == "PAY-9" else 2)
            assert not any(line.lstrip().startswith("#") for line in lost)

    opened.write(pin_epic(opened, key, (), ruling).texts)
    again = open_folder(tmp_path)
    assert pin_epic(again, key, (), ruling).texts == again.texts


GOOD = "capabilities:\n  - {id: one, name: One, area: A, summary: S.}\n"


def test_a_folder_that_changed_since_it_was_read_is_not_written(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.yaml": GOOD})
    first, second = open_folder(tmp_path), open_folder(tmp_path)

    first.write(redact(first, "one").texts)

    with pytest.raises(UsageError, match="was changed by somebody else"):
        second.write(redact(second, "one").texts)


def test_what_cannot_be_written_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """As root, permissions bind nobody: a file as large as none may be is refused to everybody."""
    write_folder(tmp_path, {"a.yaml": GOOD})
    opened = open_folder(tmp_path)
    texts = pin_epic(opened, "PAY-1", (), Ruling(PinAction.HIDE, None, "r", "b")).texts
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(UsageError, match="cannot be written: File too large"):
            opened.write(texts)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)

    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_items_are_appended_with_their_comments(tmp_path: Path, line_end: str) -> None:
    head = "# head\ncapabilities:\n    - id: one   # mine\n      name: One\n"
    head += "      area: A\n      summary: S.\n      # its own\n\n# below\nversion: 1\n"
    write_folder(tmp_path, {"a.yaml": head.replace("\n", line_end)})
    items = "# 12 epics\n- id: two\n  draft: true\n  name: Two\n  area: A\n  summary: |\n    S.\n"

    written = append_items(tmp_path, "capabilities", items)

    added = "".join(f"    {line}\n" for line in items.splitlines())
    wanted = head.replace("its own\n", f"its own\n{added}").replace("\n", line_end)
    assert written.read_bytes().decode() == wanted


def test_items_that_the_book_would_not_bear_are_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.yaml": GOOD})

    with pytest.raises(RuleBookError, match="stands in the rule book twice"):
        append_items(tmp_path, "capabilities", "- {id: one, name: One, area: A, summary: S.}\n")

    assert (tmp_path / "a.yaml").read_text() == GOOD


def test_items_make_their_file_where_there_is_none(tmp_path: Path) -> None:
    written = append_items(tmp_path, "pins", "- {issue: PAY-1, hide: true, reason: r, by: b}\n")

    assert written.read_text() == ("pins:\n  - {issue: PAY-1, hide: true, reason: r, by: b}\n")


@pytest.mark.parametrize(
    "book",
    [
        "{capabilities: [{id: one, name: One, area: A, summary: S.}]}\n",
        GOOD + "pins: []\n",
        GOOD + "pins: [{issue: PAY-2, hold: true, reason: r, by: b},]  # all\n",
        GOOD
        + "pins:\n- issue: PAY-2\n  hold: true\n  reason: >-\n    r\n\n  by: b\n  # own\n# not\n",
        GOOD.rstrip(),
        GOOD + "\n...\n",
    ],
)
def test_a_pin_finds_its_place_in_any_layout(tmp_path: Path, book: str) -> None:
    write_folder(tmp_path, {"a.yaml": book})
    opened = open_folder(tmp_path)

    opened.write(pin_epic(opened, "PAY-1", (), Ruling(PinAction.HIDE, None, "r", "b")).texts)

    assert "PAY-1" in [pin.issue for pin in open_folder(tmp_path).book.pins]
