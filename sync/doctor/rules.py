"""The settings and the rule book: what is set, and whether it can be used."""

from collections.abc import Iterator
from dataclasses import replace

from models.errors import Problem, RuleBookError
from models.rule_finding import Severity
from sync.doctor.checks import Check, note, ok, wrong
from sync.doctor.context import DoctorContext
from sync.pipeline.context import Context
from sync.pipeline.rule_check.surroundings import Surroundings, find_surroundings
from sync.pipeline.rule_check.verdict import judge_rulebook
from sync.rulebook import read_rulebook
from sync.settings.settings import PARSERS
from sync.settings.sources import PREFIX
from translators.plurals import count_noun


def look_at_settings(context: DoctorContext) -> Iterator[Check]:
    """Which settings are set, by name alone; SettingsError where Jira's are missing."""
    given = [name for name in PARSERS if name in context.settings.given]
    names = ", ".join(name.upper() for name in given)
    yield ok(f"{PREFIX}...", f"{names}; all others are as shipped" if names else "none is set")
    gap = context.settings.schedule.longest_gap(context.settings.timezone)
    if gap > context.settings.freshness:
        what = (
            f"runs lie up to {count_noun(gap.days, 'day')} apart, and the list counts as fresh for "
            f"{count_noun(context.settings.freshness.days, 'day')}"
        )
        remedy = "Readers are told that it is stale until the next run; HEADWAY_STALE_AFTER mends."
        yield note("schedule", what, remedy)
    for site in context.settings.sites:
        context.site = site.connect()


def look_at_rules(context: DoctorContext) -> Iterator[Check]:
    """Whether the rule book compiles and has something to publish."""
    folder = str(context.settings.config_dir)
    book = read_rulebook(context.settings.config_dir)
    context.book = book
    what = (
        f"{len(book.capabilities)} capabilities, {len(book.screening)} screening rules, "
        f"{len(book.pins)} pins"
    )
    if book.capabilities:
        yield ok(folder, what)
    else:
        yield wrong(RuleBookError, Problem(folder, "has no capability yet", "Run `headway init`."))


def look_at_remarks(context: DoctorContext) -> Iterator[Check]:
    """What `headway check` says of the rule book; published ids are looked at with the list."""
    if context.book is None:
        yield note("rules", "not looked at: the rule book cannot be read")
        return
    surroundings = Surroundings()
    if context.clean and context.state:
        known = Context(context.settings, context.clean, context.state)
        surroundings = replace(find_surroundings(known, context.book), published_state=None)
    findings = judge_rulebook(context.book, context.settings.config_dir, surroundings)
    for finding in findings:
        if finding.severity is Severity.REFUSED:
            yield wrong(RuleBookError, Problem(finding.where, finding.what, finding.remedy))
        else:
            yield note(finding.where, finding.what, finding.remedy)
    if not findings:
        yield ok("rules", "texts, fields, ids, pins and examples are as they should be")
