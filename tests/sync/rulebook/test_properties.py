"""Properties that hold for every rule book, however it is spread, spelled or spoiled."""

import re
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Problem, RuleBookError
from models.rulebook import RuleBook
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.architecture.repository import ROOT
from tests.rules import INVOICING, SEARCH

SHIPPED = read_shipped_texts()
SAMPLE = {
    path.name: path.read_text("utf-8") for path in (ROOT / "sync/sample/config").glob("*.yaml")
}
scraps = st.text(
    st.sampled_from("abcé税:-[]{}'\"|>&*!%@`#?, \t\n~\u2028\x85") | st.characters(codec="utf-8"),
    max_size=60,
)


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        rulebook_from_texts(SHIPPED | {"rules.yaml": text})
    except RuleBookError as error:
        return error.problems
    return ()


def is_inside(problem: Problem, text: str) -> bool:
    place = re.fullmatch(r"rules\.yaml:(\d+):(\d+)", problem.where)
    return place is not None and 1 <= int(place[1]) <= max(1, len(text.splitlines()))


@given(scraps)
def test_no_text_makes_it_fail_in_any_other_way_than_by_its_mistakes(scrap: str) -> None:
    text = f"screening:\n  - id: debt\n    when: {{labels: x}}\n{scrap}"

    assert all(is_inside(problem, text) for problem in problems_of(text))


@given(st.sampled_from(sorted(SAMPLE)), st.data(), scraps)
def test_a_spoiled_file_is_read_or_told_with_lines_inside_it(
    name: str, data: st.DataObject, scrap: str
) -> None:
    good = SAMPLE[name]
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(start + 80, len(good))))
    text = good[:start] + scrap + good[end:]

    assert all(is_inside(problem, text) for problem in problems_of(text))


PARTS = (
    f"capabilities:\n{INVOICING}",
    f"capabilities:\n{SEARCH}",
    "screening:\n  - {id: chores, when: {labels: [chore]}}\n  - {id: weak-words, off: true}\n",
    "screening:\n  - {id: tech-debt, then: hold, when: {component matches: x}}\n",
    "pins:\n  - {issue: PAY-1, capability: search, reason: r, by: b}\n",
    "effort: {edges: [1, 2, 3, 4], cancelled: {statuses: [Dropped]}}\n",
    "effort: {cancelled: {resolutions: [Dropped]}, void: [{issue: PAY-2, reason: r, by: b}]}\n",
    "guards: {level_jumps: 7}\npatterns_allowed: [component]\n",
    "wording: {states: {recent: {label: Fresh, meaning: Work was finished lately.}}}\n",
    "wording: {guide: []}\nguards: {undecided_percent: 6}\n",
)


def without_places(value: Any) -> Any:
    """A value without its lines, and lists of what has an id in the order of their ids."""
    if isinstance(value, dict):
        return {key: without_places(inner) for key, inner in value.items() if key != "at"}
    if isinstance(value, list | tuple):
        return sorted(
            map(without_places, value),
            key=lambda inner: (
                str(dict(inner)["id"]) if isinstance(inner, dict) and "id" in inner else ""
            ),
        )
    return value


def said_by(book: RuleBook) -> Any:
    found = msgspec.to_builtins(book, enc_hook=str)
    return without_places(found | {"digest": "", "texts": {}})


@given(st.permutations(range(len(PARTS))))
def test_it_does_not_matter_which_file_holds_what(order: list[int]) -> None:
    texts = {f"{place}.yaml": part for place, part in zip(order, PARTS, strict=True)}
    first = {f"{place}.yaml": part for place, part in enumerate(PARTS)}

    assert said_by(rulebook_from_texts(SHIPPED | texts)) == said_by(
        rulebook_from_texts(SHIPPED | first)
    )


@given(st.permutations(re.split(r"(?m)^(?=  - id:)", SAMPLE["capabilities.yaml"])[1:]))
def test_the_order_of_rules_does_not_matter(rules: list[str]) -> None:
    mixed = SAMPLE | {"capabilities.yaml": f"capabilities:\n{''.join(rules)}"}

    assert said_by(rulebook_from_texts(SHIPPED | mixed)) == said_by(
        rulebook_from_texts(SHIPPED | SAMPLE)
    )
