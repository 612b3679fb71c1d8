"""A Jira that gives another address than before is known by its issues, or refused."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.errors import IdentityError, SettingsError, TryLaterError
from models.tables import state
from sync.sample.company import Company, build_company
from sync.sample.faults import Fault
from sync.sample.server import SampleJira
from sync.source.answers import Info, address_of
from sync.source.site import Site
from sync.store.engines import reading
from sync.store.mirror import Mirror
from sync.store.sitebook import SiteBook
from tests.sync.pulling.site import Dialect, Kept, served
from tests.sync.source.reading import site_of

UNCHANGED = 7
"""The requests of a run in which nothing changed: none of them is about where the Jira is."""


def everything(site: Kept) -> list[Any]:
    """What is kept, whatever it is."""
    with reading(site.engine) as connection:
        tables = (state.site, state.project, state.cursor, state.issue)
        return [connection.execute(table.select()).all() for table in tables]


@contextmanager
def elsewhere(site: Kept, company: Company | None = None) -> Iterator[SampleJira]:
    """A Jira at another address: with a copy of the site's company, or with another one."""
    company = company or pickle.loads(pickle.dumps(site.company))
    dialect: Dialect = "cloud" if site.jira.view.is_cloud else "datacenter"
    with SampleJira(company, dialect, page_cap=100) as jira:
        yield jira


def codes(pulled: Any) -> list[str]:
    return [finding.code for finding in pulled.findings]


def test_a_jira_that_gives_the_address_it_had_is_asked_nothing_about_it(site: Kept) -> None:
    pulled = site.pull()

    assert "site-moved" not in codes(pulled)
    assert len(site.jira.requests) == UNCHANGED


def test_a_jira_that_moved_is_the_same_and_it_is_said_once(site: Kept) -> None:
    with elsewhere(site) as moved:
        moved.company.now += timedelta(minutes=1)
        first = site.pull(site=site_of(moved))
        again = site.pull(site=site_of(moved))

    assert codes(first).count("site-moved") == 1
    assert "site-moved" not in codes(again)
    assert "missing" not in " ".join(codes(first))
    found = next(f for f in first.findings if f.code == "site-moved")
    assert moved.url in found.what
    assert site.jira.url in found.what


def test_a_jira_that_moved_is_known_though_issues_moved_and_some_are_gone(site: Kept) -> None:
    with elsewhere(site) as moved:
        company = moved.company
        for issue_id in sorted(company.issues)[::3]:
            company.remove(issue_id)
        for issue_id in sorted(company.issues)[::8]:
            company.move(issue_id, "INT")
        company.now += timedelta(minutes=1)
        assert "site-moved" in codes(site.pull(site=site_of(moved)))


def test_another_jira_under_the_same_name_is_refused_and_nothing_is_written(site: Kept) -> None:
    """Its ids are the same, as ids are wherever somebody counts from 10,000; its keys are not."""
    other = pickle.loads(pickle.dumps(site.company))
    for old, new in (("RPT", "ABC"), ("INT", "DEF"), ("ID", "GHI")):
        other.rename_project(old, new)
    before = everything(site)

    with elsewhere(site, other) as jira, pytest.raises(IdentityError) as refused:
        site.pull(site=site_of(jira))

    said = str(refused.value)
    assert refused.value.exit_code == 77
    assert jira.url in said
    assert site.jira.url in said
    assert "HEADWAY_JIRA_URL" in said
    assert everything(site) == before


def test_another_jira_without_any_of_our_ids_is_refused_too(site: Kept) -> None:
    other = build_company()
    for issue_id in site.company.issues:
        other.remove(issue_id)
    before = everything(site)

    with elsewhere(site, other) as jira, pytest.raises(IdentityError, match="another Jira"):
        site.pull(site=site_of(jira), full=True)

    assert everything(site) == before


def test_the_address_back_is_the_jira_back(site: Kept) -> None:
    other = build_company()
    for issue_id in site.company.issues:
        other.remove(issue_id)
    with elsewhere(site, other) as jira, pytest.raises(IdentityError):
        site.pull(site=site_of(jira))

    assert codes(site.pull()).count("site-moved") == 0


def test_the_same_jira_under_another_name_of_ours_is_refused(site: Kept) -> None:
    renamed: dict[str, Any] = {
        "site": replace(site_of(site.jira), name="emea"),
        "mirror": Mirror(site.engine, "emea"),
        "sitebook": SiteBook(site.engine, "emea"),
    }

    with pytest.raises(SettingsError, match=r"(?s)HEADWAY_SITE.*'emea'.*'main'"):
        site.pull(**renamed)

    assert not Mirror(site.engine, "emea").ids()


def test_a_jira_whose_first_walk_broke_off_is_remembered_all_the_same(
    tiny: Company, dialect: Dialect, tmp_path: Any
) -> None:
    """What it left in the mirror is not mixed with another Jira's."""
    other = pickle.loads(pickle.dumps(tiny))
    other.rename_project("RPT", "ABC")
    with served(tiny, dialect, tmp_path) as site:
        site.jira.faults.append(Fault("myself", "bad-gateway", nth=range(2, 99)))
        with pytest.raises(TryLaterError):
            site.pull()
        for key in ("INT", "ID"):
            for issue_id in other.ids_of(key):
                other.remove(issue_id)
        with elsewhere(site, other) as jira, pytest.raises(IdentityError, match="another Jira"):
            site.pull(site=site_of(jira))


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("HTTPS://Jira.Example.com:443/", "https://jira.example.com"),
        ("https://jira.example.com/jira/", "https://jira.example.com/jira"),
        ("http://user:secret@jira.example.com:8080", "http://jira.example.com:8080"),
        ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("", "https://set.example.com"),
        ("javascript:alert(1)", "https://set.example.com"),
        ("https://[", "https://set.example.com"),
        ("https://jira.\x1b[31mexample.com", "https://set.example.com"),
        ("https://jira.exämple.com", "https://set.example.com"),
        (f"https://{'a' * 600}.example.com", "https://set.example.com"),
    ],
)
def test_an_address_is_written_in_one_way_and_without_secrets(told: str, known: str) -> None:
    site = Site(name="main", url="https://set.example.com/", token="x")
    assert address_of(site, Info(baseUrl=told)) == known
