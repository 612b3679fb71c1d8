import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from models.errors import Problem, SettingsError
from sync.dispatch.dispatcher import InlineDispatcher
from sync.dispatch.work import GONE, DueList, Outcome, Work, carry_out
from sync.settings.settings import Settings, read_settings
from sync.store.clean.lease import acquire_lease
from tests.runs.place import Place
from tests.sync.dispatch.jobs.working import wait_for

RUN = Work(list="one")


def carry_out_at(place: Place, stop: threading.Event | None = None, **settings: str) -> Outcome:
    place.write_settings(**settings)

    def find(_name: str) -> Settings:
        return read_settings({}, place.folder / "env")

    return carry_out(RUN, find, stop or threading.Event())


def test_a_run_is_that_of_headway_sync(published: Place) -> None:
    before = published.published()
    assert carry_out_at(published) == Outcome(0, has_read=True)
    assert published.published() == before


@pytest.mark.parametrize("broken", ["capabilities: [", "capabilities: []"], ids=["YAML", "ids"])
def test_broken_rules_leave_those_in_force_and_are_noted(published: Place, broken: str) -> None:
    before = published.published()
    (published.folder / "config" / "capabilities.yaml").write_text(broken)
    with capture_logs() as log:
        outcomes = [carry_out_at(published) for _ in range(2)]

    assert outcomes == [Outcome(0, has_read=True)] * 2
    assert published.published() == before
    assert [each["log_level"] for each in log if each["event"] == "rules.broken"] == ["error"]
    told = json.loads(published.headway("status", "--json").out)["findings"]
    assert {each["code"] for each in told} >= {"rules-broken"}


def test_broken_rules_end_a_first_run_as_those_of_sync_do(tiny_place: Place) -> None:
    (tiny_place.folder / "config" / "capabilities.yaml").write_text("capabilities: [")

    assert carry_out_at(tiny_place).exit_code == 2


def test_what_it_ends_with_is_told_without_a_secret(published: Place) -> None:
    outcome = carry_out_at(published, jira_token="a-very-wrong-token")

    assert (outcome.exit_code, outcome.comes_back, outcome.is_ours) == (77, False, True)
    assert outcome.what
    assert "a-very-wrong-token" not in outcome.what


def test_a_list_that_is_gone_is_told_and_done_nothing_to() -> None:
    outcome = carry_out(RUN, lambda _name: None, threading.Event())

    assert (outcome.exit_code, outcome.comes_back) == (GONE, False)
    assert "not among the lists any more" in outcome.what


def test_a_secret_that_this_worker_lacks_is_told(published: Place) -> None:
    def find(_name: str) -> Settings:
        raise SettingsError(Problem("lists.one.jira_token", "ONE_TOKEN is not set"))

    outcome = carry_out(RUN, find, threading.Event())

    assert (outcome.exit_code, outcome.what) == (2, "lists.one.jira_token: ONE_TOKEN is not set")
    assert outcome.is_lacking


def test_what_another_worker_has_in_hand_says_nothing_of_the_list(
    published: Place,
) -> None:
    with published.open_context() as context, acquire_lease(context.clean):
        outcome = carry_out_at(published)

    assert (outcome.exit_code, outcome.is_ours, outcome.comes_back) == (75, False, True)


def test_what_is_told_to_stop_says_so(published: Place) -> None:
    stop = threading.Event()
    stop.set()

    outcome = carry_out_at(published, stop)

    assert (outcome.exit_code, outcome.is_stopped, outcome.is_ours) == (75, True, False)


@contextmanager
def inline(stop: threading.Event, began: dict[str, datetime]) -> Iterator[InlineDispatcher]:
    dispatcher = InlineDispatcher(lambda _name: None, stop, began)
    yield dispatcher
    dispatcher.close()


def test_inline_each_list_is_done_in_turn_and_one_that_fails_stops_no_other() -> None:
    before = datetime(2026, 1, 1, tzinfo=UTC)
    with inline(threading.Event(), {"two": before}) as dispatcher:
        dispatcher.start([DueList(list="one"), DueList(list="two")])
        wait_for(lambda: not dispatcher.look().busy)

        assert {name: each.exit_code for name, each in dispatcher.outcomes.items()} == {
            "one": GONE,
            "two": GONE,
        }
        assert dispatcher.look().began["two"] > before


def test_inline_nothing_is_begun_once_it_is_told_to_stop() -> None:
    stop = threading.Event()
    stop.set()
    with inline(stop, {}) as dispatcher:
        dispatcher.start([DueList(list="one")])

    assert dispatcher.outcomes == {}


@pytest.mark.parametrize("site", ["", "main"])
def test_work_is_named_by_list_and_site(site: str) -> None:
    assert str(Work(list="acme", site=site)) == ("acme/main" if site else "acme")
