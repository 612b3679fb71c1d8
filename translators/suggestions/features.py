"""Reads what tells of an epic: its words, labels and components, what is above and below it."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from models.backlog import HierarchyLevel, Issue
from models.conditions import Comparison
from models.rulebook import CapabilityRule
from translators.rules.conditions import find_asserted
from translators.suggestions.stems import stem_word
from translators.suggestions.telling_words import STOP_WORDS
from translators.words import BARRIER, fold_value, space_words

Features = dict[str, float]
"""How often each thing is said, by itself: a stem as `word invoic`, a value as `label sso`."""


class EpicText(Struct, frozen=True):
    """What tells of an epic: by its `own` words and values, and by the `whole` with those below."""

    own: Features
    whole: Features


FIRST_BELOW = 10
"""So many titles below an epic say what it is about."""
LONGEST_READ = 1_000
"""So many letters of a description say what it is about."""
MASKED = ""
"""What all that is masked is read as: it is there, and is like nothing."""
PAIR_WEIGHT = 0.5
"""Two words side by side in a title say less than each, but say it more surely."""
PROJECT_WEIGHT = 0.5
"""A project says less than a word of the title: the whole team is in it."""
NAMING = ("component", "labels", "summary")
"""Fields whose values name a thing; a project's key does not."""


class _Source(Struct, frozen=True):
    """Where words stand, what a word there counts, and how it is told."""

    told: str
    weight: float


_TITLE = _Source("in its title", 1.0)
_VALUES = _Source("in its components and labels", 0.5)
_DESCRIPTION = _Source("in its description", 0.6)
_ABOVE = _Source("in the title above it", 0.3)
_BELOW = _Source("in titles below it", 0.2)

Masked = frozenset[tuple[str, str]]
"""Fields of an epic, each with a folded value or word that is not to be read."""


class EpicReader:
    """A backlog, read epic by epic. Of `private` epics nothing but components and labels is read.

    What is restricted is never read: neither epics nor what stands above or below them. `below` are
    the first titles below each epic.
    """

    def __init__(
        self,
        issues: Iterable[Issue],
        private: Collection[int] = (),
        below: Mapping[int, Sequence[str]] = {},
    ) -> None:
        self._private = private
        self._below = below
        self._by_id: dict[int, Issue] = {}
        for issue in issues:
            if issue.hierarchy_level >= HierarchyLevel.EPIC and not issue.restricted:
                self._by_id[issue.id] = issue

    def read_text(self, epic_id: int, masked: Masked = frozenset()) -> EpicText:
        """All that tells of an epic, but what is masked."""
        epic = self._by_id[epic_id]
        own: dict[str, float] = defaultdict(float)
        for source, words in self._read_words(epic, masked):
            stems = [*map(stem_word, words)]
            _add_words(own, source, stems)
            if source is _TITLE:
                for first, second in filter(all, pairwise(stems)):
                    own[f"pair {first} {second}"] = PAIR_WEIGHT
        for name, value in self._read_values(epic):
            if (name, value) not in masked:
                own[f"{name} {value}"] = PROJECT_WEIGHT if name == "project" else 1.0
        below = _leave_out(self._read_below(epic), "summary", masked)
        if not below:
            return EpicText(own, own)
        whole = own.copy()
        _add_words(whole, _BELOW, [*map(stem_word, filter(None, below))])
        return EpicText(own, whole)

    def name_features(self, epic_id: int) -> dict[str, str]:
        """Its features in words: "invoices" in its title, component Exports.

        A number tells nobody anything, and a word of a component is told by that.
        """
        epic = self._by_id[epic_id]
        named: dict[str, str] = {}
        read = self._read_words(epic, frozenset())
        for source, words in (*read, (_BELOW, self._read_below(epic))):
            for word in words:
                is_told = source is not _VALUES and not word.isdecimal()
                told = f'"{word}" {source.told}' if is_told else ""
                named.setdefault(f"word {stem_word(word)}", told)
        for name, value in self._read_values(epic):
            named[f"{name} {value}"] = f"{_NAMES[name]} {_find_written(epic, name, value)}"
        return named

    def _read_words(self, epic: Issue, masked: Masked) -> Iterator[tuple[_Source, list[str]]]:
        """The words of everything that is written, source by source, the surest first."""
        is_private = epic.id in self._private
        if not is_private:
            yield _TITLE, _leave_out(split_words(epic.summary), "summary", masked)
        named = (*(("component", each) for each in epic.components), *_label(epic))
        kept = [value for name, value in named if (name, fold_value(value)) not in masked]
        yield _VALUES, split_words(" | ".join(kept))
        if is_private:
            return
        if epic.description:
            words = split_words(epic.description[:LONGEST_READ])
            yield _DESCRIPTION, _leave_out(words, "description", masked)
        if (above := self._find_above(epic)) is not None:
            yield _ABOVE, split_words(above.summary)

    def _read_below(self, epic: Issue) -> list[str]:
        titles = () if epic.id in self._private else self._below.get(epic.id, ())
        return split_words(" | ".join(titles))

    def _read_values(self, epic: Issue) -> Iterator[tuple[str, str]]:
        """Its own values, each once, as rules compare them."""
        yield "project", fold_value(epic.project)
        yield from dict.fromkeys(("component", fold_value(each)) for each in epic.components)
        yield from dict.fromkeys((name, fold_value(each)) for name, each in _label(epic))
        if epic.id not in self._private and (above := self._find_above(epic)) is not None:
            yield "parent", fold_value(above.key)

    def _find_above(self, epic: Issue) -> Issue | None:
        return self._by_id.get(epic.parent.id or 0) if epic.parent else None


def _add_words(features: dict[str, float], source: _Source, stems: Iterable[str]) -> None:
    """Count what a source says; what it says often counts little more."""
    for stem, often in Counter(stems).items():
        feature = f"word {stem}" if stem else MASKED
        features[feature] += source.weight * (1 + math.log(often))


_NAMES: Mapping[str, str] = {
    "project": "project",
    "component": "component",
    "labels": "label",
    "parent": "it is below",
}


def read_authored(rule: CapabilityRule) -> Features:
    """What tells of a capability: all its words, and those that its rule asks for."""
    asked = [line for line in find_asserted(rule.when) if line.field in NAMING] if rule.when else []
    texts = (rule.name, rule.summary, *rule.aliases, *(v for line in asked for v in line.values))
    stems = map(stem_word, split_words(" | ".join(texts)))
    features: Features = dict.fromkeys((f"word {stem}" for stem in stems), 1.0)
    for line in asked:
        if line.field != "summary":
            features |= {f"{line.field} {fold_value(value)}": 1.0 for value in line.values}
    return features


def mask_values(line: Comparison, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What of an epic is not to be read so that it does not show which line it meets."""
    for value in values:
        if line.field in ("summary", "description"):
            yield from ((line.field, word) for word in value.split())
            yield from ((line.field, word) for word in split_words(value))
        else:
            yield line.field, fold_value(value)


def split_words(text: str) -> list[str]:
    """The words of a text, folded, without those that any text has."""
    return [word for word in space_words(text).split() if word not in _IGNORED]


_IGNORED = STOP_WORDS | {BARRIER}


def _leave_out(words: list[str], field: str, masked: Masked) -> list[str]:
    """The words without those that are masked, whatever they end in."""
    hidden = {stem_word(value.rstrip("*").casefold()) for name, value in masked if name == field}
    starts = tuple(
        value[:-1].casefold() for name, value in masked if name == field and value.endswith("*")
    )
    if not hidden:
        return words
    return ["" if stem_word(w) in hidden or w.startswith(starts or "\0") else w for w in words]


def _label(epic: Issue) -> Iterator[tuple[str, str]]:
    return (("labels", each) for each in epic.labels)


def _find_written(epic: Issue, name: str, value: str) -> str:
    """A value as the epic has it."""
    match name:
        case "component":
            own = epic.components
        case "labels":
            own = epic.labels
        case "parent":
            own = (epic.parent.key or "",) if epic.parent else ()
        case _:
            own = (epic.project,)
    return next((each for each in own if fold_value(each) == value), value)
