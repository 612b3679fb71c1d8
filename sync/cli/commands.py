"""What each command does: open, call, print. Results go to stdout."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from models.errors import Problem, UsageError
from models.rulebook import RuleBook
from sync.cli.pages import explanation, levels, results
from sync.cli.pages import plan as plan_page
from sync.cli.pages import status as status_page
from sync.cli.progress import progress_bar
from sync.pipeline.approve import approve_run
from sync.pipeline.context import Context, open_context
from sync.pipeline.inputs import (
    TranslationInputs,
    check_no_published_id_deleted,
    load_inputs,
    load_rules_in_force,
)
from sync.rulebook import read_rulebook, usable_rulebook
from sync.service.signals import stop_on_signal
from sync.settings.settings import Settings
from sync.store.clean.history import find_last_level_change
from sync.store.clean.publish import read_freshness
from sync.store.clean.published_state import read_rows, read_terms
from sync.store.db import schemas
from sync.store.state import runs
from translators.effort.edges import propose_edges
from translators.explain.explain import explain_capability, explain_issue
from translators.explain.search import find_capability as find_row
from translators.plan.decision_diff import diff_decisions
from translators.plan.translate import Translation, changes_between, find_causes

HELD = 3


def sync(settings: Settings, full: bool, as_json: bool) -> int:
    """`headway sync`: one run; its exit code."""
    from sync.pipeline.run import run_once  # brings all that talks to Jira

    with (
        open_context(settings) as context,
        stop_on_signal() as stop,
        progress_bar("Jira") as progress,
    ):
        result = run_once(context, stop=stop, progress=progress, full=full)
    if as_json:
        print_json(
            {
                "run": result.run_id,
                "outcome": result.outcome,
                "revision": result.revision,
                "change_seq": result.change_seq,
                "rows_written": result.rows_written,
                "issues": result.walk.issues,
                "requests": result.walk.requests,
                "seconds": round(result.seconds, 3),
                "tally": results.word_tally(result.plan.tally),
                "active": result.plan.active,
                "unseen_projects": result.plan.unseen_projects,
                "findings": result.findings,
            }
        )
    else:
        print("\n".join(results.format_run(result)))
    return result.exit_code


def migrate(settings: Settings) -> None:
    """`headway migrate`: both databases at the newest schema."""
    with open_context(settings, check=False) as context:
        for place, revision in schemas.migrate_database(context.clean, context.state).items():
            print(f"{place}: at schema {revision}")


def init(settings: Settings) -> None:
    """`headway init`: a starter rule book where there is none, and both databases."""
    folder = settings.config_dir
    target = folder / "capabilities.yaml"
    if target.exists():
        remedy = "Edit it, or move it away to begin anew."
        raise UsageError(Problem(str(target), "is there already", remedy))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        starter = files("sync.rulebook.starter") / "capabilities.yaml"
        target.write_text(starter.read_text("utf-8"), "utf-8")
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise UsageError(Problem(str(target), what, "Choose another HEADWAY_CONFIG_DIR.")) from None
    print(f"Wrote {target}.")
    migrate(settings)
    print("Name your capabilities in it, then run `headway sync`.")


def status(settings: Settings, as_json: bool) -> int:
    """`headway status`: exit code 3 while something is held back."""
    with open_context(settings) as context:
        head = read_freshness(context.clean)
        last = runs.read_last_runs(context.state, settings.site)
        findings = runs.find_last_findings(context.state, settings.site)
    held = head.status == "held"
    if as_json:
        print_json({"freshness": head, "runs": last, "findings": findings})
    else:
        print("\n".join(status_page.format_status(head, last, findings)))
    return HELD if held else 0


def approve(settings: Settings, run_id: str, as_json: bool) -> int:
    """`headway approve`: what a guard held back is published as it was proposed."""
    with open_context(settings) as context:
        approved = approve_run(context, run_id)
    if as_json:
        print_json(approved)
    else:
        print("\n".join(plan_page.format_approval(approved)))
    return 0


def plan(settings: Settings, config: Path | None, as_json: bool) -> int:
    """`headway plan`: what sales would read under the rules in `config`, on the same mirror."""
    folder = config or settings.config_dir
    rulebook = usable_rulebook(folder)
    with open_context(settings) as context:
        in_force = load_rules_in_force(context)
        check_no_published_id_deleted(rulebook, in_force.published_state, folder)
        before = in_force.rulebook
        after = load_inputs(context, rulebook)
        new = after.translate()
        is_same = before is not None and before.digest == rulebook.digest
        old = new if is_same else _translated_before(context, before, after)
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
            }
        )
        return 0
    unchanged = sum(base.get(key) == row and row.is_active for key, row in new.rows.items())
    was = old.plan if old else None
    page = plan_page.format_plan(
        new.plan, was, by_rules=by_rules, drift=drift, redecided=moved, unchanged=unchanged
    )
    print("\n".join(page))
    return 0


def plan_edges(settings: Settings, config: Path | None, as_json: bool) -> int:
    """`headway plan --edges`: edges that fit the portfolio, and what they would do."""
    folder = config or settings.config_dir
    rulebook = usable_rulebook(folder)
    with open_context(settings) as context:
        inputs = load_inputs(context, rulebook)
        check_no_published_id_deleted(rulebook, inputs.snapshot.published_state, folder)
    proposal = propose_edges(inputs.translate().ratings, rulebook.effort.edges)
    if as_json:
        print_json(proposal)
    else:
        names = {rule.id: rule.name for rule in rulebook.capabilities}
        print("\n".join(levels.format_edges(proposal, names, rulebook.effort.scheme)))
    return 0


def explain(settings: Settings, what: str, as_json: bool) -> int:
    """`headway explain`: why an issue or capability is where it is."""
    rulebook = read_rulebook(settings.config_dir)
    wanted = what.strip().casefold()
    rule = next((r for r in rulebook.capabilities if wanted in (r.id, r.name.casefold())), None)
    with open_context(settings) as context:
        inputs = load_inputs(context, rulebook)
        change = find_last_level_change(context.clean, rule.id) if rule else None
    translation = inputs.translate()
    if rule is not None:
        story = explain_capability(rule, inputs.snapshot, inputs.compiled, translation, change)
        print_json(story) if as_json else print("\n".join(levels.format_capability(story)))
        return 0
    issue = explain_issue(what, inputs.snapshot, inputs.compiled, translation)
    if issue is None:
        remedy = "Give an issue key such as PAY-310, or the id or name of a capability."
        raise UsageError(Problem(what, "is neither in the mirror nor in the rule book", remedy))
    print_json(issue) if as_json else print("\n".join(explanation.format_issue(issue)))
    return 0


def find(settings: Settings, words: str, as_json: bool) -> int:
    """`headway find`: what a rep would find, or an honest nothing."""
    with open_context(settings) as context:
        found = find_row(words, read_rows(context.clean))
        asked_when = next((t for t in read_terms(context.clean) if t.kind == "asked_when"), None)
    if as_json:
        print_json(found)
    else:
        print("\n".join(results.format_answer(words, found, asked_when)))
    return 0


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    text = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2)
    print(text.decode())


def _translated_before(
    context: Context, before: RuleBook | None, after: TranslationInputs
) -> Translation | None:
    """The same mirror under the rule book in force."""
    if before is None:
        return None
    return load_inputs(context, before, after.snapshot.issues).translate()
