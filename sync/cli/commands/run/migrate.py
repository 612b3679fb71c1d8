"""`headway migrate`: both databases at the newest schema, and readers with a right to read."""

from collections.abc import Iterator

from sqlalchemy.engine import URL

from models.errors import HeadwayError, join_errors
from sync.cli.marks import Meaning, mark
from sync.cli.output import print_page
from sync.dispatch.extra import check_scale_installed
from sync.pipeline.context import migrate_databases as migrate_both
from sync.pipeline.context import open_context
from sync.settings.installation import Installation
from sync.settings.settings import Settings
from sync.store.clean.readers_role import RoleGrant
from sync.store.db.addresses import describe_place


def migrate_lists(lists: Installation) -> None:
    """Migrate those of each list; one that cannot be hides nothing of the others.

    Raises the gravest of the errors at the end, with what was wrong in all.
    """
    failed: list[HeadwayError] = []
    for name in lists.names:
        if len(lists.names) > 1:
            print_page([mark(name, Meaning.HEADING)])
        try:
            migrate_databases(lists.select_list(name))
        except HeadwayError as error:
            failed.append(error)
    if failed:
        raise join_errors(failed)


def migrate_databases(settings: Settings, *, quiet: bool = False) -> None:
    """Migrate both; one line each and what readers may, unless it is to be quiet."""
    with open_context(settings, check=False) as context:
        migrated = migrate_both(context)
    if not quiet:
        lines = [f"{place}: at schema {revision}" for place, revision in migrated.places.items()]
        print_page([*lines, *_tell_of_readers(migrated.readers)])


def migrate_jobs(url: URL | None) -> None:
    """Migrate the jobs database, where one is set, and say so."""
    if url is None:
        return
    check_scale_installed("HEADWAY_WORKERS_URL")
    from sync.dispatch.jobs.database import build_jobs_engine, migrate_jobs_database

    engine = build_jobs_engine(url)
    try:
        revision = migrate_jobs_database(engine)
    finally:
        engine.dispose()
    print_page([f"{describe_place(url)}, jobs: at schema {revision[:11]}"])


def _tell_of_readers(grant: RoleGrant | None) -> Iterator[str]:
    """What the readers' role may, and the SQL for what a person has to do."""
    if grant is None:
        return
    if not grant.is_there:
        yield f"There is no role {grant.role} yet, which may read the list and nothing else."
        yield "Have somebody who may make roles run this, give it a password with \\password in"
        yield "psql, and run headway migrate again: that lets it read the views."
    elif not grant.may_read:
        yield f"{grant.role} may not read every view, and this role may not let it."
        yield "Have the owner of the views run:"
    elif grant.remedy:
        yield f"{grant.role} may read the list. What its sessions should begin with, and do not:"
    else:
        yield f"{grant.role} may read the list."
    yield from (f"  {line}" for line in grant.remedy)
    if grant.beyond:
        more = f" and {len(grant.beyond) - 1} more" if len(grant.beyond) > 1 else ""
        yield f"{grant.role} reaches more than the list: {grant.beyond[0]}{more}."
        yield "Take from it what lets it: a grant, a role that it is a member of, or superuser."
