"""Makes the agenda of sales and product: what customers asked for, and what of it is there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from models.capability import Capability
from models.request import CustomerRequest
from models.rulebook import CapabilityRule, Comparison, Line, Operator, TodayBy
from translators.explain.search import CLOSE, Answer, CompiledSearch, SearchResult
from translators.plan.states import USABLE
from translators.promises.linter import Linter
from translators.rules.condition_trace import format_yaml
from translators.suggestions.stems import find_stems
from translators.suggestions.telling_words import STOP_WORDS, is_telling
from translators.words import fold_value, space_words, split_camel_case

LONGEST_ALIAS, MOST_WORDS = 40, 4
AHEAD = 1.3
"""By how much an entry must answer better than any other, to be given a word."""


class Asked(Struct, frozen=True, kw_only=True):
    """The same words, however often: why, each reason once, and when last (ISO date)."""

    words: str
    number: int
    whys: tuple[str, ...]
    latest: str


class CapabilityAsks(Struct, frozen=True, kw_only=True):
    """What was asked of one entry: `number` for certain, `close` where somebody must look.

    `is_there` says that a customer can use it today, `today` how, without new code.
    """

    capability_id: str
    name: str
    is_there: bool
    today: str | None
    number: int
    close: int
    asks: tuple[Asked, ...]
    close_asks: tuple[Asked, ...]


class AliasProposal(Struct, frozen=True, kw_only=True):
    """A word that customers use for an entry and that nothing is called by yet."""

    capability_id: str
    name: str
    alias: str
    number: int
    at: Line
    before: str
    after: str


class Agenda(Struct, frozen=True, kw_only=True):
    """`number` requests, of which `met_today` could be met without new code."""

    number: int
    met_today: int
    capabilities: tuple[CapabilityAsks, ...]
    unmatched: tuple[tuple[Asked, ...], ...]
    aliases: tuple[AliasProposal, ...]


def build_agenda(
    requests: Sequence[CustomerRequest],
    rows: Iterable[Capability],
    rules: Sequence[CapabilityRule],
    linter: Linter,
) -> Agenda:
    """What was asked for, matched as `headway find` does, most asked first.

    An alias that the linter refuses is not proposed.
    """
    rows = tuple(rows)
    search = CompiledSearch(rows)
    sure: dict[str, list[Asked]] = defaultdict(list)
    close: dict[str, list[Asked]] = defaultdict(list)
    unmatched = []
    for asked in _fold_asks(requests):
        found = search.find(asked.words)
        if found.row is None:
            unmatched.append(asked)
        else:
            group = sure if found.answer is Answer.THIS_IS_IT else close
            group[found.row.capability_id].append(asked)
    told = [
        _tell_capability(row, sure[row.capability_id], close[row.capability_id])
        for row in rows
        if row.capability_id in sure or row.capability_id in close
    ]
    told.sort(key=lambda each: (-each.number - each.close, each.capability_id))
    return Agenda(
        number=len(requests),
        met_today=sum(each.number for each in told if each.is_there),
        capabilities=tuple(told),
        unmatched=tuple(_group_alike(unmatched)),
        aliases=tuple(_propose_aliases(close, search, rules, linter)),
    )


def _tell_capability(
    row: Capability, sure: Sequence[Asked], close: Sequence[Asked]
) -> CapabilityAsks:
    is_configured = row.today_text is not None and row.today_by is not TodayBy.NONE
    return CapabilityAsks(
        capability_id=row.capability_id,
        name=row.name,
        is_there=row.state_code in USABLE or is_configured,
        today=row.today_text,
        number=sum(each.number for each in sure),
        close=sum(each.number for each in close),
        asks=tuple(sure),
        close_asks=tuple(close),
    )


def _fold_asks(requests: Iterable[CustomerRequest]) -> list[Asked]:
    """Words that are the same but for their dress, once; the most asked first."""
    same: dict[str, list[CustomerRequest]] = defaultdict(list)
    for each in requests:
        same[space_words(each.words).split("\n")[0] or each.words].append(each)
    asked = [
        Asked(
            words=group[0].words,
            number=len(group),
            whys=tuple(dict.fromkeys(each.why for each in group if each.why)),
            latest=max(each.asked_on for each in group).isoformat(),
        )
        for group in same.values()
    ]
    return sorted(asked, key=lambda each: (-each.number, each.words))


def _group_alike(asks: Iterable[Asked]) -> list[tuple[Asked, ...]]:
    """Asks that share half of their telling words, together; the most asked first."""
    groups: list[list[Asked]] = []
    having: dict[str, list[int]] = defaultdict(list)
    stems_of: list[frozenset[str]] = []
    for asked in asks:
        stems = frozenset(_find_asked_stems(asked.words))
        near = {number for stem in stems for number in having[stem]}
        alike = [
            n
            for n in sorted(near)
            if 2 * len(stems & stems_of[n]) >= min(len(stems), len(stems_of[n]))
        ]
        if alike:
            groups[alike[0]].append(asked)
            continue
        for stem in stems:
            having[stem].append(len(groups))
        groups.append([asked])
        stems_of.append(stems)
    groups.sort(key=lambda group: (-sum(each.number for each in group), group[0].words))
    return [tuple(group) for group in groups]


def _find_asked_stems(words: str) -> Iterator[str]:
    return (stem for stem, word in find_stems(words).items() if word not in STOP_WORDS)


def _propose_aliases(
    close: Mapping[str, Sequence[Asked]],
    search: CompiledSearch,
    rules: Sequence[CapabilityRule],
    linter: Linter,
) -> Iterator[AliasProposal]:
    """Words that come close to one entry alone, and that nobody has or the linter refuses."""
    by_id = {rule.id: rule for rule in rules if not rule.is_taken_off and not rule.draft}
    taken = {fold_value(text) for rule in rules for text in (rule.name, *rule.aliases)}
    for capability_id in sorted(close):
        rule = by_id.get(capability_id)
        for asked in close[capability_id] if rule else ():
            alias = _find_alias(asked.words)
            if not alias or fold_value(alias) in taken or linter.lint_text(alias):
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


def _is_clear(ranked: Iterable[SearchResult], capability_id: str) -> bool:
    """Whether no other entry comes near."""
    best: dict[str, float] = defaultdict(float)
    for each in ranked:
        if each.row:
            best[each.row.capability_id] = max(best[each.row.capability_id], each.score)
    own = best.pop(capability_id, 0.0)
    return own >= CLOSE and own >= AHEAD * max(best.values(), default=0.0)
