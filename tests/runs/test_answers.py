"""What the commands answer: what a plan moves, what a run noticed, why something is where it is."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sync.sample.server.faults import Fault
from tests.runs.place import PUBLISHED, Place, Places
from tests.runs.test_approving import held_run

PIN = "\npins:\n  - {issue: PAY-310, capability: invoicing, reason: sold, by: '@pm'}\n"
FIELDS = {"tally", "findings", "unseen_projects"}


def add_rules(place: Place, text: str) -> None:
    (place.folder / "config" / "more.yaml").write_text(text, "utf-8")


@pytest.fixture
def published(two_projects: Place) -> Place:
    """A place with two projects where one good run has been published."""
    return two_projects


def test_an_account_as_printed_adds_up_to_its_total(published: Place) -> None:
    out = published.headway("explain", "invoicing", "--all").out

    account = [line for line in out.splitlines() if " = " in line and "x windows" not in line]
    *lines, total = [Decimal(line.rpartition(" = ")[2].split()[0]) for line in account]
    assert len(lines) > 20
    assert sum(lines) == total
    assert len({line.rindex(" = ") for line in account}) == 1


def test_a_plan_refuses_a_deleted_id_as_sync_does(published: Place) -> None:
    path = published.folder / "config" / "capabilities.yaml"
    text = path.read_text("utf-8")
    start = text.index("  - id: passkeys")
    path.write_text(text[:start] + text[text.index("  - id:", start + 1) :], "utf-8")

    planned, edges, synced = (
        published.headway("plan"),
        published.headway("plan", "--edges"),
        published.headway("sync"),
    )

    assert (planned.code, edges.code, synced.code) == (2, 2, 2)
    assert "lacks the published capability 'passkeys'" in planned.err
    assert planned.err == edges.err
    assert planned.err.removeprefix("headway: ") in synced.err


def test_a_plan_names_the_epics_that_go_elsewhere_and_holds_what_was_screened(
    published: Place,
) -> None:
    add_rules(published, PIN)
    published.rules("capabilities.yaml", "- component: Audit log\n", "- component: Audit\n")
    published.rules("capabilities.yaml", '["audit log", "audit trail"]', '["audit trails"]')

    page = published.headway("plan").out
    result = json.loads(published.headway("plan", "--json").out)

    assert "-> invoicing (more.yaml:3)  PAY-310" in page
    assert "-> needs a decision: match no capability  ID-120 ID-133" in page
    assert "PAY-310 was left out as regulatory and would be published; needs @pm-comp" in page
    assert [each["key"] for each in result["decisions"]] == ["ID-120", "ID-133", "PAY-310"]


def test_what_was_screened_is_published_when_approved_and_then_holds_no_more(
    published: Place,
) -> None:
    add_rules(published, PIN)

    held = published.headway("sync")
    approved = published.headway("approve", held_run(published))
    published.rules("capabilities.yaml", "name: Audit log", "name: Activity log")
    after = published.headway("sync")

    assert held.code == 3, held.out
    assert "guard unscreened" in held.err
    assert approved.code == 0
    assert "HIGH: screening left out, and would no more: PAY-310" in approved.out
    assert after.code == 0, after.err


def test_a_run_says_what_it_noticed_itself_and_so_does_its_json(tiny_place: Place) -> None:
    add_rules(tiny_place, PIN.replace("PAY-310", "PAY-99999"))

    said = tiny_place.headway("sync")
    again = json.loads(tiny_place.headway("sync", "--json").out)

    assert "  noticed     more.yaml:3: PAY-99999 is pinned" in said.out
    assert "  noticed     ID-" in said.out
    assert again.keys() >= FIELDS
    assert "unknown-issue" in {finding["code"] for finding in again["findings"]}


def test_what_stands_stays_noticed_whatever_the_next_runs_do(published: Place) -> None:
    def list_noticed() -> str:
        return (
            published.headway("status", "--all")
            .out.partition("noticed")[2]
            .partition("next runs")[0]
        )

    noticed = list_noticed()

    def still() -> bool:
        return list_noticed() == noticed

    assert "among their own ancestors" in noticed
    assert (published.headway("sync").code, still()) == (0, True)
    assert (published.headway("sync", "--full").code, still()) == (0, True)
    assert (published.headway("sync", jira_token="wrong").code, still()) == (77, True)
    add_rules(published, PIN)
    assert (published.headway("sync").code, still()) == (3, True)
    assert (published.headway("approve", held_run(published)).code, still()) == (0, True)


def test_status_says_what_to_do_about_runs_that_failed_or_were_held(published: Place) -> None:
    published.headway("sync", jira_token="wrong")
    published.headway("sync", jira_token="wrong")
    failed = published.headway("status")
    add_rules(published, PIN)
    published.headway("sync")
    held = published.headway("status")

    assert failed.code == 77
    assert failed.out.count("does not accept the token") == 1
    assert "\n      " in failed.out
    assert "exit 77  the same" in failed.out
    assert held.code == 3, held.out
    assert "      If sales may read of it: headway approve RUN" in held.out


def test_status_names_the_projects_that_cannot_be_seen(published: Place) -> None:
    for issue in list(published.company.issues.values()):
        if issue.project == "PAY":
            published.company.remove(issue.id)
    published.company.now += timedelta(days=1)

    run = published.headway("sync")
    said = published.headway("status")
    result = json.loads(published.headway("status", "--json").out)

    assert run.code == 77
    assert "status      partial" in said.out
    assert "unseen      project PAY: Jira shows none of its " in said.out
    assert "Kept the last good text of " in said.out
    assert result["runs"][0]["counts"]["unseen_projects"] == ["PAY"]


def test_before_a_first_run_nothing_is_said_to_have_happened_never(small_place: Place) -> None:
    assert "never" not in small_place.headway("status").out


def test_a_first_run_that_has_nothing_to_publish_says_so(tiny_place: Place) -> None:
    config = tiny_place.folder / "new"
    config.mkdir()
    (config / "capabilities.yaml").write_text(
        "capabilities:\n  - {id: blank-sheet, name: Blank sheet, area: A, summary: Empty.,\n"
        "     when: {key: ID-0}}\n"
    )

    out = tiny_place.headway("sync", config_dir=str(config)).out

    assert "no capability to publish yet" in out
    assert "on the list nothing yet" in out


def test_the_account_of_all_epics_reads_the_same_translated_or_remembered(
    tiny_place: Place,
) -> None:
    first = tiny_place.headway("sync").out.splitlines()[2:5]

    assert tiny_place.headway("sync").out.splitlines()[2:5] == first


def test_find_points_to_what_replaces_a_withdrawn_capability(published: Place) -> None:
    published.rules(
        "capabilities.yaml",
        "  - id: passkeys\n",
        "  - id: passkeys\n    withdrawn: {reason: merged, use: single-sign-on}\n",
    )
    published.headway("sync")

    said = published.headway("find", "fingerprint", "login")

    assert said.out.startswith(
        '"fingerprint login": close: ask first\n  Perhaps     Single sign-on'
    )
    assert "Passkeys" not in said.out


def test_status_says_how_many_decisions_wait_and_how_much_work_behind_them(
    published: Place,
) -> None:
    page = published.headway("status").out
    told = json.loads(published.headway("status", "--json").out)["undecided"]
    epics = json.loads(published.headway("plan", "--json").out)["plan"]["tally"]["by_outcome"]

    assert told["epics"] == epics["needs_decision"] > 0
    assert told["new"] == told["epics"]
    assert 0 < told["credit"] < told["all_credit"]
    assert f"to decide   {told['epics']} epics need a decision, {told['new']} of them since" in page
    percent = 100 * told["credit"] // told["all_credit"]
    assert f"{percent} % of past work in epics is behind them; headway explain KEY" in page
    assert "person-week" not in page


def test_find_before_any_publication_says_that_there_is_no_list_yet(small_place: Place) -> None:
    said = small_place.headway("find", "single", "sign-on")
    told = json.loads(small_place.headway("find", "--json", "single", "sign-on").out)

    assert said.out.startswith('"single sign-on": there is no list yet. ')
    assert "Nothing is recorded" not in said.out
    assert (told["answer"], told["row"], told["as_of"]) == ("there is no list yet", None, None)


def test_find_says_how_fresh_and_whole_the_list_is(published: Place) -> None:
    fresh = published.headway("find", "single", "sign-on").out
    published.run_unanswered()

    failing = published.headway("find", "single", "sign-on", jira_url=None).out
    told = json.loads(published.headway("find", "--json", "no", "such", "thing").out)

    assert "  The list    as of 20" in fresh
    assert "failing" not in fresh
    assert "; failing: newer runs came to no list" in failing
    assert (told["status"], told["is_stale"]) == ("failing", False)
    assert told["as_of"].startswith("20")


def test_explain_says_why_a_capability_was_withdrawn_and_what_to_read(published: Place) -> None:
    published.rules(
        "capabilities.yaml",
        "  - id: passkeys\n",
        "  - id: passkeys\n    withdrawn: {reason: merged, use: single-sign-on}\n",
    )

    out = published.headway("explain", "passkeys").out

    assert "withdrawn: merged; read single-sign-on instead  capabilities.yaml:" in out
    assert "not in force yet" in out
    published.headway("sync")
    assert "not in force yet" not in published.headway("explain", "passkeys").out


def test_explain_names_what_a_draft_claims_and_rates_no_nothing(
    places: Places, tmp_path: Path
) -> None:
    with replace(places, commands=PUBLISHED).open_place(tmp_path, projects=("RPT",)) as place:
        out = place.headway("explain", "usage-insights").out

    assert "claims    RPT-167: claimed by a draft" in out
    assert "counting items" not in out


def test_explain_offers_what_would_settle_an_undecided_epic(published: Place) -> None:
    published.rules("capabilities.yaml", "- component: Audit log\n", "- component: Audit\n")
    published.rules("capabilities.yaml", '"audit log", "audit trail"', '"audit trail"')

    out = published.headway("explain", "ID-133").out

    assert "\n  likely: " in out
    assert "smallest edit: capabilities.yaml:" in out
    assert "component: Audit  ->\n    component: [Audit, Audit log]\n" in out
    assert "    decides 1 more: ID-120" in out


def test_status_in_json_tells_all_that_its_page_tells(published: Place) -> None:
    published.jira.faults.append(Fault(path="search", reply="html-login"))
    published.headway("sync")

    result = json.loads(published.headway("status", "--json").out)

    assert result["freshness"]["status"] == "failing"
    assert result["runs"][0]["message"]
    assert {finding["code"] for finding in result["findings"]} >= {"cyclic-parent"}
