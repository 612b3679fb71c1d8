"""Tells whose work an issue is, and in which scale its team's points are: by rule, and by day."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from models.backlog import FinishedIssue, Issue
from models.rulebook import EffortRules, TeamAlias
from translators.words import fold_value

Work = Issue | FinishedIssue
TeamOf = Callable[[Work], str]
ScaleOf = Callable[[str, Work], Fraction]


def compile_team_of(rules: EffortRules) -> TeamOf:
    """Whose work an issue is, by the rule book; its project where the rule has no answer.

    Aliases are looked up once, by the day on which the issue was finished.
    """
    by_rule = _by_rule(rules)
    if not rules.aliases:
        return by_rule

    def by_alias(issue: Work) -> str:
        team = by_rule(issue)
        for alias in rules.aliases:
            if fold_value(alias.team) == fold_value(team) and _covers_day(alias, _day_of(issue)):
                return alias.to
        return team

    return by_alias


def compile_scale_of(rules: EffortRules) -> ScaleOf:
    """How many of a team's points of today one point of an issue is worth."""

    def factor(team: str, issue: Work) -> Fraction:
        day, worth = _day_of(issue), Fraction(1)
        for rescale in rules.rescaled:
            if fold_value(rescale.team) == fold_value(team) and day and day < rescale.since:
                worth *= rescale.times
        return worth

    return factor


def _by_rule(rules: EffortRules) -> TeamOf:
    names = set(map(fold_value, rules.team.names))

    def by_component(issue: Work) -> str:
        return next((c for c in issue.components if fold_value(c) in names), issue.project)

    def by_field(issue: Work) -> str:
        values = (issue.extra.get(name.casefold(), ()) for name in rules.team.names)
        return next((value for found in values for value in found), issue.project)

    def by_project(issue: Work) -> str:
        return issue.project

    return {"component": by_component, "field": by_field}.get(rules.team.kind, by_project)


def _covers_day(alias: TeamAlias, day: date | None) -> bool:
    if alias.since is None and alias.until is None:
        return True
    if day is None:
        return False
    return (alias.since or day) <= day <= (alias.until or day)


def _day_of(issue: Work) -> date | None:
    return issue.done_at.date() if issue.done_at else None
