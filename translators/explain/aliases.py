"""Proposes the words that customers use for an entry, and that nothing is called by yet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from models.capability import Capability
from models.rulebook import CapabilityRule, Comparison, Line, Operator
from translators.find.search import LEAST_CLOSE, CompiledSearch, Scored
from translators.promises.linter import lint_text
from translators.rules.condition_trace import format_yaml
from translators.suggestions.telling_words import is_telling
from translators.words import fold_value, split_camel_case

LONGEST_ALIAS, MOST_WORDS = 40, 4
AHEAD = 1.3
"""By how much an entry must answer better than any other, to be given a word."""


class AliasProposal(Struct, frozen=True, kw_only=True):
    """A word that customers use for an entry and that nothing is called by yet."""

    capability_id: str
    name: str
    alias: str
    number: int
    at: Line
    before: str
    after: str


class CountedWords(Struct, frozen=True):
    """Words that the list had no name for when they were looked for, and how often."""

    words: str
    number: int


class WordsToAdd(Struct, frozen=True):
    """Words that an entry could be given, and those that nothing on the list is close to."""

    aliases: tuple[AliasProposal, ...]
    unmatched: tuple[CountedWords, ...]


def propose_words(
    counted: Iterable[CountedWords], rows: Iterable[Capability], rules: Sequence[CapabilityRule]
) -> WordsToAdd:
    """What of the words that were looked for the list still has no name for, most asked first."""
    search = CompiledSearch(rows)
    close: dict[str, list[CountedWords]] = defaultdict(list)
    unmatched = []
    for each in counted:
        found = search.find(each.words)
        if not found.rows:
            unmatched.append(each)
        elif not found.row:
            close[found.rows[0].capability_id].append(each)
    proposals = sorted(propose_aliases(close, search, rules), key=lambda each: -each.number)
    return WordsToAdd(tuple(proposals), tuple(unmatched))


def propose_aliases(
    close: Mapping[str, Sequence[CountedWords]],
    search: CompiledSearch,
    rules: Sequence[CapabilityRule],
) -> Iterator[AliasProposal]:
    """Words that come close to one entry alone, and that nobody has or the linter refuses."""
    by_id = {rule.id: rule for rule in rules if not rule.is_taken_off and not rule.draft}
    taken = {fold_value(text) for rule in rules for text in (rule.name, *rule.aliases)}
    for capability_id in sorted(close):
        rule = by_id.get(capability_id)
        for asked in close[capability_id] if rule else ():
            alias = _find_alias(asked.words)
            if not alias or fold_value(alias) in taken or lint_text(alias):
                continue
            if rule is None or not _is_clear(search.rank(asked.words), capability_id):
                continue
            taken.add(fold_value(alias))
            line = Comparison("aliases", Operator.EQUALS, rule.aliases, rule.at)
            with_it = replace(line, values=(*rule.aliases, alias))
            yield AliasProposal(
                capability_id=capability_id,
                name=rule.name,
                alias=alias,
                number=asked.number,
                at=rule.at,
                before=format_yaml(line) if rule.aliases else "",
                after=f"aliases: [{format_yaml(with_it).partition(': ')[2].strip('[]')}]",
            )


def _find_alias(words: str) -> str:
    """What is asked for without what is said around it; nothing where that is too long."""
    parts = words.strip(" ?!.,;:'\"").split()
    telling = [
        n
        for n, part in enumerate(parts)
        if any(is_telling(word) for word in split_camel_case(part))
    ]
    if not telling:
        return ""
    kept = parts[telling[0] : telling[-1] + 1]
    alias = " ".join(kept).strip(" ?!.,;:'\"()")
    fits = len(kept) <= MOST_WORDS and len(alias) <= LONGEST_ALIAS and alias.isprintable()
    return alias if fits and not any(letter.isdigit() for letter in alias) else ""


def _is_clear(ranked: Sequence[Scored], capability_id: str) -> bool:
    """Whether an entry is the closest, and no other comes near."""
    if not ranked or ranked[0].row.capability_id != capability_id:
        return False
    other = ranked[1].score if len(ranked) > 1 else 0.0
    return ranked[0].score >= max(LEAST_CLOSE, AHEAD * other)
