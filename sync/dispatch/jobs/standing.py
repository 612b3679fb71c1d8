"""What is in the jobs database, list by list, for whoever looks at it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Engine, Integer, String, case, cast, func, or_, select
from sqlalchemy.engine import URL

from models.errors import DatabaseError, SettingsError
from models.tables import jobs
from sync.dispatch.jobs.database import build_jobs_engine, check_jobs_database
from sync.dispatch.jobs.engine import PASSES, STALLED_AFTER
from sync.dispatch.work import Work
from sync.pipeline.sites.overview import ListOverview, SiteCondition, SiteOverview
from sync.store.db.engines import open_reader


class JobStanding(Struct, frozen=True, kw_only=True):
    """How a list stands with its workers, or one of the sites of a list that has several.

    `waiting`, `running` and `stalled` count its jobs; one that waits to be tried again after a
    failure is `put_off` until then. `exit_code` and `what` are of its last end, None where there
    was none; `failing_since` is when the first of its latest failures in a row was. `is_lacking`
    says that no worker that looked at it has what it needs, which `what` says.
    """

    list: str
    site: str = ""
    waiting: int = 0
    running: int = 0
    stalled: int = 0
    put_off: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    exit_code: int | None = None
    what: str = ""
    failing_since: datetime | None = None
    is_lacking: bool = False


class Jobs(Struct, frozen=True):
    """What clock and workers have on hand; only `fault` where their database cannot be asked."""

    standing: Mapping[str, JobStanding] = {}
    workers: int = 0
    fault: str = ""

    def count_states(self) -> dict[str, int]:
        """How many jobs wait, run, are put off until a later try, or were lost by a worker."""
        known = self.standing.values()
        put_off = sum(each.put_off is not None for each in known)
        return {
            "waiting": sum(each.waiting for each in known) - put_off,
            "running": sum(each.running for each in known),
            "put off": put_off,
            "stalled": sum(each.stalled for each in known),
        }

    def find_lacking(self, name: str) -> dict[str, JobStanding]:
        """The work of a list for which no worker has what it needs, by its site; "" is all."""
        return {e.site: e for e in self.standing.values() if e.list == name and e.is_lacking}

    def mark_lacking(self, lists: Iterable[ListOverview]) -> list[ListOverview]:
        """The lists as they stand, those failing for which no worker has what it needs.

        No run of these gets so far that their own databases would know of it.
        """
        return [_mark_list(each, self.find_lacking(each.name)) for each in lists]


def read_jobs(url: URL) -> Jobs:
    """All of it, by a connection of its own."""
    engine = build_jobs_engine(url)
    try:
        check_jobs_database(engine)
        return Jobs(read_standing(engine), count_workers(engine))
    except DatabaseError as error:
        return Jobs(fault=str(error))
    finally:
        engine.dispose()


def _mark_list(found: ListOverview, lacking: Mapping[str, JobStanding]) -> ListOverview:
    if not lacking:
        return found
    sites = tuple(
        _mark_site(site, standing)
        if (standing := lacking.get(site.site) or lacking.get(""))
        else site
        for site in found.sites
    )
    return replace(found, sites=sites, exit_code=max(found.exit_code, SettingsError.exit_code))


def _mark_site(site: SiteOverview, standing: JobStanding) -> SiteOverview:
    if site.condition in (SiteCondition.UNREADABLE, SiteCondition.PAUSED):
        return site
    first = standing.what.partition("\n")[0]
    return replace(
        site,
        condition=SiteCondition.FAILING,
        exit_code=SettingsError.exit_code,
        failing_since=standing.failing_since,
        why=f"no worker has what it needs: {first}",
    )


def read_standing(engine: Engine) -> dict[str, JobStanding]:
    """By list, or by list/site. Raises DatabaseError where the jobs database does not answer."""
    job, worker = jobs.job.c, jobs.worker.c
    status = cast(job.status, String)
    is_gone = or_(worker.id.is_(None), worker.last_heartbeat < func.now() - STALLED_AFTER)
    passes = cast(job.args["passes"].astext, Integer)
    name, site = job.args["list"].astext.label("list"), job.args["site"].astext.label("site")
    counts = (
        select(
            name,
            site,
            func.count(case((status == "todo", 1))).label("waiting"),
            func.count(case(((status == "doing") & ~is_gone, 1))).label("running"),
            func.count(case(((status == "doing") & is_gone, 1))).label("stalled"),
            func.max(
                case(((status == "todo") & (job.scheduled_at > func.now()), job.scheduled_at))
            ).label("put_off"),
            func.coalesce(func.bool_or((status == "todo") & (passes >= PASSES)), False).label(
                "is_lacking"
            ),
        )
        .select_from(jobs.job.outerjoin(jobs.worker, worker.id == job.worker_id))
        .where(status.in_(("todo", "doing")))
        .group_by(name, site)
    )
    with open_reader(engine) as connection:
        found = {(row.list, row.site): row._asdict() for row in connection.execute(counts)}
        for row in connection.execute(select(jobs.work)):
            known = found.setdefault((row.list, row.site), {"list": row.list, "site": row.site})
            known |= {
                "began_at": row.began_at,
                "ended_at": row.ended_at,
                "exit_code": row.exit_code,
                "what": row.what or "",
                "failing_since": row.failing_since,
            }
    standing = (JobStanding(**values) for _, values in sorted(found.items()))
    return {str(Work(list=each.list, site=each.site)): each for each in standing}


def count_workers(engine: Engine) -> int:
    """How many workers were heard of lately."""
    heard = jobs.worker.c.last_heartbeat >= func.now() - STALLED_AFTER
    with open_reader(engine) as connection:
        count = select(func.count()).select_from(jobs.worker).where(heard)
        return int(connection.execute(count).scalar_one())
