"""Two months of a normal life pass every guard, and the same guards still hold what is not."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from models.effort import Level
from sync.sample.company.issues import Issue
from tests.runs.place import Place

DAY, DAYS = timedelta(days=1), 60
FINISHED_A_DAY, UNTIL_DECIDED = 8, 3
PIN = "  - {issue: %s, capability: %s, reason: looked at, by: '@anna'}"

pytestmark = [pytest.mark.all, pytest.mark.published, pytest.mark.whole_backlog]


class Life:
    """What people do in Jira, and in their rules, day after day."""

    def __init__(self, place: Place) -> None:
        self.place, self.company = place, place.company
        self.ids = itertools.count(max(place.company.issues) + 1)
        self.pins: list[str] = []
        self.asked: dict[int, list[tuple[Issue, str]]] = {}
        self.done = self.choose_finished()

    def fed(self) -> list[tuple[Issue, str]]:
        """The epics that count for a capability, with it."""
        rows = self.place.state_rows(
            "SELECT epic_id, counts_for FROM {t}decision WHERE outcome = 'published' "
            "AND NOT is_item ORDER BY epic_id"
        )
        return [(self.company.issues[row["epic_id"]], row["counts_for"]) for row in rows]

    def choose_finished(self) -> Iterator[Issue]:
        """A finished story below each epic in turn, for ever."""
        children = [self.company.children_of(epic.id) for epic, _ in self.fed()]
        finished = [[each for each in found if each.resolved_at] for found in children]
        return itertools.cycle([found[0] for found in finished if found])

    def add_like(self, issue: Issue, **changes: object) -> Issue:
        now, number = self.company.now, self.company.last_number(issue.project) + 1
        stamps = {"created": now, "updated": now, "category_changed_at": now}
        values = stamps | {"id": next(self.ids), "key": f"{issue.project}-{number}"} | changes
        return self.company.add(replace(issue, **values))  # type: ignore[arg-type]

    def live(self, day: int) -> int:
        """One day; the code of its run."""
        self.company.now += DAY
        for story in itertools.islice(self.done, FINISHED_A_DAY):
            self.add_like(story, resolved_at=self.company.now)
        fed = self.fed()
        epic, capability = fed[day % len(fed)]
        new = self.add_like(epic, components=["New"], summary="Something new", labels=[])
        asked = [(new, capability)]
        if day % 10 == 0:
            for each, of in fed[day % 7 :: 40][:2]:
                self.company.edit(each.id, components=["Odds"], summary="Odds", labels=[])
                asked.append((each, of))
        if day % 14 == 0:
            self.reopen(fed[day % len(fed)][0])
        self.keep_secrets(day, fed)
        self.asked[day] = asked
        self.decide(self.asked.get(day - UNTIL_DECIDED, []))
        return self.place.headway("sync").code

    def reopen(self, epic: Issue) -> None:
        for child in self.company.children_of(epic.id)[:1]:
            (open_, *_) = self.company.projects[child.project].statuses
            self.company.edit(child.id, status=open_.name, resolution=None, resolved_at=None)

    def keep_secrets(self, day: int, fed: list[tuple[Issue, str]]) -> None:
        """An epic has a security level for a week, and then none any more."""
        if day % 12 == 4:
            self.secret, _ = fed[day % len(fed)]
            self.company.edit(self.secret.id, security_level="Board only")
        if day % 12 == 11:
            self.company.edit(self.secret.id, security_level=None)

    def decide(self, asked: list[tuple[Issue, str]]) -> None:
        self.pins += [PIN % (issue.key, capability) for issue, capability in asked]
        if self.pins:
            text = "\n".join(["pins:", *self.pins, ""])
            (self.place.folder / "config" / "meetings.yaml").write_text(text, "utf-8")

    def levels(self) -> dict[str, int]:
        rows = self.place.published()
        return {row["capability_id"]: Level(row["effort_code"]).rank or 0 for row in rows}


def test_sixty_days_of_a_normal_life_are_never_held(small_place: Place) -> None:
    life = Life(small_place)
    before = life.levels()

    codes = Counter(life.live(day) for day in range(DAYS))

    after = life.levels()
    rose = [each for each in before if after[each] > before[each]]
    assert codes == {0: DAYS}
    assert len(rose) >= 3, (before, after)
    assert len(life.pins) > DAYS
    assert drip(life) == [0, 0, 3]


def drip(life: Life) -> list[int]:
    """Three epics a day lose their decision, and nobody looks: the codes, until it is held."""
    codes: list[int] = []
    fed = (epic for epic, _ in life.fed() if not any(epic.key in pin for pin in life.pins))
    while 3 not in codes and len(codes) < 20:
        life.company.now += DAY
        for epic in itertools.islice(fed, 3):
            life.company.edit(epic.id, components=["Odds"], summary="Odds", labels=[])
        codes.append(life.place.headway("sync").code)
    return codes
