"""Appends written items, comments and all, to a section of one text."""

from sync.rulebook.edit.lines import CannotEditError, append_lines, insert_behind
from sync.rulebook.edit.spans import read_spans


def append_section(text: str, section: str, items_text: str) -> str:
    """The text with these lines behind the last item of a section, or with that section last.

    `items_text` is a list at the margin; it is set in as the section's own items are.
    """
    lines = items_text.rstrip("\n").split("\n")
    pair = read_spans(text).find_pair(section) if text.strip() else None
    if pair is None:
        added = [f"{section}:", *(_set_in(line, 2) for line in lines)]
        changed = append_lines(text, added) if text else "\n".join(added) + "\n"
    elif pair.value.is_flow or not pair.value.items:
        raise CannotEditError(f"{section} stands in brackets, or is no list")
    else:
        changed = insert_behind(text, pair.value, lines)
    wanted = read_spans(items_text).to_plain()
    before = pair.value.to_plain() if pair else []
    if read_spans(changed).find((section,)).to_plain() != [*before, *wanted]:
        raise CannotEditError("more would change than that")
    return changed


def _set_in(line: str, margin: int) -> str:
    return " " * margin + line if line.strip() else line
