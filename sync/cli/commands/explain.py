"""`headway explain`: why an issue or capability is where it is."""

from models.decision import Outcome
from models.errors import Problem, UsageError
from sync.cli.output import print_json, print_page
from sync.cli.pages.explanation import format_issue
from sync.cli.pages.levels import format_capability
from sync.pipeline.account import load_account_of_epics, load_account_of_issues
from sync.pipeline.context import open_context
from sync.pipeline.inputs import load_inputs
from sync.rulebook import read_rulebook
from sync.settings.settings import Settings
from sync.store.clean.history import find_last_level_change
from translators.explain.explain import explain_capability, explain_issue
from translators.plan.attribution import NOTHING


def show_explanation(settings: Settings, what: str, as_json: bool, show_all: bool) -> int:
    """The story of an issue key, or of a capability's id or name."""
    rulebook = read_rulebook(settings.config_dir)
    wanted = what.strip().casefold()
    rule = next((r for r in rulebook.capabilities if wanted in (r.id, r.name.casefold())), None)
    with open_context(settings, reading=True) as context:
        inputs = load_inputs(context, rulebook)
        translation = inputs.translate()
        if rule is None:
            snapshot = load_account_of_issues(context, inputs, [what])
        else:
            evidence = translation.attribution.evidence.get(rule.id, NOTHING)
            epics = {epic.epic_id for epic in evidence.contributing_epics}
            snapshot = load_account_of_epics(context, inputs, epics)
        move = find_last_level_change(context.clean, rule.id) if rule else None
    if rule is not None:
        since = {
            epic: stored.since
            for epic, stored in inputs.stored.items()
            if stored.decision.outcome is Outcome.NEEDS_DECISION
        }
        story = explain_capability(
            rule,
            snapshot,
            inputs.compiled,
            translation,
            change=move,
            undecided_since=since,
        )
        print_json(story) if as_json else print_page(format_capability(story, show_all=show_all))
        return 0
    issue = explain_issue(what, snapshot, inputs.compiled, translation)
    if issue is None:
        remedy = "Give an issue key such as PAY-310, or the id or name of a capability."
        raise UsageError(Problem(what, "is neither in the mirror nor in the rule book", remedy))
    print_json(issue) if as_json else print_page(format_issue(issue))
    return 0
