"""One meaning a word: the glossary's words live where it says, and retired ones live nowhere."""

import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from typing import NamedTuple

import pytest

from tests.architecture.repository import ROOT, our_files
from tests.docs.pages import code_spans, find_section, read_page, table_rows

GLOSSARY = read_page("docs/GLOSSARY.md")
RETIRED_ONES = find_section(GLOSSARY, "Words that are not used")
TERMS = list(table_rows(GLOSSARY.replace(RETIRED_ONES, "")))
RETIRED = {form: row[1] for row in table_rows(RETIRED_ONES) for form in code_spans(row[0])}

READ = {".py", ".yaml", ".md", ".toml"}
HISTORY = (
    "CHANGELOG.md",
    "docs/decisions/*",
    "docs/GLOSSARY.md",
    "tests/docs/test_glossary.py",
    "translators/find/lexicon/*",
    "tests/benchmarks/asks/*",
    "config/promises.yaml",
    "config/screening.yaml",
)
"""Files that may tell what something was called, and words of others' titles."""

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
"""A word of prose, or one of those that an identifier is made of."""


class Allowed(NamedTuple):
    """A place where a retired word means what everybody means by it."""

    files: str
    form: str
    context: str
    reason: str


ALLOWED = (
    Allowed("sync/sample/*", "desk", r"(?i)\bdesk\b", "departments of the made-up company"),
    Allowed("sync/sample/*", "desks", r"its own desks", "departments of the made-up company"),
    Allowed("docs/rules.md", "desk", r"Exports desk", "a component of the made-up company"),
    Allowed("sync/sample/*", "gate", "q-gate", "a label on the made-up company's tickets"),
    Allowed("*promises*", "office", r"(?i)\boffice\b", "the name of a product"),
    Allowed("*promises*", "gate", "lane", "words that a number follows"),
    Allowed("*documents/*", "office", r"(?i)office", "the name of a product"),
    Allowed("docs/*", "office", "Office", "the name of a product"),
    Allowed("sync/sample/*", "workshops", "several workshops", "a ticket of the made-up company"),
    Allowed("tests/packaging/*", "stray", "STRAY_RULES", "a file that happens to lie there"),
    Allowed("tests/*", "hanging", "takes for hanging", "a process that does not go on"),
)


class Hit(NamedTuple):
    """A retired word, where it stands."""

    file: str
    line: int
    form: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.form} (say: {RETIRED[self.form]}): {self.text}"


def forms_in(line: str) -> Iterator[str]:
    """The retired forms in a line: single words by their letters, others as they are written."""
    words = {word.lower() for word in WORD.findall(line)}
    yield from (form for form in WORDS if form in words)
    if PHRASE.search(line):
        yield from (form for form in PHRASES if re.search(_whole(form), line))


def _whole(form: str) -> str:
    return rf"(?<!\w){re.escape(form)}(?!\w)"


WORDS = [form for form in RETIRED if form.isalpha() and form.islower()]
PHRASES = [form for form in RETIRED if form not in WORDS]
PHRASE = re.compile("|".join(map(_whole, PHRASES)))
"""Any of them: few lines have one."""


@cache
def find_hits() -> tuple[Hit, ...]:
    """Every retired word in code, messages and pages."""
    return tuple(_hits())


def _hits() -> Iterator[Hit]:
    for file in our_files():
        name = file.relative_to(ROOT).as_posix()
        if file.suffix not in READ or any(fnmatch(name, pattern) for pattern in HISTORY):
            continue
        text = file.read_text("utf-8")
        if not any(forms_in(text)):
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            for form in forms_in(line):
                yield Hit(name, number, form, line.strip())


def allowance_of(hit: Hit) -> Allowed | None:
    """What allows a word where it stands, if anything does."""
    for allowed in ALLOWED:
        same = fnmatch(hit.file, allowed.files) and hit.form == allowed.form
        if same and re.search(allowed.context, hit.text):
            return allowed
    return None


def test_no_retired_word_stands_in_code_or_pages() -> None:
    found = [hit for hit in find_hits() if allowance_of(hit) is None]

    by_file = Counter(hit.file for hit in found)
    assert found == [], "\n".join([*map(str, found), *(f"{n} in {f}" for f, n in by_file.items())])


@pytest.mark.parametrize(
    "allowed", ALLOWED, ids=lambda allowed: f"{allowed.form} in {allowed.files}"
)
def test_every_exception_is_still_needed(allowed: Allowed) -> None:
    assert allowed in [allowance_of(hit) for hit in find_hits()]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("self._hanging = orphaned", ["hanging"]),
        ("class OpenOffice:", ["office"]),
        ("PATIENCE = 60.0", ["patience"]),
        ("a folder of kinds, in the casefolded form", []),
        ("judge_texts(texts) # to judge them", []),
        ("JUDGE = compile_rules(BOOK)", ["JUDGE"]),
    ],
)
def test_a_retired_word_is_found_inside_names_and_only_whole(line: str, found: list[str]) -> None:
    assert list(forms_in(line)) == found


def test_a_word_has_one_meaning() -> None:
    words = [word for row in TERMS for word in row[0].split(", ")]
    # A word is told apart by another word before it; brackets would give one two meanings.
    counted = Counter(word.partition(" (")[0] for word in words)

    assert [word for word, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("row", TERMS, ids=lambda row: row[0])
def test_a_word_lives_where_the_glossary_says(row: list[str]) -> None:
    path, name = code_spans(row[2])

    assert re.search(rf"\b{re.escape(name)}\b", (ROOT / path).read_text("utf-8"))


def test_the_fifteen_words_are_fifteen() -> None:
    assert len(list(table_rows(find_section(GLOSSARY, "The fifteen words")))) == 15


def test_no_word_is_both_used_and_retired() -> None:
    assert {row[0] for row in TERMS} & set(RETIRED) == set()
