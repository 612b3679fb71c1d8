"""The one verdict on a rule book: `check`, `plan` and `doctor` show it, `sync` refuses by it.

What ends a run is found by the very functions that a run calls. All else is told beside it: it
fails `headway check`, or is only odd.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from models.conditions import Operator
from models.errors import Problem, RuleBookError, UsageError
from models.promises import PassedTexts, Tier
from models.rule_finding import RuleFinding, Severity
from models.rulebook import CapabilityRule, Example, RuleBook
from sync.jira.describe.field_plan import plan_fields
from sync.pipeline.rule_check.rule_warnings import (
    find_warnings,
    list_own,
)
from sync.pipeline.rule_check.surroundings import Surroundings
from sync.pipeline.rules.in_force import check_no_published_id_deleted
from sync.rulebook import check_no_id_is_a_key, find_promises, locate_fields, usable_rulebook
from sync.rulebook.checks.authored import find_unwritten, list_published_texts
from sync.rulebook.files import lies_outside
from sync.rulebook.mistakes import SHIPPED, Position, find_token, quote_line
from translators.plan.assertions import judge_capability, judge_issue, word_assertion
from translators.promises.waivers import find_expired_waivers, find_idle_waivers
from translators.rules.conditions import list_comparisons
from translators.rules.decide import compile_rules
from translators.rules.examples import (
    ExampleCount,
    Rule,
    count_examples,
    find_false_examples,
    list_missing_examples,
)
from translators.rules.stale_references import AMBIGUOUS, find_unknown_issues
from translators.spelling import suggest_spelling
from translators.words import fold_value

_UNTIL = "until then sales reads what was published before, or nothing."
FalseExamples = Sequence[tuple[Rule, tuple[tuple[Example, str], ...]]]
"""Each rule with those of its examples that are false, and what each does instead."""


def compile_rulebook(
    folder: Path, passed: PassedTexts
) -> tuple[RuleBook | None, tuple[RuleFinding, ...]]:
    """The rule book of a folder, or None and why it cannot be compiled.

    Texts that have `passed` the promise linter are not searched again.
    """
    try:
        return replace(usable_rulebook(folder, passed), passed=passed), ()
    except UsageError as error:
        return None, tuple(_refuse(error.problems))


def judge_rulebook(
    book: RuleBook, folder: Path, surroundings: Surroundings, false: FalseExamples | None = None
) -> tuple[RuleFinding, ...]:
    """The verdict on a rule book that was compiled, the worst first.

    `false` are its false examples where these were found already.
    """
    faults = find_faults(book, folder, surroundings, false)
    warnings = list(_find_idle_waivers(book, surroundings.day))
    if surroundings.backlog is not None:
        warnings += find_warnings(book, surroundings.backlog, surroundings.day)
    return (*faults, *(_locate(warning, book, folder) for warning in warnings))


def find_faults(
    book: RuleBook, folder: Path, surroundings: Surroundings, false: FalseExamples | None = None
) -> tuple[RuleFinding, ...]:
    """What ends a run, and what fails `headway check`."""
    if false is None:
        false = find_own_false_examples(book, surroundings)
    found = (
        *_find_refusals(book, folder, surroundings),
        *_find_failures(book, surroundings, false),
        *_find_ambiguous(book, surroundings),
        *_find_unknown_sites(book, surroundings.sites),
        *_find_unfit_words(book),
        *_find_false_assertions(book, surroundings),
    )
    return tuple(_locate(finding, book, folder) for finding in found)


def find_missing_examples(book: RuleBook, folder: Path) -> frozenset[RuleFinding]:
    """Those of the faults that a rule has for want of an example."""
    found = (finding for rule in list_own(book) for finding in _find_missing_examples(rule))
    return frozenset(_locate(finding, book, folder) for finding in found)


def find_own_false_examples(book: RuleBook, surroundings: Surroundings) -> FalseExamples:
    """The examples of the team's own rules that do not come out as they say."""
    find = surroundings.by_key.get
    return [(rule, tuple(find_false_examples(rule, find))) for rule in list_own(book)]


def count_own_examples(
    book: RuleBook, surroundings: Surroundings, false: FalseExamples
) -> ExampleCount:
    """How the examples of the team's own rules come out, and what none of them speaks of."""
    failed = sum(len(examples) for _, examples in false)
    return count_examples(list_own(book), surroundings.by_key.get, failed)


def refuse_errors(findings: Iterable[RuleFinding]) -> None:
    """RuleBookError with what ends a run, if anything does."""
    problems = [
        Problem(each.where, "\n".join(filter(None, (each.what, each.excerpt))), each.remedy)
        for each in findings
        if each.severity is Severity.REFUSED
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


def _find_failures(
    book: RuleBook, surroundings: Surroundings, false: FalseExamples
) -> Iterator[RuleFinding]:
    yield from _find_promises(book, surroundings.day)
    for finding in compile_rules(book).find_expired_pins(surroundings.day):
        yield _fail(finding.where, finding.what, "Delete it, or give it another `until`.", "until")
    for rule, examples in false:
        for example, what in examples:
            if not example.at.file.startswith(SHIPPED):
                values = (value for each in example.fields.values() for value in each)
                token = example.key or next(values, "")
                remedy = "Mend the rule or the example."
                yield _fail(str(example.at), f"{rule.id!r} {what}", remedy, token)
        yield from _find_missing_examples(rule)


def _find_missing_examples(rule: Rule) -> Iterator[RuleFinding]:
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


def _find_idle_waivers(book: RuleBook, on: date) -> Iterator[RuleFinding]:
    """Waivers that will soon run out, or let nothing through."""
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


def _find_ambiguous(book: RuleBook, surroundings: Surroundings) -> Iterator[RuleFinding]:
    """Keys that issues of several sites have: nobody knows which is meant."""
    if len({issue.site for issue in surroundings.issues or ()}) < 2:
        return
    for finding in find_unknown_issues(book, surroundings.issues or (), surroundings.day):
        if finding.code == AMBIGUOUS:
            what, _, remedy = finding.what.partition(". ")
            yield _fail(finding.where, what, remedy, "issue")


def _find_unknown_sites(book: RuleBook, sites: Sequence[str]) -> Iterator[RuleFinding]:
    """Sites that rules ask for and that do not feed the list; nothing before one was read."""
    known = {fold_value(site) for site in sites}
    asked = [
        (line.at, value)
        for line in list_comparisons(book)
        if line.field == "site" and line.operator is Operator.EQUALS
        for value in line.values
    ]
    asked += [(each.at, each.site) for each in book.gone if each.site]
    for at, site in asked if known else ():
        if fold_value(site) not in known:
            hint = suggest_spelling(site, sites) or f"; known are {', '.join(sites)}"
            yield _fail(str(at), f"{site!r} is no site of this list{hint}", "Mend it.", site)


def _find_false_assertions(book: RuleBook, surroundings: Surroundings) -> Iterator[RuleFinding]:
    """What the team holds true of the backlog and is not; nothing where no backlog was read."""
    issues = surroundings.issues
    if issues is None or not book.assertions:
        return
    by_id = {issue.id: issue for issue in issues}
    compiled = compile_rules(book)
    is_of_levels = any(each.capability for each in book.assertions)
    translate = surroundings.translate if is_of_levels else None
    rows = translate(book).rows if translate else None
    for each in book.assertions:
        if each.issue is not None:
            issue = surroundings.by_key.get(each.issue.upper())
            epic = by_id.get(issue.epic_id or 0) if issue else None
            so = judge_issue(each, issue, epic, compiled, surroundings.day)
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
    if lies_outside(folder, file):
        return replace(finding, where=where, excerpt="")
    return replace(finding, where=where, excerpt=quote_line(lines, at).removeprefix("\n"))
