"""A Jira that is reached through a proxy alone."""

import pytest

from tests.runs.place import Place
from tests.sync.jira.client.connect_proxy import running_proxy

SECRET = "reader:pass-4711"


def test_a_run_and_the_doctor_go_through_the_proxy_and_keep_its_password(
    published: Place,
) -> None:
    with running_proxy(SECRET) as proxy:
        published.settings["jira_proxy"] = f"http://{SECRET}@{proxy.address}"

        said = published.headway("sync")
        doctor = published.headway("doctor", "--all")

    assert said.code == 0, said.err
    assert len(proxy.asked) >= len(published.jira.requests) > 0
    assert f"everything is asked through {proxy.address}" in doctor.out
    assert "4711" not in said.out + said.err + doctor.out + doctor.err


def test_who_sets_the_variable_of_other_programs_is_told_of_the_setting(
    tiny_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")

    said = tiny_place.headway("sync", jira_url="http://127.0.0.1:1")
    doctor = tiny_place.headway("doctor", "--all")

    assert said.code == 75
    assert "HTTPS_PROXY is set in the environment and not looked at" in said.err
    assert "set HEADWAY_JIRA_PROXY" in said.err
    assert "\\n" not in said.err
    assert "HTTPS_PROXY is set and not looked at: Jira is asked directly" in doctor.out


@pytest.mark.parametrize(
    "text",
    ["proxy:3128", "socks5://proxy:1080", "http://proxy:0", "https://:3128", "http://p/path"],
)
def test_what_is_no_address_of_a_proxy_is_refused_and_not_repeated(
    tiny_place: Place, text: str
) -> None:
    said = tiny_place.headway("sync", jira_proxy=text)

    assert said.code == 2
    assert "HEADWAY_JIRA_PROXY: is not a proxy's address; write it like http://" in said.err
    assert text not in said.err
