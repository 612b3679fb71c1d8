"""The commands that run it."""

from argparse import Namespace

from models.errors import Problem, UsageError
from sync.cli.help import run as texts
from sync.cli.help.shared import RUN
from sync.cli.parser import count_slots, named_path, option, word
from sync.cli.registry import (
    ALL,
    AS_JSON,
    command,
    read_given_lists,
    read_given_settings,
    start_log,
)


@command(
    RUN,
    texts.DEMO,
    option("--datacenter", help="Let the sample Jira speak Data Center."),
    option("--keep", help="Serve the sample Jira until Ctrl-C."),
)
def demo(given: Namespace) -> int:
    """See it all work, on a made-up company's backlog, in a few seconds.

    Starts a sample Jira on this machine, reads it twice, and prints a page that explains what
    came of it: what sales reads, and what became of every epic.
    """
    start_log(given)
    from sync.cli.commands.run.demo import run_demo

    run_demo("datacenter" if given.datacenter else "cloud", given.keep)
    return 0


@command(
    RUN,
    texts.INIT,
    option("--sync", help="Read Jira without asking, where no backlog was read yet."),
    option("--dry-run", help="Print the drafts, write nothing."),
    AS_JSON,
)
def init(given: Namespace) -> int:
    """Make both databases, write a starter rule book, and draft capabilities from the backlog.

    The first thing to run for a Jira of your own, and again after the first `sync`: what undecided
    epics have in common becomes drafts, most past work first, for you to name. What is written
    already is left alone.
    """
    from sync.cli.commands.run.init import begin_rulebook

    settings = read_given_settings(given)

    def read_jira() -> int:
        start_log(given)
        from sync.cli.commands.run.sync import run_sync

        return run_sync(read_given_settings(given, for_jira=True), full=False, as_json=False)

    return begin_rulebook(
        settings, given, read_jira if any(site.url for site in settings.sites) else None
    )


@command(
    RUN,
    texts.SYNC,
    option("--full", help="Read the whole backlog again, not only what changed."),
    option(
        "--plan",
        metavar="F",
        type=named_path,
        help="Publish the plan saved in F, and read nothing.",
    ),
    AS_JSON,
)
def sync(given: Namespace) -> int:
    """Read Jira, translate, publish: one run.

    Run it by hand, or from a scheduler of your own; `headway serve` does it on a schedule. Two
    runs never overlap, wherever they are started, and one that fails leaves the last good list.
    """
    start_log(given)
    from sync.cli.commands.run.sync import publish_plan_file, run_sync

    if given.plan:
        if given.full:
            what = "reads Jira, and --plan reads nothing: they cannot be given together"
            raise UsageError(Problem("--full", what, "Give one of them."))
        return publish_plan_file(read_given_settings(given), given.plan, given.as_json)
    return run_sync(read_given_settings(given, for_jira=True), given.full, given.as_json)


WORKERS = option(
    "--workers",
    metavar="URL",
    help="The PostgreSQL database of jobs; HEADWAY_WORKERS_URL keeps it out of sight.",
)


@command(
    RUN,
    texts.SERVE,
    option("--once-healthy", help="Wait for databases that are still to be made or migrated."),
    WORKERS,
)
def serve(given: Namespace) -> int:
    """Run on the schedule until told to stop.

    For a container or any supervisor. The first run begins at once if one is overdue (or there
    was none yet), else when the schedule has it; the log says when. Of several lists, each has its
    own schedule.

    With --workers it is the clock of workers: it runs nothing itself, and hands out what is due.
    """
    start_log(given, service=True)
    from sync.cli.commands.run.serve import serve_lists_or_one

    return serve_lists_or_one(given)


@command(
    RUN,
    texts.WORK,
    WORKERS,
    option("--slots", metavar="N", type=count_slots, default=2, help="Jobs at a time: 2."),
)
def work(given: Namespace) -> int:
    """Work for a clock: run lists that `headway serve --workers` hands out, on any machine.

    Start as many as the work takes, each with the settings and secrets of all lists. One that is
    killed or frozen has its jobs done by another one within half a minute.
    """
    start_log(given, service=True)
    from sync.cli.commands.run.serve import work_for_clock

    return work_for_clock(given)


@command(RUN, texts.STATUS, ALL, AS_JSON)
def status(given: Namespace) -> int:
    """Say how the last runs went, how fresh the list is, and what is held back and why.

    The first thing to look at when something seems wrong; also a health check. Of several lists
    with none named: one line a site, the worst first.
    """
    lists = read_given_lists(given)
    if len(lists.names) > 1:
        from sync.cli.commands.run.overview import show_overview

        return show_overview(lists, given.as_json, given.show_all)
    from sync.cli.commands.run.status import show_status

    return show_status(lists.select_list(), given.as_json, given.show_all)


@command(
    RUN,
    texts.APPROVE,
    word("run", "RUN"),
    option("--yes", help="Publish it without asking."),
    option("--dry-run", help="Show what it would publish, and publish nothing."),
    AS_JSON,
)
def approve(given: Namespace) -> int:
    """Show what a held run proposed, then publish exactly that.

    A guard holds a publication back where data alone would change much of what sales reads.
    `headway status` names the RUN. At a terminal it asks before it publishes; in a script naming
    the RUN is the word.
    """
    start_log(given)
    from sync.cli.commands.run.approve import publish_proposal

    return publish_proposal(
        read_given_settings(given),
        given.run,
        as_json=given.as_json,
        yes=given.yes,
        dry_run=given.dry_run,
    )


@command(
    RUN,
    texts.RECOVER,
    option("--restored", help="Both databases were restored: begin anew though they agree."),
    AS_JSON,
)
def recover(given: Namespace) -> int:
    """After a database was restored or lost: begin a new epoch, and say who must read anew.

    Compares what the clean database says was published with what the state database remembers.
    Where they agree, nothing is changed, unless both were restored: then neither knows what was
    published since.
    """
    from sync.cli.commands.run.recover import begin_anew

    return begin_anew(read_given_settings(given), given.restored, given.as_json)


@command(
    RUN,
    texts.PAUSE,
    word("site", "SITE"),
    option("--reason", metavar="TEXT", help="Why, for who looks next."),
    AS_JSON,
)
def pause(given: Namespace) -> int:
    """Ask a Jira for nothing until it is resumed; what was read of it counts on.

    SITE is its name in the settings. Lists that it feeds say as of when they know it; rules go on
    being applied to what was read. A run that is going on is not ended.
    """
    from sync.cli.commands.run.pause import pause_site

    return pause_site(read_given_lists(given), given.site, given.reason, given.as_json)


@command(RUN, texts.RESUME, word("site", "SITE"), AS_JSON)
def resume(given: Namespace) -> int:
    """Let the next run read a paused Jira again.

    SITE is its name in the settings.
    """
    from sync.cli.commands.run.pause import resume_site

    return resume_site(read_given_lists(given), given.site, given.as_json)


@command(RUN, texts.DOCTOR, ALL, AS_JSON)
def doctor(given: Namespace) -> int:
    """Look at settings, databases, Jira and all that was found there; changes nothing."""
    start_log(given)
    from sync.cli.commands.run.doctor import examine_all

    return examine_all(read_given_settings(given), given.as_json, given.show_all)


@command(RUN, texts.COMPLETION, word("shell", "SHELL", choices=("bash", "zsh", "fish")))
def completion(given: Namespace) -> int:
    """Print a script by which a shell completes commands, options and ids of the rule book.

    SHELL is bash, zsh or fish.
    """
    from sync.cli.commands.run.completion import print_script

    return print_script(given.shell)


@command(RUN, texts.MIGRATE, WORKERS)
def migrate(given: Namespace) -> int:
    """Bring both databases to the newest schema; that of jobs too, where there are workers.

    Run it once before the first `sync` or `serve` (`init` has done it), and after every upgrade.
    To run it again does no harm.
    """
    from sync.cli.commands.run.migrate import migrate_jobs, migrate_lists
    from sync.cli.commands.run.serve import find_jobs_url

    migrate_lists(read_given_lists(given))
    migrate_jobs(find_jobs_url(given))
    return 0
