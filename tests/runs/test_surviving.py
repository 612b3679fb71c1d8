"""The service lives through whatever Jira says, run after run, and its next good run is good."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from sync.sample.protocol.exchange import as_errors
from sync.sample.server.faults import Altered, Fault
from tests.runs.place import Place
from tests.runs.serving import service_at_hand


def change_rows(field: str, value: Any) -> Fault:
    """Every issue has this value in that field."""

    def change(document: dict[str, Any]) -> None:
        for row in document.get("issues", ()):
            if "fields" in row:
                row["fields"][field] = value

    return Fault("/rest/api", Altered(change), method="POST")


def nest(levels: int) -> Any:
    """So many lists within one another, as a description has them."""
    node: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(levels):
        node = {"type": "bulletList", "content": [{"type": "listItem", "content": [node]}]}
    return {"type": "doc", "version": 1, "content": [node]}


def rename(document: Any) -> None:
    """A project's name has half a letter and a NUL in it."""
    for project in document.get("values", ()) if isinstance(document, dict) else ():
        project["name"] = "Odd \ud83d name \x00"


NIGHTS: dict[str, Fault] = {
    "B1 too deep": change_rows("description", nest(120)),
    "B2 broken names": Fault("/project", Altered(rename)),
    "B3 a number too large": change_rows("timespent", 10**30),
    "B5 a bomb": Fault("bulkfetch", "gzip-bomb"),
    "B7 a body that is cut": Fault("myself", "truncate", nth=(1,)),
    "B8 no count": Fault("approximate-count", as_errors(404, "no")),
}


@contextmanager
def night(place: Place, name: str) -> Iterator[None]:
    """Meanwhile Jira answers so; there is something to read, and a census is due."""
    place.company.now += timedelta(hours=25)
    for issue_id in list(place.company.issues)[:3]:
        place.company.edit(issue_id, labels=[f"night-{len(name)}"])
    place.jira.faults.append(NIGHTS[name])
    yield
    place.jira.faults.remove(NIGHTS[name])


ELSEWHERE = ("B1 too deep", "B3 a number too large", "B5 a bomb")
"""What tests/sync/jira/ and test_odd_values.py try in `make test` too."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(each, marks=pytest.mark.all if each in ELSEWHERE else ()) for each in NIGHTS],
)
def test_the_service_lives_through_a_bad_night(published: Place, name: str) -> None:
    before = published.published()
    with service_at_hand(published) as service:
        with night(published, name):
            service.run_next()

        assert NIGHTS[name].hits
        assert published.published() == before
        service.run_good()

    assert published.freshness()["status"] == "current"
