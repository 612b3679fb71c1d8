"""A company with several Jiras and one list: three sample sites, and a file that names them."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from sync.pipeline.context import Context, open_context
from sync.pipeline.inputs.inputs import load_inputs
from sync.rulebook import usable_rulebook
from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from sync.settings.settings import read_settings
from tests.companies import SHARE, a_company
from tests.databases import Urls, sqlite_urls
from tests.runs.place import Dialect, Place, Said, a_place
from tests.sync.jira.reading import AUTHORITY

OTHER_IDS = 5_000_000
"""Two companies of one seed are one Jira, but for the ids of their issues."""


def count_otherwise(company: Company) -> Company:
    """The same backlog under the same keys, in another Jira: every issue has another id."""
    for issue in list(company.issues.values()):
        company.remove(issue.id)
        parent = issue.parent and issue.parent + OTHER_IDS
        company.add(replace(issue, id=issue.id + OTHER_IDS, parent=parent))
    company.former_keys = {key: old + OTHER_IDS for key, old in company.former_keys.items()}
    return company


@dataclass
class Holding:
    """A place whose list several sites feed; `jiras` are served under their sites' names."""

    place: Place
    jiras: dict[str, SampleJira]

    def write_sites(self, names: Sequence[str] | None = None, **changes: dict[str, Any]) -> None:
        """Write the file that names these sites, with changes of their keys."""
        folder = self.place.folder
        entries = []
        for name in self.jiras if names is None else names:
            jira = self.jiras[name]
            (folder / f"{name.upper()}_TOKEN").write_text(jira.token)
            entry = {"name": name, "jira_url": jira.url, "jira_token": f"{name.upper()}_TOKEN"}
            if jira.view.is_cloud:
                entry["jira_email"] = jira.email
            entries.append(entry | {"jira_ca_file": str(AUTHORITY)} | changes.get(name, {}))
        (folder / "sites.yaml").write_text(json.dumps({"sites": entries}, indent=1))

    def headway(self, *arguments: str) -> Said:
        """Run a command with what the file says now."""
        return self.place.headway(*arguments)

    @contextmanager
    def open_context(self) -> Iterator[Context]:
        """What a command works with."""
        with open_context(read_settings({}, self.place.folder / "env")) as context:
            yield context

    def efforts(self) -> dict[str, int]:
        """The effort that may be rated behind each capability, in micro-person-weeks."""
        with self.open_context() as context:
            return read_efforts(context)

    def efforts_apart(self, name: str) -> dict[str, int]:
        """The same of a list that this site alone feeds, in databases of its own."""
        folder = self.place.folder / f"only-{name}"
        folder.mkdir()
        clean_url, state_url = sqlite_urls(folder)
        before = dict(self.place.settings)
        self.place.settings |= {"clean_url": clean_url, "state_url": state_url}
        self.write_sites([name])
        assert self.headway("migrate").code == 0
        assert self.headway("sync").code == 0
        efforts = self.efforts()
        self.place.settings = before
        self.write_sites()
        self.place.write_settings()
        return efforts

    def of_sites(self, query: str) -> dict[str, Any]:
        """What a query of the state database says of each `site`, as `found`."""
        return {row["site"]: row["found"] for row in self.place.state_rows(query)}

    def forget_requests(self) -> None:
        """Count what is asked from now on."""
        for jira in self.jiras.values():
            jira.requests.clear()

    def count_requests(self) -> dict[str, int]:
        """How often each Jira was asked."""
        return {name: len(jira.requests) for name, jira in self.jiras.items()}


def read_efforts(context: Context) -> dict[str, int]:
    """The effort that may be rated behind each capability of a list."""
    rulebook = usable_rulebook(context.settings.config_dir)
    translation = load_inputs(context, rulebook).translate()
    return {each: rating.effort for each, rating in translation.ratings.items() if rating.effort}


def three_companies() -> dict[str, tuple[Company, Dialect]]:
    """Cloud, Data Center, and a Cloud with levels above epics that has the keys of the first."""
    south = count_otherwise(a_company("ID", every=3 * SHARE))
    south.add_initiatives()
    return {
        "main": (a_company("ID", every=2 * SHARE), "cloud"),
        "east": (a_company("PAY", every=2 * SHARE), "datacenter"),
        "south": (south, "cloud"),
    }


@contextmanager
def a_holding(
    folder: Path, urls: Urls, capture: pytest.CaptureFixture[str], *names: str
) -> Iterator[Holding]:
    """Databases that are there, a rule book, and these of the three sites; none was read."""
    companies = three_companies()
    with ExitStack() as stack:
        place = stack.enter_context(a_place(folder, urls, capture, projects=("ID",), every=99))
        unset = ("jira_url", "jira_email", "jira_token", "jira_ca_file")
        place.settings |= dict.fromkeys(unset)
        place.settings |= {
            "sites_file": str(folder / "sites.yaml"),
            "secrets_dir": str(folder),
        }
        jiras = {
            name: stack.enter_context(SampleJira(company, dialect=dialect))
            for name, (company, dialect) in companies.items()
            if name in (names or companies)
        }
        holding = Holding(place, jiras)
        holding.write_sites()
        place.write_settings()
        yield holding
