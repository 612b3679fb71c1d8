"""What becomes of an epic that is deleted, of its work, and of a project that never comes back."""

import json
import re
from datetime import timedelta

from sync.sample.company.issues import Issue, Level
from tests.runs.place import Place


def named(place: Place, key: str) -> Issue:
    """The issue of that key, which is there."""
    found = place.company.by_key(key)
    assert found
    return found


def delete(place: Place, key: str) -> list[Issue]:
    """Delete an epic, as Jira does; what was below it stays and names no parent. Returns that."""
    epic = place.company.remove(named(place, key).id)
    return place.company.children_of(epic.id)


def run(place: Place, days: float) -> None:
    """A run after so many days, which is good and whole."""
    place.company.now += timedelta(days=days)
    said = place.headway("sync")
    assert said.code == 0, said.out + said.err
    assert place.freshness()["status"] == "current"


def levels(place: Place) -> dict[str, str]:
    return {row["capability_id"]: row["effort_code"] for row in place.published()}


def test_a_done_epic_that_is_deleted_leaves_its_work_where_it_was(published: Place) -> None:
    place = published
    before = levels(place)
    epic = named(place, "ID-101")
    [child, *_] = delete(place, "ID-101")

    for days in (1, 1, 8):
        run(place, days)
        assert levels(place) == before

    assert not place.state_rows(f"SELECT * FROM {{t}}ledger WHERE issue_id = {epic.id}")
    assert "  gone      ID-101: as last seen" in place.headway("explain", "single-sign-on").out
    said = json.loads(place.headway("explain", child.key, "--json").out)
    assert said["epic"] == "ID-101"
    assert said["outcome"] == (
        "its epic ID-101 is not in Jira any more; what was done for it counts toward "
        "Single sign-on, as last seen"
    )


def test_no_run_waits_for_what_is_no_epic_any_more_where_its_project_got_another_key(
    two_projects: Place,
) -> None:
    place = two_projects
    before = levels(place)
    delete(place, "PAY-335")
    place.company.edit(named(place, "PAY-302").id, type="Story", level=Level.BASE)
    place.company.rename_project("PAY", "BILL")
    run(place, 1)
    assert "project BILL: was called PAY, and is the same" in place.headway("status").out

    assert levels(place).keys() == before.keys()
    assert not place.state_rows("SELECT * FROM {t}issue WHERE project = 'PAY'")

    for key in ("BILL-247", "BILL-131", "BILL-219"):
        place.company.edit(named(place, key).id, labels=["regulatory"])
    run(place, 8)

    off = {row["capability_id"]: row["withdrawn_reason"] for row in place.published()}
    assert off["payment-reminders"] == off["payment-methods"] == "not_for_sale"
    assert off["invoicing"] is None


def test_nobody_waits_for_a_project_of_which_the_rule_book_says_that_it_is_gone_for_good(
    two_projects: Place,
) -> None:
    place = two_projects
    before = place.published()
    hidden = place.jira.view.hidden_projects
    hidden.add("ID")
    place.company.now += timedelta(days=1)
    assert place.headway("sync").code == 77
    [edit] = re.findall(
        r"gone for good, add to `gone:` in a rule file: (.*)", place.headway("status").out
    )
    rules = place.folder / "config" / "gone.yaml"
    rules.write_text(f"gone:\n  {edit}\n", "utf-8")

    run(place, 0.01)

    assert place.published() == before
    assert "cannot be seen" not in place.headway("status").out

    hidden.clear()
    place.company.now += timedelta(days=1)
    assert "is said to be gone for good, and Jira shows it" in place.headway("sync").out


def test_what_is_to_be_hidden_goes_off_the_list_though_its_project_cannot_be_seen(
    two_projects: Place,
) -> None:
    place = two_projects
    place.jira.view.hidden_projects.add("ID")
    (place.folder / "config" / "gone.yaml").write_text(
        "screening:\n  - {id: old, reason: sold, then: hide, when: {project: ID}}\n", "utf-8"
    )

    run(place, 1)

    rows = {row["capability_id"]: row["is_active"] for row in place.published()}
    assert not rows["audit-log"]
    assert rows["invoicing"]


def test_a_pin_says_that_a_deleted_epic_counts_no_more(published: Place) -> None:
    place = published
    delete(place, "ID-163")
    for days in (1, 1):
        run(place, days)
    noticed = place.headway("status").out
    assert "ID-163 fed it and is not in Jira any more" in noticed
    [edit] = re.findall(r"add to `pins:` in a rule file: (.*)", noticed)

    (place.folder / "config" / "gone.yaml").write_text(f"pins:\n  {edit}\n", "utf-8")
    run(place, 0.01)

    [row] = [row for row in place.published() if row["capability_id"] == "passkeys"]
    assert row["withdrawn_reason"] == "not_for_sale"
