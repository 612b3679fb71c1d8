"""What happens to the list is told, once it is there, and none of it is lost."""

import base64
import hashlib
import hmac
import json
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models.tables import clean, state
from sync.notifications.delivery import GIVE_UP_AFTER
from sync.store.db.engines import open_writer
from tests.loaded import MAIN, TIMEOUT, start_loaded
from tests.receivers import Receiver, running_receiver
from tests.runs.place import Place
from tests.runs.programs import wait_until
from tests.runs.serving import events, running
from tests.runs.test_approving import held_run, lose_the_components

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver on this machine."""
    with running_receiver() as receiver:
        yield receiver


def tell(place: Place, hook: Receiver) -> None:
    """Have every command in this place tell that receiver."""
    place.settings |= {"webhook_url": hook.url, "webhook_secret": SECRET}


def rename(place: Place, number: int) -> None:
    """Edit the rule book, so that the next run has something to publish."""
    path = place.folder / "config" / "capabilities.yaml"
    lines = path.read_text("utf-8").splitlines()
    at = next(place for place, line in enumerate(lines) if line.strip().startswith("name:"))
    head = lines[at].partition("name:")[0]
    lines[at] = f"{head}name: Sign-in {'abcdefghij'[number]}"
    path.write_text("\n".join(lines), "utf-8")


def change_outbox(place: Place, **values: Any) -> None:
    """Let time pass for all messages."""
    with place.open_context() as context, open_writer(context.state) as connection:
        connection.execute(update(state.outbox_message).values(**values))


def make_due(place: Place) -> None:
    change_outbox(place, due_at=datetime.now(UTC) - timedelta(seconds=1))


@pytest.mark.every_kind
def test_a_publication_is_told_signed_and_with_the_hash_that_closes_the_log(
    each_published: Place, hook: Receiver
) -> None:
    place = each_published
    tell(place, hook)
    rename(place, 1)
    said = place.headway("sync", "--json")

    assert said.code == 0, said.err
    (told,) = hook.received
    data = told.payload["data"]
    assert told.payload["type"] == "list.published"
    assert data["chain"] == json.loads(said.out)["chain"]
    fresh = place.freshness()
    assert (data["epoch"], data["revision"]) == (fresh["epoch"], fresh["revision"])
    assert data["entries_changed"] == 1
    signed = f"{told.headers['webhook-id']}.{told.headers['webhook-timestamp']}.".encode()
    expected = base64.b64encode(hmac.new(KEY, signed + told.body, hashlib.sha256).digest())
    assert told.headers["webhook-signature"] == f"v1,{expected.decode()}"
    assert told.headers["content-type"] == "application/json"


def test_a_run_that_is_killed_once_it_has_published_is_told_by_the_next(
    each_published: Place, hook: Receiver
) -> None:
    place = each_published
    tell(place, hook)
    rename(place, 1)
    place.write_settings()
    sync_until(place, "sync.pipeline.run.publication", "note_publication")
    assert hook.received == []
    drop_lease(place)

    assert place.headway("sync").code == 0

    assert hook.kinds == ["list.published"]
    assert hook.received[0].payload["data"]["revision"] == 2


def test_one_that_was_sent_by_a_worker_that_is_killed_then_comes_again_under_its_id(
    published: Place, hook: Receiver
) -> None:
    tell(published, hook)
    rename(published, 1)
    published.write_settings()
    sync_until(published, "sync.notifications.delivery", "mark_sent")
    assert len(hook.received) == 1

    published.headway("sync")
    assert len(hook.received) == 1  # the claim of who was killed still stands
    make_due(published)
    published.headway("sync")

    first, second = hook.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def sync_until(place: Place, module: str, function: str) -> None:
    """A run in a process of its own that ends at once, and unsaid, where it calls a function."""
    killed = (
        f"import os, sys, {module} as module; module.{function} = lambda *_: os._exit(9)",
        MAIN,
    )
    code = "; ".join(killed)
    process = start_loaded("--env-file", "env", "sync", cwd=place.folder, code=code)
    assert process.wait() == 9


def drop_lease(place: Place) -> None:
    """The lease of a killed worker has run out."""
    with place.open_context() as context, open_writer(context.clean) as connection:
        connection.execute(update(clean.lease).values(expires_at=datetime(2026, 1, 1, tzinfo=UTC)))


def test_one_that_is_down_is_told_later_under_the_same_id_and_in_order(
    published: Place, hook: Receiver
) -> None:
    tell(published, hook)
    hook.status = 500
    for number in (1, 2):
        rename(published, number)
        assert published.headway("sync").code == 0
    assert len(hook.received) <= 2
    waits = json.loads(published.headway("status", "--json").out)["webhooks"]
    assert (waits["waiting"], waits["given_up"]) == (2, 0)
    assert waits["fault"] == "HEADWAY_WEBHOOK_URL answered 500"
    page = published.headway("status").out
    assert "2 messages wait" in page
    assert "HEADWAY_WEBHOOK_URL answered 500" in page
    assert "notifications  2 messages wait" in published.headway("doctor").out
    first = hook.received[0]

    hook.status = 200
    hook.received.clear()
    make_due(published)
    assert published.headway("sync").code == 0

    assert [each.payload["data"]["revision"] for each in hook.received] == [2, 3]
    assert hook.received[0].headers["webhook-id"] == first.headers["webhook-id"]
    assert hook.received[0].body == first.body
    assert "wait" not in published.headway("status").out.partition("runs")[0]


def test_one_message_that_is_refused_keeps_no_other_back(published: Place, hook: Receiver) -> None:
    tell(published, hook)
    hook.statuses = [400, 400]
    rename(published, 1)
    published.headway("sync")
    rename(published, 2)
    published.headway("sync")

    told = [(each.payload["data"]["revision"], each.status) for each in hook.received]
    assert told == [(2, 400), (2, 400), (3, 200)]


def test_after_days_it_is_given_up_and_said(published: Place, hook: Receiver) -> None:
    tell(published, hook)
    hook.status = 503
    rename(published, 1)
    published.headway("sync")
    change_outbox(
        published,
        due_at=datetime.now(UTC) - timedelta(seconds=1),
        created_at=datetime.now(UTC) - GIVE_UP_AFTER - timedelta(minutes=1),
    )
    said = published.headway("sync")

    assert said.code == 0
    assert "given-up" in said.err
    tried = len(hook.received)
    make_due(published)
    published.headway("sync")
    assert len(hook.received) == tried
    told = json.loads(published.headway("status", "--json").out)["webhooks"]
    assert (told["waiting"], told["given_up"]) == (0, 1)
    assert "1 message was given up" in published.headway("status").out
    assert "1 message was given up" in published.headway("doctor").out


def test_an_address_that_is_gone_is_given_up_at_once(published: Place, hook: Receiver) -> None:
    tell(published, hook)
    hook.status = 410
    rename(published, 1)
    published.headway("sync")

    assert json.loads(published.headway("status", "--json").out)["webhooks"]["given_up"] == 1


def test_a_redirect_is_not_followed(published: Place, hook: Receiver) -> None:
    with running_receiver() as elsewhere:
        tell(published, hook)
        hook.status, hook.headers = 307, {"location": elsewhere.url}
        rename(published, 1)
        said = published.headway("sync")

        assert elsewhere.received == []
    assert said.code == 0
    assert "answered 307, which sends us elsewhere" in said.err
    assert "hook-canary-path" not in said.err


def test_a_failing_jira_is_told_once_and_that_it_is_well_again(
    published: Place, hook: Receiver
) -> None:
    tell(published, hook)
    token = published.jira.token
    for _ in range(2):
        assert published.headway("sync", jira_token="wrong").code == 77
    assert hook.kinds == ["list.failing"]
    told = hook.received[0]
    assert told.payload["data"]["exit_code"] == 77
    assert told.payload["data"]["status"] == "failing"
    assert token.encode() not in told.body
    assert published.jira.url.encode() not in told.body

    assert published.headway("sync").code == 0
    assert hook.kinds == ["list.failing", "list.recovered"]


def test_a_list_that_grew_stale_is_told_when_somebody_looks(
    published: Place, hook: Receiver
) -> None:
    tell(published, hook)
    published.headway("sync")
    with published.open_context() as context, open_writer(context.clean) as connection:
        past = datetime.now(UTC) - timedelta(hours=1)
        connection.execute(update(clean.head).values(stale_after=past))

    assert published.headway("sync", jira_token="wrong").code == 77
    assert hook.kinds == ["list.stale", "list.failing"]
    assert published.headway("sync").code == 0
    assert hook.kinds[2:] == ["list.recovered"]


def test_what_is_held_is_told_and_that_it_was_approved(published: Place, hook: Receiver) -> None:
    tell(published, hook)
    lose_the_components(published)
    assert published.headway("sync").code == 3
    run_id = held_run(published)

    assert hook.kinds == ["list.held"]
    assert hook.received[0].payload["data"]["run"] == run_id
    assert published.headway("approve", run_id).code == 0
    assert hook.kinds[1:] == ["list.recovered"]


def test_slack_is_told_in_its_own_shape(published: Place, hook: Receiver) -> None:
    published.settings |= {"webhook_url": hook.url, "webhook_format": "slack"}
    rename(published, 1)
    assert published.headway("sync").code == 0

    (told,) = hook.received
    assert list(told.payload) == ["text"]
    assert told.payload["text"].startswith("Headway: Published revision 2: 1 entry changed.")
    assert not [name for name in told.headers if name.startswith("webhook-")]


def test_who_sets_an_address_or_sets_it_again_is_not_told_the_past(
    published: Place, hook: Receiver
) -> None:
    tell(published, hook)
    assert published.headway("sync").code == 0
    rename(published, 1)
    published.headway("sync", webhook_url=None, webhook_secret=None)
    published.headway("sync")

    assert hook.received == []


def test_serve_sends_what_waits_between_runs_and_ends_in_time(
    tiny_place: Place, hook: Receiver
) -> None:
    tell(tiny_place, hook)
    with running(tiny_place, "serve", schedule="1d") as (process, log):
        wait_until(lambda: bool(hook.received), log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=TIMEOUT) == 0

    assert hook.kinds == ["list.published"]
    assert [each for each in events(log) if each["event"] == "webhook.bug"] == []


@pytest.mark.parametrize("several", [True, False], ids=["several lists", "one list"])
def test_a_message_names_its_list_where_there_are_several(
    published: Place, hook: Receiver, several: bool
) -> None:
    write_lists(published, 2 if several else 1)
    (published.folder / "env").write_text(
        f"HEADWAY_SITES_FILE={published.folder / 'sites.yaml'}\nHOOK={hook.url}\n"
        f"HOOK_SECRET={SECRET}\nTOKEN={published.jira.token}\n"
    )
    rename(published, 1)
    said = published.carry_out("--list", "acme", "sync")

    assert said.code == 0, said.err
    (told,) = hook.received
    assert told.payload["data"].get("list") == ("acme" if several else None)


def write_lists(place: Place, number: int) -> None:
    """A sites file in whose first list this place is."""
    others = f"""
  - name: globex
    sites: main
    clean_url: CLEAN
    state_url: "sqlite:///{place.folder}/globex/state.db"
"""
    (place.folder / "sites.yaml").write_text(f"""
sites:
  - {{name: main, jira_url: "{place.jira.url}", jira_token: TOKEN,
      jira_email: "{place.jira.email}"}}
lists:
  - name: acme
    sites: main
    config_dir: "{place.folder / "config"}"
    clean_url: "{place.clean_url}"
    state_url: "{place.state_url}"
    webhook_url: HOOK
    webhook_secret: HOOK_SECRET
{others.lstrip(chr(10)) if number > 1 else ""}""")
