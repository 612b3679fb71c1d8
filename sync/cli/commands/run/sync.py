"""`headway sync`: one run."""

from pathlib import Path

from sync.cli.output import print_json, print_page
from sync.cli.pages.results import format_run, word_tally
from sync.cli.progress import show_progress
from sync.notifications.heartbeat import keep_heartbeat
from sync.notifications.webhooks import tell_webhooks
from sync.pipeline.context import open_context
from sync.pipeline.run.run import run_once
from sync.service.signals import stop_on_signal
from sync.service.traces import keep_traces
from sync.settings.settings import Settings


def publish_plan_file(settings: Settings, path: Path, as_json: bool) -> int:
    """Publish exactly what a saved plan says; Jira is asked nothing."""
    from sync.cli.pages.run.approval import format_published_plan
    from sync.pipeline.approval.saved_plans import publish_saved_plan

    with open_context(settings) as context, tell_webhooks(context):
        done = publish_saved_plan(context, path)
    print_json(done) if as_json else print_page(format_published_plan(done))
    return 0


def run_sync(settings: Settings, full: bool, as_json: bool) -> int:
    """One run; its exit code."""
    with (
        keep_traces() as tracer,
        keep_heartbeat(settings) as heartbeat,
        open_context(settings) as context,
        tell_webhooks(context),
        stop_on_signal() as stop,
        show_progress("Jira") as progress,
    ):
        result = run_once(
            context,
            stop=stop,
            progress=progress,
            full=full,
            on_start=heartbeat.tell_start,
            tracer=tracer,
        )
        heartbeat.tell_result(result)
    if as_json:
        print_json(
            {
                "run": result.run_id,
                "outcome": result.outcome,
                "revision": result.revision,
                "change_seq": result.change_seq,
                "chain": result.chain,
                "rows_written": result.rows_written,
                "issues": result.walk.issues,
                "requests": result.walk.requests,
                "seconds": round(result.seconds, 3),
                "tally": word_tally(result.plan.tally),
                "active": result.plan.active,
                "unseen_projects": result.plan.unseen_projects,
                "unseen_sites": result.plan.unseen_sites,
                "losses": result.losses,
                "findings": result.findings,
            }
        )
    else:
        print_page(format_run(result))
    return result.exit_code
