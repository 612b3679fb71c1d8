"""What is odd about a rule book beside a real backlog: rules that do nothing, or too much."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from msgspec import Struct

from models.backlog import HierarchyLevel, Issue
from models.conditions import Condition
from models.rule_finding import RuleFinding, Severity
from models.rulebook import CapabilityRule, RuleBook, Ruling, ScreeningRule
from sync.pipeline.context import Context
from sync.rulebook.mistakes import SHIPPED
from sync.store.db.engines import open_reader
from sync.store.state.mirror.queries import find_by_keys
from sync.store.state.mirror.streams import read_epics
from sync.store.state.mirror.values import COLUMNS, count_values, read_distinct
from translators.backlog.names import index_by_name
from translators.plurals import count_noun
from translators.rules.conditions import compile_condition, find_comparisons
from translators.rules.examples import find_unknown_examples, view_fields
from translators.rules.fields import IssueView
from translators.rules.matches import Matches
from translators.rules.near_misses import find_near_misses, list_asked_values
from translators.rules.oddities import Oddity, find_rule_oddities, list_hiding_no_epic
from translators.rules.seen_values import SeenValues
from translators.rules.stale_references import AMBIGUOUS, find_unknown_issues
from translators.rules.value_oddities import (
    Total,
    count_present,
    find_value_oddities,
    list_equal_fields,
    list_unseen,
)

Rule = CapabilityRule | ScreeningRule
MOST_NEAR_MISSES = 10
_NARROW = (
    "Narrow what you add, take values out by `without: {when: ...}`, or spare epics by "
    "`add: {unless: ...}`."
)
REMEMBERED = timedelta(days=90)
"""An epic that Jira lost counts for so long as one that rules match."""


class Backlog(Struct, frozen=True):
    """What rules are held against.

    `issues` are all of the mirror, or its epics and those that the rule book names; `total` is how
    many there are, `projects` are the keys of all that they were ever in. `values` says by field
    how many issues have each value, for the fields of `COLUMNS`. `read_items` gives what issues
    below epics have in some fields, each combination once; `read_loose` the same of items without
    an epic.
    """

    issues: Sequence[Issue]
    total: int
    projects: Collection[str]
    values: Mapping[str, Mapping[str, int]]
    read_items: Callable[[Collection[str]], Iterable[IssueView]]
    read_loose: Callable[[Collection[str]], Iterable[IssueView]]

    @classmethod
    def of_all(cls, issues: Sequence[Issue], values: Mapping[str, Mapping[str, int]]) -> "Backlog":
        """Where all issues are at hand."""

        def view_items(_fields: Collection[str]) -> Iterable[IssueView]:
            return (IssueView(i) for i in issues if i.hierarchy_level < HierarchyLevel.EPIC)

        def view_loose(_fields: Collection[str]) -> Iterable[IssueView]:
            return (IssueView(i) for i in issues if i.is_item_without_epic)

        projects = {i.project for i in issues}
        return cls(issues, len(issues), projects, values, view_items, view_loose)


def read_backlog(context: Context, book: RuleBook) -> Backlog:
    """What the mirror has for a rule book: the epics, and of other issues no more than needed."""
    mirror = context.mirror
    named = {each.key for rule in list_own(book) for each in rule.examples if each.key}
    named |= {pin.issue for pin in book.pins} | {each.issue for each in book.effort.void}
    named |= {each.issue for each in book.effort.release if isinstance(each, Ruling)}
    named |= {each.issue for each in book.assertions if each.issue}
    with open_reader(mirror.engine) as connection:
        issues = {issue.id: issue for issue in read_epics(connection, mirror)}
    keys = {spelt for key in named for spelt in (key, key.upper())}
    issues |= {issue.id: issue for issue in find_by_keys(mirror, keys)} if keys else {}

    def view_items(fields: Collection[str], *, are_loose: bool = False) -> Iterator[IssueView]:
        for site in mirror.sites:
            for found in read_distinct(mirror.engine, site, fields, are_loose=are_loose):
                yield view_fields(found)

    return Backlog(
        tuple(issues.values()),
        mirror.count_issues(),
        mirror.seen_projects(),
        count_values(mirror.engine, *mirror.sites),
        view_items,
        partial(view_items, are_loose=True),
    )


def find_warnings(book: RuleBook, backlog: Backlog, today: date) -> Iterator[RuleFinding]:
    """What is odd about a rule book, beside a backlog."""
    own = list(list_own(book))
    epics = [
        issue
        for issue in backlog.issues
        if issue.hierarchy_level is HierarchyLevel.EPIC
        and (issue.missing_since is None or issue.missing_since.date() > today - REMEMBERED)
    ]
    matches = Matches(book, epics)
    yield from _find_unknown(book, own, backlog, today)
    screening_items = _find_screening_items(list_hiding_no_epic(own, matches), backlog)
    inherited = dict(_find_inherited(own))
    yield from map(_tell, find_rule_oddities(book, own, matches, screening_items, inherited))
    yield from _find_idle_items(own, backlog)
    projects = {"project": dict.fromkeys(backlog.projects, 1)}
    others = list_equal_fields(own) - backlog.values.keys() - {"project", "site", "key"}
    present = {**backlog.values, **projects, **count_present(others, matches)}
    seen = {field: SeenValues(field, values) for field, values in present.items()}
    totals = dict.fromkeys(present, Total(backlog.total, "issue"))
    totals |= dict.fromkeys(others, Total(len(epics), "epic"))
    for oddity in find_value_oddities(own, matches, seen, totals):
        if not oddity.at.file.startswith(SHIPPED):  # in a rule that the team changes in part
            yield _tell(oddity)
    told = list_unseen((rule for rule in own if not rule.rare), seen)
    yield from _find_near_misses(book, backlog.values, told)


def _find_unknown(
    book: RuleBook, own: Iterable[Rule], backlog: Backlog, today: date
) -> Iterator[RuleFinding]:
    """Issues and projects that the rule book names and that nobody ever read."""
    for finding in find_unknown_issues(book, backlog.issues, today):
        if finding.code == AMBIGUOUS:  # a mistake, and told as such
            continue
        yield _warn(finding.where, finding.what, "Mend the key, or delete it.")
    known = {key.upper() for key in backlog.projects}
    for each in book.gone:
        if each.project and each.project.upper() not in known:
            what = f"Headway never read a project {each.project} that could be gone"
            yield _warn(str(each.at), what, "Mend the key, or delete it.", each.project)
    by_key = index_keys(backlog.issues)
    for rule in own:
        for example in find_unknown_examples(rule, by_key.get):
            what = f"the example {example.key} of {rule.id!r} is no issue that Headway has read"
            remedy = "Mend the key, or give the fields that matter."
            yield _warn(str(example.at), what, remedy, example.key or "")


def _find_idle_items(own: Iterable[Rule], backlog: Backlog) -> Iterator[RuleFinding]:
    """Capabilities that ask for items without an epic, and there are none such."""
    asking = {
        rule.id: rule
        for rule in own
        if isinstance(rule, CapabilityRule) and rule.items and not rule.rare
    }
    met = _find_met({name: rule.items for name, rule in asking.items()}, backlog.read_loose)
    for name in sorted(asking.keys() - met):
        what = f"the `items` of {name!r} match no item without an epic"
        remedy = "Mend them, delete them, or add `expect: rare`."
        yield _warn(str(asking[name].at), what, remedy, "items")


def _find_screening_items(rules: Iterable[ScreeningRule], backlog: Backlog) -> set[str]:
    """Those of these rules that match an issue below an epic."""
    return _find_met({rule.id: rule.when for rule in rules}, backlog.read_items)


def _find_met(
    conditions: Mapping[str, Condition | None],
    read: Callable[[Collection[str]], Iterable[IssueView]],
) -> set[str]:
    """The names of the conditions that anything meets of what is read."""
    waiting = {name: compile_condition(each) for name, each in conditions.items() if each}
    if not waiting:
        return set()
    fields = {line.field for each in conditions.values() if each for line in find_comparisons(each)}
    found: set[str] = set()
    for view in read(fields):
        matched = [name for name, matcher in waiting.items() if matcher(view)]
        found.update(matched)
        for name in matched:
            del waiting[name]
        if not waiting:
            break
    return found


def _find_inherited(own: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    """Shipped rules that the team changes in part, and how the team can narrow them.

    Of one to whose `when` it adds nothing, how broad it is is nothing of the team's.
    """
    for rule in own:
        lines = list(find_comparisons(rule.when)) if rule.when else []
        shipped = [line for line in lines if line.at.file.startswith(SHIPPED)]
        if shipped:
            yield rule.id, _NARROW if len(shipped) < len(lines) else ""


def list_own(book: RuleBook) -> Iterator[Rule]:
    """The team's own rules that are in use."""
    for screening in book.screening:
        if not screening.at.file.startswith(SHIPPED):
            yield screening
    for capability in book.capabilities:
        if not capability.draft and not capability.is_taken_off:
            yield capability


def index_keys(issues: Iterable[Issue]) -> dict[str, Issue]:
    """Issues by every key that they have or had."""
    return index_by_name(issues)


def _find_near_misses(
    book: RuleBook, values: Mapping[str, Mapping[str, int]], is_told: set[tuple[str, str]]
) -> Iterator[RuleFinding]:
    """Values that issues have and no rule names but for a typo or a sign, the most used first.

    Without those that are told with a rule's value that no issue has.
    """
    asked = list_asked_values(book, COLUMNS)
    misses = [
        miss for miss in find_near_misses(values, asked) if (miss.field, miss.meant) not in is_told
    ]
    for miss in misses[:MOST_NEAR_MISSES]:
        have = count_noun(miss.issues, "issue", "have", one="has")
        what = f"{have} the {miss.field} {miss.value!r}, which no rule names; {miss.meant!r} is"
        remedy = "If it means the same, add it to the rule or mend it in Jira."
        yield _warn(str(asked[miss.field][miss.meant]), what, remedy, miss.meant)


def _tell(oddity: Oddity) -> RuleFinding:
    return _warn(str(oddity.at), oddity.what, oddity.remedy, oddity.token)


def _warn(where: str, what: str, remedy: str, token: str = "") -> RuleFinding:
    return RuleFinding(Severity.WARNING, where, what, remedy, token)
