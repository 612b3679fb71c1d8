"""Says what a person should look at of a team: its size, its people, its points, its scale."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from models.effort import TeamWindow, Unit
from models.finding import Finding
from translators.backlog.fortnights import window_start
from translators.effort.median import find_median

ENOUGH_TO_COMPARE, ANOTHER_SCALE = 5, 4
"""From this many known sizes on either side, and this ratio of medians, a scale has changed."""

ONE_TEAM = 15
"""More people than this finishing work in one window are hardly one team."""


def find_team_oddities(
    team: str, recent: Sequence[TeamWindow], points: Sequence[Sequence[Fraction]]
) -> Iterable[Finding]:
    """A team too large, without people, without points, or with another scale than before.

    `recent` are the last windows in which it finished something, `points` the known sizes in each.
    """
    if not recent:
        return
    where = f"team {team}"
    if (largest := max(len(window.finished_by) for window in recent)) > ONE_TEAM:
        what = f"{largest} people finished work in one fortnight; is this one team?"
        yield Finding("team-too-large", where, what)
    if any(window.people == 0 for window in recent):
        what = "work was finished and nobody was assigned to it; it earns no credit"
        yield Finding("team-without-people", where, what)
    if all(window.unit is Unit.COUNT for window in recent):
        what = "too few of its items carry points; its work is measured by count"
        yield Finding("team-by-count", where, what)
    yield from _find_other_scale(where, recent[-1], points)


def _find_other_scale(
    where: str, newest: TeamWindow, points: Sequence[Sequence[Fraction]]
) -> Iterable[Finding]:
    """A scale that changed overnight makes some fortnights too dear and others too cheap."""
    *earlier, after = points
    before = [size for window in earlier for size in window]
    if min(len(before), len(after)) < ENOUGH_TO_COMPARE:
        return
    usual, now = find_median(before), find_median(after)
    if not (usual and now) or 1 / ANOTHER_SCALE < now / usual < ANOTHER_SCALE:
        return
    day = window_start(newest.window).date()
    what = (
        f"an item had {float(usual):g} points and has {float(now):g} in "
        f"the fortnight from {day}; if its scale changed, say so under `effort: rescaled`"
    )
    yield Finding("team-rescaled", where, what)
