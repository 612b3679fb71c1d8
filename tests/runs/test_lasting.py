"""A failure that repeats in run after run is no longer called one that the next run gets over."""

import json
from typing import Any

from sync.sample.protocol.exchange import as_errors
from sync.sample.server.faults import Altered, Fault
from tests.runs.place import Place


def hide_half(document: dict[str, Any]) -> None:
    document["issues"] = document["issues"][::2]
    document.pop("nextPageToken", None)
    document["isLast"] = True


def test_the_third_run_that_ends_in_the_same_way_asks_for_a_person(tiny_place: Place) -> None:
    tiny_place.jira.faults.append(Fault("/search/jql", Altered(hide_half)))

    ended = [tiny_place.headway("sync") for _ in range(4)]

    assert [said.code for said in ended] == [75, 75, 77, 77]
    assert "run again" in ended[1].err
    assert all("walk: Jira counts" in said.err for said in ended)
    assert all("3 runs in a row ended so" in said.err for said in ended[2:])
    assert "run again" not in ended[2].err + ended[3].err
    last = json.loads(tiny_place.headway("status", "--json").out)
    assert "3 runs in a row ended so" in json.dumps(last)


def test_another_failure_in_between_begins_the_count_anew(tiny_place: Place) -> None:
    faults = tiny_place.jira.faults
    hidden = Fault("/search/jql", Altered(hide_half))
    faults.append(hidden)
    codes = [tiny_place.headway("sync").code for _ in range(2)]
    faults[:] = [Fault("myself", as_errors(403, "no"))]
    codes.append(tiny_place.headway("sync").code)
    faults[:] = [hidden]
    codes += [tiny_place.headway("sync").code for _ in range(2)]

    assert codes == [75, 75, 77, 75, 75]
