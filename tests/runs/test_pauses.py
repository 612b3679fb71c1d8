"""A site can be paused and resumed; what is read of it counts on, and its list says so."""

import json

from sync.store.state.site.pauses import pause_site, read_pauses, resume_site
from tests.runs.place import Place


def test_a_pause_is_kept_until_it_is_ended(place: Place) -> None:
    said = place.headway("pause", "main", "--reason", "moves house")
    again = place.headway("pause", "main", "--json")
    ended = place.headway("resume", "main")
    twice = place.headway("resume", "main")

    assert [each.code for each in (said, again, ended, twice)] == [0, 0, 0, 0]
    assert said.out.startswith("main is paused since 20")
    assert ": moves house\nheadway resume main ends that" in said.out
    (pause,) = json.loads(again.out)["lists"].values()
    assert pause["reason"] == "moves house"
    assert "the next run reads it again" in ended.out
    assert twice.out == "main is not paused\n"


def test_a_site_that_there_is_not_cannot_be_paused(place: Place) -> None:
    said = place.headway("pause", "mian")

    assert said.code == 2
    assert "SITE: 'mian' is no site (did you mean 'main'?)" in said.err


def test_a_reason_that_is_too_long_is_refused(place: Place) -> None:
    said = place.headway("pause", "main", "--reason", "x" * 401)

    assert (said.code, "longer than 400 characters" in said.err) == (2, True)


def test_a_pause_is_of_one_site(place: Place) -> None:
    with place.open_context() as context:
        pause_site(context.state, "main", None)
        pause_site(context.state, "east", "why")
        resume_site(context.state, "main")

        paused = read_pauses(context.state)

    assert {name: pause.reason for name, pause in paused.items()} == {"east": "why"}
