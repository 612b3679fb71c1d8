"""Measures suggestions on decided epics that are left out: how often right, how many, how sure.

    [HEADWAY_TEST_DATA=FOLDER] python -m tests.benchmarks.suggestions_learning [--lists FOLDER]

The sample company's epics, decided by its rule book; where the first folder holds tidev/ (see
`tests.benchmarks.portfolio`) a real product's, by a small rule book and by their components; and
where the folder of lists holds `web-features.json` and `caniuse.json` (data.json of the npm
packages web-features and caniuse-db) and `ember-cli-CHANGELOG.md` (of the npm package ember-cli)
public lists: features of browsers by group and by category, and changes that their authors call an
enhancement or internal; and any other list in a `*.tsv`, a line each of title, text and class.

Of an epic that a rule decided, the values by which it did are taken out before it is guessed, and
words of its title are replaced by one that was never heard: one that waits has none of these.
"""

import argparse
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from random import Random

from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue
from models.conditions import Comparison, Condition, Operator
from models.decision import Cause, Decision, Outcome, Reason
from models.rulebook import RuleBook
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.benchmarks.first_hour import read_sample
from tests.benchmarks.portfolio import SHAPES, read_archive
from tests.benchmarks.suggestions import BOOK, book_of
from tests.builders import AS_OF, an_epic
from translators.plan.decided import decide_epics
from translators.rules.condition_trace import find_met_lines, find_met_values
from translators.rules.decide import compile_rules
from translators.rules.fields import IssueView
from translators.suggestions.decided import Answer, SuggestedOutcome, classify_decision
from translators.suggestions.features import FIRST_BELOW
from translators.suggestions.suggestion import Suggestions
from translators.words import fold_value

SAMPLE_RULES = Path(__file__).parents[2] / "sync" / "sample" / "config"
SHARES = (10, 25, 50, 80)
FOLDS, PARTITIONS, TURNS = 10, 3, 6
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)
SHOW, HIDE = SuggestedOutcome.SHOW, SuggestedOutcome.HIDE


@dataclass(frozen=True)
class Case:
    """A backlog whose epics are decided; `also` are further answers that are right of an epic."""

    name: str
    issues: Sequence[Issue]
    decisions: Mapping[int, Decision]
    book: RuleBook
    also: Mapping[int, frozenset[Answer]] = field(default_factory=dict)

    def is_right(self, epic: int, answer: Answer) -> bool:
        """Whether that is what was decided."""
        kind = classify_decision(self.decisions[epic])
        return bool(kind and kind.answer == answer) or answer in self.also.get(epic, ())

    @cached_property
    def below(self) -> Mapping[int, Sequence[str]]:
        """The first titles below each epic."""
        below: dict[int, list[str]] = defaultdict(list)
        for each in sorted(self.issues, key=lambda issue: issue.id):
            is_open = each.hierarchy_level is HierarchyLevel.BASE and not each.restricted
            if is_open and each.epic_id and len(below[each.epic_id]) < FIRST_BELOW:
                below[each.epic_id].append(each.summary)
        return below

    def became(self, epic: int) -> SuggestedOutcome | None:
        """What became of a decided epic."""
        kind = classify_decision(self.decisions[epic])
        return kind.outcome if kind else None

    def list_decided(self) -> list[int]:
        """The epics that can be left out."""
        return [e for e, d in self.decisions.items() if classify_decision(d)]

    def learn(self, left_out: Iterable[int]) -> Suggestions:
        """What is learnt without these, of which none shows by which rule it was decided."""
        asked = frozenset(left_out)
        issues = [self._blind(each) if each.id in asked else each for each in self.issues]
        decisions = {e: _undecide(d) if e in asked else d for e, d in self.decisions.items()}
        views = {each.id: IssueView(each) for each in issues if each.id in decisions}
        below = {
            e: [self._blind_title(e, each) for each in titles] if e in asked else titles
            for e, titles in self.below.items()
        }
        return Suggestions(issues, decisions, self.book, views, below=below)

    def _blind_title(self, epic_id: int, title: str) -> str:
        """A title below an epic without the words of the epic's title by which a rule decided."""
        epic = self._by_id[epic_id]
        view = IssueView(epic)
        for line in self._list_met(epic, view):
            if line.field == "summary":
                title = _replace_words(title, find_met_values(line, view), "")
        return title

    def _blind(self, epic: Issue) -> Issue:
        """The epic without the values by which a rule decided."""
        view = IssueView(epic)
        for line in self._list_met(epic, view):
            epic = _take_out(epic, line, find_met_values(line, view))
        return epic

    @cached_property
    def _by_id(self) -> Mapping[int, Issue]:
        return {each.id: each for each in self.issues}

    def _list_met(self, epic: Issue, view: IssueView) -> Iterator[Comparison]:
        """The lines of rules by which an epic was decided."""
        for reason in self.decisions[epic.id].reasons:
            when = _find_condition(self.book, reason)
            yield from find_met_lines(when, view) if when else ()


def _find_condition(book: RuleBook, reason: Reason) -> Condition | None:
    if reason.cause is Cause.SCREENING:
        return next((each.when for each in book.screening if each.id == reason.rule), None)
    if reason.cause is Cause.CAPABILITY:
        return next((each.when for each in book.capabilities if each.id == reason.rule), None)
    return None


def _take_out(epic: Issue, line: Comparison, values: Sequence[str]) -> Issue:
    folded = {fold_value(value) for value in values}
    match line.field:
        case "component":
            kept = tuple(each for each in epic.components if fold_value(each) not in folded)
            return replace(epic, components=kept)
        case "labels":
            view = IssueView(epic)
            met = [each for each in epic.labels if folded & set(_fold_one(view, each))]
            return replace(epic, labels=tuple(each for each in epic.labels if each not in met))
        case "project" if line.operator is Operator.EQUALS:
            return replace(epic, project="OTHER")
        case "summary":
            return replace(epic, summary=_replace_words(epic.summary, values, f"qx{epic.id}z"))
        case _:
            return epic


def _replace_words(title: str, values: Sequence[str], by: str) -> str:
    words = "|".join(re.escape(value.rstrip("*")) for value in values)
    return re.sub(rf"(?i)\b(?:{words})\w*", by, title)


def _fold_one(view: IssueView, label: str) -> Iterator[str]:
    yield from (each for each in view.fold_values("labels") if each in fold_value(label))


def _undecide(decision: Decision) -> Decision:
    reason = Reason(cause=Cause.NO_RULE, text="left out")
    return replace(
        decision,
        outcome=Outcome.NEEDS_DECISION,
        claimed_by=None,
        counts_for=None,
        reasons=(reason,),
    )


@dataclass
class Score:
    """What came of guesses: counts of all, and of those that were told."""

    all: int = 0
    first: int = 0
    among: int = 0
    told: int = 0
    told_right: int = 0
    outcome: int = 0
    outcome_right: int = 0
    outcome_first: int = 0
    said: dict[SuggestedOutcome, list[bool]] = field(default_factory=lambda: defaultdict(list))
    listed: int = 0
    listed_right: int = 0
    by_sureness: dict[float, list[bool]] = field(default_factory=lambda: defaultdict(list))

    def add(self, case: Case, learnt: Suggestions, epics: Iterable[int]) -> None:
        """Ask of some epics that were left out."""
        for epic in epics:
            self.all += 1
            guess = learnt.guess(epic)
            if guess is not None:
                answer = guess.best[0]
                is_right = case.is_right(epic, answer)
                self.first += is_right
                self.among += any(case.is_right(epic, each) for each in guess.among[0])
                self.outcome_first += case.became(epic) is guess.outcome[0]
                rate = learnt.bars.whole.rate(learnt.bars.weigh_best(guess))
                self.by_sureness[max(b for b in BINS if b <= rate)].append(is_right)
            self._add_told(case, learnt, epic)

    def _add_told(self, case: Case, learnt: Suggestions, epic: int) -> None:
        told = learnt.suggest(epic)
        if told is None:
            return
        self.said[told.outcome].append(case.became(epic) is told.outcome)
        if told.capability or told.outcome is not SHOW:
            self.told += 1
            self.told_right += case.is_right(epic, (told.outcome, told.capability))
        elif told.likely:
            self.listed += 1
            self.listed_right += any(
                case.is_right(epic, (SHOW, each.capability_id)) for each in told.likely
            )
        else:
            self.outcome += 1
            self.outcome_right += case.became(epic) is told.outcome

    def __str__(self) -> str:
        return (
            f"first {_percent(self.first, self.all)}, among three {_percent(self.among, self.all)};"
            f" told {_percent(self.told, self.all)}, right {_percent(self.told_right, self.told)};"
            f" one of some {_percent(self.listed, self.all)},"
            f" right {_percent(self.listed_right, self.listed)};"
            f" outcome alone {_percent(self.outcome, self.all)},"
            f" right {_percent(self.outcome_right, self.outcome)}"
        )

    def tell_outcomes(self) -> str:
        """How often it is right what becomes of an epic, and of how many which was said."""
        said = [right for answers in self.said.values() for right in answers]
        parts = (
            f"{outcome} {len(answers)}, right {_percent(sum(answers), len(answers))}"
            for outcome, answers in sorted(self.said.items())
        )
        return (
            f"first {_percent(self.outcome_first, self.all)};"
            f" said {_percent(len(said), self.all)}, right {_percent(sum(said), len(said))}"
            f" ({'; '.join(parts)})"
        )


def leave_tenths_out(case: Case) -> Score:
    """What comes of guesses at every tenth of the decided epics by the others, in some ways."""
    score, epics = Score(), case.list_decided()
    for seed in range(PARTITIONS):
        for fold in _split(epics, FOLDS, seed):
            score.add(case, case.learn(fold), fold)
    return score


def measure(case: Case) -> None:
    """Print what comes of a case: left out by tenths, calibration, learning curve."""
    epics = case.list_decided()
    kinds = Counter(kind.outcome for e in epics if (kind := classify_decision(case.decisions[e])))
    classes = len({classify_decision(case.decisions[e]) for e in epics})
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(kinds.items()))
    print(f"\n{case.name}: {len(epics)} decided epics ({told}), {classes} kinds")
    score = leave_tenths_out(case)
    print(f"  a tenth left out   {score}")
    print(f"  show, hide or hold {score.tell_outcomes()}")
    for low, high in pairwise(BINS):
        if answers := score.by_sureness.get(low):
            right = _percent(sum(answers), len(answers))
            print(f"    sure {low:.2f} to {min(high, 1):.2f}: {len(answers):>4}, right {right}")
    for share in SHARES:
        curve = Score()
        for turn in range(TURNS):
            mixed = _mix(epics, turn)
            left_out = mixed[len(mixed) * share // 100 :]
            curve.add(case, case.learn(left_out), left_out)
        print(f"  {share:>3} % decided      {curve}")


def _mix(epics: Sequence[int], seed: int) -> list[int]:
    mixed = sorted(epics)
    Random(seed).shuffle(mixed)
    return mixed


def _split(epics: Sequence[int], parts: int, seed: int) -> list[list[int]]:
    mixed = _mix(epics, seed)
    return [mixed[number::parts] for number in range(parts)]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def case_of_book(name: str, issues: Sequence[Issue], book: RuleBook) -> Case:
    """A backlog as a rule book decides it."""
    epics = [each for each in issues if each.hierarchy_level is HierarchyLevel.EPIC]
    decided = decide_epics(epics, compile_rules(book), AS_OF.date())
    return Case(name, issues, {each.epic_id: each for each in decided}, book)


def case_of_answers(
    name: str, issues: Sequence[Issue], answers: Mapping[int, Sequence[Answer]]
) -> Case:
    """A backlog whose epics people decided; the first answer is theirs, others are right too."""
    names = sorted({name for each in answers.values() for _, name in each if name})
    rules = "".join(
        f"  - {{id: c{number}, name: {json.dumps(name)}, area: Some area, summary: All of it., "
        f"when: {{key: NONE-1}}}}\n"
        for number, name in enumerate(names)
    )
    texts = read_shipped_texts() | {"rules.yaml": f"capabilities:\n{rules}"}
    ids = {name: f"c{number}" for number, name in enumerate(names)}
    spelt = {e: [(o, ids[n] if n else None) for o, n in each] for e, each in answers.items()}
    epics = {each.id: each for each in issues}
    return Case(
        name,
        issues,
        {e: _decide(epics[e], each[0]) for e, each in spelt.items()},
        rulebook_from_texts(texts),
        {e: frozenset(each) for e, each in spelt.items()},
    )


def _decide(epic: Issue, answer: Answer) -> Decision:
    outcome, capability = answer
    return Decision(
        site=epic.site,
        epic_id=epic.id,
        key=epic.key,
        outcome=Outcome.PUBLISHED if outcome is SHOW else Outcome.LEFT_OUT,
        heading="pinned",
        reasons=(Reason(cause=Cause.PIN, text="pinned"),),
        claimed_by=capability,
    )


def read_web_features(file: Path) -> Case:
    """Features of browsers; those of no group are passed over."""
    issues, answers = [], {}
    for number, each in enumerate(json.loads(file.read_text("utf-8"))["features"].values(), 1):
        if each["kind"] != "feature" or not each.get("group"):
            continue
        title, text = each["name"], each["description"]
        issues.append(an_epic(id=number, key=f"WEB-{number}", summary=title, description=text))
        answers[number] = [(SHOW, group.replace("-", " ")) for group in each["group"]]
    return case_of_answers("web-features", issues, answers)


def read_caniuse(file: Path) -> Case:
    """Features of browsers by the one category that each has."""
    features = sorted(json.loads(file.read_text("utf-8"))["data"].items())
    told = [each for _, each in features if len(each["categories"]) == 1]
    issues = [
        an_epic(id=n, key=f"CAN-{n}", summary=each["title"], description=each["description"])
        for n, each in enumerate(told, 1)
    ]
    answers = {n: [(SHOW, each["categories"][0])] for n, each in enumerate(told, 1)}
    return case_of_answers("caniuse", issues, answers)


_CHANGE = re.compile(r"^ *[-*] \[#\d+\]\([^)]*\) (?:\[([A-Za-z]+)[^\]]*\])?(.*?)(?:\(?\[@.*)?$")
_SECTION = re.compile(r"^#+ :\w+: (\w+)")


def read_changelog(file: Path) -> Case:
    """Changes that are called an enhancement (or of a bug), and such as are called internal."""
    called = {"enhancement": SHOW, "feature": SHOW, "bugfix": SHOW, "bug": SHOW}
    called |= {"internal": HIDE, "cleanup": HIDE, "doc": HIDE, "docs": HIDE, "documentation": HIDE}
    issues, answers, section = [], {}, ""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if line.startswith("#"):
            found = _SECTION.match(line)
            section = found[1] if found else ""
        if change := _CHANGE.match(line):
            outcome = called.get((change[1] or section).lower())
            if outcome:
                title = change[2].strip()
                issues.append(an_epic(id=number, key=f"EMB-{number}", summary=title))
                answers[number] = [(outcome, "the product" if outcome is SHOW else None)]
    return case_of_answers("ember-cli changes", issues, answers)


def read_table(file: Path) -> Case:
    """A list of things: a title, what is written of it, and its class, with a tab between."""
    issues, answers = [], {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        title, text, of = line.split("\t")
        issues.append(an_epic(id=number, key=f"TAB-{number}", summary=title, description=text))
        answers[number] = [(SHOW, of)]
    return case_of_answers(file.stem, issues, answers)


def case_of_components(name: str, issues: Sequence[Issue], most: int = 99) -> Case:
    """A backlog whose epics' components are the answers, and are taken out.

    Of an epic with several, the first is taken for the team's answer, and any is right; one with
    more than `most` is passed over.
    """
    epics = [
        each
        for each in issues
        if each.hierarchy_level is HierarchyLevel.EPIC and 0 < len(each.components) <= most
    ]
    answers = {each.id: [(SHOW, c) for c in sorted(each.components)] for each in epics}
    blind = [replace(each, components=()) if each.id in answers else each for each in issues]
    return case_of_answers(name, blind, answers)


def list_cases(lists: Path | None) -> Iterator[Case]:
    """All that can be measured here."""
    texts = {each.name: each.read_text("utf-8") for each in sorted(SAMPLE_RULES.glob("*.yaml"))}
    sample = rulebook_from_texts(read_shipped_texts() | texts)
    yield case_of_book("sample company", read_sample().issues, sample)
    if data := os.environ.get("HEADWAY_TEST_DATA"):
        issues = read_archive(Path(data) / "tidev", next(iter(SHAPES)))
        yield case_of_book("tidev by a small rule book", issues, book_of(BOOK))
        yield case_of_components("tidev by components", issues)
        yield case_of_components("tidev by components, epics with one", issues, 1)
    else:
        print("HEADWAY_TEST_DATA is not set: no real backlog was looked at.")
    if lists:
        yield read_web_features(lists / "web-features.json")
        yield read_caniuse(lists / "caniuse.json")
        yield read_changelog(lists / "ember-cli-CHANGELOG.md")
        yield from map(read_table, sorted(lists.glob("*.tsv")))
    else:
        print("--lists is not given: no public list was looked at.")


def main() -> None:
    """Print the figures of every case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=Path)
    for case in list_cases(parser.parse_args().lists):
        measure(case)


if __name__ == "__main__":
    main()
