from pathlib import Path

import pytest

from models.errors import SettingsError
from sync.settings.settings import read_settings

JIRA = {"HEADWAY_JIRA_URL": "https://example.atlassian.net", "HEADWAY_JIRA_TOKEN": "t"}


def mistakes(
    environment: dict[str, str], env_file: Path | None = None, for_jira: bool = True
) -> dict[str, str]:
    """What is wrong, by where it is."""
    with pytest.raises(SettingsError) as raised:
        read_settings(environment, env_file, for_jira=for_jira)
    return {problem.where: str(problem) for problem in raised.value.problems}


def test_bad_values_do_not_hide_what_is_not_set() -> None:
    environment = {"HEADWAY_SCHEDULE": "daily", "HEADWAY_CLEAN_URL": "mysql://db/clean"}

    found = mistakes(environment)

    expected = ("SCHEDULE", "CLEAN_URL", "JIRA_URL", "JIRA_TOKEN")
    assert set(found) == {f"HEADWAY_{name}" for name in expected}
    assert "names mysql, which Headway does not write to" in found["HEADWAY_CLEAN_URL"]


def test_a_malformed_line_hides_no_other_mistake(tmp_path: Path) -> None:
    env_file = tmp_path / "env"
    env_file.write_text("HEADWAY_JIRA_TOKEN t\nHEADWAY_SCHEDULE=daily\n")

    found = mistakes({}, env_file)

    expected = ("SCHEDULE", "JIRA_URL", "JIRA_TOKEN")
    assert set(found) == {f"{env_file}:1", *(f"HEADWAY_{name}" for name in expected)}


def test_what_is_given_but_wrong_is_not_called_unset(tmp_path: Path) -> None:
    gone = {"HEADWAY_JIRA_URL": "jira", "HEADWAY_JIRA_TOKEN_FILE": str(tmp_path / "gone")}

    assert set(mistakes(gone)) == set(gone)


def test_an_empty_file_gives_no_value(tmp_path: Path) -> None:
    empty = tmp_path / "token"
    empty.write_text("\n")

    found = mistakes(JIRA | {"HEADWAY_JIRA_TOKEN": "", "HEADWAY_JIRA_TOKEN_FILE": str(empty)})

    assert "is empty" in found["HEADWAY_JIRA_TOKEN_FILE"]


def test_a_day_that_is_written_otherwise_is_told_how_to_be_written() -> None:
    found = mistakes(JIRA | {"HEADWAY_JIRA_TOKEN_EXPIRES": "31.3.2027"})

    assert found == {
        "HEADWAY_JIRA_TOKEN_EXPIRES": "HEADWAY_JIRA_TOKEN_EXPIRES: is not a day; "
        "write it like 2027-03-31"
    }


def test_an_env_file_wins_name_by_name_and_an_empty_value_in_it_unsets(tmp_path: Path) -> None:
    token, env_file = tmp_path / "token", tmp_path / "env"
    token.write_text("of the environment")
    env_file.write_text("HEADWAY_JIRA_TOKEN=of the file\nHEADWAY_JIRA_EMAIL=\n")
    environment = {
        "HEADWAY_JIRA_TOKEN_FILE": str(token),
        "HEADWAY_JIRA_EMAIL": "anna@example.com",
        "HEADWAY_SITE": "north",
    }

    settings = read_settings(environment, env_file)

    assert settings.only_site.token == "of the file"
    assert (settings.only_site.email, settings.site) == (None, "north")


def test_settings_are_printed_without_their_secrets() -> None:
    secrets = {
        "HEADWAY_JIRA_TOKEN": "hunter2",
        "HEADWAY_CLEAN_URL": "postgresql://anna:hunter2@db/clean?sslpassword=hunter2",
        "HEADWAY_STATE_URL": "postgresql://anna:hunter2@db/state",
        "HEADWAY_WEBHOOK_URL": "https://example.com/hunter2",
        "HEADWAY_WEBHOOK_SECRET": f"whsec_{'hunter2z' * 4}",
        "HEADWAY_HEARTBEAT_URL": "https://example.com/hunter2",
    }

    assert "hunter2" not in repr(read_settings(secrets))
    assert repr(read_settings(secrets).webhook_secret) not in repr(read_settings(secrets))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("HEADWAY_JIRA_TOKN", "(did you mean 'HEADWAY_JIRA_TOKEN'?)"),
        ("HEADWAY_URL", "(did you mean 'HEADWAY_JIRA_URL'?)"),
        ("HEADWAY_COLOUR", "The README lists them all."),
    ],
)
def test_an_unknown_setting_is_led_back_to_the_one_it_is_like(name: str, said: str) -> None:
    assert said in mistakes({name: "x"}, for_jira=False)[name]


def test_no_mistake_repeats_the_value_of_a_secret() -> None:
    secrets = {
        "HEADWAY_CLEAN_URL": "mysql://user:hunter2@db/clean",
        "HEADWAY_JIRA_URL": "https://user:hunter2@jira.example.com",
    }

    assert "hunter2" not in " ".join(mistakes(secrets).values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JIRA_URL", "https://x.example:99999"),
        ("JIRA_URL", "https://x.example:abc"),
        ("JIRA_URL", "https://x example"),
        ("JIRA_TOKEN", "gehe\u00efm"),
        ("JIRA_TOKEN", "two\nlines"),
        ("JIRA_CA_FILE", __file__),
        ("SCHEDULE", "999999999999d"),
        ("SCHEDULE", "0 0 31 2 *"),
        ("STALE_AFTER", "3000000d"),
        ("CLEAN_URL", "postgresql://host:port/db"),
    ],
)
def test_a_value_that_no_run_could_use_is_refused_at_once(name: str, value: str) -> None:
    assert set(mistakes(JIRA | {f"HEADWAY_{name}": value})) == {f"HEADWAY_{name}"}


@pytest.mark.parametrize("path", ["/dev/zero", "/", "long"])
def test_a_file_that_does_not_end_is_not_read(tmp_path: Path, path: str) -> None:
    (tmp_path / "long").write_bytes(b"x" * 100_000)

    with pytest.raises(SettingsError, match=r"it is no file|longer than any setting"):
        read_settings({"HEADWAY_JIRA_TOKEN_FILE": str(tmp_path / path)})


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('"abc"', "is in quotes"),
        ("Bearer abc", "something before the token"),
        ("HEADWAY_JIRA_TOKEN=abc", "something before the token"),
    ],
)
def test_what_is_no_part_of_a_token_is_named(tmp_path: Path, written: str, words: str) -> None:
    (tmp_path / "token").write_text(written)

    with pytest.raises(SettingsError, match=words) as refused:
        read_settings({"HEADWAY_JIRA_TOKEN_FILE": str(tmp_path / "token")})

    assert "abc" not in str(refused.value)


def make_folder(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / name).write_text(text)
    return str(folder)


def test_secrets_may_stand_in_a_folder_under_the_names_of_their_settings(tmp_path: Path) -> None:
    folder = make_folder(
        tmp_path, HEADWAY_JIRA_TOKEN="abc\n", headway_state_url="sqlite:///s.db", other_secret="x"
    )
    (tmp_path / "..data").mkdir()

    settings = read_settings({"HEADWAY_SECRETS_DIR": folder, "HEADWAY_SITE": "north"})

    assert (settings.only_site.token, settings.state_url.database) == ("abc", "s.db")
    assert settings.given == {"jira_token", "state_url", "secrets_dir", "site"}
    assert settings.only_site.token_file == tmp_path / "HEADWAY_JIRA_TOKEN"


def test_a_folder_is_held_against_what_is_given_elsewhere(tmp_path: Path) -> None:
    folder = make_folder(
        tmp_path, HEADWAY_JIRA_TOKEN="s3cret", HEADWAY_JIRA_TOKN="s3cret", HEADWAY_CLEAN_URL=""
    )

    found = mistakes(JIRA | {"HEADWAY_SECRETS_DIR": folder})
    gone = mistakes(JIRA | {"HEADWAY_SECRETS_DIR": f"{folder}/gone"})

    assert "is given twice: here, and in" in found["HEADWAY_JIRA_TOKEN"]
    misspelt = found["HEADWAY_SECRETS_DIR: HEADWAY_JIRA_TOKN"]
    assert "did you mean 'HEADWAY_JIRA_TOKEN'" in misspelt
    assert "which is empty" in found["HEADWAY_SECRETS_DIR"]
    assert "No such file" in gone["HEADWAY_SECRETS_DIR"]
    assert "s3cret" not in str(found)


def test_an_env_file_wins_over_a_folder_too(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    folder = make_folder(tmp_path / "secrets", HEADWAY_JIRA_EMAIL="folder@example.com")
    env_file = tmp_path / "env"
    env_file.write_text("HEADWAY_JIRA_EMAIL=file@example.com\n")

    settings = read_settings({"HEADWAY_SECRETS_DIR": folder}, env_file)
    env_file.write_text("HEADWAY_JIRA_EMAIL=\n")
    unset = read_settings({"HEADWAY_SECRETS_DIR": folder}, env_file)

    assert settings.only_site.email == "file@example.com"
    assert unset.only_site.email is None


def test_a_token_in_a_file_is_the_one_that_stands_there_now(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first")
    environment = JIRA | {"HEADWAY_JIRA_TOKEN": "", "HEADWAY_JIRA_TOKEN_FILE": str(file)}
    site = read_settings(environment).connection()
    found = [site.find_token()]

    for written in ("second", "", "Bearer third", "third"):
        fresh = tmp_path / "fresh"
        fresh.write_text(written)
        fresh.replace(file)
        found.append(site.find_token())
    file.unlink()
    found.append(site.find_token())

    assert found == ["first", "second", "second", "second", "third", "third"]
    assert "third" not in repr(site)
    assert read_settings(JIRA).connection().find_token() == "t"


def test_a_mark_of_byte_order_and_line_ends_are_no_part_of_a_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xef\xbb\xbfabc\r\n")

    settings = read_settings({"HEADWAY_JIRA_TOKEN_FILE": str(tmp_path / "token")})

    assert settings.only_site.token == "abc"


def test_a_token_of_the_cloud_has_an_equals_sign_of_its_own() -> None:
    token = "ATATT3xFfGF0abcDEF=1A2B3C4D"

    assert read_settings({"HEADWAY_JIRA_TOKEN": token}).only_site.token == token


def test_a_path_that_no_file_can_have_is_refused_before_anything_is_done() -> None:
    found = mistakes(JIRA | {"HEADWAY_BOARD_PATH": "var/bo\0ard.html"})

    assert "is no path: it holds a NUL" in found["HEADWAY_BOARD_PATH"]
