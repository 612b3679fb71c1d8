"""Makes the values of a rule book of its keys' values, once those are known to be right."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from models.capability import State
from models.conditions import Line
from models.effort import Level
from models.promises import Names, Term, Wordlists
from models.rulebook import (
    CapabilityRule,
    EffortRules,
    Example,
    Pin,
    PinAction,
    Release,
    Ruling,
    ScreeningRule,
    TeamRule,
    TodayBy,
)

ADD, WITHOUT = "add", "without"
"""Keys that change a shipped rule; they are spent before a value is made."""
PAST_YEAR = "past-year"
"""The code of the guide's sentence on where the past year's work went."""
SWITCHED_OFF = object()
"""What a screening rule with `off: true` comes to."""


class Word(Struct, frozen=True):
    """One word of the published vocabulary; a paragraph of its guide has a code of its own."""

    label: str
    meaning: str
    at: Line
    code: str = ""
    rules: tuple[str, ...] | None = None


def build_screening_rule(
    *, off: bool, reason: str | None, expect: str | None, **values: Any
) -> Any:
    """A screening rule, or the word that a shipped one is off; changes to one are made by now."""
    values = {key: value for key, value in values.items() if key not in (ADD, WITHOUT)}
    reason = reason or values["id"].replace("-", " ")
    return SWITCHED_OFF if off else ScreeningRule(reason=reason, rare=bool(expect), **values)


def build_capability(
    *,
    aliases: tuple[str, ...],
    effort: str | None,
    today_by: TodayBy | None,
    expect: str | None,
    **values: Any,
) -> CapabilityRule:
    """A capability. What customers can do today is in the product, where nothing else is said."""
    by_default = TodayBy.PRODUCT if values["today"] else TodayBy.NONE
    return CapabilityRule(
        aliases=tuple(dict.fromkeys(aliases)),
        withhold_effort=effort == "withhold",
        today_by=today_by or by_default,
        rare=bool(expect),
        **values,
    )


def build_pin(*, hide: bool, hold: bool, capability: str | None, **values: Any) -> Pin:
    """A pin that says one thing."""
    action = PinAction.HIDE if hide else PinAction.HOLD if hold else PinAction.CAPABILITY
    return Pin(action=action, capability=capability, **values)


def build_release(
    *, issue: str | None, team: str | None, day: date | None, reason: str, by: str, at: Line
) -> Ruling | Release:
    """A release of one issue, or of what a team finished on one day."""
    if team is not None and day is not None:
        return Release(team, day, reason, by, at)
    return Ruling(issue or "", reason, by, at)


def build_team(*, component: tuple[str, ...] | None, field: str | None) -> TeamRule:
    """Whose work an item is, where its project does not say it."""
    return TeamRule("component", component) if component else TeamRule("field", (field or "",))


def build_tests(
    *, match: tuple[Example, ...], no_match: tuple[Example, ...]
) -> tuple[Example, ...]:
    """The examples of a rule; each knows whether it must match."""
    return (*match, *no_match)


def build_effort_rules(*, cancelled: dict[str, tuple[str, ...]], **values: Any) -> EffortRules:
    """How effort is measured, in one flat value."""
    return EffortRules(
        cancelled_resolutions=cancelled["resolutions"],
        cancelled_statuses=cancelled["statuses"],
        **values,
    )


def build_terms(
    *,
    states: dict[str, Word],
    effort: dict[str, Word],
    guide: tuple[Word, ...],
    past_year: Word,
    asked_when: Word,
) -> tuple[Term, ...]:
    """The published vocabulary."""
    return (
        *(_term("state", code, states[code], rank) for rank, code in enumerate(State, 1)),
        *(_term("effort", code, effort[code], rank) for rank, code in enumerate(Level, 1)),
        *(_term("guide", word.code, word, rank) for rank, word in enumerate(guide, 1)),
        _term("guide", PAST_YEAR, past_year, len(guide) + 1),
        _term("asked_when", "asked_when", asked_when, 1),
    )


def build_wordlists(values: Mapping[str, Any]) -> Wordlists:
    """What the promise linter goes by, of the sections that speak of it."""
    return Wordlists(
        classes=tuple(each for each in values.get("promises", ()) if each is not SWITCHED_OFF),
        terms=values.get("terms", ()),
        allow=values.get("allow", ()),
        never=values.get("never", Names()),
        waivers=values.get("waivers", ()),
    )


def _term(kind: str, code: str, word: Word, rank: int) -> Term:
    text = str(code)
    return Term(
        kind=kind,
        code=text,
        label=word.label,
        meaning=word.meaning,
        rank=rank,
        at=word.at,
        rules=word.rules,
    )
