"""What is odd about a rule book beside a real backlog: rules that do nothing, or too much."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property

from models.backlog import HierarchyLevel, Issue
from models.rule_finding import RuleFinding, Severity
from models.rulebook import CapabilityRule, RuleBook, ScreeningRule
from sync.rulebook.mistakes import SHIPPED
from sync.store.state.mirror_values import COLUMNS
from translators.plurals import count_noun
from translators.rules.conditions import compile_condition
from translators.rules.examples import find_unknown_examples
from translators.rules.fields import IssueView
from translators.rules.matches import Matches
from translators.rules.near_misses import find_near_misses, list_asked_values
from translators.rules.oddities import Oddity, find_rule_oddities
from translators.rules.stale_references import find_unknown_issues
from translators.rules.value_oddities import (
    Total,
    count_present,
    find_value_oddities,
    list_equal_fields,
    list_unseen,
)

Rule = CapabilityRule | ScreeningRule
MOST_NEAR_MISSES = 10
REMEMBERED = timedelta(days=90)
"""An epic that Jira lost counts for so long as one that rules match."""


def find_warnings(
    book: RuleBook,
    issues: Iterable[Issue],
    values: Mapping[str, Mapping[str, int]],
    today: date,
) -> Iterator[RuleFinding]:
    """What is odd, beside the issues of the mirror.

    `values` says by field how many of them have each value, for the fields of `COLUMNS`.
    """
    issues = list(issues)
    own = list(list_own(book))
    epics = [
        issue
        for issue in issues
        if issue.hierarchy_level is HierarchyLevel.EPIC
        and (issue.missing_since is None or issue.missing_since.date() > today - REMEMBERED)
    ]
    matches = Matches(book, epics)
    projects = {"project": dict.fromkeys({issue.project for issue in issues}, 1)}
    others = list_equal_fields(own) - values.keys() - {"project", "key"}
    present = {**values, **projects, **count_present(others, matches)}
    totals = dict.fromkeys(present, Total(len(issues), "issue"))
    totals |= dict.fromkeys(others, Total(len(epics), "epic"))
    is_told = list_unseen((rule for rule in own if not rule.rare), present)
    yield from _find_near_misses(book, values, is_told)
    for finding in find_unknown_issues(book, issues, today):
        yield _warn(finding.where, finding.what, "Mend the key, or delete it.")
    known = {issue.project.upper() for issue in issues}
    for each in book.gone:
        if each.project.upper() not in known:
            what = f"Headway never read a project {each.project} that could be gone"
            yield _warn(str(each.at), what, "Mend the key, or delete it.", each.project)
    by_key = index_keys(issues)
    for rule in own:
        for example in find_unknown_examples(rule, by_key.get):
            what = f"the example {example.key} of {rule.id!r} is no issue that Headway has read"
            remedy = "Mend the key, or give the fields that matter."
            yield _warn(str(example.at), what, remedy, example.key or "")
    items = _Items(issues)
    odd = find_rule_oddities(book, own, matches, items.are_screened_by)
    yield from map(_tell, odd)
    yield from map(_tell, find_value_oddities(own, matches, present, totals))


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
    issues = list(issues)
    by_key = {key: issue for issue in issues for key in issue.former_keys}
    return by_key | {issue.key: issue for issue in issues}


class _Items:
    """The issues that are no epics: looked at only for rules that match no epic."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self._issues = issues

    @cached_property
    def _views(self) -> list[IssueView]:
        below = (i for i in self._issues if i.hierarchy_level < HierarchyLevel.EPIC)
        return [IssueView(issue) for issue in below]

    def are_screened_by(self, rule: ScreeningRule) -> bool:
        """Whether a rule matches any of them."""
        return any(map(compile_condition(rule.when), self._views))


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
