"""Lays out what was looked for in vain: words to add, and what nothing is recorded for."""

from collections.abc import Sequence

from sync.cli.marks import Meaning, mark
from sync.cli.pages.phrases import fold_lines
from translators.explain.aliases import AliasProposal
from translators.explain.looked_for import CountedWords, WordsToAdd

MOST = 10


def format_asked_words(words: WordsToAdd, *, show_all: bool) -> list[str]:
    """What `find` had no name for, most asked first; nothing where it knew all."""
    lines = format_aliases(words.aliases, show_all=show_all)
    if words.unmatched:
        lines.append(mark("  Looked for, and nothing is recorded:", Meaning.HEADING))
        lines += fold_lines(list(map(_tell_counted, words.unmatched)), MOST, show_all=show_all)
    return lines


def format_aliases(aliases: Sequence[AliasProposal], *, show_all: bool) -> list[str]:
    """Words to be added, each with the line that adds it."""
    if not aliases:
        return []
    told = [
        f"    {word.at} {word.capability_id}: {word.before or 'no aliases'}  ->  {word.after}"
        f"  ({word.number}x)"
        for word in aliases
    ]
    heading = "  Words that customers use, to be added where they fit:"
    return [mark(heading, Meaning.HEADING), *fold_lines(told, MOST, show_all=show_all)]


def _tell_counted(counted: CountedWords) -> str:
    return f"    {counted.words} ({counted.number}x)"
