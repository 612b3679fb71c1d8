"""`headway plan`: what sales would read under changed rules, on the same mirror."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from models.backlog import HierarchyLevel, Issue
from models.errors import Problem, UsageError
from models.plan import SavedPlan
from models.rule_finding import RuleFinding
from models.rulebook import RuleBook
from sync.cli.marks import Meaning, mark
from sync.cli.output import print_json, print_page
from sync.cli.pages.phrases import join_first
from sync.cli.pages.rules.plan import format_drift, format_plan
from sync.cli.pages.rules.plan_markdown import format_markdown
from sync.pipeline.context import Context, open_context
from sync.pipeline.inputs.inputs import (
    TranslationInputs,
    Values,
    load_inputs,
    load_inputs_before,
)
from sync.pipeline.rule_check.surroundings import find_surroundings
from sync.pipeline.rule_check.verdict import judge_rulebook, refuse_errors
from sync.pipeline.rules.in_force import (
    RulesInForce,
    load_rules_in_force,
    read_rules_asked_about,
)
from sync.settings.settings import Settings
from translators.plan.decision_diff import diff_decisions
from translators.plan.preview import Preview, build_preview
from translators.plan.translate import Translation, changes_between, find_causes
from translators.promises.linter import compile_linter

CHANGES = 4
"""The exit code of `--detailed-exitcode` where something would change."""


class PlanOptions(Struct, frozen=True, kw_only=True):
    """How a plan is shown, and what else becomes of it."""

    as_json: bool = False
    as_markdown: bool = False
    show_all: bool = False
    show_drift: bool = False
    detailed_exit_code: bool = False
    save: Path | None = None
    accepts_unscreened: bool = False
    publish_to: str | None = None


def show_plan(settings: Settings, config: Path | None, options: PlanOptions) -> int:
    """What the rules in `config` would change, beside what is published."""
    folder = config or settings.config_dir
    if options.save and settings.snapshot is not None:
        what = "cannot be given together with --snapshot: the plan would fit no database"
        raise UsageError(Problem("--save", what, "Give one of them."))
    notes = []
    with open_context(settings, reading=True) as context:
        rulebook = read_rules_asked_about(context, folder)
        in_force = load_rules_in_force(context, rulebook)
        remarks, values, epics = _judge_rules(context, rulebook, folder, in_force)
        after = load_inputs(context, rulebook, in_force=in_force, values=values, epics=epics)
        new = after.translate()
        is_in_force = in_force.published_state.rulebook_digest == rulebook.digest
        before = None if is_in_force else load_inputs_before(context, after, values)
        old = before.translate() if before else new if is_in_force else None
        preview = _build_preview(after, new, old, remarks)
        if options.save:
            from sync.pipeline.approval.saved_plans import save_plan

            saved = save_plan(
                context, options.save, after, new, accepts_unscreened=options.accepts_unscreened
            )
            notes += _tell_saved(options.save, saved)
        if options.publish_to is not None:
            from sync.pipeline.sales.planned_list import publish_planned_list

            notes.append(publish_planned_list(context, new.plan, options.publish_to))
    if options.as_json:
        print_json(preview)
    elif options.as_markdown:
        print_page(format_markdown(preview))
    elif options.show_drift:
        print_page([*format_drift(preview), *notes])
    else:
        print_page([*format_plan(preview, show_all=options.show_all), *notes])
    return CHANGES if options.detailed_exit_code and preview.is_change else 0


def _build_preview(
    after: TranslationInputs,
    new: Translation,
    old: Translation | None,
    remarks: Sequence[RuleFinding],
) -> Preview:
    published = {key: kept.row for key, kept in after.snapshot.published_state.capabilities.items()}
    base = old.rows if old else published
    reasons = find_causes(after.book, new.attribution.decisions)
    linter = compile_linter(after.book, after.snapshot.as_of.date())
    return build_preview(
        new.plan,
        books=(after.in_force.rulebook, after.book),
        was=old.plan if old else None,
        by_rules=changes_between(base, new.rows, reasons, linter),
        drift=changes_between(published, base, reasons, linter),
        moved=diff_decisions(old.attribution.decisions, new.attribution.decisions) if old else (),
        unscreened=after.find_unscreened(),
        unchanged=sum(base.get(key) == row and row.is_active for key, row in new.rows.items()),
        remarks=remarks,
    )


def _tell_saved(path: Path, saved: SavedPlan) -> list[str]:
    publish = f"headway sync --plan {path}"
    told = f"Saved: {path} ({saved.digest[:12]}); {publish} publishes it."
    lines: list[str] = [mark(told, Meaning.COMMAND, publish)]
    if saved.unscreened:
        keys = join_first(saved.unscreened)
        consent = "accepted" if saved.accepts_unscreened else "not accepted: --accept-unscreened"
        told = f"  HIGH: it takes {keys} out of screening; {consent}"
        lines.append(mark(told, Meaning.BAD, "HIGH"))
    return lines


def show_edges(settings: Settings, config: Path | None, as_json: bool) -> int:
    """`--edges`: level edges that fit the portfolio, and what they would do."""
    from sync.cli.pages.rules.levels import format_edges
    from translators.effort.edges import propose_edges

    folder = config or settings.config_dir
    with open_context(settings, reading=True) as context:
        rulebook = read_rules_asked_about(context, folder)
        in_force = load_rules_in_force(context, rulebook)
        _, values, epics = _judge_rules(context, rulebook, folder, in_force)
        inputs = load_inputs(context, rulebook, in_force=in_force, values=values, epics=epics)
    proposal = propose_edges(inputs.translate().ratings, rulebook.effort.edges)
    if as_json:
        print_json(proposal)
    else:
        names = {rule.id: rule.name for rule in rulebook.capabilities}
        print_page(format_edges(proposal, names, rulebook.effort.scheme))
    return 0


def _judge_rules(
    context: Context, rulebook: RuleBook, folder: Path, in_force: RulesInForce
) -> tuple[tuple[RuleFinding, ...], Values | None, Sequence[Issue] | None]:
    """The remarks on the rules, what issues have, and the epics; RuleBookError where a run refuses
    the rules."""
    surroundings = find_surroundings(context, rulebook, in_force.published_state)
    remarks = judge_rulebook(rulebook, folder, surroundings)
    refuse_errors(remarks)
    backlog = surroundings.backlog
    if backlog is None:
        return remarks, None, None
    epics = [each for each in backlog.issues if each.hierarchy_level is HierarchyLevel.EPIC]
    return remarks, backlog.values, epics
