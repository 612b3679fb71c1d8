"""Small words that pages share: the first few of many, texts cut short."""

from collections.abc import Sequence

from sync.cli.marks import Meaning, mark


def join_first(keys: Sequence[str], most: int = 5) -> str:
    """The first few between spaces, and how many more: PAY-1 PAY-2 +3."""
    shown = " ".join(keys[:most])
    return f"{shown} +{len(keys) - most}" if len(keys) > most else shown


def fold_lines(lines: Sequence[str], most: int, *, show_all: bool) -> list[str]:
    """The first few lines, and how many more `--all` shows."""
    hidden = len(lines) - most
    if show_all or hidden <= 1:
        return list(lines)
    return [*lines[:most], mark(f"  ... and {hidden} more; --all shows them", Meaning.ASIDE)]


def word_naming(draft: str) -> str:
    """The command that makes a draft a capability, with what it has to be given."""
    return f'headway name {draft} "NAME" --area AREA --summary TEXT'


def shorten_text(text: str, most: int) -> str:
    """The text, or as many of its first words as `most` letters hold, and dots."""
    if len(text) <= most:
        return text
    return f"{text[: most - 3].rpartition(' ')[0] or text[: most - 3]}..."
