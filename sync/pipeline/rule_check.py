"""The one verdict on a rule book: `check`, `plan` and `doctor` show it, `sync` refuses by it.

What ends a run is found by the very functions that a run calls. All else is told beside it: it
fails `headway check`, or is only odd.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from models.backlog import HierarchyLevel, Issue, SiteProfile
from models.capability import PublishedState
from models.errors import Problem, RuleBookError, UsageError
from models.rule_finding import RuleFinding, Severity
from models.rulebook import CapabilityRule, RuleBook, ScreeningRule
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.field_plan import plan_fields
from sync.pipeline.context import Context
from sync.pipeline.inputs import check_no_published_id_deleted
from sync.rulebook import check_no_id_is_a_key, find_promises, locate_fields, usable_rulebook
from sync.rulebook.mistakes import SHIPPED
from sync.store.clean.published_state import read_published_state
from sync.store.state.mirror_values import COLUMNS
from translators.plurals import count_noun
from translators.rules.conditions import compile_condition
from translators.rules.decide import compile_rules
from translators.rules.examples import (
    find_false_examples,
    find_unknown_examples,
    list_missing_examples,
)
from translators.rules.fields import IssueView
from translators.rules.near_misses import find_near_misses, list_asked_values
from translators.rules.stale_references import find_unknown_issues

Rule = CapabilityRule | ScreeningRule
MOST_NEAR_MISSES = 10


@dataclass(frozen=True)
class Surroundings:
    """What a rule book is held against beside itself; None where it is not known.

    `issues` are those of the mirror, `profile` is the site as it was last described.
    """

    profile: SiteProfile | None = None
    published_state: PublishedState | None = None
    issues: tuple[Issue, ...] | None = None
    today: date | None = None


def find_surroundings(context: Context) -> Surroundings:
    """What both databases know; the whole mirror is read."""
    record = context.site_store.find_record()
    published_state = read_published_state(context.clean)
    if record is None or record.as_of is None:
        return Surroundings(published_state=published_state)
    return Surroundings(
        profile=record.profile,
        published_state=published_state,
        issues=tuple(context.mirror.issues()),
        today=record.as_of.date(),
    )


def describe_site_now(site: Site) -> SiteProfile:
    """The site as Jira describes it now; its errors are those of a run."""
    from sync.jira.client.blocking import BlockingJiraClient  # noqa: PLC0415 - as in pull
    from sync.jira.describe.profile import describe_site  # noqa: PLC0415
    from sync.jira.describe.site_info import fetch_site_info  # noqa: PLC0415

    retry_policy = RetryPolicy(attempts=2, deadline=30.0)
    with BlockingJiraClient(site, retry_policy) as jira:
        site_info = fetch_site_info(jira)
    return describe_site(site, site_info, retry_policy)


def check_rulebook(
    folder: Path, surroundings: Surroundings
) -> tuple[RuleBook | None, tuple[RuleFinding, ...]]:
    """The rule book of a folder, None where it cannot be compiled, and all that is to be said."""
    try:
        book = usable_rulebook(folder)
    except UsageError as error:
        return None, tuple(_refuse(error.problems))
    return book, judge_rulebook(book, folder, surroundings)


def judge_rulebook(
    book: RuleBook, folder: Path, surroundings: Surroundings
) -> tuple[RuleFinding, ...]:
    """The verdict on a rule book that was compiled, the worst first."""
    found = [
        *_find_refusals(book, folder, surroundings),
        *_find_failures(book, surroundings),
        *_find_oddities(book, surroundings),
    ]
    return tuple(_locate(finding, book, folder) for finding in found)


def refuse_errors(findings: Iterable[RuleFinding]) -> None:
    """RuleBookError with what ends a run, if anything does."""
    problems = [
        Problem(finding.where, finding.what, finding.remedy)
        for finding in findings
        if finding.severity is Severity.REFUSED
    ]
    if problems:
        raise RuleBookError(problems)


def _find_refusals(
    book: RuleBook, folder: Path, surroundings: Surroundings
) -> Iterator[RuleFinding]:
    profile, published_state = surroundings.profile, surroundings.published_state
    if profile is not None:
        places = locate_fields(book)
        first = book.effort.points_fields
        yield from _collect(lambda: plan_fields(profile, places, first, places))
        keys = {project.key for project in profile.projects}
        yield from _collect(lambda: check_no_id_is_a_key(book, keys))
    if published_state is not None:
        yield from _collect(lambda: check_no_published_id_deleted(book, published_state, folder))


def _find_failures(book: RuleBook, surroundings: Surroundings) -> Iterator[RuleFinding]:
    for at, key, violation in find_promises(book):
        what = f"{key} says {violation.span!r}: {violation.what}"
        remedy = "Word it otherwise: until then sales reads what was published before, or nothing."
        yield _fail(f"{at.file}:{at.line}:{at.column}", what, remedy)
    today = surroundings.today or datetime.now(UTC).date()
    for finding in compile_rules(book).find_expired_pins(today):
        yield _fail(finding.where, finding.what, "Delete it, or give it another `until`.")
    by_key = _index_keys(surroundings.issues or ())
    for rule in _list_own(book):
        for example, what in find_false_examples(rule, by_key.get):
            if not example.at.file.startswith(SHIPPED):
                yield _fail(str(example.at), f"{rule.id!r} {what}", "Mend the rule or the example.")
        for name in list_missing_examples(rule):
            what = f"{rule.id!r} has no example under `tests: {name}`"
            yield _fail(str(rule.at), what, "Give one: an issue key, or the fields that matter.")


def _find_oddities(book: RuleBook, surroundings: Surroundings) -> Iterator[RuleFinding]:
    if surroundings.issues is None:
        return
    issues = surroundings.issues
    today = surroundings.today or datetime.now(UTC).date()
    yield from _find_near_misses(book, issues)
    for finding in find_unknown_issues(book, issues, today):
        yield _warn(finding.where, finding.what, "Mend the key, or delete it.")
    projects = {issue.project.upper() for issue in issues}
    for each in book.gone:
        if each.project.upper() not in projects:
            what = f"Headway never read a project {each.project} that could be gone"
            yield _warn(str(each.at), what, "Mend the key, or delete it.")
    by_key = _index_keys(issues)
    epics = [issue for issue in issues if issue.hierarchy_level is HierarchyLevel.EPIC]
    views = [IssueView(issue) for issue in epics]
    for rule in _list_own(book):
        for example in find_unknown_examples(rule, by_key.get):
            what = f"the example {example.key} of {rule.id!r} is no issue that Headway has read"
            yield _warn(str(example.at), what, "Mend the key, or give the fields that matter.")
        yield from _warn_idle_items(rule, issues)
        if rule.when is None or rule.rare:
            continue
        is_met = compile_condition(rule.when)
        if views and not any(map(is_met, views)):
            what = f"{rule.id!r} matches none of {len(views)} epics"
            yield _warn(str(rule.at), what, "Mend it, delete it, or add `expect: rare`.")


def _warn_idle_items(rule: Rule, issues: Iterable[Issue]) -> Iterator[RuleFinding]:
    """A capability that asks for items without an epic, where there are none such."""
    if isinstance(rule, ScreeningRule) or rule.items is None or rule.rare:
        return
    is_met = compile_condition(rule.items)
    items = [i for i in issues if i.hierarchy_level is HierarchyLevel.BASE and i.epic_id is None]
    if items and not any(is_met(IssueView(issue)) for issue in items):
        what = f"the `items` of {rule.id!r} match none of {len(items)} items without an epic"
        yield _warn(str(rule.at), what, "Mend it, delete it, or add `expect: rare`.")


def _find_near_misses(book: RuleBook, issues: Iterable[Issue]) -> Iterator[RuleFinding]:
    """Values that issues have and no rule names but for a typo or a sign, the most used first."""
    counts: dict[str, Counter[str]] = {field: Counter() for field in COLUMNS}
    for view in map(IssueView, issues):
        for field, values in counts.items():
            values.update(set(view.read_values(field)))
    asked = list_asked_values(book, COLUMNS)
    for miss in find_near_misses(counts, asked)[:MOST_NEAR_MISSES]:
        have = count_noun(miss.issues, "issue", "have", one="has")
        what = f"{have} the {miss.field} {miss.value!r}, which no rule names; {miss.meant!r} is"
        at = asked[miss.field][miss.meant]
        yield _warn(str(at), what, "If it means the same, add it to the rule or mend it in Jira.")


def _list_own(book: RuleBook) -> Iterator[Rule]:
    """The team's own rules that are in use."""
    for screening in book.screening:
        if not screening.at.file.startswith(SHIPPED):
            yield screening
    for capability in book.capabilities:
        if not capability.draft and not capability.is_taken_off:
            yield capability


def _index_keys(issues: Iterable[Issue]) -> dict[str, Issue]:
    by_key = {key: issue for issue in issues for key in issue.former_keys}
    return by_key | {issue.key: issue for issue in issues}


def _collect(check: Callable[[], object]) -> Iterator[RuleFinding]:
    """What a check of a run raises."""
    try:
        check()
    except UsageError as error:
        yield from _refuse(error.problems)


def _refuse(problems: Iterable[Problem]) -> Iterator[RuleFinding]:
    for problem in problems:
        what = problem.what.removeprefix("error: ")
        yield RuleFinding(Severity.REFUSED, problem.where, what, problem.remedy)


def _fail(where: str, what: str, remedy: str) -> RuleFinding:
    return RuleFinding(Severity.FAILED, where, what, remedy)


def _warn(where: str, what: str, remedy: str) -> RuleFinding:
    return RuleFinding(Severity.WARNING, where, what, remedy)


def _locate(finding: RuleFinding, book: RuleBook, folder: Path) -> RuleFinding:
    """The finding with the folder before its file, so that an editor opens it."""
    file = finding.where.partition(":")[0]
    if file not in book.texts:
        return finding
    where = f"{folder}/{finding.where}"
    return RuleFinding(finding.severity, where, finding.what, finding.remedy)
