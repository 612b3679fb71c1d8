"""A component that is called otherwise in Jira is told in the very run, with the edit to make."""

import re
from datetime import timedelta

import pytest

from tests.runs.place import Place

ROLES = "roles-and-permissions"
NEW_NAMES = [
    "Roles: all, [new] & 'old'",
    *(pytest.param(name, marks=pytest.mark.all) for name in ("Rolls", "yes", "1.10")),
]
"""What YAML would take for something else unless it is quoted, and one that is plain."""
LATER = timedelta(days=1)
NO_GUARD = "guards: {undecided_percent: 100}\n"


def rename_component(place: Place, old: str, new: str) -> None:
    """As Jira does it: on every issue that has it."""
    for issue in list(place.company.issues.values()):
        if old in issue.components:
            names = [new if name == old else name for name in issue.components]
            place.company.edit(issue.id, components=names)
    place.company.now += LATER


@pytest.mark.parametrize("new", NEW_NAMES)
def test_a_renamed_component_is_told_everywhere_with_an_edit_that_settles_it(
    published: Place, new: str
) -> None:
    before = published.published()
    rename_component(published, "Roles", new)

    run = published.headway("sync", "--full")

    told = (
        f"asks for component Roles, which no issue has; 3 epics that fed it have {new!r} "
        "now, which no rule names, and are kept for it. If that is the new name, write at "
        "capabilities.yaml:87: component: "
    )
    assert (run.code, published.published()) == (3, before)
    for command in ("plan", "status", "doctor", f"explain {ROLES}"):
        said = published.headway(*command.split())
        edits = re.findall(rf"(?m){re.escape(told)}(.*)$", said.out)
        assert len(edits) == 1, command
    published.rules("capabilities.yaml", "- component: Roles\n", f"- component: {edits[0]}\n")
    again = published.headway("sync")
    assert (again.code, published.published()) == (0, before)
    assert told[:40] not in published.headway("status").out


def test_explain_says_what_fed_an_entry_since_when_not_and_that_it_is_kept(
    published: Place,
) -> None:
    (published.folder / "config" / "guards.yaml").write_text(NO_GUARD, "utf-8")
    before = published.published()
    rename_component(published, "Roles", "Rolls")
    run = published.headway("sync", "--full")

    capability = published.headway("explain", ROLES).out
    epic = published.headway("explain", "ID-109").out

    assert (run.code, published.published()) == (0, before)
    assert "asks for component Roles, which no issue has; 3 epics that fed it" in run.out
    assert (
        "noticed   no rule gives it ID-109, ID-147, ID-152 any more (since 2026-11-24); "
        "what fed it is kept until it is decided" in capability
    )
    assert re.search(r"epics  .*ID-109.*ID-152", capability), capability
    assert "needs a decision: match no capability; until then it counts toward Roles" in epic


def test_a_value_that_was_never_there_is_told_with_what_its_epics_have(published: Place) -> None:
    published.rules("capabilities.yaml", "- component: Roles\n", "- component: Roels\n")

    plan = published.headway("plan").out

    assert "asks for component Roels, which no issue has; 3 epics that fed it" in plan
    assert "write at capabilities.yaml:87: component: Roles\n" in plan
