"""A rule book that is broken, mended or changed while the service goes on."""

import json
import logging
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import update
from structlog.testing import capture_logs

from models.tables import state
from sync.notifications.webhooks import tell_webhooks
from sync.sample.protocol.exchange import as_errors
from sync.sample.server.faults import Fault
from sync.service.serve import ScheduledSync
from sync.settings.settings import read_settings
from sync.store.clean.lease import acquire_lease
from sync.store.db.engines import open_writer
from tests.receivers import running_receiver
from tests.runs.place import Place
from tests.runs.programs import wait_until
from tests.runs.serving import events, running
from tests.runs.test_saved_plan import PIN
from tests.runs.test_unscreening import approve
from tests.runs.test_webhooks import SECRET

pytestmark = pytest.mark.published
OLD, NEW = "name: Audit log", "name: Activity log"
CAPABILITIES = "capabilities.yaml"


@pytest.fixture
def service(published: Place) -> ScheduledSync:
    """The service of a list that is published, between two runs."""
    return serve(published)


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """What the log of a service says; a command in between begins a log of its own."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs() as lines:
        yield lines
    structlog.configure(**before)


def serve(place: Place) -> ScheduledSync:
    place.write_settings()
    return ScheduledSync(read_settings({}, place.folder / "env"))


def find(told: list[Any], event: str) -> list[Any]:
    return [line for line in told if line["event"] == event]


def names(place: Place) -> set[str]:
    return {row["name"] for row in place.published()}


def status(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(place.headway("status", "--json").out)
    return found


def outcomes(place: Place) -> list[str]:
    """How the runs so far ended, the newest first."""
    return [run["outcome"] for run in status(place)["runs"]]


def broken_rules(place: Place) -> list[str]:
    """What the last run noted of a broken rule book."""
    return [each["what"] for each in status(place)["findings"] if each["code"] == "rules-broken"]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        pytest.param(OLD, "name: [Audit log", "capabilities.yaml:", id="no YAML"),
        pytest.param("- id: audit-log", "- id: other-log", "'audit-log'", id="an id is gone"),
        pytest.param(
            "component: [SSO", "nowhere: [SSO", "nowhere", id="no such field", marks=pytest.mark.all
        ),
    ],
)
def test_by_a_broken_rule_book_the_last_good_one_stays_in_force_and_that_is_told_once(
    published: Place, service: ScheduledSync, told: list[Any], old: str, new: str, where: str
) -> None:
    text = (published.folder / "config" / CAPABILITIES).read_text("utf-8")
    published.rules(CAPABILITIES, old, new)

    for _ in range(2):
        service.run()
        assert published.freshness()["status"] == "current"
    noticed = broken_rules(published)
    (published.folder / "config" / CAPABILITIES).write_text(text, "utf-8")
    service.run()

    (broken,) = find(told, "rules.broken")
    assert where in broken["error"]
    assert all("the last good rules stay in force" in what for what in noticed)
    assert noticed
    assert len(find(told, "rules.mended")) == 1
    assert broken_rules(published) == []
    assert len(find(told, "sync.finished")) == 3
    assert not service.stop.is_set()


def test_changed_rules_are_published_on_what_was_read_last_and_jira_is_asked_nothing(
    each_published: Place, told: list[Any]
) -> None:
    published, service = each_published, serve(each_published)
    before, asked = published.freshness(), len(published.jira.requests)
    published.rules(CAPABILITIES, OLD, NEW)
    published.rules("screening.yaml", "component: [Build farm]", "component: [SSO]")

    service.publish_rules()
    service.publish_rules()

    assert "Activity log" in names(published)
    assert len(published.jira.requests) == asked
    after = published.freshness()
    assert after["revision"] == before["revision"] + 1
    same = ("checked_at", "stale_after", "as_of", "status")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert outcomes(published) == ["rules", "published"]
    assert len(find(told, "rules.published")) == 1
    assert published.headway("doctor").code == 0
    assert published.headway("sync", "--full").code == 0
    assert outcomes(published)[0] == "unchanged"


def test_while_jira_refuses_us_changed_rules_are_published_and_the_list_stays_as_it_is(
    published: Place,
) -> None:
    published.jira.faults.append(Fault("myself", as_errors(403, "no")))
    with running_receiver() as hook:
        published.settings |= {"webhook_url": hook.url, "webhook_secret": SECRET}
        service = serve(published)
        service.run()
        failing = published.freshness()
        published.rules(CAPABILITIES, OLD, NEW)
        service.publish_rules()
        with published.open_context() as context, tell_webhooks(context):
            pass

    assert failing["status"] == published.freshness()["status"] == "failing"
    assert failing["checked_at"] == published.freshness()["checked_at"]
    assert "Activity log" in names(published)
    assert sorted(hook.kinds) == ["list.failing", "list.published"]
    assert published.headway("status").code == 77


def test_rules_that_need_more_than_was_read_are_published_by_a_run(
    published: Place, service: ScheduledSync, told: list[Any]
) -> None:
    published.rules("capabilities.yaml", "component: [SSO", "sprint: [SSO")
    asked = len(published.jira.requests)

    service.publish_rules()

    (changed,) = find(told, "rules.changed")
    assert changed["reads_jira"] == "they name a field that was not read"
    assert outcomes(published) == ["published"]
    service.run()
    assert len(published.jira.requests) > asked
    assert outcomes(published)[0] in ("published", "unchanged")


@pytest.mark.all
def test_after_a_run_that_a_guard_held_before_it_took_anything_changed_rules_wait_too(
    published: Place, told: list[Any]
) -> None:
    published.settings["clock_tolerance"] = "1h"
    published.company.now += timedelta(days=365)
    service = serve(published)
    service.run()
    published.rules(CAPABILITIES, OLD, NEW)

    service.publish_rules()

    assert (outcomes(published)[0], published.freshness()["status"]) == ("held", "held")
    assert "Activity log" not in names(published)
    (changed,) = find(told, "rules.changed")
    assert changed["reads_jira"].startswith("the last run was held back")


def test_after_a_walk_that_was_cut_short_changed_rules_wait_for_one_that_comes_through(
    published: Place, service: ScheduledSync, told: list[Any]
) -> None:
    (site,) = published.state_rows("SELECT walk FROM {t}site")
    (issue,) = published.state_rows("SELECT min(id) AS id FROM {t}issue")
    with published.open_context() as context, open_writer(context.state) as connection:
        one = update(state.issue).where(state.issue.c.id == issue["id"])
        connection.execute(one.values(last_seen_walk=site["walk"] + 1))
    published.rules(CAPABILITIES, OLD, NEW)

    service.publish_rules()

    assert "Activity log" not in names(published)
    (changed,) = find(told, "rules.changed")
    assert changed["reads_jira"] == "the last run was ended while it read"


def test_what_a_guard_holds_of_changed_rules_waits_for_a_person(published: Place) -> None:
    left_out = "SELECT epic_id FROM {t}decision WHERE outcome = 'left_out' ORDER BY epic_id"
    epic = published.company.issues[published.state_rows(left_out)[0]["epic_id"]]
    service, before = serve(published), published.published()
    (published.folder / "config" / "more.yaml").write_text(PIN % epic.key)

    service.publish_rules()

    assert (published.freshness()["status"], outcomes(published)[0]) == ("held", "held")
    assert published.published() == before
    approve(published)
    assert published.freshness()["status"] == "current"


def test_files_that_somebody_is_still_writing_are_waited_for(
    published: Place, service: ScheduledSync
) -> None:
    looks = [service.rules.has_changed()]
    service.rules.take()
    for name in ("name: Activity", NEW):
        published.rules(CAPABILITIES, OLD if name != NEW else "name: Activity", name)
        looks.append(service.rules.has_changed())
    looks.append(service.rules.has_changed())
    service.rules.take()
    looks.append(service.rules.has_changed())
    with published.open_context() as context, acquire_lease(context.clean):
        service.publish_rules()
    looks.append(service.rules.has_changed())

    assert looks == [True, False, False, True, False, True]


@pytest.mark.all
def test_what_was_edited_before_the_service_began_is_published_when_it_looks(
    published: Place,
) -> None:
    published.rules(CAPABILITIES, OLD, NEW)
    service = serve(published)
    asked = len(published.jira.requests)

    assert service.rules.has_changed()
    service.publish_rules()

    assert "Activity log" in names(published)
    assert len(published.jira.requests) == asked


@pytest.mark.all
def test_a_service_publishes_changed_rules_within_a_minute_and_tells_of_broken_ones(
    published: Place,
) -> None:
    with running(published, "serve", schedule="6h") as (process, log):
        wait_until(lambda: bool(events(log)), log)
        asked = len(published.jira.requests)
        began = time.monotonic()
        published.rules(CAPABILITIES, OLD, NEW)
        wait_until(lambda: bool(find(events(log), "rules.published")), log)
        seconds = time.monotonic() - began
        good = names(published)
        published.rules(CAPABILITIES, NEW, "name: [Activity log")
        wait_until(lambda: bool(find(events(log), "rules.broken")), log)
        published.rules(CAPABILITIES, "name: [Activity log", "name: History")
        wait_until(lambda: len(find(events(log), "rules.published")) == 2, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0

    assert "Activity log" in good
    assert "History" in names(published)
    assert seconds < 60
    assert len(published.jira.requests) == asked
    assert len(find(events(log), "rules.mended")) == 1
