"""Says what of the words that were looked for the list still has no name for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from models.capability import Capability
from models.rulebook import CapabilityRule
from translators.explain.aliases import AliasProposal, propose_aliases
from translators.find.search import CompiledSearch
from translators.promises.linter import Linter


class CountedWords(Struct, frozen=True):
    """Words that the list had no name for when they were looked for, and how often."""

    words: str
    number: int


class WordsToAdd(Struct, frozen=True):
    """Words that an entry could be given, and those that nothing on the list is close to."""

    aliases: tuple[AliasProposal, ...]
    unmatched: tuple[CountedWords, ...]


def propose_words(
    counted: Iterable[CountedWords],
    rows: Iterable[Capability],
    rules: Sequence[CapabilityRule],
    linter: Linter,
) -> WordsToAdd:
    """What the list has no name for, most asked first; no alias that the linter refuses."""
    search = CompiledSearch(rows)
    close: dict[str, list[tuple[str, int]]] = defaultdict(list)
    unmatched = []
    for each in counted:
        found = search.find(each.words)
        if not found.rows:
            unmatched.append(each)
        elif not found.row:
            close[found.rows[0].capability_id].append((each.words, each.number))
    proposals = sorted(propose_aliases(close, search, rules, linter), key=lambda each: -each.number)
    return WordsToAdd(tuple(proposals), tuple(unmatched))
