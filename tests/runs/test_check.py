"""One verdict on a rule book: `check`, `plan`, `sync` and `doctor` find and say the same."""

import json
import re
from collections.abc import Callable

import pytest

from tests.runs.examining import Checks, examine
from tests.runs.place import Place

Change = Callable[[Place], None]

WITH_PROJECT_KEY = """
  - id: id-11
    name: Eleven
    area: Anything
    summary: An id that is an issue key of the project ID.
    draft: true
"""


def rename_field(place: Place) -> None:
    place.rules("screening.yaml", "- work category: [Obligation]", "- wrok category: [Obligation]")


def delete_published_id(place: Place) -> None:
    path = place.folder / "config" / "capabilities.yaml"
    text = path.read_text("utf-8")
    start = text.index("  - id: passkeys")
    path.write_text(text[:start] + text[text.index("  - id:", start + 1) :], "utf-8")


def misspell_key(place: Place) -> None:
    place.rules("screening.yaml", "    unless:\n", "    unlesss:\n")


def name_an_id_like_an_issue(place: Place) -> None:
    path = place.folder / "config" / "capabilities.yaml"
    path.write_text(path.read_text("utf-8") + WITH_PROJECT_KEY, "utf-8")


def promise(place: Place) -> None:
    place.rules("capabilities.yaml", "over SAML or OIDC.", "and next quarter over OIDC.")


def break_an_example(place: Place) -> None:
    place.rules("screening.yaml", "{component: Build farm}", "{component: Bild farm}")


def drop_examples(place: Place) -> None:
    path = place.folder / "config" / "screening.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.rindex("    tests:")], "utf-8")


def let_a_pin_expire(place: Place) -> None:
    place.rules("pins.yaml", "pins:\n", f"pins:\n{A_PIN % ('ID-1', '2020-01-01')}")


def pin_nobody(place: Place) -> None:
    place.rules("pins.yaml", "pins:\n", f"pins:\n{A_PIN % ('ID-99999', '2099-01-01')}")


def give_up_what_was_never_read(place: Place) -> None:
    line = "- {project: NOWHERE, reason: sold, by: anna}"
    (place.folder / "config" / "gone.yaml").write_text(f"gone:\n  {line}\n", "utf-8")


def ask_what_nothing_has(place: Place) -> None:
    path = place.folder / "config" / "screening.yaml"
    path.write_text(path.read_text("utf-8") + A_DEAD_RULE, "utf-8")


A_DEAD_RULE = """
  - id: nowhere
    when: {component: Nowhere}
    tests: {match: [{component: Nowhere}], no_match: [{component: Search}]}
"""
A_PIN = """  - issue: %s
    hide: true
    reason: A test
    by: anna
    until: "%s"
"""

REFUSED: dict[Change, str] = {
    rename_field: r"config/screening.yaml:\d+:\d+: error: names the field 'wrok category'",
    delete_published_id: r"config: error: lacks the published capability 'passkeys'",
    misspell_key: r"config/screening.yaml:\d+:\d+: error: unknown key 'unlesss' \(did you mean",
    name_an_id_like_an_issue: r"config/capabilities.yaml:\d+:\d+: error: the id 'id-11' is",
}
FAILED: dict[Change, str] = {
    promise: r"config/capabilities.yaml:\d+:\d+: error of check alone: summary says",
    break_an_example: r"config/screening.yaml:\d+:\d+: error of check alone: 'company-keep-r",
    drop_examples: r"config/screening.yaml:\d+:\d+: error of check alone: .* has no example under",
    let_a_pin_expire: r"config/pins\.yaml:\d+:\d+: error of check alone: the pin of ID-1 ran out",
}
ODD: dict[Change, str] = {
    pin_nobody: r"config/pins\.yaml:\d+:\d+: warning: ID-99999 is pinned, but no issue",
    give_up_what_was_never_read: r"config/gone\.yaml:\d+:\d+: warning: Headway never read a proj",
    ask_what_nothing_has: r"config/screening.yaml:\d+:\d+: warning: .* matches none of \d+ epics",
}


def doctors_rules(place: Place) -> Checks:
    sections = examine(place, "What was published", "Rules")
    return [check for checks in sections.values() for check in checks]


@pytest.mark.parametrize("change", REFUSED, ids=lambda change: change.__name__)
def test_what_a_sync_refuses_is_refused_by_check_and_plan_in_the_same_words(
    published: Place, change: Change
) -> None:
    change(published)

    checked = published.headway("check")
    planned, synced = published.headway("plan"), published.headway("sync")
    doctored = doctors_rules(published)

    assert (checked.code, planned.code, synced.code) == (2, 2, 2)
    told = next(line for line in checked.out.splitlines() if ": error: " in line)
    assert re.search(REFUSED[change], told)
    what = told.partition(": error: ")[2]
    assert what in planned.err
    assert what in synced.err
    assert any(what in check["what"] and check["exit_code"] == 2 for check in doctored)
    assert "A sync would refuse these rules" in checked.out


def test_what_fails_a_check_is_a_remark_of_plan_and_doctor_and_no_sync_stops_for_it(
    published: Place,
) -> None:
    for change in FAILED:
        change(published)

    checked, planned = published.headway("check"), published.headway("plan")
    doctored = doctors_rules(published)

    assert (checked.code, planned.code) == (2, 0)
    failing = [line for line in checked.out.splitlines() if "error of check alone" in line]
    for change, words in FAILED.items():
        told, *_ = [line for line in failing if re.search(words, line)]
        assert told in planned.out.splitlines(), change
        what = told.partition(": error of check alone: ")[2]
        assert any(check["what"] == what and check["verdict"] == "note" for check in doctored)
    assert published.headway("sync").code == 0


def test_what_is_only_odd_is_a_warning_everywhere(published: Place) -> None:
    for change in ODD:
        change(published)

    checked, planned = published.headway("check"), published.headway("plan")

    for words in ODD.values():
        [found] = [line for line in checked.out.splitlines() if re.search(words, line)]
        assert found in planned.out.splitlines()
    assert planned.code == 0


def test_the_rules_of_the_sample_company_pass(small_place: Place) -> None:
    """Its own field and all: held against the whole company's backlog."""
    assert small_place.headway("sync").code == 0

    checked = small_place.headway("check", "--json")

    document = json.loads(checked.out)
    assert (checked.code, document["exit_code"], document["findings"]) == (0, 0, [])
    assert re.fullmatch(r"Held against the [\d,]+ issues that were last read\.", document["basis"])


def test_rules_are_checked_where_there_is_no_database(small_place: Place) -> None:
    nowhere = f"sqlite:///{small_place.folder / 'nowhere.db'}"
    other = f"sqlite:///{small_place.folder / 'nowhere-either.db'}"

    checked = small_place.headway("check", clean_url=nowhere, state_url=other)

    assert checked.code == 0
    assert "Held against no backlog" in checked.out
    assert not (small_place.folder / "nowhere.db").exists()


def test_a_field_of_today_is_known_when_jira_is_asked(published: Place) -> None:
    place = published
    rename_field(place)
    asked = place.headway("check", "--live")

    assert asked.code == 2
    assert "names the field 'wrok category', which Jira lacks" in asked.out
    assert "Fields and projects are those of Jira now." in asked.out


def test_an_id_that_looks_like_a_key_is_fine_where_no_project_has_it(published: Place) -> None:
    path = published.folder / "config" / "capabilities.yaml"
    text = path.read_text("utf-8")
    for capability_id in ("windows-11", "oauth-2", "iso-27001"):
        text += WITH_PROJECT_KEY.replace("id-11", capability_id)
    path.write_text(text, "utf-8")

    assert published.headway("sync").code == 0
    assert "windows-11" not in published.headway("check").out


def test_plan_shows_which_epics_a_changed_shipped_rule_moves_and_by_which_line(
    published: Place,
) -> None:
    path = published.folder / "config" / "shipped.yaml"
    path.write_text(A_CHANGE_OF_A_SHIPPED_RULE, "utf-8")

    said = published.headway("plan")

    assert said.code == 0
    assert "Decided otherwise: 4 epics" in said.out
    there = "left out: technical debt (shipped.yaml:3)"
    moved = f"roles-and-permissions (capabilities.yaml:79) -> {there}  ID-109 ID-147 ID-152"
    assert moved in said.out
    assert "- Roles and permissions  off the list (not for sale)" in said.out


def test_a_value_that_a_shipped_rule_does_not_have_is_refused_by_check_and_plan(
    published: Place,
) -> None:
    path = published.folder / "config" / "shipped.yaml"
    path.write_text("screening:\n  - {id: endings, without: {when: {summary has: entfernn}}}\n")

    check, plan = published.headway("check"), published.headway("plan")

    what = "the shipped rule has no `summary has: entfernn` to take out (did you mean 'entfernen'?)"
    assert (check.code, plan.code) == (2, 2)
    assert f"config/shipped.yaml:2:49: error: {what}" in check.out
    assert f"config/shipped.yaml:2:49: error: {what}" in plan.err


A_CHANGE_OF_A_SHIPPED_RULE = """
screening:
  - id: tech-debt
    add: {when: {component: Roles}}
    tests: {match: [{component: Roles}]}
  - id: endings
    without: {when: {summary has: [decommission*, "end of life"]}}
"""
