"""`headway plan`: what sales would read under changed rules, on the same mirror."""

from pathlib import Path

from models.rule_finding import RuleFinding
from models.rulebook import RuleBook
from sync.cli.output import print_json, print_page
from sync.cli.pages.plan import format_plan
from sync.pipeline.context import Context, open_context
from sync.pipeline.inputs import (
    TranslationInputs,
    load_inputs,
    load_rules_in_force,
)
from sync.pipeline.rule_check import find_surroundings, judge_rulebook, refuse_errors
from sync.rulebook import usable_rulebook
from sync.settings.settings import Settings
from translators.plan.decision_diff import diff_decisions
from translators.plan.translate import Translation, changes_between, find_causes


def show_plan(settings: Settings, config: Path | None, as_json: bool, show_all: bool) -> int:
    """What the rules in `config` would change, beside what is published."""
    folder = config or settings.config_dir
    rulebook = usable_rulebook(folder)
    with open_context(settings, reading=True) as context:
        in_force = load_rules_in_force(context, rulebook)
        remarks = _judge_rules(context, rulebook, folder)
        after = load_inputs(context, rulebook, in_force=in_force)
        new = after.translate()
        is_in_force = in_force.published_state.rulebook_digest == rulebook.digest
        old = new if is_in_force else _translate_before(context, after)
    published = {key: kept.row for key, kept in after.snapshot.published_state.capabilities.items()}
    base = old.rows if old else published
    reasons = find_causes(rulebook, new.attribution.decisions)
    by_rules = changes_between(base, new.rows, reasons)
    drift = changes_between(published, base, reasons)
    moved = diff_decisions(old.attribution.decisions, new.attribution.decisions) if old else ()
    if as_json:
        print_json(
            {
                "changes": by_rules,
                "drift": drift,
                "decisions": moved,
                "plan": new.plan,
                "digest": new.plan.digest,
                "remarks": remarks,
            }
        )
        return 0
    unchanged = sum(base.get(key) == row and row.is_active for key, row in new.rows.items())
    was = old.plan if old else None
    page = format_plan(
        new.plan,
        was,
        by_rules=by_rules,
        drift=drift,
        redecided=moved,
        unchanged=unchanged,
        remarks=remarks,
        show_all=show_all,
    )
    print_page(page)
    return 0


def show_edges(settings: Settings, config: Path | None, as_json: bool) -> int:
    """`--edges`: level edges that fit the portfolio, and what they would do."""
    from sync.cli.pages.levels import format_edges
    from translators.effort.edges import propose_edges

    folder = config or settings.config_dir
    rulebook = usable_rulebook(folder)
    with open_context(settings, reading=True) as context:
        _judge_rules(context, rulebook, folder)
        inputs = load_inputs(context, rulebook)
    proposal = propose_edges(inputs.translate().ratings, rulebook.effort.edges)
    if as_json:
        print_json(proposal)
    else:
        names = {rule.id: rule.name for rule in rulebook.capabilities}
        print_page(format_edges(proposal, names, rulebook.effort.scheme))
    return 0


def _judge_rules(context: Context, rulebook: RuleBook, folder: Path) -> tuple[RuleFinding, ...]:
    """The remarks on the rules; RuleBookError where a run refuses them."""
    surroundings = find_surroundings(context, rulebook)
    remarks = judge_rulebook(rulebook, folder, surroundings)
    refuse_errors(remarks)
    return remarks


def _translate_before(context: Context, after: TranslationInputs) -> Translation | None:
    """The same mirror under the rule book in force, if one was published."""
    before = after.in_force.rulebook
    if before is None:
        return None
    read = after.snapshot.issues if after.is_whole else None
    return load_inputs(context, before, read, after.in_force).translate()
