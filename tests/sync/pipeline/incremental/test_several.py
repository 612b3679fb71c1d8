"""What changed at one of several sites comes to what a translation of all of them would."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Engine
from sqlalchemy import event as event_of

from sync.pipeline.incremental import translate_list
from tests.examples import examples
from tests.sync.pipeline.incremental.several import NAMES, several_sites
from tests.sync.pipeline.incremental.test_translate import done, steps

histories = st.lists(st.tuples(st.sampled_from(NAMES), steps), min_size=1, max_size=5)


@examples(quick=2, long=200)
@given(history=histories)
def test_what_changed_at_two_sites_comes_to_the_same_as_everything(history: Any) -> None:
    """`translate` holds each step against a translation of the whole."""
    with TemporaryDirectory() as folder, several_sites(Path(folder)) as several:
        for name, step in history:
            several.sites[name].take_step(*step)
            event(several.translate())


def test_a_change_at_one_site_reads_nothing_of_the_mirror_of_another(tmp_path: Path) -> None:
    with several_sites(tmp_path) as several:
        east = several.sites["east"]
        story = east.issues[east.first_id + 60]
        east.write([replace(story, **done(0))])
        run = several.run()
        asked: list[Any] = []
        listen(several.context.state, asked)

        translated = translate_list(run)

    assert {part.site: part.how for part in translated.parts} == {"main": "kept", "east": "part"}
    of_mirror = [(sql.replace('"', ""), of) for sql, of in asked if "FROM issue" in sql]
    elsewhere = [sql for sql, of in of_mirror if "main" in str(of)]
    assert len(of_mirror) > len(elsewhere)
    # Of all sites are read: where rules name an issue, the few of another key, and which projects
    # there are. None of that grows with a mirror.
    few = ("former_keys <> ", "issue.key IN", "issue.id IN", "SELECT DISTINCT issue.project_id")
    assert [sql for sql in elsewhere if not any(each in sql for each in few)] == []


def listen(engine: Engine, asked: list[Any]) -> None:
    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        asked.append((sql, parameters))

    event_of.listen(engine, "before_cursor_execute", note)
