"""What goes wrong is said plainly, ends with its own code, and leaves what was published alone."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.errors import TryLaterError
from sync.pipeline.run.run import run_once
from sync.sample.protocol.exchange import as_json
from sync.sample.server.faults import Fault
from tests.runs.place import Dialect, Place, Said, a_place
from tests.sync.jira.reading import RESTLESS

CANARY = "canary-7f3d-not-a-real-token"


def stays(place: Place, command: Said, code: int, *words: str) -> None:
    """The command failed with `code` and said `words`; nothing was published by it."""
    assert command.code == code, command.err
    for word in words:
        assert word in command.err
    assert "Traceback" not in command.err
    assert CANARY not in command.out + command.err


@contextmanager
def unchanged(place: Place) -> Iterator[None]:
    """Every published row and the revision stay as they were."""
    before, fresh = place.published(), place.freshness()

    yield

    after = place.freshness()
    assert place.published() == before
    assert (after["revision"], after["checked_at"]) == (fresh["revision"], fresh["checked_at"])


def unchanged_after(place: Place, code: int, *words: str, **settings: str | None) -> None:
    """A sync that fails so leaves what was published as it was."""
    with unchanged(place):
        stays(place, place.headway("sync", **settings), code, *words)


def unchanged_without_waiting(place: Place, words: str, **settings: str | None) -> None:
    """The same of a run that is tried again at once, and is left for later."""
    with (
        unchanged(place),
        place.open_context(**settings) as context,
        pytest.raises(TryLaterError, match=words) as failure,
    ):
        run_once(context, retry_policy=RESTLESS)

    assert failure.value.exit_code == 75


@contextmanager
def nobodys_address() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}"


def test_an_address_where_nobody_listens_is_said_to_be_wrong(published: Place) -> None:
    with nobodys_address() as url:
        unchanged_without_waiting(published, "refuses the connection", jira_url=url)


@pytest.mark.all
def test_a_wrong_address_is_said_to_be_wrong(published: Place) -> None:
    """Once all was waited out, by the command."""
    with nobodys_address() as url:
        unchanged_after(published, 75, "refuses the connection", jira_url=url)


def test_an_address_that_is_no_jira_is_said_to_be_none(published: Place) -> None:
    url = f"{published.jira.url}/wiki"
    unchanged_after(published, 77, "does not look like a Jira", jira_url=url)


def test_a_wrong_token_is_refused(published: Place) -> None:
    unchanged_after(published, 77, "does not accept the token", jira_token=CANARY)


def test_a_token_that_expired_during_the_walk_is_no_empty_backlog(published: Place) -> None:
    published.jira.faults.append(
        Fault(path="search", nth=4, reply=lambda *_: published.jira.revoke())
    )
    unchanged_after(published, 77, "token")


def test_a_login_page_is_no_answer(published: Place) -> None:
    published.jira.faults.append(Fault(path="search", reply="html-login"))
    unchanged_after(published, 77, "web page")


def test_an_unknown_project_is_named_with_the_nearest_one(published: Place) -> None:
    unchanged_after(published, 77, "PAYY", "Did you mean PAY?", jira_projects="ID,PAYY")


def test_a_broken_rule_book_is_a_failed_run(published: Place) -> None:
    published.rules("capabilities.yaml", "capabilities:", "capabilitys:")

    unchanged_after(published, 2, "capabilitys")

    assert published.freshness()["status"] == "failing"
    newest = "SELECT outcome, exit_code FROM {t}run ORDER BY started_at DESC LIMIT 1"
    assert published.state_rows(newest) == [{"outcome": "failed", "exit_code": 2}]


def test_no_issue_at_all_is_held_back(published: Place) -> None:
    published.company.issues.clear()
    published.company.version += 1

    unchanged_after(published, 3, "no issue at all")

    assert published.freshness()["status"] == "held"
    assert published.headway("status").code == 3


def test_no_epic_at_all_is_held_back(published: Place) -> None:
    for epic in published.company.epics():
        published.company.remove(epic.id)
    for _ in range(2):
        published.company.now += timedelta(days=1)
        published.headway("sync")
    published.company.now += timedelta(days=1)

    unchanged_after(published, 3, "no epic at all")


BREAKS_OFF = Fault(path="search", nth=range(3, 99), reply="truncate")


def test_a_failing_jira_is_tried_again_and_then_left_for_later(published: Place) -> None:
    fault = replace(BREAKS_OFF)
    published.jira.faults.append(fault)

    unchanged_without_waiting(published, "does not answer")

    assert fault.hits >= RESTLESS.attempts
    assert published.freshness()["status"] == "failing"


@pytest.mark.all
def test_a_failing_jira_is_waited_for_and_then_left_for_later(published: Place) -> None:
    published.jira.faults.append(replace(BREAKS_OFF))
    unchanged_after(published, 75)

    assert published.freshness()["status"] == "failing"


def test_after_a_failure_the_next_good_run_is_current_again(published: Place) -> None:
    published.headway("sync", jira_token=CANARY)

    assert published.headway("sync").code == 0
    assert published.freshness()["status"] == "current"


def test_all_mistakes_of_all_rule_files_are_listed_at_once(published: Place) -> None:
    config = published.folder / "config"
    published.rules("capabilities.yaml", "- component: Audit log", "- componnt: Audit log")
    published.rules("capabilities.yaml", "beats: [roles-and-permissions]", "beats: [rolls]")
    (config / "broken.yaml").write_text("screening:\n  - id: [oops\n")
    (config / "extra.yaml").write_text("capabilties: []\n")

    said = published.headway("sync")

    stays(published, said, 2, "capabilities.yaml:", "broken.yaml:", "extra.yaml:1:1")
    assert "did you mean 'component'?" in said.err
    assert "did you mean 'capabilities'?" in said.err


def test_a_deleted_published_id_is_refused(published: Place) -> None:
    path = published.folder / "config" / "capabilities.yaml"
    text = path.read_text("utf-8")
    start = text.index("  - id: passkeys")
    end = text.index("  - id:", start + 1)
    path.write_text(text[:start] + text[end:], "utf-8")

    unchanged_after(published, 2, "passkeys", "withdrawn")


def test_an_unknown_custom_field_is_named(published: Place) -> None:
    published.rules("screening.yaml", "work category: [Keep", "work categorie: [Keep")
    unchanged_after(published, 2, "work categorie", "work category")


def test_no_capability_is_said_before_anything_is_asked(tiny_place: Place) -> None:
    empty = tiny_place.folder / "empty"
    empty.mkdir()

    said = tiny_place.headway("sync", config_dir=str(empty))

    stays(tiny_place, said, 2, "no capability", "headway init")
    assert tiny_place.jira.requests == []


def test_all_missing_and_wrong_settings_are_listed_at_once(tiny_place: Place) -> None:
    said = tiny_place.headway(
        "sync", jira_url="ftp://x", schedule="sometimes", timezone="Mars/Olympus", stale_after="?"
    )

    stays(tiny_place, said, 2, *(f"HEADWAY_{n}" for n in ("JIRA_URL", "SCHEDULE", "TIMEZONE")))
    assert "HEADWAY_STALE_AFTER" in said.err


def test_plain_http_is_for_this_machine_only(tiny_place: Place) -> None:
    said = tiny_place.headway("sync", jira_url="http://jira.example.com")
    stays(tiny_place, said, 2, "https://")


def test_an_empty_database_is_told_from_a_broken_one(tiny_place: Place, tmp_path: Path) -> None:
    said = tiny_place.headway("sync", clean_url=f"sqlite:///{tmp_path}/new.db")

    stays(tiny_place, said, 74, "/new.db: is not there", "headway migrate")
    assert not (tmp_path / "new.db").exists()
    (tmp_path / "empty.db").touch()
    said = tiny_place.headway("plan", state_url=f"sqlite:///{tmp_path}/empty.db")
    assert (said.code, "is empty: it has no tables yet" in said.err) == (74, True)


def test_a_file_that_is_not_there_is_said_with_the_whole_way_to_it(
    tiny_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    said = tiny_place.headway("plan", state_url="sqlite:///state.db")

    assert said.code == 74
    assert f"state.db: is not there: looked for {tmp_path}/state.db" in said.err


def test_an_argument_that_is_no_text_is_not_read_as_something_else(published: Place) -> None:
    said = published.headway("explain", b"PAY\xff".decode(errors="surrogateescape"))

    assert (said.code, said.out) == (2, "")
    assert "is not UTF-8 text: PAY\\xff" in said.err


@pytest.mark.parametrize("harm", ["cut", "no text in it", "no database"])
def test_a_check_that_is_strict_does_not_pass_over_a_damaged_backlog(
    published: Place, harm: str
) -> None:
    path = Path(published.state_url.removeprefix("sqlite:///"))
    content = path.read_bytes()
    noise = b"".join(b"\xff" if n % 50 == 7 else bytes([c]) for n, c in enumerate(content[8192:]))
    path.write_bytes(
        {
            "cut": content[: len(content) // 2],
            "no text in it": content[:8192] + noise,
            "no database": b"Notes. " * 999,
        }[harm]
    )

    loose, strict = published.headway("check"), published.headway("check", "--strict")

    assert (loose.code, strict.code) == (0, 2)
    assert f"{path}: warning: " in strict.out
    assert "Held against no backlog" in strict.out
    assert published.headway("plan").code == 74
    assert "Traceback" not in loose.err + strict.err + published.headway("plan").err


@pytest.mark.parametrize(
    ("revision", "words"), [("9999", "newer schema"), ("0000", "older schema")]
)
@pytest.mark.parametrize("which", ["truth_url", "state_url"])
def test_another_schema_is_refused(published: Place, revision: str, words: str, which: str) -> None:
    path = getattr(published, which).removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.close()

    stays(published, published.headway("sync"), 74, words)


def test_a_file_that_is_no_database_is_said_to_be_none(tiny_place: Place) -> None:
    path = tiny_place.folder / "notes.db"
    path.write_text("This is not a database, but a long enough text to look at. " * 40)

    said = tiny_place.headway("sync", clean_url=f"sqlite:///{path}")

    stays(tiny_place, said, 74, "is no SQLite database")
    assert path.read_text().startswith("This is not a database")


@pytest.mark.parametrize(
    "command", [("find", "audit log"), ("board", "--output", "-"), ("export",)]
)
@pytest.mark.parametrize("harm", ["text", "cut"])
def test_a_readers_file_that_is_broken_says_how_it_is_made_anew(
    published: Place, harm: str, command: tuple[str, ...]
) -> None:
    path = Path(published.clean_url.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    path.write_bytes(b"This is not a database. " * 400 if harm == "text" else whole[:8192])

    said = published.headway(*command)

    assert (said.code, said.out) == (74, "")
    assert "is no whole SQLite database" in said.err
    assert "headway migrate" in said.err
    path.unlink()
    assert published.headway("migrate").code == 0
    assert published.headway(*command).code == 0


def test_somebody_elses_database_is_left_alone(tiny_place: Place) -> None:
    path = tiny_place.folder / "crm.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (id integer)")
    connection.close()

    for command in ("sync", "migrate"):
        said = tiny_place.headway(command, clean_url=f"sqlite:///{path}")
        stays(tiny_place, said, 74, "something else")


def test_a_folder_that_cannot_be_made_is_said(tiny_place: Place) -> None:
    blocker = tiny_place.folder / "file"
    blocker.write_text("")

    said = tiny_place.headway("migrate", clean_url=f"sqlite:///{blocker}/clean.db")

    stays(tiny_place, said, 74, str(blocker))


def test_a_database_that_does_not_answer_is_said(tiny_place: Place) -> None:
    url = f"postgresql://somebody:{CANARY}@127.0.0.1:1/headway"
    stays(tiny_place, tiny_place.headway("sync", clean_url=url), 74, "127.0.0.1:1/headway")


def test_a_lease_held_by_another_is_left_to_it(published: Place) -> None:
    path = published.truth_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE lease SET holder = 'elsewhere:1', "
            "expires_at = strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '+40 seconds')"
        )
    connection.close()

    unchanged_after(published, 75, "elsewhere:1")


def test_what_explain_does_not_know_it_says(published: Place) -> None:
    stays(published, published.headway("explain", "NOPE-1"), 2, "NOPE-1")


def test_no_secret_is_in_any_database_or_log(published: Place) -> None:
    token = published.jira.token
    published.headway("sync", jira_token=CANARY)

    for path in published.folder.rglob("*"):
        if path.is_file() and path.name != "env":
            content = path.read_bytes()
            assert token.encode() not in content
            assert CANARY.encode() not in content


def every_failure(place: Place) -> list[Fault]:
    """Everything that Jira, or something in front of it, can do instead of answering."""
    echo = {"errorMessages": [f"{place.jira.token} {place.jira.email}"], "Authorization": CANARY}
    headers = {"X-Echo": place.jira.token, "X-Seraph-LoginReason": "OK"}
    login = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED", "X-Echo": place.jira.token}
    captcha = {"X-Authentication-Denied-Reason": f"CAPTCHA_CHALLENGE; url={place.jira.token}"}
    away = {"Location": f"https://sso.invalid/?token={place.jira.token}"}
    return [
        *(
            Fault(path, as_json(echo, status, headers))
            for path in ("serverInfo", "myself", "/field", "/search")
            for status in (200, 400, 401, 403, 404, 410, 418, 429, 500, 502, 503)
        ),
        *(
            Fault(path, kind)
            for path in ("serverInfo", "/search", "bulkfetch")
            for kind in ("truncate", "reset", "gzip-cut", "html-login", "bad-gateway", "gzip-bomb")
        ),
        *(
            Fault(path, as_json({}, status, found))
            for path in ("serverInfo", "/search")
            for status, found in ((200, login), (403, captcha), (302, away))
        ),
        Fault("/search", as_json({"issues": [{"id": place.jira.token, "key": CANARY}]})),
        Fault("bulkfetch", as_json({"issues": [{"id": "1", "key": place.jira.token}]})),
    ]


@pytest.mark.all
@pytest.mark.parametrize("dialect", ["cloud", "datacenter"])
def test_no_failure_of_jira_brings_a_secret_into_a_log_or_a_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dialect: Dialect
) -> None:
    urls = (f"sqlite:///{tmp_path}/clean.db", f"sqlite:///{tmp_path}/internal/state.db")
    with a_place(tmp_path, urls, capsys, dialect, projects=("EIN",)) as place:
        place.jira.account.token = "canary-of-the-real-token"
        place.headway("migrate")
        place.headway("sync")
        said = []
        for fault in every_failure(place):
            place.company.now += timedelta(days=1)
            place.jira.faults[:] = [fault]
            said.append(place.headway("sync"))
        said.append(place.headway("status"))

        secret = place.jira.token
        assert sum(each.code in (75, 77) for each in said) > len(said) // 2
        assert not any(secret in each.out + each.err for each in said)
        assert not any(CANARY in each.out + each.err for each in said)
        for path in tmp_path.rglob("*"):
            if path.is_file() and path.name != "env":
                assert secret.encode() not in path.read_bytes()
                assert CANARY.encode() not in path.read_bytes()
