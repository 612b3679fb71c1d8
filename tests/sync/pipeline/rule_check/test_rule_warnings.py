"""What check notices of rules beside a backlog: each kind of oddity, and when it says nothing."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.backlog import Issue
from models.conditions import Condition
from models.rule_finding import Severity
from sync.pipeline.rule_check.rule_warnings import Backlog, find_warnings
from sync.pipeline.rule_check.surroundings import Surroundings
from sync.pipeline.rule_check.verdict import judge_rulebook
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.store.state.mirror.values import COLUMNS
from tests.builders import AS_OF, an_epic, an_issue
from tests.examples import examples
from tests.translators.rules.test_conditions import conditions, epics
from translators.rules.fields import IssueView


def backlog() -> list[Issue]:
    """Thirty epics: 8 about search, 6 about mail, 16 about anything; two stories below them."""
    search = [an_epic(components=("Search",), summary="Search by words") for _ in range(8)]
    mail = [an_epic(components=("Mail",), summary="Mails to customers") for _ in range(6)]
    others = [
        an_epic(components=("Else",), labels=("passkey",), summary=f"A {n}") for n in range(16)
    ]
    stories = [an_issue(labels=("paved-road",)), an_issue(components=("Depths",))]
    return [*search, *mail, *others, *stories]


def values_of(issues: list[Issue]) -> dict[str, Counter[str]]:
    """How many have each value, as the mirror counts them."""
    counts: dict[str, Counter[str]] = {field: Counter() for field in COLUMNS}
    for view in map(IssueView, issues):
        for field, values in counts.items():
            values.update(view.read_values(field))
    return counts


def warnings(rules: str, issues: list[Issue] | None = None) -> list[str]:
    """What is odd, as `line:column what | remedy`; errors of check alone are left out."""
    issues = backlog() if issues is None else issues
    text = dedent(rules)
    book = rulebook_from_texts(read_shipped_texts() | {"rules.yaml": text})
    around = Surroundings(
        issues=tuple(issues), today=AS_OF.date(), backlog=Backlog.of_all(issues, values_of(issues))
    )
    return [
        f"{finding.where.removeprefix('rules/rules.yaml:')} {finding.what} | {finding.remedy}"
        for finding in judge_rulebook(book, Path("rules"), around)
        if finding.severity is Severity.WARNING
    ]


def a_capability(name: str, *lines: str) -> str:
    """A capability with these further lines."""
    keys = [f"id: {name}", "name: Any", "area: Any", "summary: Any.", *lines]
    return "  - " + "\n    ".join(keys) + "\n"


def capabilities(*listed: str) -> str:
    return "capabilities:\n" + "".join(listed)


SEARCH = a_capability("search", "when: {component: Search}")
ODD: dict[str, tuple[str, str]] = {
    "dead": (
        capabilities(a_capability("fax", "when: {project: PAY, summary has: fax}")),
        "2:5 'fax' matches none of 30 epics | Mend it, delete it, or add `expect: rare`.",
    ),
    "idle for items without an epic": (
        capabilities(a_capability("fax", "items: {component: Search}")),
        "6:5 the `items` of 'fax' match no item without an epic | "
        "Mend them, delete them, or add `expect: rare`.",
    ),
    "spared": (
        "screening: [{id: one, when: {component: Search}, unless: {project: PAY}}]",
        "1:50 'one' matches 8 epics, and its `unless` spares every one | Narrow the `unless`",
    ),
    "excluded by screening": (
        capabilities(SEARCH) + "screening: [{id: one, when: {component: [Search, Mail]}}]",
        "2:5 'search' matches 8 epics, and none counts toward it: 8 left out by 'one'",
    ),
    "excluded by one that beats it": (
        capabilities(
            SEARCH, a_capability("all", "beats: search", "when: {component: [Search, Mail]}")
        ),
        "2:5 'search' matches 8 epics, and none counts toward it: 8 go to 'all', which beats it",
    ),
    "disputed": (
        capabilities(SEARCH, a_capability("all", "when: {component: [Search, Mail]}")),
        "2:5 'search' decides nothing: 'all' (rules.yaml:7) matches all 8 epics of it too | "
        "Add `beats: [all]` to 'search', or narrow one.",
    ),
    "two alike": (
        capabilities(SEARCH, a_capability("twin", "when: {summary has: search}")),
        "7:5 'twin' decides nothing: 'search' (rules.yaml:2) matches all 8 epics of it too",
    ),
    "shadowed": (
        "screening:\n  - {id: one, when: {component: Search}}\n"
        "  - {id: two, then: hold, when: {summary has: search}}\n",
        "3:5 'two' matches 8 epics, and 'one' matches the same (rules.yaml:2)",
    ),
    "too broad": (
        capabilities(a_capability("broad", "when: {component: Else}")),
        "6:5 'broad' matches 16 of 30 epics (53 %): it may be too broad",
    ),
    "too broad by what was added to a shipped rule": (
        "screening: [{id: tech-debt, add: {when: {component: Else}}}]",
        "1:35 'tech-debt' matches 16 of 30 epics (53 %): it may be too broad | Narrow",
    ),
    "never seen, a slip away": (
        capabilities(a_capability("keys", "when: {labels: [passkye, passkey]}")),
        "6:21 labels 'passkye' of 'keys': 0 of 32 issues; 16 issues have 'passkey' (did you mean "
        "that?) | Write `labels: passkey`, or add `expect: rare`.",
    ),
    "never seen, words more": (
        capabilities(a_capability("one", "when: {component: [Search service, Mail]}")),
        "6:24 component 'Search service' of 'one': 0 of 32 issues; 8 issues have 'Search'",
    ),
    "never seen, nothing like it": (
        capabilities(a_capability("one", "when: {component: [Quark, Mail]}")),
        "6:24 component 'Quark' of 'one': 0 of 32 issues | Mend it, take it out",
    ),
    "one value does all the work": (
        capabilities(a_capability("one", "when: {summary has: [search, finder, lookup, seek]}")),
        "6:34 of the 4 values of `summary has` of 'one' 'search' does all the work; no epic has "
        "the other 3: finder, lookup, seek",
    ),
    "a plural missed": (
        capabilities(a_capability("one", "when: {summary has: [mail]}")),
        "6:26 'mail' of 'one' is a whole word, and misses 'mails' in 6 epics | "
        'Write `summary has: "mail*"`',
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_a_rule_that_is_odd_is_told_with_its_place_and_a_remedy(name: str) -> None:
    rules, told = ODD[name]

    found = warnings(rules)

    assert [line for line in found if line.startswith(told)], "\n".join(found)


QUIET = {
    "a rule that does its work": capabilities(SEARCH),
    "one that may be rare": capabilities(
        a_capability(
            "fax", "expect: rare", "when: {component: [Fux, Faxes, Telex], summary has: mail}"
        )
    ),
    "a draft": capabilities(a_capability("fax", "draft: true", "when: {component: Fax}")),
    "one off the list": capabilities(
        a_capability("fax", "withdrawn: {reason: mistake}", "when: {component: Fax}")
    ),
    "two settled by beats": capabilities(
        a_capability("search", "beats: [all]", "when: {component: Search}"),
        a_capability("all", "when: {component: [Search, Mail]}"),
    ),
    "one pinned to": capabilities(SEARCH)
    + "pins: [{issue: PAY-1, capability: search, reason: r, by: b}]\n"
    + "screening: [{id: one, when: {component: Search, summary has: search}}]\n",
    "a guard that waits for its first": "screening: [{id: one, when: {component: Mail}, "
    "unless: {labels: customer-visible}}]",
    "a rule that screens issues below epics": "screening: [{id: one, when: {labels: paved-road}}]",
    "one for items without an epic": capabilities(
        a_capability("one", "items: {component: Depths}"),
    ),
    "a value in another dress": capabilities(a_capability("one", "when: {labels: Pass_Key}")),
    "words that begin": capabilities(a_capability("one", "when: {summary has: mail*}")),
    "a plural that another line excludes": capabilities(
        a_capability("one", "when: {component: Search, summary has: [search, mail]}")
    ),
}


@pytest.mark.parametrize("name", QUIET)
def test_nothing_is_said_of_a_rule_that_is_as_it_should_be(name: str) -> None:
    found = [line for line in warnings(QUIET[name]) if "too broad" not in line]

    assert [line for line in found if "PAY-1 is pinned" not in line] == []


def test_how_broad_a_shipped_rule_is_is_not_for_the_team_to_mend() -> None:
    """Only its owner is another, or a look-alike is spared: the lines that match are shipped."""
    debts = [an_epic(summary="Refactoring of the code") for _ in range(30)]
    owner = "screening: [{id: tech-debt, owner: '@anna'}]"
    spares = "screening: [{id: tech-debt, add: {unless: {component: Sold}}}]"

    assert [line for each in (owner, spares) for line in warnings(each, debts)] == []
    assert warnings("screening: [{id: own, when: {summary has: code}}]", debts)


def test_of_a_small_backlog_no_share_is_told() -> None:
    few = [an_epic(components=("Search",)) for _ in range(5)]

    assert warnings(capabilities(SEARCH), few) == []


def test_an_epic_that_jira_lost_keeps_a_rule_alive_for_ninety_days() -> None:
    lost = an_epic(components=("Search",), missing_since=AS_OF - timedelta(days=80))
    older = an_epic(components=("Search",), missing_since=AS_OF - timedelta(days=100))

    assert warnings(capabilities(SEARCH), [lost]) == []
    assert "matches none" in warnings(capabilities(SEARCH), [older, an_epic()])[0]


def test_the_order_of_rules_and_issues_never_matters() -> None:
    listed = [SEARCH, a_capability("twin", "when: {summary has: search}")]
    issues = backlog()

    forward = {
        line.split(" ", 1)[1].replace(":2)", ")")
        for line in warnings(capabilities(*listed), issues)
    }

    assert len(forward) == 1
    assert len(warnings(capabilities(*listed[::-1]), issues[::-1])) == 1


def test_a_line_that_is_shown_as_a_cure_cures() -> None:
    rules = capabilities(a_capability("one", "when: {summary has: [mail]}"))
    told = warnings(rules)[-1]
    line = told.partition("`summary has: ")[2].partition("`")[0]

    assert warnings(rules.replace("[mail]", line)) == []


def test_custom_fields_are_looked_at_among_epics() -> None:
    issues = [an_epic(extra={"squad": ("Blue",)}) for _ in range(3)]
    rules = capabilities(a_capability("one", "when: {squad: [Bleu, Blue]}"))

    (told,) = warnings(rules, issues)

    assert "squad 'Bleu' of 'one': 0 of 3 epics" in told


def test_a_restricted_title_is_nowhere_in_what_is_said() -> None:
    issues = [an_epic(restricted=True, summary="", components=("Search",)) for _ in range(3)]

    (told,) = warnings(capabilities(SEARCH), issues)

    assert "none counts toward it: 3 have a security level" in told


@examples(quick=8, long=500)
@given(listed=st.lists(conditions, min_size=1, max_size=4), issues=st.lists(epics, max_size=30))
def test_whatever_the_rules_every_oddity_has_a_line_and_every_cure_can_be_read(
    listed: list[Condition], issues: list[Issue]
) -> None:
    base = rulebook_from_texts(read_shipped_texts() | {"rules.yaml": capabilities(SEARCH)})
    (rule,) = base.capabilities
    rules = tuple(replace(rule, id=f"own-{n}", when=when) for n, when in enumerate(listed))
    book = replace(base, capabilities=rules)
    held_against = Backlog.of_all(issues, values_of(issues))

    found = list(find_warnings(book, held_against, AS_OF.date()))

    assert all(finding.where.startswith("rules.yaml:") for finding in found)
    for line in (line for each in found for line in re.findall(r"^Write `(.+?)`[.,]", each.remedy)):
        assert warnings(capabilities(a_capability("cure", f"when: {{{line}}}")), []) == []
