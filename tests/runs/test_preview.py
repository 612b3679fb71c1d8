"""What a plan tells, in words, JSON and Markdown: risk first, counted right, safe to paste."""

import json
import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync.cli.pages.markdown import escape_text
from tests.examples import examples
from tests.runs.place import Place
from translators.plan.preview import Kind, Preview

SCHEMA = Path(__file__).parents[2] / "docs" / "plan.schema.json"
CAPABILITIES = "capabilities.yaml"
EDITS = {
    "renamed": ("name: Audit log", "name: Activity log"),
    "lost a component": ("- component: Audit log\n", "- component: Audit\n"),
    "lost words": ('["audit log", "audit trail"]', '["audit trails"]'),
    "said to be usable": (
        "name: Passkeys",
        'name: Passkeys\n    available: {state: all, by: "@a"}',
    ),
    "withdrawn": ("name: Invoicing", "name: Invoicing\n    withdrawn: {reason: not_for_sale}"),
    "refused": ("name: User provisioning", "name: User provisioning by March"),
    "without level": (
        "name: Roles and permissions",
        "name: Roles and permissions\n    effort: withhold",
    ),
}


def planned(place: Place) -> Preview:
    said = place.headway("plan", "--json")
    assert said.code == 0, said.err
    return msgspec.json.decode(said.out, type=Preview)


@examples(2, 30)
@example(chosen=set(EDITS))
@given(chosen=st.sets(st.sampled_from(sorted(EDITS)), min_size=1))
def test_the_numbers_of_a_plan_are_the_lengths_of_its_lists(
    published: Place, chosen: set[str]
) -> None:
    path = published.folder / "config" / CAPABILITIES
    before = path.read_text("utf-8")
    try:
        for name in sorted(chosen):
            published.rules(CAPABILITIES, *EDITS[name])
        preview = planned(published)
    finally:
        path.write_text(before, "utf-8")

    kinds = Counter(step.kind for step in preview.changes)
    assert preview.counts == {kind: kinds[kind] for kind in Kind}
    assert sum(preview.tally.by_outcome.values()) == preview.tally.epics
    assert list(kinds) == [kind for kind in Kind if kind in kinds]
    assert all(step.before != step.after for step in preview.changes)


def test_the_line_of_a_change_is_the_line_that_was_changed(published: Place) -> None:
    path = published.folder / "config" / CAPABILITIES
    published.rules(CAPABILITIES, *EDITS["said to be usable"])
    published.rules(CAPABILITIES, *EDITS["renamed"])
    lines = path.read_text("utf-8").splitlines()
    numbers = {line.strip(): number for number, line in enumerate(lines, 1)}

    page = published.headway("plan").out.splitlines()
    steps = planned(published).changes

    assert [(step.kind, step.at.rpartition(":")[2]) for step in steps] == [
        (Kind.USABLE, str(numbers['available: {state: all, by: "@a"}'])),
        (Kind.REWORDED, str(numbers["name: Activity log"])),
    ]
    assert page[0] == "Sales would read: 1 newly usable, 1 reworded; 4 unchanged"
    assert page[1] == "Newly said to be usable today, by a person's word:"


def test_what_the_linter_refuses_is_told_with_its_words_and_what_to_do(published: Place) -> None:
    published.rules(CAPABILITIES, *EDITS["refused"])

    page = published.headway("plan").out

    assert "REFUSED user-provisioning: name says 'by March'" in page
    assert "Word it otherwise in the rule book." in page


def test_the_schema_of_the_json_is_the_one_that_is_shipped() -> None:
    schema = json.loads(msgspec.json.encode(msgspec.json.schema(Preview), order="sorted"))

    assert json.loads(SCHEMA.read_text("utf-8")) == schema


def test_markdown_shows_a_name_that_is_markup_as_text(published: Place) -> None:
    published.rules(CAPABILITIES, "name: Audit log", 'name: "<b>@all</b> [x](y) `z` | #12 www.a"')

    said = published.headway("plan", "--format", "markdown")

    assert said.code == 0, said.err
    assert said.out.startswith("### Sales would read")
    assert "\\u" not in said.out
    assert not re.search(r"<b>|@all|\]\(|`z`|#12|www\.", said.out)


@pytest.mark.parametrize("text", ["@team", "#12", "<img>", "a\n# b", "https://x.y", "</details>"])
def test_no_sign_of_a_text_acts_in_markdown(text: str) -> None:
    assert not set(escape_text(text)) & set("@<>`*_[]()|\n.:/")
