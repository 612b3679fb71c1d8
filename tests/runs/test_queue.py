"""The queue and the meeting's agenda, by the command, over a published place."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace as replace_part

from models.backlog import HierarchyLevel
from sync.pipeline.inputs.inputs import load_inputs
from sync.rulebook import read_rulebook
from tests.runs.place import PUBLISHED, Place, Places
from translators.suggestions.features import FIRST_BELOW
from translators.suggestions.queue import list_undecided
from translators.suggestions.suggestion import Suggestion

ASKED = """date,words,why
2026-11-01,SSO,a bank asked
2026-11-02,activity log,their auditors
2026-11-03,holograms,
someday,foo,bar
2026-11-04,"\x1b[2Jsteer",x
"""


@pytest.fixture
def whole(places: Places, tmp_path: Path) -> Iterator[Place]:
    """A place where the whole company was published."""
    with replace(places, commands=PUBLISHED).open_place(tmp_path) as found:
        yield found


def test_every_undecided_epic_is_queued_once_and_shares_add_up(whole: Place) -> None:
    said = whole.headway("queue", "--json")

    assert said.code == 0
    queue = json.loads(said.out)["queue"]
    keys = [epic["key"] for group in queue["groups"] for epic in group["epics"]]
    waiting = whole.state_rows("SELECT key FROM {t}decision WHERE outcome = 'needs_decision'")
    assert queue["number"] == len(keys)
    assert sorted(keys) == sorted(row["key"] for row in waiting)
    assert sum(group["share"] for group in queue["groups"]) == queue["share"]
    assert {"unclaimed", "conflict", "held", "draft"} <= {g["kind"] for g in queue["groups"]}
    assert {where["where"] for where in queue["to_look_at"]} >= {"crm-connector"}


def test_the_queue_reads_the_verdict_first_and_names_the_line_of_each_group(whole: Place) -> None:
    first, *lines = whole.headway("queue").out.splitlines()
    text = "\n".join(lines)

    assert re.match(r"\d+ epics need a decision; together \d+ % of all past work", first)
    assert re.search(r"one line decides them: component 'Exports \w+' is in no capability", text)
    assert "capabilities.yaml:" in text
    assert "beats: [" in text
    assert "headway name usage-insights" in text
    assert "oldest" in text


def test_a_line_that_the_queue_offers_decides_its_epics_in_a_run(whole: Place) -> None:
    queue = json.loads(whole.headway("queue", "--json").out)["queue"]
    (group,) = (g for g in queue["groups"] if g["kind"] == "unclaimed")
    edit = group["edit"]
    new = f"- {{id: {edit['capability_id']}, name: Discounts, area: Billing, "
    when = f"summary: Discounts in the shop., when: {{{edit['after']}}}}}"

    whole.rules("capabilities.yaml", "capabilities:\n", f"capabilities:\n  {new}{when}\n")

    after = json.loads(whole.headway("queue", "--json").out)["queue"]
    assert after["number"] == queue["number"] - len(group["epics"])


def test_explain_offers_what_the_queue_does(whole: Place) -> None:
    queue = json.loads(whole.headway("queue", "--json").out)["queue"]
    (group,) = (g for g in queue["groups"] if g["kind"] == "unclaimed")

    said = whole.headway("explain", group["epics"][0]["key"], "--json")

    assert json.loads(said.out)["advice"]["edit"] == group["edit"]


def test_what_is_likely_is_learnt_from_the_first_titles_below_epics(whole: Place) -> None:
    with whole.open_context() as context:
        inputs = load_inputs(context, read_rulebook(context.settings.config_dir))
        below: dict[int, list[str]] = defaultdict(list)
        for issue in context.mirror.read_issues():
            if issue.hierarchy_level == HierarchyLevel.BASE and not issue.restricted:
                below[issue.epic_id or 0].append(issue.summary)
    first = {epic: tuple(titles[:FIRST_BELOW]) for epic, titles in below.items() if epic}

    def list_suggestions(titles: dict[int, tuple[str, ...]]) -> dict[str, Suggestion | None]:
        snapshot = replace_part(inputs.snapshot, titles_below=titles)
        translation, groups = inputs.translate(), inputs.rollup.groups
        queue = list_undecided(snapshot, inputs.compiled, translation, groups, {}, reveal=True)
        return {each.key: each.suggestion for group in queue.groups for each in group.epics}

    expected = list_suggestions(first)
    queue = json.loads(whole.headway("queue", "--json").out)["queue"]
    told = {each["key"]: each["suggestion"] for group in queue["groups"] for each in group["epics"]}
    changed = next(key for key, each in list_suggestions({}).items() if each != expected[key])
    explained = json.loads(whole.headway("explain", changed, "--json").out)

    assert told == json.loads(msgspec.json.encode(expected))
    assert explained["advice"]["suggestion"] == told[changed]


def test_a_meeting_has_an_agenda_of_what_was_asked_for(published: Place) -> None:
    file = published.folder / "asked.csv"
    file.write_text(ASKED)

    said = published.headway("queue", "--meeting", requests_file=str(file))

    assert said.code == 0
    assert said.out.startswith("Of 4 asks 2 could be met today")
    assert "a bank asked" in said.out
    assert "holograms" in said.out
    assert "asked.csv:5: 'someday' is no date" in said.out
    assert "\x1b" not in said.out
    assert re.search(r"epics? needs? a decision", said.out)
    told = json.loads(
        published.headway("queue", "--meeting", "--json", requests_file=str(file)).out
    )
    assert (told["agenda"]["number"], told["agenda"]["met_today"]) == (4, 2)
    assert len(told["findings"]) == 1


def test_markdown_takes_text_of_others_for_nothing_but_text(published: Place) -> None:
    file = published.folder / "asked.csv"
    file.write_text('date,words,why\n2026-11-01,"<img src=x> [a](http://b) @all *b* `c`",x\n')

    said = published.headway("queue", "--meeting", "--format", "markdown", requests_file=str(file))

    assert said.out.startswith("# Of 1 ask")
    assert not re.search(r"<img|(?<!\\)\[a|@all|(?<!\\)\*b|(?<!\\)`c|http://", said.out)


def test_a_meeting_without_a_file_says_so_and_shows_what_waits(published: Place) -> None:
    said = published.headway("queue", "--meeting")

    assert said.out.startswith("HEADWAY_REQUESTS_FILE is not set")
    assert "need a decision" in said.out


@pytest.mark.parametrize("content", [None, bytes(2000), b"x" * 10_000_001])
def test_a_file_that_is_no_table_is_an_error_and_no_traceback(
    published: Place, content: bytes | None
) -> None:
    file = published.folder / "asked.csv"
    if content is not None:
        file.write_bytes(content)

    said = published.headway("queue", "--meeting", requests_file=str(file))

    assert said.code == 2
    assert str(file) in said.err
    assert "Traceback" not in said.err


@pytest.mark.every_kind
def test_both_databases_answer_alike(each_published: Place) -> None:
    said = each_published.headway("queue", "--json")

    assert said.code == 0
    queue = json.loads(said.out)["queue"]
    assert queue["number"] == sum(len(group["epics"]) for group in queue["groups"]) > 0
    assert all(e["days"] is not None for group in queue["groups"] for e in group["epics"])


def test_an_unknown_form_and_an_empty_mirror_are_told(tiny_place: Place) -> None:
    assert tiny_place.headway("queue", "--format", "pdf").code == 2
    said = tiny_place.headway("queue")
    assert said.code == 2
    assert "headway sync" in said.err
