"""The one verdict on a rule book: `check`, `plan` and `doctor` show it, `sync` refuses by it.

What ends a run is found by the very functions that a run calls. All else is told beside it: it
fails `headway check`, or is only odd.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec.structs import replace

from models.backlog import Issue, SiteProfile
from models.capability import Capability, PublishedState
from models.errors import Problem, RuleBookError, UsageError
from models.rule_finding import RuleFinding, Severity
from models.rulebook import CapabilityRule, RuleBook, Tier
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.field_plan import plan_fields
from sync.pipeline.context import Context
from sync.pipeline.inputs import check_no_published_id_deleted, load_inputs
from sync.pipeline.rule_warnings import (
    Backlog,
    find_warnings,
    index_keys,
    list_own,
    read_backlog,
)
from sync.rulebook import check_no_id_is_a_key, find_promises, locate_fields, usable_rulebook
from sync.rulebook.authored import find_unwritten, list_published_texts
from sync.rulebook.mistakes import SHIPPED, Position, find_token, quote_line
from sync.store.clean.published_state import read_published_state
from sync.store.state.mirror_values import count_values
from translators.plan.assertions import judge_capability, judge_issue, word_assertion
from translators.promises.waivers import find_expired_waivers, find_idle_waivers
from translators.rules.decide import compile_rules
from translators.rules.examples import (
    ExampleCount,
    count_examples,
    find_false_examples,
    list_missing_examples,
)
from translators.words import fold_value

_UNTIL = "until then sales reads what was published before, or nothing."


@dataclass(frozen=True)
class Surroundings:
    """What a rule book is held against beside itself; None where it is not known.

    `issues` are those of the mirror, or those that `backlog` has for one rule book; `profile` is
    the site as it was last described. `translate` gives the rows that a rule book would publish.
    Both `backlog` and `translate` read on, and last no longer than the databases are open.
    """

    profile: SiteProfile | None = None
    published_state: PublishedState | None = None
    issues: tuple[Issue, ...] | None = None
    today: date | None = None
    backlog: Backlog | None = None
    translate: Callable[[RuleBook], Mapping[str, Capability]] | None = None


def find_surroundings(context: Context, book: RuleBook | None = None) -> Surroundings:
    """What both databases know; of a mirror no more than `book` needs, or all of it without one."""
    record = context.site_store.find_record()
    published_state = read_published_state(context.clean)
    if record is None or record.as_of is None:
        return Surroundings(published_state=published_state)
    if book is None:
        values = count_values(context.state, context.settings.site)
        backlog = Backlog.of_all(tuple(context.mirror.issues()), values)
    else:
        backlog = read_backlog(context, book)
    return Surroundings(
        profile=record.profile,
        published_state=published_state,
        issues=tuple(backlog.issues),
        today=record.as_of.date(),
        backlog=backlog,
        translate=lambda book: load_inputs(context, book).translate().rows,
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


def compile_rulebook(folder: Path) -> tuple[RuleBook | None, tuple[RuleFinding, ...]]:
    """The rule book of a folder, or None and why it cannot be compiled."""
    try:
        return usable_rulebook(folder), ()
    except UsageError as error:
        return None, tuple(_refuse(error.problems))


def judge_rulebook(
    book: RuleBook, folder: Path, surroundings: Surroundings
) -> tuple[RuleFinding, ...]:
    """The verdict on a rule book that was compiled, the worst first."""
    found = [
        *_find_refusals(book, folder, surroundings),
        *_find_failures(book, surroundings),
        *_find_unfit_words(book),
        *_find_false_assertions(book, surroundings),
    ]
    if surroundings.backlog is not None:
        found += find_warnings(book, surroundings.backlog, _today(surroundings))
    return tuple(_locate(finding, book, folder) for finding in found)


def count_own_examples(book: RuleBook, surroundings: Surroundings) -> ExampleCount:
    """How the examples of the team's own rules come out, and what none of them speaks of."""
    return count_examples(list_own(book), index_keys(surroundings.issues or ()).get)


def refuse_errors(findings: Iterable[RuleFinding]) -> None:
    """RuleBookError with what ends a run, if anything does."""
    problems = [
        Problem(each.where, "\n".join(filter(None, (each.what, each.excerpt))), each.remedy)
        for each in findings
        if each.severity is Severity.REFUSED
    ]
    if problems:
        raise RuleBookError(problems)


def _today(surroundings: Surroundings) -> date:
    return surroundings.today or datetime.now(UTC).date()


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
    yield from _find_promises(book, _today(surroundings))
    for finding in compile_rules(book).find_expired_pins(_today(surroundings)):
        yield _fail(finding.where, finding.what, "Delete it, or give it another `until`.", "until")
    by_key = index_keys(surroundings.issues or ())
    for rule in list_own(book):
        for example, what in find_false_examples(rule, by_key.get):
            if not example.at.file.startswith(SHIPPED):
                values = (value for each in example.fields.values() for value in each)
                token = example.key or next(values, "")
                remedy = "Mend the rule or the example."
                yield _fail(str(example.at), f"{rule.id!r} {what}", remedy, token)
        for name in list_missing_examples(rule):
            what = f"{rule.id!r} has no example under `tests: {name}`"
            yield _fail(str(rule.at), what, "Give one: an issue key, or the fields that matter.")


def _find_promises(book: RuleBook, on: date) -> Iterator[RuleFinding]:
    """What sales must not read in the team's texts, how to word it, and waivers that ran out."""
    for at, key, violation in find_promises(book, on):
        what = f"{key} says {violation.span!r}: {violation.what} ({violation.rule})"
        waive = ", or waive it" if violation.tier is Tier.ASK else ""
        remedy = f"{violation.instead.removesuffix('.')}{waive}: {_UNTIL}"
        yield _fail(f"{at.file}:{at.line}:{at.column}", what, remedy)
    for finding in find_expired_waivers(book, on):
        remedy = "Delete it, or give it another `until`."
        yield _fail(finding.where, finding.what, remedy, "until")
    for finding in find_idle_waivers(book, list_published_texts(book), on):
        remedy = "Ask whoever gave it." if finding.code == "waiver-ending" else "Delete it."
        yield RuleFinding(Severity.WARNING, finding.where, finding.what, remedy, "says")


def _find_unfit_words(book: RuleBook) -> Iterator[RuleFinding]:
    """Words that sales would read and that nobody wrote, and names that two entries have."""
    on_list = [rule for rule in book.capabilities if not (rule.draft or rule.is_taken_off)]
    by_name: dict[str, list[CapabilityRule]] = defaultdict(list)
    for rule in on_list:
        by_name[fold_value(rule.name)].append(rule)
        for key in find_unwritten(rule):
            what = f"{rule.id!r} still has the {key} of a draft: {getattr(rule, key)!r}"
            yield _fail(str(rule.at), what, "Write what sales is to read.")
    for first, *others in by_name.values():
        for other in others:
            what = f"{other.id!r} has the name of {first.id!r} ({first.at}): {other.name!r}"
            remedy = "Sales could not tell them apart: name one otherwise, or merge them."
            yield _fail(str(other.at), what, remedy)


def _find_false_assertions(book: RuleBook, surroundings: Surroundings) -> Iterator[RuleFinding]:
    """What the team holds true of the backlog and is not; nothing where no backlog was read."""
    issues = surroundings.issues
    if issues is None or not book.assertions:
        return
    by_key, by_id = index_keys(issues), {issue.id: issue for issue in issues}
    compiled = compile_rules(book)
    is_of_levels = any(each.capability for each in book.assertions)
    rows = surroundings.translate(book) if is_of_levels and surroundings.translate else None
    for each in book.assertions:
        if each.issue is not None:
            issue = by_key.get(each.issue.upper())
            epic = by_id.get(issue.epic_id or 0) if issue else None
            so = judge_issue(each, issue, epic, compiled, _today(surroundings))
        else:
            so = judge_capability(each, rows) if rows is not None else None
        if so is not None:
            because = f" ({each.reason})" if each.reason else ""
            what = f"{word_assertion(each)}{because}; {so}"
            yield _fail(str(each.at), what, "Mend the rules, or the assertion.")


def _collect(check: Callable[[], object]) -> Iterator[RuleFinding]:
    """What a check of a run raises."""
    try:
        check()
    except UsageError as error:
        yield from _refuse(error.problems)


def _refuse(problems: Iterable[Problem]) -> Iterator[RuleFinding]:
    for problem in problems:
        what, _, excerpt = problem.what.removeprefix("error: ").partition("\n")
        yield RuleFinding(Severity.REFUSED, problem.where, what, problem.remedy, excerpt)


def _fail(where: str, what: str, remedy: str, token: str = "") -> RuleFinding:
    return RuleFinding(Severity.FAILED, where, what, remedy, token)


def _locate(finding: RuleFinding, book: RuleBook, folder: Path) -> RuleFinding:
    """The finding with the folder before its file, its column and its line, as an editor shows it.

    Where only the line is known, the caret stands below the text that was left as its excerpt, or
    below where the line begins.
    """
    file, _, place = finding.where.partition(":")
    text = book.texts.get(file)
    if text is None:
        return finding
    lines = text.splitlines()
    line, _, column = place.partition(":")
    at = Position(file, int(line or 0), int(column or 0))
    if at.line and not at.column:
        at = find_token(lines, at, finding.excerpt)
    where = ":".join((f"{folder}/{file}", *(str(number) for number in at[1:] if number)))
    return replace(finding, where=where, excerpt=quote_line(lines, at).removeprefix("\n"))
