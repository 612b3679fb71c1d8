"""Proposes words of customers as aliases of an entry: only such as a salesperson may publish."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from models.conditions import Comparison, Line, Operator
from models.rulebook import CapabilityRule
from translators.find.search import LEAST_CLOSE, CompiledSearch
from translators.promises.linter import Linter
from translators.rules.condition_trace import format_yaml
from translators.suggestions.stems import find_stems, stem_word
from translators.suggestions.telling_words import PLATFORM_WORDS, STOP_WORDS, is_telling
from translators.words import fold_text, fold_value, split_camel_case

LONGEST, MOST_WORDS = 40, 3
AHEAD = 1.3
"""By how much an entry must answer better than any other, to be given a word."""
_PARTS = re.compile(r"\S*(?:@|://)\S*|[^\s,;:.!?()\"“”„«»/&+|]+|\S")
"""Addresses, words as they are written, and the signs that end a phrase."""
_PRAISE = (
    "automatic automatically big bigger cheap cheaper cool easier easy fast faster fine free great "
    "modern nice nicer perfect simple simpler slick slow slower smart smarter smooth stuff thing "
    "things besser einfach einfacher einfache gut gute guter kostenlos schnell schnelle schneller "
    "schön bon bonne facile gratuit meilleur rapide simple bueno fácil gratis mejor rápido sencillo"
)
"""How a thing is to be: a row is called after nothing of the kind."""
_UNTOLD = STOP_WORDS | PLATFORM_WORDS | frozenset(map(fold_text, _PRAISE.split()))
_VERBS = frozenset("check clock log opt roll set sign turn".split())
_PARTICLES = frozenset("in off on out up".split())
"""Of "sign in" no phrase ends with the verb."""


class AliasProposal(Struct, frozen=True, kw_only=True):
    """A word that customers use for an entry and that nothing is called by yet."""

    capability_id: str
    name: str
    alias: str
    number: int
    at: Line
    before: str
    after: str


class AliasFinder:
    """Finds what customers call an entry that nobody has as a name or alias yet.

    A proposal says what the thing is: no stop word, platform, number or key, nothing that the
    linter refuses or that may be somebody's name, and no word that is another entry's alone.
    """

    def __init__(
        self, rules: Sequence[CapabilityRule], search: CompiledSearch, linter: Linter
    ) -> None:
        self._search = search
        self._linter = linter
        self._stems = frozenset(map(stem_word, search.words))
        self._rules = {rule.id: rule for rule in rules if not rule.is_taken_off and not rule.draft}
        self._taken = {fold_value(text) for rule in rules for text in (rule.name, *rule.aliases)}
        self._owners: dict[str, set[str]] = defaultdict(set)
        for rule in rules:
            for stem in find_stems(" ".join((rule.name, *rule.aliases))):
                self._owners[stem].add(rule.id)

    def propose(
        self, capability_id: str, asks: Iterable[tuple[str, int]]
    ) -> Iterator[AliasProposal]:
        """One for each of the words that were asked, so often, that has anything fit in it."""
        rule = self._rules.get(capability_id)
        for words, number in asks if rule else ():
            fit = (each for each in list_phrases(words) if self._is_fit(each, capability_id))
            alias = " ".join(next(fit, ()))
            if rule is None or not alias:
                continue
            self._taken.add(fold_value(alias))
            line = Comparison("aliases", Operator.EQUALS, rule.aliases, rule.at)
            with_it = replace(line, values=(*rule.aliases, alias))
            yield AliasProposal(
                capability_id=capability_id,
                name=rule.name,
                alias=alias,
                number=number,
                at=rule.at,
                before=format_yaml(line) if rule.aliases else "",
                after=f"aliases: [{format_yaml(with_it).partition(': ')[2].strip('[]')}]",
            )

    def _is_fit(self, phrase: Sequence[str], capability_id: str) -> bool:
        alias = " ".join(phrase)
        if len(phrase) > MOST_WORDS or len(alias) > LONGEST or not alias.isprintable():
            return False
        if fold_value(alias) in self._taken or self._linter.lint_text(alias):
            return False
        if any(self._may_be_a_name(word) for word in phrase):
            return False
        owners = [self._owners.get(stem, set()) for stem in find_stems(alias)]
        is_foreign = any(owned and capability_id not in owned for owned in owners)
        has_own = any(owned <= {capability_id} for owned in owners)
        return has_own and not is_foreign and self._is_clear(alias, capability_id)

    def _may_be_a_name(self, word: str) -> bool:
        """Whether it is written with a capital letter and stands nowhere on the list."""
        stems = map(stem_word, split_camel_case(word))
        return word != word.lower() and not any(stem in self._stems for stem in stems)

    def _is_clear(self, words: str, capability_id: str) -> bool:
        """Whether no other entry comes near."""
        best: dict[str, float] = defaultdict(float)
        for each in self._search.rank(words):
            best[each.row.capability_id] = max(best[each.row.capability_id], each.score)
        own = best.pop(capability_id, 0.0)
        return own >= LEAST_CLOSE and own >= AHEAD * max(best.values(), default=0.0)


def list_phrases(words: str) -> list[tuple[str, ...]]:
    """The runs of words that say what is asked for, with nothing between; the longest first.

    One word is a phrase where nothing else was said: of a sentence it is a scrap.
    """
    parts = _PARTS.findall(words.strip(" .!?"))
    runs: list[tuple[str, ...]] = []
    end = 0
    for fits, group in groupby(parts, _says_something):
        run = tuple(group)
        end += len(run)
        is_cut = run[-1].lower() in _VERBS and not _PARTICLES.isdisjoint(parts[end : end + 1])
        if fits and not is_cut and (len(run) > 1 or len(parts) == 1):
            runs.append(run)
    return sorted(runs, key=len, reverse=True)


def _says_something(part: str) -> bool:
    if "@" in part or "://" in part or any(letter.isdigit() for letter in part):
        return False
    words = split_camel_case(part)
    return _UNTOLD.isdisjoint(words) and any(map(is_telling, words))


def propose_aliases(
    close: Mapping[str, Sequence[tuple[str, int]]],
    search: CompiledSearch,
    rules: Sequence[CapabilityRule],
    linter: Linter,
) -> tuple[AliasProposal, ...]:
    """Words that come close to one entry alone; `close` has what was asked, by entry, how often."""
    finder = AliasFinder(rules, search, linter)
    return tuple(
        proposal
        for capability_id in sorted(close)
        for proposal in finder.propose(capability_id, close[capability_id])
    )
