"""Counts what the first hour takes: how much past work is behind capabilities after how many edits.

    [HEADWAY_TEST_DATA=FOLDER] python -m tests.benchmarks.first_hour [--titles]

Two backlogs: the sample company's, and where the folder holds tidev/ (see
`tests.benchmarks.portfolio`) that of a real product, in both shapes of Jira. `headway init` drafts;
then each edit is what the product offers first: the draft with most work behind it is named; where
no draft is left, the queue's first edit is taken; where none is offered, the epic that the queue
lists first is pinned, as a person would who knows what it is about. Those are counted apart.
"""

import argparse
import io
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from models.backlog import Issue
from models.capability import PublishedState
from models.decision import Outcome
from models.rollup import EpicRollup
from models.rulebook import RuleBook
from models.snapshot import LostClaims, Snapshot
from sync.cli import run
from sync.cli.pages.rules.suggested import describe_suggestion
from sync.pipeline.context import open_context
from sync.pipeline.inputs.inputs import load_whole_inputs
from sync.rulebook import read_rulebook, rulebook_from_texts
from sync.rulebook.edit.drafting import write_drafts
from sync.rulebook.edit.folder import OpenedFolder
from sync.rulebook.files import read_shipped_texts
from sync.sample.company.company import build_company
from sync.sample.server.server import SampleJira
from sync.settings.settings import read_settings
from tests.benchmarks.portfolio import SHAPES, portfolio_of, read_archive
from tests.translators.suggestions.applying import apply_edit
from translators.plan.rollup import Rollup, roll_up_backlog
from translators.rules.decide import compile_rules
from translators.suggestions.draft_candidates import Above
from translators.suggestions.drafts import Draft, draft_capabilities
from translators.suggestions.grouping import GroupKind
from translators.suggestions.queue import Queue, QueuedEpic, build_queue, find_private
from translators.suggestions.rule_edits import Undecided

STOPS = (5, 15, 30)
PINNED = "pin"


@dataclass(frozen=True)
class Looked:
    """A backlog under a rule book: its decisions, what is undecided, what stands behind epics."""

    snapshot: Snapshot
    book: RuleBook
    rollup: Rollup
    undecided: Undecided
    private: frozenset[int]

    def weigh(self, epics: Iterable[int]) -> int:
        """The past work of some epics, in micro-person-weeks."""
        groups = self.rollup.groups
        return sum(groups[each].work.credit for each in epics if each in groups)

    @property
    def covered(self) -> tuple[int, int]:
        """Percent of the work of epics that may be sold, and of all that work, that is mapped."""
        decided = self.rollup.decisions
        mapped = self.weigh([d.epic_id for d in decided if d.outcome is Outcome.PUBLISHED])
        epics = self.weigh([d.epic_id for d in decided if d.outcome is not Outcome.LEFT_OUT])
        loose = _weigh_loose(self.rollup)
        return _percent(mapped, epics), _percent(mapped, epics + loose)

    def queue(self) -> Queue:
        """What is offered next."""
        return build_queue(
            self.undecided,
            self.rollup.groups,
            self.weigh([d.epic_id for d in self.rollup.decisions]),
            lost=LostClaims(),
            since={},
            as_of=self.snapshot.as_of,
        )


def look_at(snapshot: Snapshot, book: RuleBook) -> Looked:
    """Decide a backlog, and say what waits."""
    compiled = compile_rules(book)
    rollup = roll_up_backlog(snapshot, compiled)
    private = find_private(snapshot.issues)
    undecided = Undecided(
        snapshot.issues, rollup.decisions, compiled, snapshot.as_of.date(), private
    )
    return Looked(snapshot, book, rollup, undecided, private)


def draft_book(looked: Looked) -> tuple[RuleBook, Sequence[Draft]]:
    """The book with the drafts that `headway init` would write, and these."""
    drafts = draft_capabilities(
        looked.undecided, looked.weigh, above=_find_above(looked), private=looked.private
    )
    opened = OpenedFolder(Path("rules"), looked.book, {})
    return opened.compile_with(write_drafts(opened, drafts, lambda _work: "")), drafts


def take_edits(snapshot: Snapshot, book: RuleBook) -> Iterator[tuple[str, Looked]]:
    """Each edit that is offered first, in words, and what is so after it; until nothing waits."""
    looked = look_at(snapshot, book)
    while groups := looked.queue().groups:
        offered = [(g.kind is not GroupKind.DRAFT, n) for n, g in enumerate(groups) if g.edit]
        if offered:
            edit = groups[min(offered)[1]].edit
            assert edit is not None
            told = f"{edit.kind} {edit.capability_id}  {edit.after} ({len(edit.decides)})"
            looked = look_at(snapshot, apply_edit(looked.book, edit))
        else:
            epic = groups[0].epics[0]
            told = f"{PINNED} {epic.key}  {epic.title}  {_tell_likely(epic)}"
            looked = look_at(snapshot, pin_epic(looked.book, epic.key))
        yield told, looked


def pin_epic(book: RuleBook, key: str) -> RuleBook:
    """The book with one epic pinned to any capability: what is covered does not depend on which."""
    to = next(rule.id for rule in book.capabilities if not rule.draft)
    pin = f'  - {{issue: {key}, capability: {to}, reason: Known, by: "@anna"}}'
    pins = book.texts.get("pins.yaml", 'version: "1"\npins:')
    return rulebook_from_texts(dict(book.texts) | {"pins.yaml": f"{pins}\n{pin}"})


def show_curve(name: str, snapshot: Snapshot, shows_titles: bool) -> None:
    """Print what the drafts are, and the coverage after so many edits."""
    looked = look_at(snapshot, rulebook_from_texts(read_shipped_texts()))
    book, drafts = draft_book(looked)
    whole = looked.weigh([d.epic_id for d in looked.rollup.decisions])
    print(f"\n{name}: {len(looked.rollup.decisions)} epics, {len(drafts)} drafts")
    for draft in drafts:
        print(f"  {_percent(draft.work, whole):>3} %  {draft.capability_id} ({len(draft.epics)})")
        for key, title in draft.titles if shows_titles else ():
            print(f"           {key}  {title}")
    print("  commands: init --sync, then one an edit (name, decide --rule, decide)")
    print("  edits   pins among them   epics' work   all work")
    made: list[str] = []
    _show_point(made, looked)
    for told, after in take_edits(snapshot, book):
        is_first_pin = told.startswith(PINNED) and not any(m.startswith(PINNED) for m in made)
        if is_first_pin and len(made) not in STOPS:
            _show_point(made, looked)
        looked = after
        made.append(told)
        if len(made) in STOPS:
            _show_point(made, looked)
        if len(made) >= STOPS[-1]:
            break
    print("  edits that named no draft:")
    for number, told in enumerate(made, 1):
        if not told.startswith("name") and (shows_titles or not told.startswith(PINNED)):
            print(f"    {number:>3} {told}")
    _show_rest(looked, shows_titles)


def _show_point(made: Sequence[str], looked: Looked) -> None:
    pins = sum(told.startswith(PINNED) for told in made)
    epics, everything = looked.covered
    print(f"  {len(made):>5} {pins:>17} {epics:>11} % {everything:>8} %")


def _show_rest(looked: Looked, shows_titles: bool) -> None:
    """What is left, by why it waits."""
    print("  left:")
    for group in looked.queue().groups:
        if group.kind is GroupKind.SINGLE and not shows_titles:
            continue
        print(f"    {group.share:>3} %  {group.kind} {' '.join(group.subject)}")
        for epic in group.epics if shows_titles else ():
            print(f"            {epic.share} %  {epic.key}  {epic.title}  {_tell_likely(epic)}")


def _tell_likely(epic: QueuedEpic) -> str:
    return describe_suggestion(epic.suggestion) if epic.suggestion else ""


def _weigh_loose(rollup: Rollup) -> int:
    """The work in issues without an epic."""
    epics = {d.epic_id for d in rollup.decisions}
    groups: Mapping[int, EpicRollup] = rollup.groups
    return sum(g.work.credit + g.work.hidden for n, g in groups.items() if n not in epics)


def _find_above(looked: Looked) -> dict[int, Above]:
    by_id = {each.id: each for each in looked.snapshot.issues}
    return {
        epic.id: Above(place.key, place.summary)
        for epic in looked.undecided.epics.values()
        if epic.parent and (place := by_id.get(epic.parent.id or 0)) and not place.restricted
    }


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def read_sample() -> Snapshot:
    """The sample company's backlog as `headway init --sync` has read it over loopback."""
    with tempfile.TemporaryDirectory() as folder, SampleJira(build_company()) as jira:
        env = Path(folder) / "env"
        values = {
            "JIRA_URL": jira.url,
            "JIRA_EMAIL": jira.email,
            "JIRA_TOKEN": jira.token,
            "CLEAN_URL": f"sqlite:///{folder}/clean.db",
            "STATE_URL": f"sqlite:///{folder}/internal/state.db",
            "CONFIG_DIR": f"{folder}/rules",
            "CLOCK_TOLERANCE": "none",
        }
        env.write_text("\n".join(f"HEADWAY_{name}={value}" for name, value in values.items()))
        with redirect_stdout(io.StringIO()):
            code = run(["--env-file", str(env), "init", "--sync", "--json"])
        if code:
            sys.exit(f"the sample was not read: exit code {code}")
        settings = read_settings({}, env)
        with open_context(settings, reading=True) as context:
            return load_whole_inputs(context, read_rulebook(settings.config_dir)).snapshot


def snapshot_of(issues: Sequence[Issue]) -> Snapshot:
    """A backlog as a first run sees it."""
    portfolio = portfolio_of(issues, "project")
    return Snapshot(
        as_of=max(issue.updated_at for issue in issues),
        generation="benchmark",
        issues=tuple(issues),
        entries=portfolio.booking.entries,
        windows=portfolio.booking.windows,
        published_state=PublishedState(),
    )


def main() -> None:
    """Print the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", action="store_true")
    chosen = parser.parse_args()
    show_curve("sample company", read_sample(), chosen.titles)
    data = os.environ.get("HEADWAY_TEST_DATA")
    if not data:
        print("\nHEADWAY_TEST_DATA is not set: no real backlog was looked at.")
        return
    for shape in SHAPES:
        issues = read_archive(Path(data) / "tidev", shape)
        show_curve(f"tidev {shape}", snapshot_of(issues), chosen.titles)


if __name__ == "__main__":
    main()
