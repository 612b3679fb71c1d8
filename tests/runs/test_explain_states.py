"""What `explain` says of every state that a thing can be in, each of them made for real."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.sample.company.issues import Issue, Level
from sync.sample.server.faults import Altered, Fault
from tests.runs.place import PUBLISHED, Place, Places

PAGE = Path("docs/explain.md")
RUN = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}")
SERVER = re.compile(r"127\.0\.0\.1:\d+")
NO_GUARD = (
    "guards: {undecided_percent: 100, unscreened_percent: 100, lost_capabilities_percent: 100}\n"
)
RULES = """\
pins:
  - {issue: ID-140, capability: audit-log, reason: logs, by: "@anna"}
  - {issue: ID-118, hide: true, reason: never sold, by: "@anna"}
  - {issue: ID-133, hold: true, reason: ask Ben, by: "@anna"}
  - {issue: ID-120, hide: true, reason: for now, by: "@anna", until: "2020-01-01"}
  - {issue: ID-115, capability: audit-log, reason: logs, by: "@anna"}
  - {issue: ID-109, capability: usage-insights, reason: later, by: "@anna"}
  - {issue: PAY-335, hide: true, reason: never sold, by: "@anna"}
  - {issue: PAY-247, hide: true, reason: never sold, by: "@anna"}
screening:
  - {id: look, then: hold, reason: a person looks, when: {labels: look}}
  - {id: look-unclaimed, then: hold_unclaimed, reason: looks internal, when: {labels: odd}}
effort:
  void: [{issue: ID-9, reason: a copy, by: "@anna"}]
capabilities:
  - id: partner-portal
    name: Partner portal, soon
    area: Security and access
    summary: Partners are looked after.
    when: {component: Partner portal}
"""


def name(place: Place, key: str) -> Issue:
    found = place.company.by_key(key)
    assert found, key
    return found


def write(place: Place, file: str, text: str) -> None:
    (place.folder / "config" / file).write_text(text, "utf-8")


def run_after(place: Place, days: float, code: int = 0) -> None:
    place.company.now += timedelta(days=days)
    said = place.headway("sync")
    assert said.code == code, said.out + said.err


def publish(_: Place) -> None:
    """As the sample is."""


def change_rules(place: Place) -> None:
    """Rules that no run has seen, beside items in every state of work."""
    write(place, "guards.yaml", NO_GUARD)
    company = place.company
    company.edit(name(place, "ID-7").id, resolution="Won't Do")
    company.edit(name(place, "ID-128").id, labels=["look"])
    company.edit(name(place, "ID-165").id, labels=["odd"])
    company.edit(name(place, "PAY-502").id, components=["Partner portal"])
    company.edit(name(place, "ID-414").id, labels=["tech-debt"])
    company.edit(
        name(place, "ID-384").id,
        status="Done",
        resolution="Done",
        resolved_at=company.now - timedelta(days=1),
    )
    run_after(place, 0.1)
    write(place, "more.yaml", RULES)


def publish_rules(place: Place) -> None:
    """The same rules published, beside capabilities off the list and words refused."""
    for capability, more in {
        "passkeys": "withdrawn: {reason: not_for_sale}",
        "user-provisioning": "redact: true",
        "prices-in-currencies": "withdrawn: {reason: merged, use: invoicing}",
    }.items():
        place.rules("capabilities.yaml", f"id: {capability}\n", f"id: {capability}\n    {more}\n")
    place.rules("capabilities.yaml", "direct debit or", "direct debit soon, or")
    place.rules("capabilities.yaml", "billing, bills", "billing by May 2027, bills")
    run_after(place, 1)


def lose_issues(place: Place) -> None:
    """Issues moved, deleted and unreadable."""
    company = place.company
    for key in ("PAY-120", "ID-149", "ID-112", "PAY-60"):
        company.remove(name(place, key).id)
    company.move(name(place, "ID-101").id, "PAY")
    company.edit(name(place, "PAY-131").id, type="Story", level=Level.BASE)
    for _ in range(2):
        run_after(place, 1)
    unread = name(place, "PAY-188")
    company.edit(unread.id)

    def nest(document: dict[str, Any]) -> None:
        for issue in document.get("issues", ()):
            if issue["id"] == str(unread.id) and "description" in issue["fields"]:
                text: object = {"type": "doc", "content": []}
                for _ in range(130):
                    text = {"type": "bulletList", "content": [text]}
                issue["fields"]["description"] = text

    place.jira.faults.append(Fault("bulkfetch", Altered(nest)))
    run_after(place, 1)


def hold(place: Place) -> None:
    """A run that a guard holds back."""
    (place.folder / "config" / "guards.yaml").unlink()
    for key in ("ID-122", "ID-125", "ID-137", "ID-144", "ID-158"):
        for field in ({"labels": [], "components": ["Audit log"]}, {"work_category": None}):
            place.company.edit(name(place, key).id, summary="Audit log, more", **field)
    run_after(place, 1, 3)


def hide_project(place: Place) -> None:
    """A project that the account does not see any more."""
    write(place, "guards.yaml", NO_GUARD)
    place.jira.view.hidden_projects.add("PAY")
    run_after(place, 1, 77)


def give_project_up(place: Place) -> None:
    """The same, said to be gone for good; and a published id deleted from the rule book."""
    write(place, "gone.yaml", 'gone: [{project: PAY, reason: sold, by: "@anna"}]\n')
    run_after(place, 1)
    place.rules("capabilities.yaml", "id: audit-log\n", "id: audit-logs\n")
    place.rules("more.yaml", "capability: audit-log,", "capability: audit-logs,")


def read_one_project(place: Place) -> None:
    """The settings name another project only."""
    place.settings["jira_projects"] = "ID"
    place.rules("capabilities.yaml", "id: audit-logs\n", "id: audit-log\n")
    place.rules("more.yaml", "capability: audit-logs,", "capability: audit-log,")
    (place.folder / "config" / "gone.yaml").unlink()


State = tuple[str, str, str]
"""What a thing is, what is asked, and what `explain` says."""

SCENES: tuple[tuple[Callable[[Place], None], tuple[State, ...]], ...] = (
    (
        publish,
        (
            ("an epic that a capability claims", "ID-101", "counts toward Single sign-on"),
            (
                "an epic behind which nothing is finished",
                "ID-190",
                "will count toward Single sign-on: nothing behind it is finished yet",
            ),
            (
                "a finished epic without issues below it",
                "ID-152",
                "counts toward Roles and permissions",
            ),
            ("an epic that no rule claims", "ID-165", "needs a decision: match no capability"),
            (
                "an epic that two capabilities claim",
                "ID-149",
                "needs a decision: match two capabilities",
            ),
            (
                "an epic of which one claim beats another",
                "ID-155",
                "'roles-and-permissions' claims it too (capabilities.yaml:79), and "
                "'user-provisioning' beats it (capabilities.yaml:62)",
            ),
            ("an epic that a rule leaves out", "ID-112", "left out: technical debt"),
            (
                "an epic that a rule leaves out and a capability claims",
                "ID-168",
                "'passkeys' claims it (capabilities.yaml:47), which no screening rule yields to",
            ),
            ("an epic with a security level", "ID-115", '"(restricted)" (Epic)  ->  left out'),
            ("an issue below an epic", "ID-5", "counts toward Single sign-on"),
            ("a sub-task", "ID-124", "counts toward Single sign-on as a part of ID-123"),
            ("an issue without an epic", "ID-1", "counts in its team's total; it has no epic"),
            (
                "an issue that is not finished",
                "ID-404",
                "will count toward Audit log once it is finished",
            ),
            ("a capability on the list", "single-sign-on", "Available today, Very large."),
            ("a capability that no epic is for", "mobile-app", "no epic is mapped to it"),
            ("a draft", "usage-insights", "not on the list: it is a draft"),
            ("an alias", "SSO", "Single sign-on  (single-sign-on)"),
            ("a screening rule", "regulatory", "leaves out what it matches: regulatory"),
            ("the place of a rule", "screening.yaml:7", "company-keep-running"),
            (
                "a key that no issue has",
                "ID-99999",
                "is not in the mirror: project ID is read, and showed no such issue yet",
            ),
            (
                "a key of a project that nobody sees",
                "ZZZ-1",
                "is of project ZZZ, which Headway does not see",
            ),
            (
                "an address of another Jira",
                "https://example.org/browse/ID-101",
                "is of another Jira; this one is HOST",
            ),
            (
                "a word that is nothing",
                "single-sing-on",
                "is neither in the mirror nor in the rule book (did you mean 'single-sign-on'?)",
            ),
        ),
    ),
    (
        change_rules,
        (
            (
                "a thing that changed rules decide otherwise",
                "ID-140",
                "last published: counts toward single-sign-on",
            ),
            (
                "a capability that changed rules word otherwise",
                "single-sign-on",
                'sales reads "You can use Single sign-on today. A very large amount of '
                'engineering work has gone in."; the next run publishes this',
            ),
            ("an issue that was given up", "ID-7", "counts nowhere: it was given up (Won't Do)"),
            ("an issue that a ruling voids", "ID-9", "counts nowhere: @anna voids it"),
            (
                "an issue that was finished lately",
                "ID-384",
                "a fortnight is booked two days after its end",
            ),
            (
                "an issue that a rule leaves out",
                "ID-414",
                "left out by itself: technical debt (screening.yaml:6)",
            ),
        ),
    ),
    (
        publish_rules,
        (
            ("an epic pinned to a capability", "ID-140", "because @anna pinned it: logs"),
            ("an epic pinned to be left out", "ID-118", "left out: pinned by a person"),
            ("an epic pinned to wait", "ID-133", "needs a decision: pinned by a person"),
            (
                "an epic whose pin ran out",
                "ID-120",
                "the pin of @anna (more.yaml:5) ran out on 2020-01-01",
            ),
            (
                "a pinned epic with a security level",
                "ID-115",
                "its pin (more.yaml:6) does not apply: no pin outweighs a security level",
            ),
            (
                "an epic that a draft claims",
                "ID-109",
                "needs a decision: claimed by a draft; until then it counts toward "
                "Roles and permissions, which it fed before",
            ),
            ("an epic that a rule holds", "ID-128", "needs a decision: a person looks"),
            (
                "an epic that a rule holds where nothing claims it",
                "ID-165",
                "needs a decision: looks internal",
            ),
            (
                "an epic of a capability off the list",
                "ID-163",
                "left out: off the list",
            ),
            (
                "an epic of a merged capability",
                "PAY-142",
                "because 'invoicing' is to be read instead",
            ),
            (
                "an epic of a capability whose words are refused",
                "PAY-502",
                "will count toward partner-portal: its words are refused: name says 'soon'",
            ),
            (
                "a capability whose words are refused",
                "partner-portal",
                "not on the list: its words are refused: name says 'soon'",
            ),
            (
                "a capability whose new words are refused",
                "payment-methods",
                "summary says 'soon': a time to come; its last good version stays",
            ),
            (
                "a capability of which an alias is refused",
                "invoicing",
                "its alias 'billing by May 2027' says 'by May 2027': a date; the alias is left out",
            ),
            ("a withdrawn capability", "passkeys", "withdrawn: not for sale"),
            (
                "a merged capability",
                "prices-in-currencies",
                "withdrawn: merged; read invoicing instead",
            ),
            (
                "a redacted capability",
                "user-provisioning",
                "redacted by the rule book (capabilities.yaml:63): its words are blanked for "
                "every reader",
            ),
            (
                "a capability of which all is left out",
                "payment-reminders",
                "taken off the list: every epic that fed it is left out or gone: PAY-247 (pinned "
                "by a person), PAY-335 (pinned by a person)",
            ),
            (
                "a capability that no rule feeds any more",
                "roles-and-permissions",
                "no rule gives it ID-109 any more (since 2026-11-24); what fed it is kept until "
                "it is decided",
            ),
        ),
    ),
    (
        lose_issues,
        (
            ("an epic that moved, by its old key", "ID-101", "ID-101 is a key that it had before"),
            (
                "an epic that is gone and fed a capability",
                "PAY-120",
                "is not in Jira any more; what was done for it counts toward Invoicing, as last "
                "seen",
            ),
            (
                "an epic that is gone and fed nothing",
                "ID-149",
                "is not in Jira any more; it counts toward nothing",
            ),
            (
                "an epic that is gone and was left out",
                "ID-112",
                "is not in Jira any more; left out: technical debt",
            ),
            (
                "an issue below an epic that is gone",
                "PAY-1",
                "its epic PAY-120 is not in Jira any more; what was done for it counts toward "
                "Invoicing, as last seen",
            ),
            ("an issue that is gone", "PAY-60", "missing since 2026-11-25"),
            (
                "an epic that is none any more",
                "PAY-131",
                "what is found late is booked with a later fortnight",
            ),
            (
                "an issue that the last run could not read",
                "PAY-188",
                "in the last run it cannot be read and stays as it was last seen",
            ),
            ("a capability fed by what is gone", "invoicing", "PAY-120: as last seen in Jira"),
        ),
    ),
    (
        hold,
        (
            (
                "an epic of a run that a guard holds back",
                "ID-122",
                "last published: left out: regulatory; run RUN is held back",
            ),
            (
                "a capability of a run that a guard holds back",
                "audit-log",
                "headway approve RUN publishes what it came to",
            ),
        ),
    ),
    (
        hide_project,
        (
            (
                "an epic of a project that cannot be seen any more",
                "PAY-188",
                "project PAY cannot be seen any more; this is as it was last seen",
            ),
            (
                "a capability fed by such a project",
                "payment-methods",
                "project PAY cannot be seen any more; what PAY-219, PAY-302 brought it stays as "
                "it was last seen",
            ),
        ),
    ),
    (
        give_project_up,
        (
            (
                "an epic of a project that is gone for good",
                "PAY-188",
                "project PAY is gone for good, @anna says at gone.yaml:1",
            ),
            (
                "a published id that the rule book lacks",
                "audit-log",
                "is on the list, and the rule book lacks it: no run publishes until that is mended",
            ),
        ),
    ),
    (
        read_one_project,
        (
            (
                "an epic of a project that is not read any more",
                "PAY-188",
                "project PAY is not read: HEADWAY_JIRA_PROJECTS does not name it",
            ),
            (
                "a key of a project that was never read",
                "EIN-1",
                "is of project EIN, which is not read: HEADWAY_JIRA_PROJECTS does not name it",
            ),
        ),
    ),
)


def explain(place: Place, asked: str) -> str:
    said = place.headway("explain", asked)
    assert "Traceback" not in said.err
    assert said.code == (2 if said.err else 0)
    return SERVER.sub("HOST", RUN.sub("RUN", said.out + said.err))


@pytest.fixture
def with_named(places: Places, tmp_path: Path) -> Iterator[Place]:
    """A published place of two projects; of their issues at least all that are named here."""
    named = tuple(sorted({*re.findall(r"\b[A-Z]+-\d+\b", Path(__file__).read_text("utf-8"))}))
    kept = replace(places, commands=PUBLISHED, keep=named)
    with kept.open_place(tmp_path, projects=("ID", "PAY")) as place:
        yield place


def test_explain_tells_the_truth_about_every_state(with_named: Place) -> None:
    untold = []
    for make, states in SCENES:
        make(with_named)
        for state, asked, sentence in states:
            told = explain(with_named, asked)
            if sentence not in told:
                untold.append(f"{make.__name__}: {state}: {asked}: {sentence}\n{told[:900]}")

    assert not untold, "\n".join(untold)


def test_the_page_about_explain_has_every_state_and_no_other() -> None:
    rows = [
        f"| {state} | `explain {asked}` | {sentence} |"
        for _, states in SCENES
        for state, asked, sentence in states
    ]
    told = [line for line in PAGE.read_text("utf-8").splitlines() if "| `explain " in line]

    assert told == rows
