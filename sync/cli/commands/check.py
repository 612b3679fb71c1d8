"""`headway check`: all that is wrong or odd in the rule book, before any run meets it."""

from dataclasses import replace
from pathlib import Path

from models.errors import DatabaseError, UsageError
from models.rule_finding import RuleFinding, Severity
from sync.cli.output import print_json, print_page
from sync.cli.pages.rules import format_findings, summarize_findings
from sync.pipeline.context import open_context
from sync.pipeline.rule_check import (
    Surroundings,
    check_rulebook,
    describe_site_now,
    find_surroundings,
)
from sync.settings.settings import PREFIX, RESERVED, Settings


def show_verdict(settings: Settings, config: Path | None, live: bool, as_json: bool) -> int:
    """The verdict on a rule book; 2 where a run would refuse it or a check fails."""
    surroundings, basis = _look_around(settings, live=live)
    _, findings = check_rulebook(config or settings.config_dir, surroundings)
    findings += tuple(
        RuleFinding(Severity.WARNING, PREFIX + name.upper(), "is set and does nothing yet")
        for name in RESERVED
        if name in settings.given
    )
    code = UsageError.exit_code if any(finding.is_error for finding in findings) else 0
    if as_json:
        print_json({"exit_code": code, "basis": basis, "findings": findings})
    else:
        print_page([summarize_findings(findings), *format_findings(findings), basis])
    return code


def _look_around(settings: Settings, *, live: bool) -> tuple[Surroundings, str]:
    """What the rules can be held against, and that in words; a rule book needs no database."""
    surroundings, basis = Surroundings(), "Held against no backlog: none was read yet."
    try:
        with open_context(settings, reading=True) as context:
            surroundings = find_surroundings(context)
    except DatabaseError as error:
        basis = f"Held against no backlog: {error.problems[0].what} ({error.problems[0].where})."
    if surroundings.issues is not None:
        basis = f"Held against the {len(surroundings.issues):,} issues that were last read."
    if live:
        profile = describe_site_now(settings.connection())
        surroundings = replace(surroundings, profile=profile)
        basis += " Fields and projects are those of Jira now."
    return surroundings, basis
