from textwrap import dedent

import pytest

from models.errors import Problem, RuleBookError
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts


def problems(**files: str) -> tuple[Problem, ...]:
    texts = {f"{name}.yaml": dedent(text) for name, text in files.items()}
    with pytest.raises(RuleBookError) as caught:
        rulebook_from_texts(read_shipped_texts() | texts, "config")
    return caught.value.problems


def told(text: str) -> list[str]:
    """Each problem as `line:column what`, without the line it quotes."""
    return [
        f"{problem.where.removeprefix('config/rules.yaml:')} "
        f"{problem.what.removeprefix('error: ').splitlines()[0]}"
        for problem in problems(rules=text)
    ]


def check(marked: str, expected: str) -> None:
    """One problem is told, at the place that ▸ marks."""
    before = marked.partition("▸")[0].splitlines()

    (only,) = told(marked.replace("▸", ""))

    assert only.startswith(f"{len(before)}:{len(before[-1]) + 1} {expected}")


YAML = [
    ("", "1:1 is empty"),
    ("# only a comment\n", "1:1 is empty"),
    ("--- \n", "1:1 is empty"),
    ("- a\n", "1:1 must begin with a section such as `capabilities:`"),
    ("screening\n", "1:1 must begin with a section such as `capabilities:`"),
    ("pins:\n\t- issue: A-1\n", "2:1 is indented with a tab"),
    ("pins: []\npins: []\n", "2:1 'pins' stands here twice, first on line 1"),
    ("pins: &all []\n", "1:7 &all is an anchor, which is not read here"),
    ("pins: *all\n", "1:7 *all refers elsewhere, which is not read here"),
    ("pins: !!seq []\n", "1:7 !!seq is a tag, which is not read here"),
    ("pins: []\n---\npins: []\n", "2:1 a second document begins here"),
    ("pins: @anna\n", "1:7 begins with a character that means something to YAML"),
    ("pins: a: b\n", "1:8 has a colon where none can stand"),
    ("pins: 'it's'\n", "1:11 does not belong to what stands before it"),
    ("pins: [a\nguards: {}\n", "1:7 a list in brackets is not closed"),
    ("guards: {a: 1\npins: []\n", "1:9 a map in braces is not closed"),
    ('pins: "a\nguards: {}\n', "1:7 has a quote that is not closed"),
    ("pins:\n  - a\n - b\n", "3:2 does not belong to what stands before it"),
    ('pins: "\\q"\n', "1:8 has a backslash that double quotes do not allow"),
    ("pins: []\x01\n", "1:9 contains a character that cannot be shown"),
    ("é: []\npins: \x01\n", "2:7 contains a character that cannot be shown"),
    ("pins: - a\n", "1:7 has a dash where no list can begin"),
    ("? [a]\n: b\n", "1:3 a key must be a single word or text"),
    (f"pins: {'[' * 25}{']' * 25}\n", "1:27 is nested deeper than 20 levels"),
]


@pytest.mark.parametrize(("text", "expected"), YAML)
def test_a_file_that_is_no_plain_yaml_is_told_where_and_why(text: str, expected: str) -> None:
    assert told(text) == [expected]


def test_text_that_flows_over_lines_is_refused_for_an_overindented_dash_looks_like_it() -> None:
    text = "screening:\n  - id: debt\n    when:\n      labels:\n        - a\n          - b\n"

    assert told(text) == ["5:11 this text flows over several lines without quotes"]


def test_merged_keys_are_refused() -> None:
    text = "guards:\n  <<: {level_jumps: 3}\n"

    assert told(text) == ["2:3 merged keys are not read here"]


SECTIONS = [
    ("version: 2\n", "1:10 must be '1'"),
    ("capabilites: []\n", "1:1 unknown section 'capabilites' (did you mean 'capabilities'?)"),
    ("screening: debt\n", "1:12 must be a list, each a screening rule"),
    ("pins:\n  PAY-1: hide\n", "2:3 must be a list, each a pin"),
    ("effort:\n", "1:8 must be a block of keys and values"),
    ("effort: {edges: [6, 5, 72, 240]}\n", "1:17 must be four numbers of person-weeks"),
    ("effort: {edges: [6, 24, 72]}\n", "1:17 must be four numbers of person-weeks"),
    ("effort: {edges: [0, 24, 72, 240]}\n", "1:18 must be 1 or more"),
    ("effort: {edges: [6, many, 72, 240]}\n", "1:21 must be a whole number"),
    ("effort: {team: squad}\n", "1:16 must be 'project', or a block such as {component: [..]}"),
    (
        "effort: {rescaled: [{team: PAY, from: 2026-05-04, times: 1e99999999}]}\n",
        "1:58 must be a number above 0, such as 10, 0.5 or 1/3",
    ),
    ("effort: {minimum_people_of: tem}\n", "1:29 must be 'team' or 'capability'"),
    ("effort: {cancelled: {status: [x]}}\n", "1:22 unknown key 'status'"),
    ("effort: {void: [{issue: A-1, by: b}]}\n", "1:17 'reason' is missing"),
    (
        "wording: {states: {availble: {label: A, meaning: B}}}\n",
        "1:20 unknown key 'availble' (did you mean 'available'?)",
    ),
    ("wording: {effort: {small: {label: A}}}\n", "1:27 'meaning' is missing"),
    ("guards: {level_jump: 1}\n", "1:10 unknown key 'level_jump' (did you mean 'level_jumps'?)"),
    ("guards: {level_jumps: -1}\n", "1:23 must be 0 or more"),
    ("pins: [{issue: A-1, reason: r, by: b}]\n", "1:8 a pin says one of"),
    ("pins: [{issue: invoicing, hide: true, reason: r, by: b}]\n", "1:16 must be an issue key"),
    ("pins: [{issue: A-1, hide: true, by: b}]\n", "1:8 'reason' is missing"),
    (
        'pins: [{issue: A-1, hide: true, reason: r, by: b, until: "2026-02-30"}]\n',
        '1:58 must be a date such as "2027-03-31"',
    ),
    (
        "pins: [{issue: A-1, capability: nothing, reason: r, by: b}]\n",
        "1:33 no capability has the id 'nothing'",
    ),
    ("screening: [{id: debt}]\n", "1:13 'when' is missing"),
    ("screening: [{id: tech-dept, off: true}]\n", "1:18 no shipped rule has the id 'tech-dept'"),
    ("screening: [{id: Debt, when: {labels: x}}]\n", "1:18 must be 2 to 63 lower-case letters"),
    (
        "screening: [{id: debt, when: {labels: x}, then: hid}]\n",
        "1:49 must be 'hide', 'hold' or 'hold_unclaimed' (did you mean 'hide'?)",
    ),
    (
        "screening: [{id: debt, when: {labels: x}, tests: {mach: []}}]\n",
        "1:51 unknown key 'mach' (did you mean 'match'?)",
    ),
    (
        "screening: [{id: debt, when: {labels: x}, tests: {match: [{labels: {a: b}}]}}]\n",
        "1:59 must be an issue key, or fields",
    ),
]


@pytest.mark.parametrize(("text", "expected"), SECTIONS)
def test_a_section_that_is_not_as_it_must_be_is_told_where_and_why(
    text: str, expected: str
) -> None:
    (only,) = told(text)

    assert only.startswith(expected)


CONDITIONS = [
    ("▸{}", "is empty: a rule without a condition would match everything"),
    ("▸[labels]", "must be a block of conditions"),
    ("{▸componnt: SSO}", "unknown field 'componnt' (did you mean 'component'?)"),
    ("{▸summry has: x}", "unknown field 'summry' (did you mean 'summary'?)"),
    ("{▸summary contains: x}", "unknown comparison 'contains'"),
    ("{▸labels not in: x}", "unknown comparison 'not in'"),
    ("{labels: ▸[]}", "is an empty list: it would never match"),
    ('{labels: ▸""}', "is empty: write `is: empty` to ask for a missing value"),
    ("{labels: [a, ▸{b: c}]}", "must be a text, or a list of texts"),
    ("{resolution is: ▸full}", "must be 'empty' or 'set'"),
    ('{summary has: [a, ▸"!"]}', "'!' contains no word to look for"),
    ("{summary has: ▸in*voice}", "'in*voice' has a * that does not stand at its end"),
    ("{summary has: ▸'*voice*'}", "'*voice*' has a * that does not stand at its end"),
    ("{▸component matches: x}", "`matches` is not allowed for 'component'"),
    ("{summary matches: ▸'(a'}", "'(a' is not a pattern RE2 understands: missing ): (a"),
    ("{summary matches: ▸'(?=a)'}", "'(?=a)' is not a pattern RE2 understands"),
    ("{any: ▸labels}", "must be a list of conditions, each behind a dash"),
    ("{any: ▸[]}", "must be a list of conditions, each behind a dash"),
    ("{not: ▸[labels]}", "must be a block of conditions"),
    ("{any: [{not: ▸{}}]}", "is empty: a rule without a condition would match everything"),
    ("{▸description has: x}", "a description is too uncertain to hide by"),
    ("{not: {▸description: x}}", "a description is too uncertain to hide by"),
]


@pytest.mark.parametrize(("block", "expected"), CONDITIONS)
def test_a_condition_that_makes_no_sense_is_told_where_and_why(block: str, expected: str) -> None:
    check(f"screening:\n  - id: debt\n    when: {block}\n", expected)


def a_capability(name: str, more: str = "") -> str:
    return f"  - {{id: {name}, name: A, area: B, summary: C{more}}}\n"


CAPABILITIES = [
    (a_capability("one", ", beats: ▸two"), "no capability has the id 'two'"),
    (a_capability("one", ", beats: [▸one]"), "goes round in a circle: one beats one"),
    (a_capability("one", ", withdrawn: {reason: merged, use: ▸one}"), "goes round in a circle"),
    (a_capability("one", ", withdrawn: ▸{reason: merged}"), "'use' is missing"),
    (a_capability("▸launch-next-quarter", ""), "'launch-next-quarter' says 'next quarter'"),
    (a_capability("one", ", available: ▸{state: all}"), "'by' is missing"),
    (
        a_capability("one", ', available: {state: all, by: b, since: ▸"2026-13"}'),
        'must be a month or a date, such as "2026-03"',
    ),
    (a_capability("one", ", effort: ▸raise"), "must be 'withhold'"),
    (a_capability("one", ", draft: ▸perhaps"), "must be true or false"),
    (a_capability("one", f", today: ▸{'x' * 256}"), "is longer than 255 characters"),
    (a_capability("one", f", aliases: [▸{'x' * 81}]"), "is longer than 80 characters"),
    ("  - ▸{id: one, area: B, summary: C}\n", "'name' is missing"),
    ('  - {id: one, name: ▸" ", area: B, summary: C}\n', "is empty"),
    (
        a_capability("one") + a_capability("▸one"),
        "'one' stands in the rule book twice, first at config/rules.yaml:2",
    ),
]


GUIDES = [
    (
        "    - {code: ▸coming-soon, label: Here, meaning: It is here.}\n",
        "'coming-soon' says 'coming soon'",
    ),
    (
        f"    - {{code: ▸{'a' * 41}, label: Here, meaning: It is here.}}\n",
        "must be 2 to 40 lower-case letters",
    ),
    (
        "    ▸- {code: one, label: Here, meaning: It is here.}\n"
        "    - {code: one, label: Here, meaning: It is here.}\n",
        "'one' stands here twice",
    ),
]


@pytest.mark.parametrize(("paragraphs", "expected"), GUIDES)
def test_a_paragraph_of_the_guide_that_cannot_stand_is_told(paragraphs: str, expected: str) -> None:
    check(f"wording:\n  guide:\n{paragraphs}", expected)


@pytest.mark.parametrize(("items", "expected"), CAPABILITIES)
def test_a_capability_that_cannot_stand_is_told_where_and_why(items: str, expected: str) -> None:
    check(f"capabilities:\n{items}", expected)


def test_a_circle_of_beats_is_told_at_every_step_with_the_whole_way() -> None:
    items = (
        a_capability("one", ", beats: [two]")
        + a_capability("two", ", beats: [three]")
        + a_capability("three", ", beats: [one]")
    )

    found = told(f"capabilities:\n{items}")

    assert len(found) == 3
    assert "goes round in a circle: one beats two beats three beats one" in found[0]


def test_a_long_chain_of_beats_is_no_circle_and_takes_no_time() -> None:
    items = "".join(a_capability(f"cap-{n}a", f", beats: cap-{n + 1}a") for n in range(1500))

    (only,) = told(f"capabilities:\n{items}")

    assert "no capability has the id 'cap-1500a'" in only


def test_all_mistakes_of_all_files_are_told_at_once_in_their_order() -> None:
    found = problems(
        billing="""
            capabilities:
              - {id: one, name: A, area: B, beats: nobody, when: {componnt: X}}
            pins:
              - {issue: PAY-1, capability: noone, reason: r, by: b}
            """,
        identity="pins: [a\n",
        screens="""
            screening:
              - id: debt
                then: hid
                when: {labls: x}
              - id: debt
                when: {}
            """,
    )

    assert [problem.where for problem in found] == [
        "config/billing.yaml:3:5",
        "config/billing.yaml:3:55",
        "config/identity.yaml:1:7",
        "config/screens.yaml:4:11",
        "config/screens.yaml:5:12",
        "config/screens.yaml:6:9",
        "config/screens.yaml:7:11",
    ]


def test_an_id_is_not_called_unknown_where_it_may_stand_in_a_file_that_cannot_be_read() -> None:
    found = problems(
        billing="pins: [{issue: PAY-1, capability: invoicing, reason: r, by: b}]\n",
        identity="capabilities: [a\n",
    )

    assert [problem.where for problem in found] == ["config/identity.yaml:1:15"]


def test_a_mistake_shows_its_line_with_a_caret_under_the_place() -> None:
    (only,) = problems(rules="screening:\n  - id: debt\n    when: {税率: x, labls: 技術}\n")

    assert str(only) == (
        "config/rules.yaml:3:19: error: unknown field 'labls' (did you mean 'labels'?)\n"
        "        when: {税率: x, labls: 技術}\n"
        f"    {' ' * 20}^"
    )
