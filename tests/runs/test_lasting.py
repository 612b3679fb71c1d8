"""A failure that repeats in run after run is no longer called one that the next run gets over."""

import json
from datetime import timedelta
from typing import Any

from sync.sample.protocol.exchange import as_errors
from sync.sample.server.faults import Altered, Fault
from tests.runs.place import Place


def hide_half(document: dict[str, Any]) -> None:
    document["issues"] = document["issues"][::2]
    document.pop("nextPageToken", None)
    document["isLast"] = True


def test_from_the_third_run_in_a_row_on_that_ends_in_the_same_way_a_person_is_asked_for(
    published: Place,
) -> None:
    hidden = Fault("/search/jql", Altered(hide_half))
    refused = Fault("myself", as_errors(403, "no"))
    published.company.now += timedelta(hours=25)
    ended = []
    for fault in (hidden, hidden, refused, hidden, hidden, hidden, hidden):
        published.jira.faults[:] = [fault]
        ended.append(published.headway("sync"))

    assert [said.code for said in ended] == [75, 75, 77, 75, 75, 77, 77]
    first, second, _, again, _, *last = ended
    assert "run again" in second.err
    assert all("walk: Jira counts" in said.err for said in (first, second, again, *last))
    assert all("3 runs in a row ended so" in said.err for said in last)
    assert "run again" not in "".join(said.err for said in last)
    assert "in a row ended so" not in second.err + again.err
    told = json.loads(published.headway("status", "--json").out)
    assert "3 runs in a row ended so" in json.dumps(told)
