"""Carries a suggested edit out, as a person would: in the text of the rule file."""

from models.rulebook import RuleBook
from sync.rulebook import rulebook_from_texts
from translators.suggestions.rule_edit import EditKind, RuleEdit


def apply_edit(book: RuleBook, edit: RuleEdit) -> RuleBook:
    """The book with the edit written into its file; what is new is named at once."""
    texts = dict(book.texts)
    file = edit.at.file if edit.at else next(name for name in texts if ":" not in name)
    lines = texts[file].split("\n")
    at = edit.at.line - 1 if edit.at else lines.index("capabilities:")
    match edit.kind:
        case EditKind.WIDEN | EditKind.RENAME:
            assert edit.before in lines[at]
            lines[at] = lines[at].replace(edit.before, edit.after)
        case EditKind.NAME:
            lines = _change_below(lines, at, edit.before, None)
        case EditKind.BEATS:
            lines = _change_below(lines, at, edit.before, edit.after)
        case EditKind.NEW:
            new = f"  - {{id: {edit.capability_id}, name: Some name, area: Some area, "
            lines.insert(at + 1, f"{new}summary: Some words., when: {{{edit.after}}}}}")
    return rulebook_from_texts(texts | {file: "\n".join(lines)})


def _change_below(lines: list[str], at: int, before: str, after: str | None) -> list[str]:
    """One line of a capability replaced, taken out, or put behind its first."""
    if not before:
        return [*lines[: at + 1], f"    {after}", *lines[at + 1 :]]
    found = next(n for n, line in enumerate(lines) if n >= at and line.strip() == before)
    return [*lines[:found], *([f"    {after}"] if after else []), *lines[found + 1 :]]
