"""What is told of a service with one list in the text format of Prometheus.

All of it comes from what stands in the databases and from the process itself, so that a service
that was started again, or stands by, tells the same. No label holds a key, a title, a person or a
secret: their values are words of ours, but for the epoch and the names of sites and lists.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from prometheus_client.metrics_core import Metric

from models.tables.clean import FRESHNESS
from models.tables.state import RUN_OUTCOMES
from sync.service.http.families import build_counter, build_gauge, tell_moment, write_families
from sync.service.http.readings import CleanReading, Reading, StateReading
from sync.service.http.site_metrics import tell_sites
from sync.service.vitals import Vitals


def write_metrics(reading: Reading, vitals: Vitals) -> bytes:
    """Everything that is known now."""
    return write_families(_tell(reading, vitals))


def _tell(reading: Reading, vitals: Vitals) -> Iterator[Metric]:
    up = [((name,), name not in reading.faults) for name in ("clean", "state")]
    yield build_gauge(
        "database_up", "Whether a database can be read, and has our schema", up, "database"
    )
    if reading.logs:
        sizes = [((name,), size) for name, size in reading.logs.items()]
        yield build_gauge("sqlite_wal_bytes", "Size of SQLite's write-ahead log", sizes, "database")
    yield from _tell_schedule(reading, vitals)
    if reading.clean:
        yield from _tell_list(reading.clean)
    if reading.state:
        yield from _tell_last_run(reading.state)
        yield from _tell_totals(reading.state)
        yield from _tell_rest(reading.state)
        yield from tell_sites(reading.state.sites)


def _tell_schedule(reading: Reading, vitals: Vitals) -> Iterator[Metric]:
    yield build_counter(
        "schedule_skipped_runs",
        "Runs that the schedule let go, since this process began",
        [((why,), number) for why, number in vitals.skips.items()],
        "reason",
    )
    due = vitals.find_next_run()
    yield from tell_moment("next_run", "When this process has its next run", due)
    sites = reading.settings.sites
    ends = min((each.token_expires for each in sites if each.token_expires), default=None)
    last = datetime.combine(ends, time.max, UTC) if ends else None
    yield from tell_moment("jira_token_expiry", "The end of the last day of Jira's token", last)


def _tell_list(there: CleanReading) -> Iterator[Metric]:
    fresh = there.freshness
    states = [((status,), status == fresh.status) for status in FRESHNESS]
    yield build_gauge("list_status", "1 for the status that v1_freshness has", states, "status")
    yield build_gauge(
        "list_stale", "Whether no run has confirmed the list for too long", fresh.is_stale
    )
    yield from tell_moment(
        "list_as_of", "Jira's clock when what the list says was read", fresh.as_of
    )
    yield from tell_moment("list_checked", "When a run last confirmed the list", fresh.checked_at)
    yield from tell_moment("list_stale_after", "When the list goes stale", fresh.stale_after)
    yield from tell_moment("list_published", "When the list last changed", fresh.published_at)
    yield build_gauge("list_revision", "The publication that readers see", fresh.revision)
    epoch = [((there.epoch,), 1)]
    yield build_gauge(
        "list_epoch_info", "The history that revisions count in; always 1", epoch, "epoch"
    )
    entries = [((state,), number) for state, number in there.entries.items()]
    yield build_gauge("list_entries", "Entries of the list by their state", entries, "state")
    held = there.lease is not None and there.lease.state != "left"
    yield build_gauge("lease_held", "Whether a worker has the lease: a run is going on", held)


def _tell_last_run(there: StateReading) -> Iterator[Metric]:
    yield from tell_moment(
        "last_success", "When the last run began that published or confirmed", there.last_success
    )
    run = there.last_run
    if run is None or run.finished_at is None:
        return
    yield from tell_moment("last_run_started", "When the last run began that ended", run.started_at)
    yield from tell_moment("last_run_finished", "When it ended", run.finished_at)
    yield build_gauge("last_run_exit_code", "Its exit code; 0 is well", run.exit_code or 0)
    outcomes = [((each,), each == run.outcome) for each in RUN_OUTCOMES if each != "running"]
    yield build_gauge("last_run_outcome", "1 for how it ended", outcomes, "outcome")
    took = (run.finished_at - run.started_at).total_seconds()
    yield build_gauge("last_run_duration_seconds", "How long it took", took)
    stages = run.counts.get("cost", {}).get("seconds", {})
    each = [((stage,), seconds) for stage, seconds in stages.items()]
    yield build_gauge("last_run_stage_duration_seconds", "How long its stages took", each, "stage")
    causes = [
        ((decision, cause), number)
        for decision, counted in run.counts.get("causes", {}).items()
        for cause, number in counted.items()
    ]
    told = "Epics that it kept from the list, by what kind of thing says so"
    yield build_gauge("epic_causes", told, causes, "decision", "cause")
    unseen = len(run.counts.get("unseen_projects", ()))
    yield build_gauge("unseen_projects", "Projects that it could not see, or not whole", unseen)


def _tell_totals(there: StateReading) -> Iterator[Metric]:
    totals = there.totals
    ended = [((each.outcome, str(each.exit_code)), each.runs) for each in totals]
    yield build_counter("runs", "Runs by how they ended", ended, "outcome", "exit_code")
    for name, told, sums in (
        ("run_duration_seconds", "Time that stages of runs took", _sum(totals, "milliseconds")),
        ("jira_requests", "Requests sent to Jira", _sum(totals, "requests")),
        ("jira_retries", "Requests among them that asked again", _sum(totals, "retries")),
        (
            "jira_paused_seconds",
            "Time in which nothing was asked, as Jira wanted it slower",
            _sum(totals, "paused_milliseconds"),
        ),
        ("jira_issues_read", "Issues read by runs that came to an end", _sum(totals, "issues")),
    ):
        yield build_counter(name, told, sums / 1000 if name.endswith("seconds") else sums)


def _sum(totals: Iterable[object], name: str) -> float:
    return float(sum(getattr(each, name) for each in totals))


def _tell_rest(there: StateReading) -> Iterator[Metric]:
    epics = [((outcome,), number) for outcome, number in there.epics.items()]
    yield build_gauge("epics", "Epics by what the rule book decides of them", epics, "decision")
    findings = [((code,), number) for code, number in sorted(there.findings.items())]
    yield build_gauge("findings", "What the last run that came to a plan noticed", findings, "code")
    outbox = there.outbox
    kept = [(("waiting",), outbox.waiting), (("given_up",), outbox.given_up)]
    yield build_gauge(
        "outbox_messages", "Messages that wait, or were given up lately", kept, "state"
    )
    yield from tell_moment("outbox_oldest", "Since when the oldest message waits", outbox.oldest)
