"""A saved plan is published exactly as it was saved, or not at all."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runs.place import Place

PIN = """pins:
  - {issue: %s, capability: audit-log, reason: sold, by: "@a"}
"""


def rename(place: Place) -> None:
    place.rules("capabilities.yaml", "name: Audit log", "name: Activity log")


def saved(place: Place, *options: str) -> str:
    path = str(place.folder / "plan.json")
    said = place.headway("plan", "--save", path, *options)
    assert said.code == 0, said.err
    return path


def test_a_saved_plan_is_published_as_it_was_and_the_next_run_has_nothing_to_do(
    each_published: Place,
) -> None:
    place = each_published
    rename(place)
    path = saved(place)
    requests = len(place.jira.requests)

    said = place.headway("sync", "--plan", path, "--json")
    asked = len(place.jira.requests) - requests
    after = json.loads(place.headway("sync", "--json").out)
    digest = json.loads((place.folder / "plan.json").read_text())["saved"]["proposal"]["plan"]
    again = place.headway("sync", "--plan", path)

    assert said.code == 0, said.err
    assert asked == 0
    assert json.loads(said.out)["plan"] == digest
    assert "Activity log" in {row["name"] for row in place.published()}
    assert (after["outcome"], place.freshness()["revision"]) == ("unchanged", 2)
    assert again.code == 3
    assert "was made for revision 1, and the list is at 2 now" in again.err


def edit_rules(place: Place) -> None:
    place.rules("capabilities.yaml", "name: Activity log", "name: Audit trail")


def edit_file(place: Place) -> None:
    path = place.folder / "plan.json"
    path.write_text(path.read_text().replace("Activity log", "Activity Log"))


def cut_file(place: Place) -> None:
    path = place.folder / "plan.json"
    path.write_text('{"headway_plan": 1, "digest": "x"}')


def age_file(place: Place) -> None:
    path = place.folder / "plan.json"
    path.write_text(path.read_text().replace('"headway_plan": 1', '"headway_plan": 9'))


def spoil_file(place: Place) -> None:
    (place.folder / "plan.json").write_bytes(b"\xff[[[[" * 9999)


def move_mirror(place: Place) -> None:
    """What waits for a decision is left out now; of what sales reads nothing changes."""
    rows = place.state_rows("SELECT epic_id FROM {t}decision WHERE outcome = 'needs_decision'")
    place.company.edit(rows[0]["epic_id"], labels=["tech-debt"])
    place.rules("capabilities.yaml", "name: Activity log", "name: Audit log")
    place.headway("sync")
    place.rules("capabilities.yaml", "name: Audit log", "name: Activity log")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (edit_rules, "was made with other rules than those in"),
        (move_mirror, "would come out otherwise now"),
    ],
)
def test_a_plan_that_is_not_what_would_come_out_now_is_refused_by_name(
    published: Place, spoil: Callable[[Place], None], why: str
) -> None:
    rename(published)
    path = saved(published)
    spoil(published)
    before = published.published()

    said = published.headway("sync", "--plan", path)

    assert (said.code, said.out) == (3, "")
    assert why in said.err
    assert path in said.err
    assert published.published() == before


def test_a_file_that_is_not_as_it_was_saved_is_refused_by_name(published: Place) -> None:
    rename(published)
    path = saved(published)
    content, before = Path(path).read_bytes(), published.published()
    for spoil, code, why in (
        (edit_file, 3, "is not as it was saved: somebody changed it"),
        (cut_file, 3, "is not as it was saved: something in it is missing"),
        (age_file, 3, "was saved by another Headway"),
        (spoil_file, 2, "is no saved plan"),
    ):
        Path(path).write_bytes(content)
        spoil(published)

        said = published.headway("sync", "--plan", path)

        assert (said.code, said.out) == (code, "")
        assert why in said.err
        assert path in said.err
    assert published.published() == before


def test_a_plan_whose_rules_go_by_fields_that_no_run_has_read_is_refused(
    published: Place,
) -> None:
    rename(published)
    published.rules("capabilities.yaml", "component: Audit log", 'business value: "3"')
    path = saved(published)

    said = published.headway("sync", "--plan", path)

    assert said.code == 3
    assert f"{path}: goes by fields that were not read yet: business value" in said.err
    assert published.headway("sync").code == 0


@pytest.mark.parametrize("name", ["internal/state.db", "config/capabilities.yaml", "env"])
def test_a_plan_is_saved_over_nothing_but_a_plan(published: Place, name: str) -> None:
    path = published.folder / name
    before = path.read_bytes()

    said = published.headway("plan", "--save", str(path))

    assert said.code == 2
    assert "is there and is no saved plan, so it is left alone" in said.err
    if name != "env":
        assert path.read_bytes() == before


def test_a_plan_is_saved_over_another(published: Place) -> None:
    assert published.headway("plan", "--save", saved(published)).code == 0


@pytest.mark.parametrize(
    "arguments", [("sync", "--plan"), ("plan", "--save"), ("plan", "--publish-to")]
)
def test_what_is_no_file_is_neither_read_nor_written(
    published: Place, arguments: tuple[str, ...]
) -> None:
    """A pipe would be waited for without end."""
    pipe = published.folder / "pipe"
    os.mkfifo(pipe)

    said = published.headway(*arguments, str(pipe))

    assert said.code == 2
    assert "is no" in said.err
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("plan", "--publish-to", ""), "--publish-to: is empty"),
        (("plan", "--publish-to", "postgresql://x:sEcReT@127.0.0.1/z"), "is an address"),
        (("plan", "--snapshot", "s", "--publish-to", "t.db"), "together with --snapshot"),
        (("plan", "--snapshot", "s", "--save", "t.json"), "together with --snapshot"),
        (("sync", "--full", "--plan", "t.json"), "cannot be given together"),
    ],
)
def test_what_does_not_go_together_is_refused(
    published: Place, arguments: tuple[str, ...], told: str
) -> None:
    snapshot = str(published.folder / "s")
    if "--snapshot" in arguments:
        published.headway("snapshot", snapshot)

    said = published.headway(*(snapshot if word == "s" else word for word in arguments))

    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "sEcReT" not in said.err


def test_what_leaves_screening_is_published_from_a_file_only_where_that_was_accepted(
    published: Place,
) -> None:
    epic = published.state_rows(
        "SELECT epic_id, heading FROM {t}decision WHERE outcome = 'left_out' ORDER BY epic_id"
    )[0]
    key = published.company.issues[epic["epic_id"]].key
    (published.folder / "config" / "more.yaml").write_text(PIN % key)
    told = published.headway("plan").out.splitlines()
    refused = published.headway("sync", "--plan", saved(published))
    accepted = published.headway("sync", "--plan", saved(published, "--accept-unscreened"))
    after = published.headway("sync")

    assert told[1].startswith(f"HIGH: {key} was left out as {epic['heading']} (screening.yaml:")
    assert "would be published as audit-log; needs " in told[1]
    assert told[1].endswith("`headway approve`.  more.yaml:2")
    assert refused.code == 3
    assert f"takes 1 epic out of screening: {key} was left out as" in refused.err
    assert (accepted.code, after.code) == (0, 0), accepted.err + after.err


def test_what_a_guard_holds_is_not_published_from_a_file(published: Place) -> None:
    rules = "effort:\n  cancelled: {resolutions: [Done], statuses: [Nothing]}\n"
    (published.folder / "config" / "effort.yaml").write_text(rules, "utf-8")

    said = published.headway("sync", "--plan", saved(published, "--accept-unscreened"))

    assert said.code == 3
    assert "guard measured-anew" in said.err


def test_the_exit_code_says_on_demand_whether_anything_would_change(published: Place) -> None:
    def codes() -> tuple[int, int]:
        return (
            published.headway("plan", "--detailed-exitcode").code,
            published.headway("plan").code,
        )

    same = codes()
    rename(published)
    other = codes()
    published.rules("capabilities.yaml", "name: Activity log", "nam: Activity log")

    assert (same, other, codes()) == ((0, 0), (4, 0), (2, 2))
