"""What check says in each shape, of examples and of assertions, and with which code it ends."""

import json
import re
from typing import Any

import pytest

from sync.pipeline.rule_check.surroundings import find_surroundings
from sync.pipeline.rule_check.verdict import judge_rulebook
from sync.rulebook import read_rulebook
from tests.runs.place import Place
from tests.variants import on_sqlite_first


def write(place: Place, text: str) -> None:
    (place.folder / "config" / "own.yaml").write_text(text, "utf-8")


def findings(place: Place, *words: str) -> list[dict[str, Any]]:
    document = json.loads(place.headway("check", "--json", *words).out)
    return [each for each in document["findings"] if "own.yaml" in each["where"]]


ODD = """screening:
  - id: nowhere
    when: {labels: "x,y%: `a` <b>"}
    tests: {match: [{labels: "x,y%: `a` <b>"}], no_match: [{labels: z}]}
"""
ODD += """  - id: odd
    when: {any: [{labels: "x,y%: `a` <b>"}, {summary has: passkey*}]}
    tests: {match: [{summary: A passkey}], no_match: [{labels: z}]}
"""
WRONG = """screening:
  - id: notes
    when: {summary has: [saml, memo], project: ID}
    tests:
      match: [{summary: "A saml note", project: ID}, {summary: A letter}]
      no_match: [{summary: "saml note in an invoice", project: ID}]
"""


def test_warnings_alone_end_with_2_only_where_it_is_strict(published: Place) -> None:
    write(published, ODD)

    assert published.headway("check").code == 0
    assert published.headway("check", "--strict").code == 2


def test_examples_are_counted_and_a_false_one_says_by_which_line(published: Place) -> None:
    before = json.loads(published.headway("check", "--json").out)["examples"]
    write(published, WRONG)

    said = published.headway("check")
    after = json.loads(published.headway("check", "--json").out)["examples"]

    assert said.code == 2
    number, rules = before["examples"] + 3, before["rules"] + 1
    told = f"{number} examples in {rules} rules: {before['passed'] + 1} passed, 2 failed"
    assert said.out.splitlines()[1] == told
    assert (after["examples"], after["failed"]) == (number, 2)
    assert (
        "own.yaml:5:64: error of check alone: 'notes' should match summary: A letter, and does "
        "not: line 3 `summary has: saml, memo`: issue has A letter; line 3 `project: ID`: issue "
        "has (empty)\n          match: [{summary:"
    ) in said.out
    assert (
        "own.yaml:6:29: error of check alone: 'notes' should not match summary: saml note in an "
        "invoice, project: ID, and does: line 3 `summary has: saml, memo` found 'saml'; line 3 "
        "`project: ID` found 'ID'\n"
    ) in said.out


def test_values_that_no_example_meets_are_listed(published: Place) -> None:
    write(published, WRONG)

    listed = published.headway("check", "--values").out
    unexercised = json.loads(published.headway("check", "--json").out)["examples"]["unexercised"]

    assert "own.yaml:3: no example of 'notes' meets 'memo'" in listed
    assert "'notes' meets 'saml'" not in listed
    told = [each for each in unexercised if each["rule"] == "notes"]
    assert told == [
        {"where": f"{published.folder}/config/own.yaml:3", "rule": "notes", "value": "memo"}
    ]


def test_a_rule_without_examples_is_counted(published: Place) -> None:
    write(published, "screening: [{id: bare, when: {labels: passkey}}]\n")

    said = published.headway("check")

    assert "rules without an example: 1;" in said.out
    assert said.code == 2


def test_github_is_told_each_finding_beside_its_line_and_nothing_breaks_out(
    published: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published.folder)
    write(published, ODD + WRONG.removeprefix("screening:\n"))

    said = published.headway("check", "--format", "github")

    commands = [line for line in said.out.splitlines() if "file=config/own.yaml" in line]
    assert said.code == 2
    kinds = [line.partition(" file=config/own.yaml,line=")[0] for line in commands]
    assert kinds == ["::error", "::error", *["::warning"] * (len(kinds) - 2)]
    (odd,) = (each for each in commands if "'nowhere' matches none" in each)
    assert odd.startswith("::warning file=config/own.yaml,line=2,col=5,title=headway check::")
    assert odd.endswith("%0AMend it, delete it, or add `expect: rare`.")
    (unseen,) = (each for each in commands if "0 of" in each)
    assert "::labels 'x,y%25: `a` <b>' of 'odd'" in unseen


def test_no_value_of_a_rule_is_a_command_of_github(published: Place) -> None:
    write(published, "screening: [{id: one, when: {labels: ['##[add-mask]a', '::error::b']}}]\n")

    said = published.headway("check", "--format", "github", "--values")

    assert "meets '# #[add-mask]a'" in said.out
    lines = said.out.splitlines()
    assert not [line for line in lines if "add-mask" in line and "##[" in line and line[:2] != "::"]
    assert all(
        line.startswith(("::error file=", "::warning file="))
        for line in lines
        if line.lstrip().startswith("::")
    )


def test_a_file_with_a_strange_name_is_one_property_for_github(published: Place) -> None:
    path = published.folder / "config" / "a,b%c.yaml"
    path.write_text("capabilites: []\n", "utf-8")

    said = published.headway("check", "--format", "github")

    assert re.search(r"(?m)^::error file=[^,]*a%2Cb%25c\.yaml,line=1,col=1,title=", said.out)


def test_in_markdown_no_text_is_markup(published: Place) -> None:
    write(published, ODD)

    lines = published.headway("check", "--format", "markdown").out.splitlines()

    assert lines[0].startswith("### headway check: 0 errors, ")
    assert any(line.startswith("**warning** `") and "own.yaml:2:5`: " in line for line in lines)
    (unseen,) = (line for line in lines if "of 'odd'" in line)
    assert r"labels 'x,y%: \`a\` \<b\>'" in unseen
    assert '        when: {any: [{labels: "x,y%: `a` <b>"}, {summary has: passkey*}]}' in lines
    assert not [line for line in lines if "<b>" in line and "labels: " not in line]


def test_a_book_that_cannot_be_read_is_told_in_each_shape(published: Place) -> None:
    write(published, "capabilites: []\n")

    for shape, told in (
        ("text", "own.yaml:1:1: error: unknown section 'capabilites'"),
        ("github", "own.yaml,line=1,col=1,title=headway check::unknown section 'capabilites'"),
        ("markdown", "own.yaml:1:1`: unknown section 'capabilites'"),
        ("json", '"column": 1'),
    ):
        said = published.headway("check", "--format", shape)
        assert said.code == 2
        assert told in said.out


def test_an_unknown_shape_is_refused(published: Place) -> None:
    said = published.headway("check", "--format", "xml")

    assert said.code == 2
    assert "'xml'" in said.err


SAMPLE = {
    "epic": "SELECT key FROM {t}decision WHERE claimed_by = 'passkeys' ORDER BY key",
    "hidden": "SELECT key FROM {t}decision WHERE outcome = 'left_out' ORDER BY key",
    "undecided": "SELECT key FROM {t}decision WHERE outcome = 'needs_decision' ORDER BY key",
    "item": "SELECT i.key FROM {t}issue i JOIN {t}decision d ON d.epic_id = i.epic_id "
    "WHERE d.claimed_by = 'passkeys' AND i.hierarchy_level = 0 ORDER BY i.key",
}
TRUE = """assertions:
  - {issue: EPIC, counts_toward: passkeys, reason: Sold}
  - {issue: HIDDEN, left_out: true}
  - {issue: UNDECIDED, needs_decision: true}
  - {issue: ITEM, counts_toward: passkeys}
  - {capability: passkeys, at_least: small, at_most: exceptional}
  - {capability: single-sign-on, state: available}
"""
FALSE = {
    "{issue: EPIC, left_out: true}": r"EPIC is to be left out; it counts toward 'passkeys': "
    r"'passkeys' claims it \(.+\) \(capabilities\.yaml:47\)",
    "{issue: EPIC, counts_toward: search, reason: Sold}": r"EPIC is to count toward 'search' "
    r"\(Sold\); it counts toward 'passkeys'",
    "{issue: EPIC, needs_decision: true}": r"EPIC is to need a decision; it counts toward",
    "{issue: HIDDEN, counts_toward: passkeys}": r"HIDDEN is to count toward 'passkeys'; it is left",
    "{issue: HIDDEN, left_out: true, by: pin}": r"HIDDEN is to be left out by 'pin'; it is left",
    "{issue: UNDECIDED, left_out: true}": r"UNDECIDED is to be left out; it needs a decision: ",
    "{issue: ITEM, left_out: true}": r"ITEM is to be left out; it is in [A-Z]+-\d+, which counts",
    "{issue: ID-99999, left_out: true}": r"ID-99999 is to be left out; no issue that Headway",
    "{capability: dashboards, at_least: large}": r"'dashboards' is to be at least large; it is not "
    "on the list",
    "{capability: passkeys, state: available}": r"'passkeys' is to be available; its state is ",
    "{capability: passkeys, at_least: exceptional}": r"'passkeys' is to be at least exceptional; "
    "its level is ",
}


def name_issues(place: Place, text: str) -> str:
    for name, query in SAMPLE.items():
        text = text.replace(name.upper(), place.state_rows(query)[0]["key"])
    return text


@on_sqlite_first
def test_what_a_team_holds_true_is_judged_on_the_real_backlog(each_published: Place) -> None:
    place = each_published
    write(place, name_issues(place, TRUE))
    assert findings(place) == []

    write(place, name_issues(place, "assertions:\n" + "".join(f"  - {each}\n" for each in FALSE)))
    found = findings(place)

    assert place.headway("check").code == 2
    assert [(each["severity"], each["line"]) for each in found] == [
        ("failed check", number) for number in range(2, 2 + len(FALSE))
    ]
    for each, told in zip(found, FALSE.values(), strict=True):
        assert re.match(name_issues(place, told), each["what"]), each["what"]


def test_no_run_stops_for_an_assertion_that_is_false(published: Place) -> None:
    write(published, "assertions: [{capability: invoicing, at_least: large}]\n")

    assert published.headway("sync").code == 0
    assert published.headway("plan").code == 0


def test_without_a_backlog_nothing_is_said_of_assertions(tiny_place: Place) -> None:
    write(tiny_place, "assertions: [{capability: invoicing, at_least: large}]\n")

    assert findings(tiny_place) == []


ITEMS = """screening:
  - {id: of-a-label, when: {labels: quick-win}}
  - {id: of-two-fields, when: {labels: quick-win, status category: Done, type: Story}}
  - {id: of-a-title, when: {summary has: [zanzibar, s*], type is: set, fix version is: empty}}
  - {id: of-no-epic, when: {type: Sub-task, work category is: empty}}
  - {id: of-a-key, when: {any: [{key: ID-1}, {key: ID-2}, {key: ID-3}], type: [Story, Bug, Task]}}
  - {id: of-nothing, when: {labels: quick-win, component: Nowhere}}
  - {id: of-no-title, when: {summary has: zanzibar}}
assertions:
  - {issue: ID-1, needs_decision: true}
pins:
  - {issue: ID-2, hide: true, reason: r, by: b}
gone:
  - {project: NEVER, reason: r, by: b}
"""


def test_reading_what_a_book_needs_comes_to_the_same_as_reading_all(
    each_published: Place,
) -> None:
    write(each_published, ITEMS)
    folder = each_published.folder / "config"
    book = read_rulebook(folder)

    with each_published.open_context() as context:
        whole = judge_rulebook(book, folder, find_surroundings(context))
        part = judge_rulebook(book, folder, find_surroundings(context, book))

    assert part == whole
    dead = {
        name
        for name in re.findall(r"id: (of-[\w-]+)", ITEMS)
        if any(finding.what.startswith(f"'{name}' matches none") for finding in part)
    }
    assert dead == {"of-nothing", "of-no-title"}
