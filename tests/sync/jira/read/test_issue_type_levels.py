from models.backlog import IssueType, Rung
from sync.jira.read.issue_type_levels import Ladder
from sync.jira.read.schema import Type

STORY, EPIC, INITIATIVE = (Type(id=n, name=n) for n in ("story", "epic", "initiative"))
SUBTASK = Type(id="sub", subtask=True)


def a_ladder(*types: IssueType) -> Ladder:
    """Ten stories below three epics below two initiatives, of which one is used."""
    ladder = Ladder(types)
    for number in range(10):
        ladder.witness(STORY, f"S-{number}", epic_name=False, epic_link=True)
    for number in range(3):
        ladder.witness(EPIC, f"E-{number}", epic_name=True, epic_link=False)
        ladder.witness_parent("I-1")
    for number in (1, 2):
        ladder.witness(INITIATIVE, f"I-{number}", epic_name=False, epic_link=False)
    return ladder


def rungs(ladder: Ladder) -> list[Rung]:
    return [ladder.rung(kind) for kind in (SUBTASK, STORY, EPIC, INITIATIVE)]


def test_issues_give_their_types_away_whatever_these_are_called() -> None:
    ladder = a_ladder()
    assert rungs(ladder) == [Rung.SUBTASK, Rung.BASE, Rung.BASE, Rung.BASE]

    ladder.conclude()

    assert rungs(ladder) == [Rung.SUBTASK, Rung.BASE, Rung.EPIC, Rung.ABOVE]
    assert [finding.where for finding in ladder.findings()] == ["issue type initiative"]


def test_values_that_outlived_a_change_of_type_lift_no_type() -> None:
    ladder = a_ladder()
    ladder.witness(STORY, "S-99", epic_name=True, epic_link=False)
    ladder.witness_parent("S-1")
    ladder.witness(EPIC, "E-99", epic_name=True, epic_link=True)
    ladder.conclude()

    assert rungs(ladder) == [Rung.SUBTASK, Rung.BASE, Rung.EPIC, Rung.ABOVE]


def test_a_rare_parent_among_many_of_its_type_lifts_nothing() -> None:
    task = Type(id="task")
    ladder = a_ladder()
    for number in range(20):
        ladder.witness(task, f"T-{number}", epic_name=False, epic_link=False)
    ladder.witness_parent("T-7")
    ladder.conclude()

    assert ladder.rung(task) is Rung.BASE


def test_a_parent_nobody_shows_us_is_nobodys_type() -> None:
    ladder = a_ladder()
    ladder.witness_parent("HIDDEN-1")
    ladder.conclude()

    assert ladder.above == {"initiative"}


def test_what_jira_tells_of_a_type_counts_before_what_its_issues_show() -> None:
    ladder = a_ladder(IssueType(id="epic", name="Epic", subtask=False, rung=0))
    ladder.conclude()

    assert ladder.rung(EPIC) is Rung.BASE
    assert not ladder.epics
