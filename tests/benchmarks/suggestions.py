"""Prints every edit that the queue offers on a real product's backlog, for a person to judge.

    HEADWAY_TEST_DATA=FOLDER python -m tests.benchmarks.suggestions [--book FILE] [--shape v2|v3]

The folder holds tidev/ (see `tests.benchmarks.portfolio`). Without a book of one's own, there is a
small one for that product, written by hand from its titles and components.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from models.backlog import Issue
from models.capability import PublishedState
from models.decision import Outcome
from models.rulebook import RuleBook
from models.snapshot import LostClaims, Snapshot
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.benchmarks.portfolio import SHAPES, portfolio_of, read_archive
from translators.plan.rollup import roll_up_backlog
from translators.rules.decide import compile_rules
from translators.suggestions.queue import Queue, build_queue
from translators.suggestions.rule_edits import Undecided

BOOK = """
capabilities:
  - id: hyperloop
    name: Direct native access
    area: Platform
    summary: Native interfaces from script.
    when:
      any:
        - component: Hyperloop
  - id: alloy
    name: App framework
    area: Framework
    summary: Models and views.
    aliases: [Alloy, MVC]
    when:
      project: ALOY
  - id: command-line
    name: Command line
    area: Tools
    summary: Build and package on the command line.
    aliases: [CLI]
    when:
      component: [CLI, Titanium CLI]
  - id: desktop-service
    name: Background service
    area: Tools
    summary: A daemon for tools.
    when:
      any:
        - project: DAEMON
          summary has: [daemon]
        - component: appcd-plugin-titanium
  - id: ios-versions
    name: New iPhone systems
    area: Devices
    summary: Each new system of the phone is supported.
    when:
      project: TIMOB
      component: iOS
      summary has: [support iOS, iOS9 Updates, iPhone X]
  - id: android-versions
    name: New Android systems
    area: Devices
    summary: Each new Android is supported.
    when:
      project: TIMOB
      component: Android
      summary has: [implement support, M updates, Android 5.0]
  - id: windows-apps
    name: Apps for Windows
    area: Devices
    summary: Apps for Windows phones and tablets.
    when:
      project: TIMOB
      component: Windows
      not:
        component: [iOS, Android, CLI, Hyperloop]
  - id: lists
    name: Long lists
    area: Building blocks
    summary: Fast scrolling lists.
    aliases: [list view]
    when:
      summary has: [ListView]
  - id: profiling
    name: Profiling
    area: Tools
    summary: Measure where time is spent.
    when:
      summary has: [profiling, heap size]
  - id: modern-script
    name: Modern scripting
    area: Platform
    summary: Current language features.
    aliases: [promises]
    when:
      summary has: [ES6, webpack]
  - id: modules
    name: Ready-made modules
    area: Building blocks
    summary: Modules for maps, sign-in and messages.
    aliases: [Firebase]
    when:
      project: MOD
"""


def book_of(text: str) -> RuleBook:
    """A rule book of this text over what ships."""
    return rulebook_from_texts(read_shipped_texts() | {"rules.yaml": text})


def queue_of(issues: Sequence[Issue], book: RuleBook) -> tuple[Queue, dict[str, Issue]]:
    """What a first run's queue would be, and the epics by their keys."""
    portfolio = portfolio_of(issues, "project")
    compiled = compile_rules(book)
    as_of = max(issue.updated_at for issue in issues)
    snapshot = Snapshot(
        as_of=as_of,
        generation="benchmark",
        issues=tuple(issues),
        entries=portfolio.booking.entries,
        windows=portfolio.booking.windows,
        published_state=PublishedState(),
    )
    rollup = roll_up_backlog(snapshot, compiled)
    undecided = Undecided(issues, rollup.decisions, compiled, as_of.date())
    publishable = sum(
        rollup.groups[each.epic_id].work.credit
        for each in rollup.decisions
        if each.outcome is not Outcome.LEFT_OUT
    )
    queue = build_queue(
        undecided, rollup.groups, publishable, lost=LostClaims(), since={}, as_of=as_of
    )
    return queue, {issue.key: issue for issue in issues}


def main() -> None:
    """Print the queue, group by group, each with its titles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=SHAPES, default="v2")
    parser.add_argument("--book", type=Path)
    chosen = parser.parse_args()
    data = os.environ.get("HEADWAY_TEST_DATA")
    if not data:
        sys.exit("HEADWAY_TEST_DATA is not set: it names the folder that holds tidev/.")
    text = chosen.book.read_text("utf-8") if chosen.book else BOOK
    queue, issues = queue_of(read_archive(Path(data) / "tidev", chosen.shape), book_of(text))
    print(f"{queue.number} epics wait, {queue.share} % of what could be published")
    for group in queue.groups:
        edit = group.edit
        print(f"\n{group.share} %  {group.kind} {' '.join(group.subject)}")
        if edit:
            print(f"  {edit.kind} {edit.capability_id} {edit.at or ''}  {edit.because}")
            print(f"  {edit.before}  ->  {edit.after}   decides {len(edit.decides)}")
        for epic in group.epics:
            issue = issues[epic.key]
            print(f"    {epic.share} % {epic.key} {issue.summary} | {issue.components}")


if __name__ == "__main__":
    main()
