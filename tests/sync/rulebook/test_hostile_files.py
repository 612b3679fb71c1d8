"""Files that mean harm, or were harmed: told plainly at the right line, after little work."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import RuleBookError
from sync.rulebook import read_rulebook, rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.rulebook.yaml.reading import MOST_VALUES

GOOD = "capabilities:\n- {id: one, name: A, area: B, summary: C}\n"
LONGEST_MESSAGE = 700


def pattern(text: str) -> str:
    rule = "screening:\n- {id: debt, when: {summary matches: '%s'}}\n"
    return "patterns_allowed: summary\n" + rule % text


FILES: dict[str, tuple[str | bytes, str]] = {
    "a bomb of repetitions": (pattern("(a{1000}){1000}"), "3:38: error: '(a{1000}){1000}' is not"),
    "a bomb of classes": (pattern(r"[\p{L}]{1000}"), "pattern too large"),
    "a pattern of any length": (pattern("|".join(f"a{n}.*" for n in range(50_000))), "RE2"),
    "a look back": (pattern(r"(a)\1"), "invalid escape sequence"),
    "lists in lists": ("a: " + "[" * 5000 + "]" * 5000, "exceeded maximum nesting depth"),
    "maps in maps": ("{a: " * 5000 + "}" * 5000, "1:85: error: is nested deeper than 20"),
    "dashes in dashes": ("- " * 5000 + "x", "1:43: error: is nested deeper than 20"),
    "brackets never closed": ("a: " + "[" * 100_000, "exceeded maximum nesting depth"),
    "10 MB": ("# x\n" * 2_600_000, "rules.yaml: error: is larger than 2 MB"),
    "100,000 rules": ("screening:\n" + "- 1\n" * 100_000, f"is the {MOST_VALUES:,}th value"),
    "one line": ("a: [" + "x, " * 600_000 + "]\n", "1:149999: error: is the"),
    "a key of any length": (f"{'x' * 1000}: 1\n", "1:1: error: unknown section"),
    "a program": (b"\x7fELF\x00" * 999, "1:1: error: contains a character"),
    "a picture": (b"\x89PNG\r\n" + bytes(99), "1:1: error: has a letter that is not UTF-8"),
    "UTF-16": (GOOD.encode("utf-16"), "rules.yaml: error: is UTF-16 text"),
    "UTF-16 without a mark": (GOOD.encode("utf-16-le"), "1:2: error: contains a character"),
    "cp1252": (GOOD.replace("A,", "Ä,").encode("cp1252"), "2:19: error: has a letter that is"),
    "a surrogate": (GOOD.encode().replace(b"A,", b"\xed\xa0\x80,"), "2:19: error: has a letter"),
    "an escaped surrogate": (GOOD.replace("A,", r'"\ud800",'), "2:22: error: cannot be read"),
    "NUL": (GOOD.replace("A,", '"A\0",'), "2:21: error: contains a character"),
    "a tab": (GOOD.replace("- {", "\t- {"), "2:1: error: is indented with a tab"),
    "a letter nobody sees in an id": (GOOD.replace("one", "o\u200bne"), "2:8: error: must be 2"),
    "a name turned around": (GOOD.replace("A,", "A\u202eB,"), "2:19: error: holds a character"),
    "a name that steers": (GOOD.replace("A,", r'"\e[31m",'), "nobody sees: U+001B"),
    "a name nobody sees": (GOOD.replace("A,", "\u200b,"), "2:19: error: is empty"),
    "nothing": ("", "1:1: error: is empty"),
    "comments alone": ("# a\n# b\n", "1:1: error: is empty"),
    "a program in a tag": ("a: !!python/object/apply:os.system [x]\n", "is a tag, which is not"),
    "a bomb of aliases": ("a: &a [x]\nb: [*a, *a]\n", "2:5: error: *a refers elsewhere"),
    "itself": (GOOD.replace("C}", "C, beats: one}"), "one beats one"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_means_harm_is_told_plainly_and_hides_no_other(
    name: str, tmp_path: Path
) -> None:
    content, words = FILES[name]
    (tmp_path / "rules.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    (tmp_path / "zebra.yaml").write_text("capabilites: []\n", "utf-8")

    with pytest.raises(RuleBookError) as refused:
        read_rulebook(tmp_path)

    told = [str(problem) for problem in refused.value.problems]
    assert any(words in each for each in told), told[:3]
    assert any("zebra.yaml:1:1: error: unknown section" in each for each in told)
    assert len(told) < 12
    assert max(map(len, told)) < LONGEST_MESSAGE


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: text + "...\n",
        lambda text: "# ours\n\n---\n" + text,
    ],
    ids=["Windows", "old Mac", "mark", "end", "beginning"],
)
def test_what_editors_do_to_a_file_changes_nothing(
    dress: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "rules.yaml").write_bytes(dress(GOOD).encode())

    assert [rule.name for rule in read_rulebook(tmp_path).capabilities] == ["A"]


def test_what_is_no_file_is_told_and_waited_for_by_nobody(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "gone.yaml").symlink_to("nowhere")
    (tmp_path / "round.yaml").symlink_to("round.yaml")
    (tmp_path / "device.yaml").symlink_to("/dev/zero")
    (tmp_path / "two\nlines.yaml").write_text(GOOD)
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop").symlink_to(tmp_path)

    with pytest.raises(RuleBookError) as refused:
        read_rulebook(tmp_path)

    told = {Path(problem.where).name for problem in refused.value.problems}
    names = "folder gone round device pipe".split()
    assert told == {f"{name}.yaml" for name in names} | {"two\\nlines.yaml"}


def test_nothing_of_a_file_outside_the_folder_is_shown(tmp_path: Path) -> None:
    """A link in a pull request must not have a check print what its writer may not read."""
    rules, elsewhere = tmp_path / "rules", tmp_path / "elsewhere"
    for folder in (rules / "..data", elsewhere):
        folder.mkdir(parents=True)
    secret = "root: hunter2\nother: 'hunter2\n"
    (elsewhere / "secret").write_text(secret)
    (elsewhere / "more.yaml").write_text(GOOD + "hunter2: 1\n")
    (rules / "direct.yaml").symlink_to(elsewhere / "secret")
    (rules / "below").symlink_to(elsewhere)
    (rules / "..data" / "mounted.yaml").write_text("hunter3: 1\n")
    (rules / "mounted.yaml").symlink_to("..data/mounted.yaml")

    with pytest.raises(RuleBookError) as refused:
        read_rulebook(rules)

    problems = {
        problem.where.removeprefix(f"{rules}/"): problem for problem in refused.value.problems
    }
    assert problems.keys() == {"below/more.yaml:3", "direct.yaml:2", "mounted.yaml:1:1"}
    assert "hunter2" not in str(refused.value)
    assert "is a link to a file outside this folder" in problems["direct.yaml:2"].what
    assert "hunter3: 1" in problems["mounted.yaml:1:1"].what


def test_what_has_no_end_or_says_nothing_is_told_at_once(tmp_path: Path) -> None:
    """Each is a plain file, as the system says."""
    (tmp_path / "holes.yaml").touch()
    os.truncate(tmp_path / "holes.yaml", 5_000_000_000)
    for name in ("kmsg", "self/mem", "self/pagemap"):
        if (Path("/proc") / name).exists():
            (tmp_path / f"{Path(name).name}.yaml").symlink_to(f"/proc/{name}")

    with pytest.raises(RuleBookError) as refused:
        read_rulebook(tmp_path)

    told = {Path(problem.where).name for problem in refused.value.problems}
    assert told == {path.name for path in tmp_path.iterdir()}


def test_a_file_that_was_saved_in_part_is_told_or_is_a_book() -> None:
    """Cut between two entries it is a book of fewer: what was published and is gone is refused."""
    whole = GOOD + "pins:\n- issue: PAY-1\n  hide: true\n  reason: 'Sold as part of it'\n  by: b\n"
    shipped = read_shipped_texts()

    read = []
    for end in range(len(whole)):
        try:
            book = rulebook_from_texts(shipped | {"rules.yaml": whole[:end]})
        except RuleBookError:
            continue
        read.append((len(book.capabilities), len(book.pins)))

    assert set(read) <= {(1, 0), (1, 1), (0, 0)}
