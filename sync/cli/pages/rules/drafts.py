"""Lays out what was drafted: how much of past work it covers, and what comes next."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from sync.cli.marks import Meaning, mark
from translators.plurals import count_noun, round_percent
from translators.suggestions.drafts import Draft

SHOWN = 5
_PLAIN = re.compile(r"[\w ,.:()/+&-]*")


class Coverage(Struct, frozen=True, kw_only=True):
    """How much past work there is that no screening leaves out, and where; micro-person-weeks.

    `mapped` is behind capabilities, `drafted` behind the new drafts, `no_epic` in issues without
    one. `rest` epics are left, of which `half_of_rest` have half of the work that is left.
    """

    whole: int
    mapped: int
    drafted: int
    no_epic: int
    rest: int
    half_of_rest: int


def word_share(work: int, whole: int) -> str:
    """9 % of past work; less than one is told so."""
    if not work:
        return "no past work yet"
    percent = round_percent(work, whole)
    return f"{percent} % of past work" if percent else "<1 % of past work"


def format_drafts(drafts: Sequence[Draft], coverage: Coverage, target: Path) -> list[str]:
    """The verdict, the largest drafts, what is left, and the next step."""
    if not drafts:
        return [
            "Nothing new to draft: what is left has too little in common.",
            *_tell_rest(coverage),
            "Next: `headway queue` lists what needs a decision.",
        ]
    number = count_noun(len(drafts), "draft")
    covers = "covers" if len(drafts) == 1 else "cover"
    lines = [f"{number} {covers} {word_share(coverage.drafted, coverage.whole)}"]
    if coverage.mapped:
        lines.append(f"  capabilities have {word_share(coverage.mapped, coverage.whole)} already")
    lines += _tell_rest(coverage)
    lines.append(f"Wrote {target}; nothing of it is published until you name it:")
    for draft in drafts[:SHOWN]:
        share = word_share(draft.work, coverage.whole)
        lines.append(f"  {draft.capability_id}  {count_noun(len(draft.epics), 'epic')}, {share}")
    if len(drafts) > SHOWN:
        lines.append(mark(f"  ... and {len(drafts) - SHOWN} more", Meaning.ASIDE))
    first = drafts[0]
    named = f"{first.capability_id} {quote_argument(first.name)}"
    name = f'headway name {named} --area "..." --summary "..."'
    lines.append(mark(f"Next: {name}", Meaning.COMMAND, name))
    left = "      headway queue    # what is left to decide; docs/first-hour.md walks you on"
    lines.append(mark(left, Meaning.COMMAND, "headway queue"))
    return lines


def quote_argument(text: str) -> str:
    """A text of others as one argument of a shell, which a person may copy and which does nothing.

    In double quotes where it is plain, since those are what every shell has.
    """
    return f'"{text}"' if _PLAIN.fullmatch(text) else shlex.quote(text)


def _tell_rest(coverage: Coverage) -> list[str]:
    lines = []
    if coverage.rest:
        decisions = count_noun(coverage.half_of_rest, "decision")
        of_all = f"of {coverage.rest} " if coverage.half_of_rest else ""
        cover = "covers" if coverage.half_of_rest == 1 else "cover"
        if coverage.half_of_rest:
            lines.append(f"  {decisions} {of_all}{cover} half of the rest")
        else:
            lines.append(f"  {count_noun(coverage.rest, 'epic')} without past work are left")
    if coverage.no_epic:
        share = word_share(coverage.no_epic, coverage.whole)
        lines.append(f"  {share} is in issues without an epic")
    return lines
