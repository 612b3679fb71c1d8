"""`headway explain`: why an issue, a capability or a rule is where it is."""

from typing import Any

from msgspec.structs import replace

from models.decision import Outcome
from models.errors import Problem, UsageError
from models.rulebook import CapabilityRule, ScreeningRule
from sync.cli.asked import read_asked
from sync.cli.output import print_json, print_page
from sync.cli.pages.rules.explanation import format_issue, format_rule
from sync.cli.pages.rules.levels import format_capability
from sync.pipeline.context import Context, open_context
from sync.pipeline.inputs.account import (
    load_account_of_epics,
    load_account_of_issues,
    load_titles_below,
)
from sync.pipeline.inputs.circumstances import load_circumstances
from sync.pipeline.inputs.inputs import TranslationInputs, load_inputs
from sync.pipeline.rules.in_force import read_rules_asked_about
from sync.rulebook import read_rulebook
from sync.settings.settings import Settings
from sync.store.clean.history import find_last_level_change
from translators.backlog.names import explain_ambiguous, list_names
from translators.explain.asked import explain_unknown, find_rule
from translators.explain.capability_account import CapabilityExplanation, explain_capability
from translators.explain.issue_account import IssueExplanation, explain_issue
from translators.explain.rule_account import explain_rule
from translators.plan.attribution import NOTHING


def show_explanation(settings: Settings, what: str, as_json: bool, show_all: bool) -> int:
    """The story of an issue's key or address, of a capability, or of a screening rule."""
    asked = read_asked(what, settings)
    with open_context(settings, reading=True) as context:
        rulebook = read_rules_asked_about(context, settings.config_dir, read_rulebook)
        inputs = load_inputs(context, rulebook)
        story: Any = _explain_issue(context, inputs, asked)
        if story is not None:
            page = format_issue(story, show_all=show_all)
        else:
            match _find_rule(context, inputs, asked):
                case CapabilityRule() as rule:
                    story = _explain_capability(context, inputs, rule)
                    page = format_capability(story, show_all=show_all)
                case rule:
                    story = explain_rule(rule, inputs.translate().attribution.decisions)
                    page = format_rule(story, show_all=show_all)
    print_json(story) if as_json else print_page(page)
    return 0


def _explain_issue(
    context: Context, inputs: TranslationInputs, asked: str
) -> IssueExplanation | None:
    account = load_account_of_issues(context, inputs, [asked])
    snapshot = account.snapshot
    found = [issue for issue in snapshot.issues if asked.upper() in list_names(issue)]
    if not found:
        return None
    if len(sites := {issue.site for issue in found}) > 1:
        raise UsageError(Problem(asked, *explain_ambiguous(asked.upper(), sites)))
    epics = {issue.epic_id or issue.id for issue in found}
    if any(
        each.epic_id in epics and each.outcome is Outcome.NEEDS_DECISION
        for each in inputs.rollup.decisions
    ):
        below = load_titles_below(context, inputs.rollup.decisions)
        snapshot = replace(snapshot, titles_below=below)
    return explain_issue(
        asked,
        snapshot,
        inputs.compiled,
        inputs.translate(),
        circumstances=load_circumstances(context, inputs),
        groups=inputs.rollup.groups,
        fortnights=account.fortnights,
    )


def _explain_capability(
    context: Context, inputs: TranslationInputs, rule: CapabilityRule
) -> CapabilityExplanation:
    translation = inputs.translate()
    evidence = translation.attribution.evidence.get(rule.id, NOTHING)
    epics = {epic.epic_id for epic in evidence.contributing_epics}
    account = load_account_of_epics(context, inputs, epics)
    return explain_capability(
        rule,
        account.snapshot,
        inputs.compiled,
        translation,
        change=find_last_level_change(context.clean, rule.id),
        undecided_since={
            epic: stored.since
            for epic, stored in inputs.stored.items()
            if stored.decision.outcome is Outcome.NEEDS_DECISION
        },
        circumstances=load_circumstances(context, inputs),
        fortnights=account.fortnights,
    )


def _find_rule(
    context: Context, inputs: TranslationInputs, asked: str
) -> CapabilityRule | ScreeningRule:
    """The rule that was asked for; UsageError, and why, where nothing answers to that."""
    book, published = inputs.book, inputs.snapshot.published_state.capabilities
    rule = find_rule(asked, book)
    is_deleted = asked.casefold() in published.keys() - {each.id for each in book.capabilities}
    if rule is not None and not is_deleted:
        return rule
    visible = {
        project.key for part in context.list_parts() for project in part.site_store.list_projects()
    }
    named = inputs.snapshot.named_projects
    raise UsageError(explain_unknown(asked, book, published, visible=visible, named=named))
