"""A piece of work in names alone, and how it is carried out.

Whoever does it, the words and the exit code of its end are those of `headway sync`.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Literal

import structlog
from msgspec import Struct

from models.errors import (
    DatabaseError,
    HeadwayError,
    HeldError,
    LeaseHeldError,
    SettingsError,
    StoppedError,
    TryLaterError,
    describe_os_error,
)
from sync.notifications.heartbeat import keep_heartbeat
from sync.notifications.secrets import hide_secrets
from sync.notifications.webhooks import tell_webhooks
from sync.pipeline.context import open_context
from sync.pipeline.record.failures import BUG, log_failure
from sync.pipeline.record.result import RunResult
from sync.pipeline.rules.kept_rules import read_kept_rules
from sync.pipeline.run.list_run import publish_list
from sync.pipeline.run.options import RunOptions
from sync.pipeline.run.run import run_once
from sync.pipeline.run.site_run import pull_site
from sync.settings.settings import Settings
from sync.store.state.site.pauses import read_pauses

log = structlog.get_logger()

GONE = SettingsError.exit_code
COMES_BACK = {DatabaseError.exit_code, TryLaterError.exit_code}
LONGEST_WHAT = 300
GONE_LIST = "is not among the lists any more; nothing was done, and nothing taken away"
GONE_SITE = "feeds the list no more; nothing was read, and nothing taken away"

FindSettings = Callable[[str], Settings | None]
"""The settings of a list by its name, read anew; None where the settings know no such list."""
Lists = Mapping[str, Settings]


Kind = Literal["run", "pull", "translate"]


class DueList(Struct, frozen=True):
    """A list that is due, and the sites that feed it."""

    list: str
    sites: tuple[str, ...] = ("main",)


class Work(Struct, frozen=True):
    """What is to be done, in names: no address and no secret is among them.

    A `run` reads the site of a list and publishes what it comes to. Where several sites feed a
    list, each is a `pull`, and what they come to is the list's `translate`.
    """

    list: str
    site: str = ""
    kind: Kind = "run"

    def __str__(self) -> str:
        return f"{self.list}/{self.site}" if self.site else self.list


class Outcome(Struct, frozen=True):
    """How work ended: its exit code, and in words what was wrong.

    `is_ours` is False where another worker has it in hand, or it was asked to stop: that says
    nothing of the list. `is_lacking` says that something is not set here, which another worker may
    have. `has_read` says whether its Jira was read to a plan.
    """

    exit_code: int = 0
    what: str = ""
    is_ours: bool = True
    is_stopped: bool = False
    is_lacking: bool = False
    has_read: bool = False

    @property
    def comes_back(self) -> bool:
        """Whether it may succeed later with nobody's help."""
        return self.exit_code in COMES_BACK


def carry_out(work: Work, find_settings: FindSettings, stop: threading.Event) -> Outcome:
    """Do it, and say how it ended; raises nothing. `stop` ends it at the next safe place."""
    with structlog.contextvars.bound_contextvars(list=work.list):
        settings: Settings | None = None
        try:
            settings = find_settings(work.list)
            if settings is None:
                log.warning("work.gone", why=GONE_LIST)
                return Outcome(GONE, GONE_LIST)
            if work.kind == "pull":
                return _pull(settings, work.site, stop)
            return _tell_result(_publish(settings, work, stop))
        except StoppedError as error:
            log.info("work.stopped", run=error.run_id)
            return Outcome(error.exit_code, is_ours=False, is_stopped=True)
        except LeaseHeldError as error:
            log.info("work.held-elsewhere", why=str(error))
            return Outcome(error.exit_code, str(error), is_ours=False)
        except HeadwayError as error:
            return _tell_failure(error, settings)
        except OSError as error:
            return _tell_failure(describe_os_error(error), settings)
        except Exception as error:
            log.exception("work.bug", exit_code=BUG)
            return Outcome(BUG, f"a bug in Headway: {type(error).__name__}")


def _pull(settings: Settings, site: str, stop: threading.Event) -> Outcome:
    """Read one of several sites; others are told of the list once it is translated."""
    if site not in settings.site_names:
        log.warning("work.gone", why=GONE_SITE)
        return Outcome(GONE, GONE_SITE)
    with open_context(settings) as context:
        if site in read_pauses(context.state):
            return Outcome()
        pull_site(context, site, RunOptions(stop=stop, read_rules=read_kept_rules))
    return Outcome(has_read=True)


def _publish(settings: Settings, work: Work, stop: threading.Event) -> RunResult:
    """A whole run, or of several sites what they came to."""
    with (
        keep_heartbeat(settings) as heartbeat,
        open_context(settings) as context,
        tell_webhooks(context),
    ):
        if work.kind == "translate":
            heartbeat.tell_start()
            options = RunOptions(stop=stop, read_rules=read_kept_rules)
            result = publish_list(context, options)
        else:
            result = run_once(
                context, stop=stop, on_start=heartbeat.tell_start, read_rules=read_kept_rules
            )
        heartbeat.tell_result(result)
    return result


def _tell_result(result: RunResult) -> Outcome:
    if not result.exit_code:
        return Outcome(has_read=True)
    told = [f"project {each}" for each in sorted(result.plan.unseen_projects)]
    told += [f"site {each}" for each in result.plan.unseen_sites]
    return Outcome(result.exit_code, f"cannot be seen: {', '.join(told)}", has_read=True)


def _tell_failure(error: HeadwayError, settings: Settings | None) -> Outcome:
    if settings is None and isinstance(error, SettingsError):
        return Outcome(error.exit_code, str(error)[:LONGEST_WHAT], is_lacking=True)
    log_failure("work.failed", error)
    what = hide_secrets(str(error), settings) if settings else str(error)
    has_read = isinstance(error, HeldError)
    return Outcome(error.exit_code, what[:LONGEST_WHAT], has_read=has_read)
