"""Makes the agenda of sales and product: what customers asked for, and what of it is there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from models.capability import Capability
from models.request import CustomerRequest
from models.rulebook import CapabilityRule, TodayBy
from translators.explain.aliases import AliasProposal, propose_aliases
from translators.find.search import CompiledSearch
from translators.plan.states import USABLE
from translators.promises.linter import Linter
from translators.suggestions.stems import find_stems
from translators.suggestions.telling_words import STOP_WORDS
from translators.words import space_words


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
        if not found.rows:
            unmatched.append(asked)
        else:
            group = sure if found.row else close
            group[found.rows[0].capability_id].append(asked)
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
        aliases=propose_aliases(
            {key: [(ask.words, ask.number) for ask in asks] for key, asks in close.items()},
            search,
            rules,
            linter,
        ),
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
