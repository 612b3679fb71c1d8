"""`headway status` over all lists and sites: one line a site, the worst first."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models.tables import state
from sync.cli.pages.run.overview import MOST_SITES, format_overview
from sync.pipeline.sites.overview import ListOverview, SiteCondition, SiteOverview, order_sites
from sync.store.state.runs.failing import find_failing_since
from tests.runs.place import Place

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def test_all_are_shown_worst_first_and_the_worst_code_is_the_exit_code(lists: Place) -> None:
    said = lists.carry_out("status")

    first, *lines = said.out.splitlines()
    assert first == "status      3 lists, 3 sites: 2 unreadable, 1 well"
    *lines, noted, _ = lines
    assert "sites.yaml:4: the site 'east' feeds 2 lists: globex, third" in noted
    assert [line.split()[:2] for line in lines] == [
        ["unreadable", "globex/east"],
        ["unreadable", "third/east"],
        ["well", "acme/main"],
    ]
    assert "is not there" in lines[0]
    assert "names THIRD_STATE_URL, which is not set" in lines[1]
    assert said.code == 74


def test_json_says_the_same(lists: Place) -> None:
    told = json.loads(lists.carry_out("status", "--json").out)

    assert told["counts"] == {"unreadable": 2, "well": 1}
    assert [site["list"] for site in told["sites"]] == ["globex", "third", "acme"]
    assert told["sites"][2]["next_run"] > told["sites"][2]["last_success"]
    assert [each["exit_code"] for each in told["lists"]] == [0, 74, 2]


def test_a_named_list_is_shown_as_the_only_one(lists: Place) -> None:
    said = lists.carry_out("--list", "acme", "status")

    assert said.code == 0
    assert said.out.startswith("status      current")
    assert "sites" not in said.out


@pytest.mark.parametrize("words", [("plan",), ("find", "x"), ("sync",), ("queue",)])
def test_what_is_for_one_list_asks_for_its_name(lists: Place, words: tuple[str, ...]) -> None:
    said = lists.carry_out(*words)

    assert said.code == 2
    assert "--list: is not given, and there are 3 lists: acme, globex, third" in said.err


def test_a_site_is_paused_in_every_list_that_it_feeds(lists: Place) -> None:
    paused = lists.carry_out("pause", "main", "--reason", "moves")
    shown = lists.carry_out("status").out.splitlines()
    alone = lists.carry_out("--list", "acme", "status")

    assert paused.code == 0
    assert shown[0].endswith("2 unreadable, 1 paused")
    assert ": moves; read 20" in shown[3]
    assert "next" not in shown[3]
    assert "sites\n  paused      main  paused since" in alone.out
    assert alone.code == 0


def test_a_run_that_failed_is_told_since_when(published: Place) -> None:
    published.headway("sync", jira_token="wrong")
    published.headway("sync", jira_token="wrong")

    with published.open_context() as context:
        since = find_failing_since(context.state, "main")
        first = published.state_rows(
            "SELECT min(started_at) AS first FROM {t}run WHERE exit_code = 77"
        )[0]["first"]
        with context.state.begin() as connection:
            connection.execute(update(state.run).values(exit_code=0))
        mended = find_failing_since(context.state, "main")

    assert since
    assert str(first)[:19] == f"{since:%Y-%m-%dT%H:%M:%S}"
    assert mended is None


def test_two_hundred_sites_are_folded_and_none_is_hidden_in_json() -> None:
    lists = [a_list(f"l{number:03}", SiteCondition.WELL) for number in range(200)]
    lists[170] = a_list(
        "worst", SiteCondition.FAILING, failing_since=NOW - timedelta(days=2), exit_code=77
    )
    sites = order_sites(site for each in lists for site in each.sites)

    shown = format_overview(lists, sites)

    assert shown[0] == "status      200 lists, 200 sites: 1 failing, 199 well"
    assert shown[1].startswith(
        "  failing     worst/main  since 2026-11-27 12:00 UTC; exit 77; read"
    )
    assert len(shown) == MOST_SITES + 2
    assert "160 more" in shown[-1]
    assert len(format_overview(lists, sites, show_all=True)) == 201


def test_the_first_lists_that_are_stale_are_named() -> None:
    lists = [a_list(f"l{number}", SiteCondition.LATE, is_stale=True) for number in range(7)]

    shown = format_overview(lists, [site for each in lists for site in each.sites])

    assert shown[1] == "stale       7 lists: l0, l1, l2, l3, l4 and 2 more"


def a_list(
    name: str, condition: SiteCondition, *, is_stale: bool = False, **values: Any
) -> ListOverview:
    site = SiteOverview(list=name, site="main", condition=condition, last_success=NOW, **values)
    return ListOverview(
        name=name, status="current", is_stale=is_stale, as_of=NOW, sites=(site,), exit_code=0
    )


def test_migrate_goes_over_all_lists_and_past_one_that_cannot_be(lists: Place) -> None:
    said = lists.carry_out("migrate")
    shown = lists.carry_out("status").out.splitlines()

    assert said.code == 2
    assert [line for line in said.out.splitlines() if not line.startswith("/")] == [
        "acme",
        "globex",
        "third",
    ]
    assert "THIRD_STATE_URL, which is not set" in said.err
    assert shown[0] == "status      3 lists, 3 sites: 1 unreadable, 1 new, 1 well"


def test_doctor_tells_of_a_pause(published: Place) -> None:
    published.headway("pause", "main", "--reason", "moves")

    said = published.headway("doctor", "--all")

    assert "is paused since 20" in said.out
    assert "headway resume main" in said.out
