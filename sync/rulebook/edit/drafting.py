"""Writes drafts of capabilities into a file of their own, each below the evidence for it.

The file remembers in a comment at its end what was drafted, so that a draft that somebody takes out
is not written again; that comment is the only thing in it that is ever changed.
"""

from collections.abc import Callable, Sequence
from typing import Any

from models.conditions import Comparison, Operator
from models.errors import Problem, UsageError
from sync.rulebook.checks.authored import AREA, SUMMARY
from sync.rulebook.describe import word_modeline
from sync.rulebook.edit.appending import append_section
from sync.rulebook.edit.folder import OpenedFolder
from sync.rulebook.edit.lines import CannotEditError
from sync.rulebook.edit.scalars import write_key, write_value
from translators.plain_text import show_plainly
from translators.plurals import count_noun
from translators.suggestions.drafts import Draft, word_condition

DRAFTS_FILE = "drafts.yaml"
DRAFTED = "# Drafted: "
"""Begins the comment that says of one line that a draft was made of it."""
LONGEST = 100

HEAD = f"""\
# Drafts of capabilities: what undecided epics have in common, most past work first. None of them is
# published until a person names it:  headway name ID "Name" --area "Area" --summary "What it does"
# Take out what is none. `headway init` drafts what is new, and leaves what stands here alone.
{word_modeline()}version: "1"

"""
_TAIL = """\
# What was drafted so far; without its line here something is drafted again.
"""


def read_declined(texts: dict[str, str]) -> frozenset[str]:
    """The lines of which a draft was made before, as a rule book has them."""
    lines = texts.get(DRAFTS_FILE, "").splitlines()
    return frozenset(line.removeprefix(DRAFTED) for line in lines if line.startswith(DRAFTED))


def write_drafts(
    opened: OpenedFolder, drafts: Sequence[Draft], word_share: Callable[[int], str]
) -> dict[str, str]:
    """The texts of a folder with these drafts in it, none written yet.

    `word_share` words an amount of past work. RuleBookError where the rule book would not be read
    any more; UsageError where the file of the drafts is not as we write it.
    """
    text = opened.texts.get(DRAFTS_FILE, HEAD)
    body, remembered = _part_memory(text)
    items = "\n".join(_write_draft(draft, word_share) for draft in drafts)
    try:
        body = append_section(body, "capabilities", items)
    except CannotEditError as error:
        what = f"cannot be added to: {error}"
        remedy = "Mend it, or move it away: `headway init` then writes a new one."
        raise UsageError(Problem(DRAFTS_FILE, what, remedy)) from None
    remembered += [DRAFTED + word_condition(line) for draft in drafts for line in draft.lines]
    lines = (body.rstrip("\n"), "", _TAIL.rstrip("\n"), *remembered)
    texts = opened.texts | {DRAFTS_FILE: "\n".join(lines) + "\n"}
    opened.compile_with(texts)
    return texts


def _part_memory(text: str) -> tuple[str, list[str]]:
    """A file of drafts without what it remembers, and that."""
    remembered = [line for line in text.splitlines() if line.startswith(DRAFTED)]
    told = _TAIL.splitlines()
    kept = [
        line
        for line in text.splitlines(keepends=True)
        if not line.startswith(DRAFTED) and line.rstrip("\r\n") not in told
    ]
    return "".join(kept), remembered


def _write_draft(draft: Draft, word_share: Callable[[int], str]) -> str:
    """One item of a list at the margin, below its evidence."""
    named = count_noun(len(draft.epics), "epic")
    evidence = [f"# {named}, {word_share(draft.work)}: {', '.join(draft.epics[:8])}"]
    if len(draft.epics) > len(draft.epics[:8]):
        evidence[0] += " ..."
    evidence += [f"#   {key}  {title}" for key, title in draft.titles]
    lines = [
        f"- id: {write_value(draft.capability_id)}",
        f"  name: {write_value(draft.name)}",
        f"  area: {AREA}",
        f"  summary: {SUMMARY}",
        "  draft: true",
        "  when:",
        *_write_condition(draft.lines, "    "),
        *(["    not:", *_write_condition(draft.spares, "      ")] if draft.spares else []),
        "  tests:",
        f"    match: [{', '.join(map(_write_example, draft.lines))}]",
        f"    no_match: [{write_value(_find_no_match(draft.lines[0]))}]",
    ]
    shown = [show_plainly(each)[:LONGEST].rstrip() for each in evidence]
    return "\n".join(["", *shown, *lines])


def _write_condition(lines: Sequence[Comparison], margin: str) -> list[str]:
    """Lines of which one must hold."""
    if len(lines) == 1:
        return [margin + _write_line(lines[0])]
    return [f"{margin}any:", *(f"{margin}  - {_write_line(line)}" for line in lines)]


def _write_line(line: Comparison) -> str:
    (value,) = line.values
    if line.operator is Operator.HAS:
        return f"{write_key(line.field)} has: {write_value([value])}"
    return f"{write_key(line.field)}: {write_value(value)}"


def _write_example(line: Comparison) -> str:
    return write_value({line.field: line.values[0]})


def _find_no_match(line: Comparison) -> dict[str, Any]:
    """An example that is none: of the same field, with another value."""
    return {line.field: "SOME-0" if line.field == "parent" else "Something else altogether"}
