"""Finds the capability that a value belongs to, for a reason that can be read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from models.backlog import Issue
from models.decision import Decision
from models.rulebook import CapabilityRule
from translators.rules.conditions import find_asserted
from translators.suggestions.features import NAMING
from translators.suggestions.suggestion import Suggestion
from translators.suggestions.telling_words import find_telling_stems

NEW_FROM = 2
"""So many epics at least make a capability of their own."""
LEADING = 2
"""So many of a title's telling words say what it is about; the later ones, what it is about it."""
ENOUGH = 20
"""So many epics are asked what they resemble; more would say the same."""


class Likeness:
    """What a backlog's epics and a rule book's capabilities have in common, asked when needed."""

    def __init__(
        self,
        epics: Mapping[int, Issue],
        decisions: Mapping[int, Decision],
        rules: Iterable[CapabilityRule],
        suggest: Callable[[int], Suggestion | None],
    ) -> None:
        self._epics = epics
        self._decisions = decisions
        self.rules = [
            rule for rule in rules if rule.when and not rule.draft and not rule.is_taken_off
        ]
        self._by_id = {rule.id: rule for rule in self.rules}
        self._stems = {rule.id: read_named_stems(rule) for rule in self.rules}
        self._names = {rule.id: find_telling_stems(rule.name) for rule in self.rules}
        self._having: dict[str, list[CapabilityRule]] = defaultdict(list)
        for rule in self.rules:
            for stem in self._stems[rule.id]:
                self._having[stem].append(rule)
        self._titles: dict[int, tuple[str, ...]] = {}
        self._suggest = suggest

    def count_named(self, capability_id: str, titles: Iterable[str]) -> int:
        """In how many of these titles a capability is named."""
        named = self._stems.get(capability_id, {}).keys()
        return sum(not named.isdisjoint(find_telling_stems(title)) for title in titles)

    def is_topical(self, label: str, having: Sequence[int]) -> bool:
        """Whether a label says what epics are about: half of their titles say so too."""
        stems = find_telling_stems(label).keys()
        said = sum(not stems.isdisjoint(self._read_title(each)) for each in having)
        return 2 * said >= len(having)

    def leads_titles(self, phrase: str, having: Sequence[int]) -> bool:
        """Whether half of the titles at least begin with it, chores and platforms aside."""
        stems = find_telling_stems(phrase).keys()
        said = sum(not stems.isdisjoint(self._read_title(each)[:LEADING]) for each in having)
        return 2 * said >= len(having)

    def _read_title(self, epic_id: int) -> tuple[str, ...]:
        if epic_id not in self._titles:
            self._titles[epic_id] = tuple(find_telling_stems(self._epics[epic_id].summary))
        return self._titles[epic_id]

    def find_target(
        self, field: str, value: str, having: Sequence[int], lacking: Sequence[int]
    ) -> tuple[CapabilityRule, str] | None:
        """The capability that a value belongs to, and why, if any is likely."""
        for find in (self._find_fed, self._find_neighbour, self._find_namesake):
            if found := find(value, having, lacking):
                return found
        if field == "summary":
            return None
        return self._find_resembled(lacking) or self._find_titled(lacking)

    def _find_fed(
        self, _value: str, _having: Sequence[int], lacking: Sequence[int]
    ) -> tuple[CapabilityRule, str] | None:
        """The one that all of these fed before."""
        fed = {self._decisions[each].counts_for for each in lacking}
        rule = self._by_id.get(next(iter(fed)) or "") if len(fed) == 1 else None
        return (rule, "they fed it before") if rule else None

    def _find_neighbour(
        self, _value: str, having: Sequence[int], _lacking: Sequence[int]
    ) -> tuple[CapabilityRule, str] | None:
        """The one that has all other epics of the value, two at least."""
        claimed = [each for epic in having if (each := self._decisions[epic]).claimed_by]
        names = {each.claimed_by for each in claimed}
        rule = self._by_id.get(next(iter(names)) or "") if len(names) == 1 else None
        if rule is None or len(claimed) < NEW_FROM:
            return None
        return rule, f"{', '.join(sorted(each.key for each in claimed)[:3])} have it too"

    def _find_namesake(
        self, value: str, _having: Sequence[int], _lacking: Sequence[int]
    ) -> tuple[CapabilityRule, str] | None:
        """The only one whose words have every telling word of the value, or the other way round."""
        stems = find_telling_stems(value)
        alike = [
            rule
            for rule in {r.id: r for stem in stems for r in self._having.get(stem, ())}.values()
            if stems.keys() <= self._stems[rule.id].keys()
            or (self._names[rule.id] and self._names[rule.id].keys() <= stems.keys())
        ]
        if len(alike) != 1:
            return None
        return alike[0], f"{alike[0].name!r} is called so"

    def _find_resembled(self, lacking: Sequence[int]) -> tuple[CapabilityRule, str] | None:
        """The one that half of these epics at least are likely of, and none of another."""
        asked = lacking[:ENOUGH]
        found = [each for epic in asked if (each := self._suggest(epic))]
        names = {each.capability for each in found}
        if len(names) != 1 or 2 * len(found) < len(asked):
            return None
        rule = self._by_id.get(names.pop() or "")
        return (rule, "; ".join(found[0].because)) if rule else None

    def _find_titled(self, lacking: Sequence[int]) -> tuple[CapabilityRule, str] | None:
        """The only one that their titles name, and that half of them at least do."""
        asked = lacking[:ENOUGH]
        named = {
            epic: {
                rule.id for stem in self._read_title(epic) for rule in self._having.get(stem, ())
            }
            for epic in asked
        }
        naming = [epic for epic in asked if named[epic]]
        names = set[str]().union(*named.values())
        if len(names) != 1 or 2 * len(naming) < len(asked):
            return None
        keys = sorted(self._decisions[epic].key for epic in naming)
        titles = "title" if len(keys) == 1 else "titles"
        return self._by_id[names.pop()], f"named in the {titles} of {', '.join(keys[:3])}"


def read_named_stems(rule: CapabilityRule) -> dict[str, str]:
    """What tells of a capability: what it is called, and what its rule asks for."""
    lines = find_asserted(rule.when) if rule.when else ()
    asked = [value for line in lines if line.field in NAMING for value in line.values]
    return find_telling_stems(" | ".join((rule.name, *rule.aliases, *asked)))
