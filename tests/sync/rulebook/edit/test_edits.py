"""What people decide, as edits of a whole rule book: nothing else in it differs afterwards."""

import json
import re
import resource
import signal
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import UsageError
from models.rulebook import PinAction, RuleBook, WithdrawnReason
from sync.rulebook.describe import word_modeline
from sync.rulebook.edit.appending import append_section
from sync.rulebook.edit.edits import (
    Ruling,
    name_draft,
    pin_epic,
    redact_entry,
    withdraw_entry,
)
from sync.rulebook.edit.folder import OpenedFolder, open_folder
from sync.rulebook.edit.spans import read_spans
from sync.rulebook.edit.widening import list_widenings

NAMES = ("one", "two", "three")
NOTES = st.lists(
    st.sampled_from(["", "   ", "# a note: [x]", "      # further in", "# - {a: 'b"]), max_size=2
)
BEHIND = st.sampled_from(["", "", "", "  # why: {a: b}", " # - x, 'y'"])
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=10)
SAID = WORDS | st.sampled_from(
    ["@anna", "yes", "a: b", "x #1", "- y", "'", '"', "💶 {a}, b", "null"]
)
FLOW = {
    "name": ["Exports", '"Ex"', "'E x'"],
    "area": ["Reports", "'Re: ports'"],
    "summary": ["Words of it.", '"Words: of it."'],
    "when": ["{labels: [x, 'y']}", '{component: "Z"}', "{any: [{component: Z}, {labels: x}]}"],
    "aliases": ["[a, 'b, c']", "a"],
    "beats": ["[two]", "two"],
}
BLOCK = {
    "summary": [["summary: >-", "  Words", "  of it."], ["summary: |", "  Words. # not a note"]],
    "when": [["when:", "  any:", '    - component: [Z, "A"]', "    - labels:", "      - x"]],
    "aliases": [["aliases:", "- a", "- 'b'"], ["aliases:", "  - 'a'  # its own", "", "  - b"]],
    "beats": [["beats:", "  - two"]],
}
"""How people write each key: on one line, or on several."""


@st.composite
def capabilities(draw: st.DrawFn, name: str, dash: int) -> list[str]:
    """The lines of one, in brackets or in a block."""
    more = ["beats"] * (name == "one") + draw(st.sampled_from([[], ["aliases"]]))
    keys = draw(st.permutations(["name", "area", "summary", "when", "draft", *more]))
    keys = [key for key in keys if key != "draft" or name == "one"]
    keys.insert(draw(st.sampled_from([0, 0, len(keys)])), "id")
    fixed = {"id": [name], "draft": ["true", "yes", '"true"']}
    if draw(st.integers(0, 3)) == 0:
        pairs = [f"{key}: {draw(st.sampled_from((FLOW | fixed)[key]))}" for key in keys]
        last = draw(st.sampled_from(["", ",", " "]))
        return [f"{' ' * dash}- {{{', '.join(pairs)}{last}}}{draw(BEHIND)}", *draw(NOTES)]
    gap = draw(st.integers(1, 3))
    lines: list[str] = []
    for key in keys:
        written = [[f"{key}: {value}{draw_behind(draw, value)}"] for value in (FLOW | fixed)[key]]
        for line in draw(st.sampled_from([*written, *BLOCK.get(key, [])])):
            margin = " " * dash + ("-" + " " * gap if not lines else " " * (gap + 1))
            lines.append((margin + line) if line else "")
        lines += [] if is_folded(lines) else draw(NOTES)
    return lines


def draw_behind(draw: st.DrawFn, value: str) -> str:
    """A note on the same line, where a rule book may have one: not behind a text without quotes."""
    return "" if value[-1].isalpha() or value[-1] == "." else draw(BEHIND)


def is_folded(lines: list[str]) -> bool:
    """Whether a note below would be a part of the text above, or would become it.

    It becomes one where the only key between is taken out: such an edit is refused.
    """
    return any(line.rstrip().endswith((">-", "|")) for line in lines[-4:])


@st.composite
def folders(draw: st.DrawFn) -> dict[str, str]:
    """Rule books of three capabilities, the first a draft, laid out as people do."""
    files: dict[str, list[str]] = {}
    dashes = {file: draw(st.sampled_from([0, 2, 4])) for file in ("a.yaml", "b/c.yaml")}
    for name in NAMES:
        file = draw(st.sampled_from(["a.yaml", "b/c.yaml"]))
        head = ["version: 1" if file == "a.yaml" else "# b", f"capabilities:{draw(BEHIND)}"]
        lines = files.setdefault(file, [*draw(NOTES), *head])
        lines += draw(capabilities(name, dashes[file]))
    if draw(st.booleans()):
        flow = "  - {issue: PAY-9, hide: true, reason: r, by: b}  # was"
        block = "  - issue: PAY-9\n    hold: yes\n    reason: r\n\n    by: b\n"
        aimed = '- by: b\n  capability: "one"\n  reason: >\n    so\n    long\n  issue: pay-9'
        files["a.yaml" if "a.yaml" in files else "d.yaml"] = [
            *files.get("a.yaml", []),
            f"pins:{draw(BEHIND)}",
            *draw(st.sampled_from([flow, f'{block}    until: "2099-01-01"', aimed])).split("\n"),
        ]
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    last = draw(st.sampled_from(["", line_end]))
    return {file: line_end.join(lines) + last for file, lines in files.items()}


def write_folder(folder: Path, files: dict[str, str]) -> None:
    for old in folder.rglob("*.yaml"):
        old.unlink()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())


def plain(texts: Mapping[str, str]) -> dict[str, Any]:
    """The items of all files, by section and name."""
    found: dict[str, Any] = {}
    for _, text in sorted(texts.items()):
        for pair in read_spans(text).pairs:
            for item in pair.value.items:
                value = item.to_plain()
                found[value.get("id") or value["issue"]] = value
    return found


def check_edits(folder: Path, files: dict[str, str], reason: str, by: str, key: str) -> None:
    """Hold every edit against what it says, value by value and line by line."""
    write_folder(folder, files)
    opened = open_folder(folder)
    before = plain(files)
    ruling = Ruling(PinAction.CAPABILITY, "two", reason, by)
    pinned = next((each for each in before if each.upper() == key), key)
    pin = {"issue": pinned, "capability": "two", "reason": reason, "by": by}
    named = {k: v for k, v in before["one"].items() if k != "draft"} | {"name": reason}
    merged = before["two"] | {"withdrawn": {"reason": "merged", "use": "three"}}

    for edit, name, wanted in (
        (pin_epic(opened, key, (), ruling), pinned, pin),
        (name_draft(opened, "one", {"name": reason}), "one", named),
        (withdraw_entry(opened, "two", WithdrawnReason.MERGED, "three"), "two", merged),
        (redact_entry(opened, "two"), "two", before["two"] | {"redact": "true"}),
    ):
        after = dict(edit.texts)
        assert plain(after) == before | {name: wanted}
        assert [each for each in plain(after) if each in before] == list(before)
        assert len([file for file in after if after[file] != files.get(file)]) == 1
        for file, text in files.items():
            hold_lines(text, after[file], most=5 if name == pinned else 3)

    check_renaming(opened, files)
    check_widening(opened, files, reason)
    written = pin_epic(opened, key, (), ruling).texts
    opened.write(written)
    again = open_folder(folder)
    assert pin_epic(again, key, (), ruling).texts == again.texts == written
    # What was read, edited and read again says the same but for the pin.
    assert say(again.book, but=pinned) == say(opened.book, but=pinned)


def check_renaming(opened: OpenedFolder, files: dict[str, str]) -> None:
    """Another id stands wherever the old one stood, and no line more or less is there."""
    after = name_draft(opened, "one", {}, "renamed").texts
    wanted = plain(files)
    wanted["renamed"] = wanted.pop("one") | {"id": "renamed"}
    del wanted["renamed"]["draft"]
    for item in wanted.values():
        if item.get("capability") == "one":
            item["capability"] = "renamed"
    assert plain(after) == wanted
    for file, text in files.items():
        hold_lines(text, after[file], most=4)


def check_widening(opened: OpenedFolder, files: dict[str, str], value: str) -> None:
    """A value more in one line of the condition, and every other letter as it was."""
    before = plain(files)
    for texts, _ in list_widenings(opened, "two", {"component": (value,), "labels": (value,)}):
        after = plain(texts)
        assert after["two"]["when"] != before["two"]["when"]
        assert json.dumps(value) in json.dumps(after["two"]["when"])
        assert {**after, "two": after["two"] | {"when": ""}} == {
            **before,
            "two": before["two"] | {"when": ""},
        }
        for file, text in files.items():
            hold_lines(text, texts[file], most=2)


def say(book: RuleBook, but: str) -> Any:
    """What a rule book says, without its texts, the places in them and one pin."""
    told = msgspec.to_builtins(book, enc_hook=str, str_keys=True)
    del told["digest"], told["texts"]
    told["pins"] = [pin for pin in told["pins"] if pin["issue"] != but]
    return without_places(told)


def without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_places(inner) for key, inner in value.items() if key != "at"}
    return [without_places(inner) for inner in value] if isinstance(value, list | tuple) else value


def hold_lines(old: str, new: str, most: int) -> None:
    """What is lost is few lines and no note; the rest stands in its order, with its line ends."""
    last = new.splitlines()[-1]
    kept = {*new.splitlines(keepends=True), *(last + end for end in ("", "\n", "\r\n"))}
    lines = old.splitlines(keepends=True)
    lost = [line for line in lines[:-1] if line not in kept]
    assert len(lost) <= most
    assert not any(line.lstrip().startswith("#") for line in lost)
    assert old.count("# ") - new.count("# ") <= len(lost)
    assert ("\r\n" in old) == ("\r\n" in new)
    assert not re.search(r"(?<!\r)\n", new) or not re.search(r"\r\n", new)
    assert old.endswith("\n") == new.endswith("\n")


EDITED = st.tuples(folders(), SAID, SAID, st.sampled_from(["PAY-9", "PAY-10"]))
UNHEALTHY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=10, deadline=None, suppress_health_check=UNHEALTHY)
@given(EDITED)
def test_each_edit_changes_what_it_says_and_nothing_else(
    tmp_path: Path, edited: tuple[dict[str, str], str, str, str]
) -> None:
    check_edits(tmp_path, *edited)


@pytest.mark.all
@settings(max_examples=3_000, deadline=None, suppress_health_check=UNHEALTHY)
@given(EDITED)
def test_each_of_thousands_of_edits_changes_what_it_says_and_nothing_else(
    tmp_path: Path, edited: tuple[dict[str, str], str, str, str]
) -> None:
    check_edits(tmp_path, *edited)


GOOD = "capabilities:\n  - {id: one, name: One, area: A, summary: S.}\n"


def test_a_folder_that_changed_since_it_was_read_is_not_written(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.yaml": GOOD})
    first, second = open_folder(tmp_path), open_folder(tmp_path)

    first.write(redact_entry(first, "one").texts)

    with pytest.raises(UsageError, match="was changed by somebody else"):
        second.write(redact_entry(second, "one").texts)


def pin_many(folder: str, worker: int) -> list[str]:
    """The keys of the pins that were accepted, of twenty that were tried."""
    accepted = []
    for number in range(20):
        key = f"PAY-{100 * worker + number}"
        try:
            opened = open_folder(Path(folder))
            ruling = Ruling(PinAction.HOLD, None, f"by {worker}", "@b")
            opened.write(pin_epic(opened, key, (), ruling).texts)
            accepted.append(key)
        except UsageError as error:
            (problem,) = error.problems
            if problem.remedy != "Run the command again.":
                raise
    return accepted


def test_an_edit_that_would_make_a_note_a_part_of_a_text_is_refused(tmp_path: Path) -> None:
    book = GOOD.replace("{id: one, name: One, area: A, summary: S.}", "id: one\n    name: One")
    book += "    area: A\n    summary: >-\n      S.\n"
    book += "    draft: true\n        # a note\n    aliases: a\n"
    write_folder(tmp_path, {"a.yaml": book})

    with pytest.raises(UsageError, match="Edit it by hand"):
        name_draft(open_folder(tmp_path), "one", {})


@pytest.mark.all
def test_of_eight_who_decide_at_once_every_accepted_decision_is_kept(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.yaml": GOOD})
    workers = [str(tmp_path)] * 8

    with ProcessPoolExecutor(8) as pool:
        accepted = [key for keys in pool.map(pin_many, workers, range(8)) for key in keys]

    kept = [pin.issue for pin in open_folder(tmp_path).book.pins]
    assert sorted(kept) == sorted(accepted)
    assert {path.name for path in tmp_path.iterdir()} == {"a.yaml", "pins.yaml"}
    assert len(kept) >= 20


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
def test_items_are_appended_with_their_comments(line_end: str) -> None:
    head = "# head\ncapabilities:\n    - id: one   # mine\n      name: One\n"
    head += "      area: A\n      summary: S.\n      # its own\n\n# below\nversion: 1\n"
    items = "# 12 epics\n- id: two\n  draft: true\n  name: Two\n  area: A\n  summary: |\n    S.\n"

    written = append_section(head.replace("\n", line_end), "capabilities", items)

    added = "".join(f"    {line}\n" for line in items.splitlines())
    wanted = head.replace("its own\n", f"its own\n{added}").replace("\n", line_end)
    assert written == wanted


def test_a_new_file_of_pins_leads_editors_to_the_schema_as_others_do(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.yaml": GOOD})
    opened = open_folder(tmp_path)
    ruling = Ruling(PinAction.HIDE, None, "r", "b")

    opened.write(pin_epic(opened, "PAY-1", (), ruling).texts)
    first = (tmp_path / "pins.yaml").read_text()
    again = open_folder(tmp_path)
    again.write(pin_epic(again, "PAY-2", (), ruling).texts)

    assert first.startswith(f"{word_modeline()}pins:\n  - issue: PAY-1\n")
    assert (tmp_path / "pins.yaml").read_text().count(word_modeline()) == 1


def test_items_make_their_section_where_there_is_none() -> None:
    written = append_section("", "pins", "- {issue: PAY-1, hide: true, reason: r, by: b}\n")

    assert written == ("pins:\n  - {issue: PAY-1, hide: true, reason: r, by: b}\n")


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
