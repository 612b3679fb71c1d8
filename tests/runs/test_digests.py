"""A digest of the list, by command and by webhook; and that a token ends, told ahead."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from models.tables import clean, state
from sync.notifications.webhooks import note_events
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.store.db.engines import open_writer
from tests.receivers import Receiver, running_receiver
from tests.runs.place import Place
from tests.runs.test_webhooks import rename, tell
from translators.promises.linter import compile_linter


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver on this machine."""
    with running_receiver() as receiver:
        yield receiver


def date_back(place: Place, days: int) -> None:
    """Let the last digest, and what was published so far, be so many days old."""
    with place.open_context() as context:
        then = datetime.now(UTC) - timedelta(days=days)
        with open_writer(context.state) as connection:
            connection.execute(update(state.outbox_mark).values(digested_at=then))
        with open_writer(context.clean) as connection:
            before = then - timedelta(days=1)
            connection.execute(update(clean.publication).values(published_at=before))


def find_digests(hook: Receiver) -> list[dict[str, object]]:
    return [each.payload for each in hook.received if each.payload["type"] == "list.digest"]


@pytest.mark.every_kind
def test_the_command_tells_what_is_available_what_changed_what_waits_and_how_fresh(
    each_published: Place,
) -> None:
    place = each_published
    said = place.headway("digest")
    told = json.loads(place.headway("digest", "--json").out)

    assert said.code == 0
    names = {row["name"] for row in place.published() if row["state_code"] == "available"}
    assert set(told["available"]) == names
    assert said.out.startswith("Available today: ")
    sentences = [row["sentence"] for row in place.rows("SELECT * FROM {v}v1_change")]
    assert sorted(told["news"]) == sorted(sentences)
    assert "Changed in the last 14 days:\n  " in said.out
    waiting = place.state_rows(
        "SELECT count(*) AS n FROM {t}decision WHERE outcome = 'needs_decision'"
    )
    assert f"{waiting[0]['n']} decisions wait for the product team, the oldest for" in said.out
    assert said.out.endswith("The list is fresh: a run confirmed it less than an hour ago.\n")


def test_no_line_of_it_promises_anything_or_tells_of_an_issue(published: Place) -> None:
    linter = compile_linter(rulebook_from_texts(read_shipped_texts()))
    keys = [row["key"] for row in published.state_rows("SELECT key FROM {t}issue")]
    texts = [published.headway("digest").out]
    long_ago = datetime.now(UTC) - timedelta(days=40)
    for status in ("partial", "held", "failing"):
        with published.open_context() as context, open_writer(context.clean) as connection:
            connection.execute(
                update(clean.head).values(
                    status=status, checked_at=long_ago, stale_after=long_ago + timedelta(days=1)
                )
            )
        published.headway("sync", jira_token="wrong")  # what readers have on SQLite is a copy
        texts.append(published.headway("digest").out)

    assert "stale: no run has confirmed it for 40 days" in texts[-1]
    lines = [line for text in texts for line in text.splitlines()]
    assert [linter.lint_text(line) for line in lines] == [()] * len(lines)
    assert [key for key in keys for text in texts if key in text] == []


def test_before_anything_was_published_it_says_so(tiny_place: Place) -> None:
    said = tiny_place.headway("digest")

    assert (said.code, said.out) == (0, "Nothing was published yet.\nNo decision waits.\n")


def test_a_webhook_is_told_once_a_fortnight_and_what_it_was_told_is_what_the_command_says(
    published: Place, hook: Receiver
) -> None:
    tell(published, hook)
    published.headway("sync")
    assert find_digests(hook) == []  # the fortnight has just begun
    date_back(published, 13)
    published.headway("sync")
    assert find_digests(hook) == []
    date_back(published, 15)
    rename(published, 1)
    published.headway("sync", digest="none")
    published.headway("sync")
    published.headway("sync")

    (digest,) = find_digests(hook)
    data = digest["data"]
    assert isinstance(data, dict)
    assert data["changes"] == 1
    assert "Changed in the last 15 days:\n  " in data["message"]
    assert data["message"].splitlines()[0] == published.headway("digest").out.splitlines()[0]
    assert data["revision"] == 2


def test_a_cron_line_says_when_and_none_that_nobody_wants_any(
    published: Place, hook: Receiver
) -> None:
    tell(published, hook)
    published.settings |= {"digest": "0 8 * * 1", "timezone": "Europe/Berlin"}
    published.headway("sync")
    date_back(published, 8)
    published.headway("sync", digest="none")
    assert find_digests(hook) == []
    published.headway("sync")
    published.headway("sync")

    assert len(find_digests(hook)) == 1


def test_slack_is_sent_it_as_text(published: Place, hook: Receiver) -> None:
    published.settings |= {"webhook_url": hook.url, "webhook_format": "slack"}
    published.headway("sync")
    date_back(published, 15)
    published.headway("sync")

    (said,) = (json.loads(each.body)["text"] for each in hook.received)
    assert said.startswith("Headway: Available today: ")
    assert "How" not in said
    assert "The list is fresh: a run confirmed it less than an hour ago." in said


def test_a_digest_is_not_sent_of_a_list_that_is_not_there(
    tiny_place: Place, hook: Receiver
) -> None:
    tell(tiny_place, hook)
    with tiny_place.open_context() as context:
        note_events(context)
        date_back(tiny_place, 30)
        note_events(context)

    assert tiny_place.state_rows("SELECT * FROM {t}outbox_message") == []


def in_days(number: int) -> str:
    day: date = (datetime.now(UTC) + timedelta(days=number)).date()
    return f"{day}"


def note(place: Place, days: int) -> list[str]:
    """Look once with a token that ends in so many days; all messages so far, the newest last."""
    with place.open_context(jira_token_expires=in_days(days)) as context:
        note_events(context)
    rows = place.state_rows("SELECT body FROM {t}outbox_message ORDER BY number")
    return [json.loads(row["body"])["data"]["message"] for row in rows]


def test_a_token_that_ends_is_told_with_what_it_means_and_what_to_do(
    published: Place, hook: Receiver
) -> None:
    tell(published, hook)
    note(published, 40)
    assert note(published, 31) == []
    soon, ended = note(published, 29), note(published, -1)

    assert soon[0].startswith("Jira: the token ends in 29 days. Sales reads the list as of 2026-")
    assert "the list goes stale" in soon[0]
    assert "HEADWAY_JIRA_TOKEN_EXPIRES" in soon[0]
    assert ended[-1].startswith("Jira: the token has ended. ")


def test_one_token_is_told_once_at_thirty_seven_and_one_day_and_when_it_has_ended(
    published: Place, hook: Receiver
) -> None:
    tell(published, hook)
    note(published, 5)
    assert len(note(published, 5)) == len(note(published, 5)) == 1
    for step, days in (("30", 7), ("7", 1), ("7", 0), ("1", -1)):
        with published.open_context() as context, open_writer(context.state) as connection:
            connection.execute(
                update(state.outbox_mark).values(token_told=f"{in_days(days)} {step}")
            )
            connection.execute(delete(state.outbox_message))
        assert len(note(published, days)) == 1
        assert len(note(published, days)) == 1


@pytest.mark.parametrize(("days", "told"), [(8, "in 8 days"), (0, "today"), (-3, "has ended")])
def test_status_tells_of_a_token_that_ends(published: Place, days: int, told: str) -> None:
    ends = in_days(days)
    status = published.headway("status", jira_token_expires=ends)

    assert told in next(line for line in status.out.splitlines() if line.startswith("token "))
    assert "HEADWAY_JIRA_TOKEN_EXPIRES: the next run takes it" in status.out


def test_a_token_with_time_left_is_not_spoken_of(published: Place) -> None:
    status = published.headway("status", jira_token_expires=in_days(31))

    assert "token" not in status.out
    assert json.loads(published.headway("status", "--json", jira_token_expires=in_days(31)).out)[
        "token_expires"
    ] == in_days(31)


@pytest.mark.all
def test_a_project_that_is_lost_is_told_once_and_again_when_it_is_back(
    two_projects: Place, hook: Receiver
) -> None:
    place = two_projects
    tell(place, hook)
    place.headway("sync")
    place.jira.view.hidden_projects |= {"PAY"}
    place.company.version += 1
    for _ in range(2):
        assert place.headway("sync").code == 77
    place.jira.view.hidden_projects.clear()
    place.company.version += 1
    assert place.headway("sync").code == 0

    assert hook.kinds == ["list.partial", "list.recovered"]
    message = hook.received[0].payload["data"]["message"]
    assert "what it feeds stays as it was, all else is current. Sales reads the list as" in message
    assert "PAY" not in hook.received[0].body.decode()
