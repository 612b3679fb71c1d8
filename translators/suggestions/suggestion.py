"""Suggests what becomes of undecided epics, as learnt from what the team decided.

Every decided epic, left out, is guessed from the others; so it is known how often a guess is right,
and nothing is said below the bar at which it is nine times in ten. Nothing that is suggested is
ever applied by itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue
from models.decision import Cause, Decision, Outcome
from models.rulebook import RuleBook
from translators.rules.fields import IssueView
from translators.suggestions.bars import Bars, are_shown, find_bars
from translators.suggestions.decided import (
    SuggestedOutcome,
    classify_decision,
    read_book,
    read_decided,
)
from translators.suggestions.features import EpicReader, EpicText
from translators.suggestions.guessing import Guess, find_temperature, make_guess, rank_kinds
from translators.suggestions.kind_classifier import KindClassifier

FEWEST_DECISIONS = 50
"""From fewer decided epics nothing is learnt."""
SURE = 0.99
"""No guess is surer."""
TELLING, LIKE = 3, 2
"""So many things that speak for it, and epics that it is like, are named."""


class LikelyCapability(Struct, frozen=True, kw_only=True):
    """A capability, and the chance that an epic belongs to it, from 0 to 1."""

    capability_id: str
    chance: float


class Suggestion(Struct, frozen=True, kw_only=True):
    """What will likely become of an epic: `confidence` is how often such a guess was right.

    `capability` is None where it is not to be shown, and where none is likely enough by itself:
    then it is as likely one of `likely`, if there are any. `because` are phrases.
    """

    outcome: SuggestedOutcome
    capability: str | None
    confidence: float
    because: tuple[str, ...]
    likely: tuple[LikelyCapability, ...] = ()


class Learnt(Struct, frozen=True, kw_only=True):
    """From how many decided epics was learnt; left out, of so many the whole answer was `told`.

    Of these `right` were right. `silent` is why nothing is suggested of any epic; else "".
    """

    decisions: int
    told: int = 0
    right: int = 0
    silent: str = ""


class Suggestions:
    """What was learnt of a backlog, to be asked about any of its undecided epics."""

    def __init__(
        self,
        issues: Iterable[Issue],
        decisions: Mapping[int, Decision],
        book: RuleBook,
        views: Mapping[int, IssueView],
        *,
        private: Collection[int] = (),
        below: Mapping[int, Sequence[str]] = {},
    ) -> None:
        """`decisions` and `views` are by epic, `private` those of which no text is read.

        `below` are the first titles below each epic.
        """
        self._decisions = decisions
        self._reader = EpicReader(issues, private, below)
        self._suggested: dict[int, Suggestion | None] = {}
        kinds = {epic: classify_decision(decisions[epic]) for epic in sorted(decisions)}
        self._kinds = {epic: kind for epic, kind in kinds.items() if kind is not None}
        decided = read_decided(self._kinds, decisions, book, views, self._reader)
        self._classifier = KindClassifier([*decided, *read_book(book)])
        self._calibrate()

    def explain_silence(self, epic_id: int) -> str:
        """Why nothing is suggested of an epic."""
        decision = self._decisions[epic_id]
        if _is_looked_at(decision):
            return "a person has looked at it"
        return self.learnt.silent or "nothing that would be right nine times in ten"

    def suggest(self, epic_id: int) -> Suggestion | None:
        """What will likely become of an epic that waits; None where nothing is likely enough."""
        if epic_id not in self._suggested:
            self._suggested[epic_id] = self._suggest(epic_id)
        return self._suggested[epic_id]

    def _suggest(self, epic_id: int) -> Suggestion | None:
        decision = self._decisions[epic_id]
        is_asked = decision.outcome is Outcome.NEEDS_DECISION and not _is_looked_at(decision)
        if not is_asked or self.learnt.silent:
            return None
        vectors = self._read(epic_id)
        guess = self._guess(vectors)
        told = self._choose(guess, decision) if guess else None
        if guess is None or told is None:
            return None
        because = tuple(self._explain(epic_id, told, guess, vectors))
        return replace(told, because=because) if because else None

    def guess(self, epic_id: int) -> Guess | None:
        """The best guess, however unsure; None where nothing was learnt that it has a part of."""
        return self._guess(self._read(epic_id))

    def _guess(self, vectors: EpicText) -> Guess | None:
        return make_guess(rank_kinds(self._classifier.score(vectors)), self._temperature)

    def _read(self, epic_id: int) -> EpicText:
        return self._classifier.weigh(self._reader.read_text(epic_id))

    def _choose(self, guess: Guess, decision: Decision) -> Suggestion | None:
        """The most that may be told: the answer, some that it is one of, the outcome alone."""
        bars = self.bars
        (outcome, capability), sureness = guess.best[0], bars.weigh_best(guess)
        if bars.whole.is_told(sureness) and _is_possible(capability, decision):
            return _word(outcome, capability, bars.whole.rate(sureness))
        first, sureness = guess.among
        if bars.among.is_told(sureness) and are_shown(first):
            confidence = bars.among.rate(sureness)
            return _word(SuggestedOutcome.SHOW, None, confidence, _list_likely(guess))
        outcome, sureness = guess.outcome
        if bars.outcomes.is_told(sureness):
            return _word(outcome, None, bars.outcomes.rate(sureness))
        return None

    def _explain(
        self, epic_id: int, told: Suggestion, guess: Guess, vectors: EpicText
    ) -> Iterator[str]:
        """What speaks for it rather than the next, and the decided epics most like it; or nothing.

        What cannot be told in words is not told.
        """
        kind = next(
            each
            for each in guess.kinds
            if each.outcome is told.outcome and told.capability in (None, each.by)
        )
        other = next((each for each in guess.kinds if each.answer != kind.answer), None)
        weights = self._classifier.compare_features(vectors, kind, other)
        ranked = sorted((f for f in weights if weights[f] > 0), key=lambda f: (-weights[f], f))
        names = self._reader.name_features(epic_id)
        named = [*islice(dict.fromkeys(n for f in ranked if (n := names.get(f))), TELLING)]
        if not named:
            return
        yield from named
        decided = list(self._kinds)
        near = self._classifier.find_nearest(vectors, kind)
        keys = (self._decisions[decided[n]].key for n in near if n < len(decided))
        if like := " and ".join(islice(keys, LIKE)):
            yield f"like {like}"

    def _calibrate(self) -> None:
        """Guess every decided epic from the others."""
        decided = list(self._kinds.values())
        scored = [
            (rank_kinds(self._classifier.score_left_out(number)), kind)
            for number, kind in enumerate(decided)
        ]
        self._temperature = find_temperature(scored)
        made = [(make_guess(ranked, self._temperature), kind) for ranked, kind in scored]
        self.bars = find_bars([(guess, kind) for guess, kind in made if guess], decided)
        whole = self.bars.whole
        if len(scored) < FEWEST_DECISIONS:
            self._fall_silent(f"it takes {FEWEST_DECISIONS} decided epics to learn from")
        elif whole.bar is None and self.bars.outcomes.bar is None:
            self._fall_silent("no guess at what is decided would be right nine times in ten")
        else:
            self.learnt = Learnt(decisions=len(scored), told=whole.told, right=whole.right)

    def _fall_silent(self, why: str) -> None:
        self.learnt = Learnt(decisions=len(self._kinds), silent=why)

    bars: Bars
    _temperature: float
    _classifier: KindClassifier


def _is_looked_at(decision: Decision) -> bool:
    """Whether a person's pin holds it, or a draft claims it: nothing is guessed of it."""
    return decision.reasons[0].cause in (Cause.DRAFT, Cause.PIN)


def _is_possible(capability: str | None, decision: Decision) -> bool:
    """Whether a person could say so: of those that claim an epic, one will have it."""
    claimants = {each.rule for each in decision.reasons if each.cause is Cause.CAPABILITY}
    return capability is None or not claimants or capability in claimants


def _word(
    outcome: SuggestedOutcome,
    capability: str | None,
    confidence: float,
    likely: tuple[LikelyCapability, ...] = (),
) -> Suggestion:
    return Suggestion(
        outcome=outcome,
        capability=capability,
        confidence=min(round(confidence, 2), SURE),
        because=(),
        likely=likely,
    )


def _list_likely(guess: Guess) -> tuple[LikelyCapability, ...]:
    """The first capabilities, but for those that are next to impossible."""
    chances = ((answer[1], round(guess.answers[answer], 2)) for answer in guess.among[0])
    return tuple(
        LikelyCapability(capability_id=name, chance=chance)
        for name, chance in chances
        if name and chance
    )
