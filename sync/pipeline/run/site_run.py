"""Reads one site into the mirror, under the right to read it."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import structlog

from models.backlog import Field
from models.promises import PassedTexts
from models.rulebook import RuleBook
from sync.pipeline.consistency.clocks import check_clocks
from sync.pipeline.context import Context
from sync.pipeline.pull import Pulled, PullRun, pull_changes
from sync.pipeline.record.run_log import RunLog, open_run_log
from sync.pipeline.run.options import RunOptions
from sync.pipeline.run.pull_lease import acquire_pull_lease
from sync.pipeline.translation_cache import load_passed_texts
from sync.store.clean.lease import guard_lease

log = structlog.get_logger()


def list_other_fields(context: Context, site: str) -> tuple[Field, ...] | None:
    """The fields of the other sites that feed a list, None while one was never described."""
    fields: list[Field] = []
    for name in context.settings.site_names:
        if name == site:
            continue
        record = context.narrow(name).site_store.find_record()
        if record is None or record.profile is None:
            return None
        fields += record.profile.fields
    return tuple(fields)


def pull_site(context: Context, site: str, options: RunOptions | None = None) -> Pulled:
    """Read one of the sites that feed a list; nothing is translated.

    What came of it is recorded as a run of the site, then given or raised.
    """
    part, options = context.narrow(site), options or RunOptions()
    with (
        acquire_pull_lease(context, site) as lease,
        open_run_log(part, lease, options.tracer) as run_log,
        guard_lease(context.state if context.is_shared else context.clean, lease),
    ):
        rules = read_rules(part, run_log, options)
        pulled = read_site(part, rules.book, run_log, options, list_other_fields(context, site))
        run_log.record_reading(
            pulled.report,
            pulled.profile.server_time,
            (*run_log.noticed, *pulled.findings),
            pulled.losses,
        )
    return pulled


class Rules(NamedTuple):
    """The rule book to go by, and what is known of the promise linter.

    `is_paused` says of the site that they were read with whether a person has paused it.
    """

    book: RuleBook
    passed: PassedTexts
    is_paused: bool


def read_rules(part: Context, run_log: RunLog, options: RunOptions) -> Rules:
    """The rule book to go by; what is said of it is noted."""
    kept, is_paused = part.site_store.read_kept()
    passed = load_passed_texts(kept)
    rulebook, said = options.read_rules(part, passed)
    run_log.noticed += said
    log.debug("rules.read", capabilities=len(rulebook.capabilities), digest=rulebook.digest)
    return Rules(rulebook, passed, is_paused)


def read_site(
    part: Context,
    rulebook: RuleBook,
    run_log: RunLog,
    options: RunOptions,
    elsewhere: Sequence[Field] | None = (),
) -> Pulled:
    """Pull the only site of `part`, as a stage of a run under its lease.

    `elsewhere` are the fields of the other sites that feed the list.
    """
    pull = PullRun(
        site=part.settings.connection(),
        mirror=part.mirror,
        site_store=part.site_store,
        rulebook=rulebook,
        lease=run_log.lease,
        progress=options.progress,
        retry_policy=options.build_retry_policy(),
        full=options.full,
        check_clock=partial(check_clocks, part),
        elsewhere=elsewhere,
    )
    run_log.limits = pull.retry_policy.limits
    with run_log.go_through_stage("read") as counts:
        pulled = pull_changes(pull)
        counts |= {"issues": pulled.report.issues, "requests": pulled.report.requests}
    return pulled
