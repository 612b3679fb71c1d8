"""A small Jira that changes while it is read, and the mirror that is kept of it."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from msgspec.structs import replace
from sqlalchemy import Engine

from models.backlog import Issue
from models.plan import Plan, Tally
from models.tables import state
from sync.pipeline.context import Context
from sync.pipeline.incremental import TranslationRun
from sync.pipeline.inputs.changes import Changes, read_changes
from sync.pipeline.pull import Pulled, PullRun, pull_changes
from sync.pipeline.translation_cache import CachedTranslation, dump_cached
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from sync.settings.settings import read_settings
from sync.store.clean.lease import Lease
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_writer
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.rollups import save_cached_translation
from sync.store.state.site.site import SiteStore
from tests.databases import move_site
from tests.sync.jira.reading import RESTLESS, site_of
from translators.backlog.hierarchy import resolve_epics
from translators.effort.booking import generation_of

Dialect = Literal["cloud", "datacenter"]
RULES = rulebook_from_texts(read_shipped_texts())


@dataclass
class MirroredSite:
    """A Jira and the mirror that is kept of it."""

    jira: SampleJira
    engine: Engine

    @property
    def mirror(self) -> Mirror:
        return Mirror(self.engine, "main")

    @property
    def site_store(self) -> SiteStore:
        return SiteStore(self.engine, "main")

    @property
    def company(self) -> Company:
        return self.jira.company

    def pull(self, full: bool = False, **changes: Any) -> Pulled:
        """Pull once, as a run does; nothing waits between attempts."""
        settings: dict[str, Any] = {
            "site": changes.get("site") or site_of(self.jira),
            "mirror": self.mirror,
            "site_store": self.site_store,
            "rulebook": RULES,
            "lease": Lease("test", 1),
            "progress": lambda _read, _listed: None,
            "retry_policy": RESTLESS,
            "full": full,
        }
        return pull_changes(PullRun(**settings | changes))

    def issues(self) -> dict[int, Issue]:
        """What the mirror says of the issues that are there, in projects that can be seen.

        Each with its epic as it resolves, and without what it depends on when it was read: the key
        that a parent had then, the key under which names are hashed, dates of our own.
        """
        visible = {project.id for project in self.site_store.list_projects()}
        there = [
            issue
            for issue in self.mirror.read_issues()
            if issue.missing_since is None and issue.project_id in visible
        ]
        epics = resolve_epics(there).epics
        return {
            issue.id: replace(
                issue,
                parent=None,
                epic_link=None,
                epic_id=epics[issue.id],
                former_keys=(),
                done_at=None,
                done_source=None,
                contributor="somebody" if issue.contributor else None,
            )
            for issue in there
        }

    def keep_translation(self) -> None:
        """Take the mirror, as it is, for one that was translated and published."""
        record = self.site_store.ensure_record()
        assert record.as_of
        plan = Plan(
            base_revision=1,
            as_of=record.as_of,
            rulebook_digest=RULES.digest,
            generation=generation_of(RULES.effort, record.points_fields),
            changes=(),
            terms=None,
            remembered=(),
            tally=Tally(epics=0, by_outcome={}, left_out={}, undecided={}),
            active=0,
            unrated={},
        )
        cached = CachedTranslation(
            plan=plan,
            findings=(),
            due_at=record.as_of + timedelta(days=99),
            full_at=record.as_of + timedelta(days=99),
            notes={},
            issue_count=0,
        )
        with open_writer(self.engine) as connection:
            save_cached_translation(connection, "main", dump_cached(cached, 1))

    def changes(self) -> Changes:
        """What changed since the last translation and bears on the list."""
        as_of = self.site_store.ensure_record().as_of
        assert as_of
        settings = read_settings({"HEADWAY_CLEAN_URL": "sqlite:///unused.db"})
        context = Context(settings, self.engine, self.engine)
        run = TranslationRun(context, RULES, "", frozenset(), as_of, 0)
        return read_changes(run.context, run.compiled, run.as_of.date())

    def pass_time(self, **span: float) -> datetime:
        """Let Jira's clock go on; it is the only one that a pull goes by."""
        self.company.now += timedelta(**span)
        return self.company.now

    def searches(self) -> int:
        """How many requests read issues or ids."""
        return sum(method == "POST" for method, _, _ in self.jira.requests)


@contextmanager
def kept(jira: SampleJira, folder: Path) -> Iterator[MirroredSite]:
    """An empty mirror of a Jira."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = build_engine(parse_url(f"sqlite:///{folder}/state.db", "test"), state.SCHEMA)
    state.metadata.create_all(engine)
    try:
        yield MirroredSite(jira, engine)
    finally:
        engine.dispose()


@contextmanager
def served(company: Company, dialect: Dialect, folder: Path) -> Iterator[MirroredSite]:
    """The same, with its Jira."""
    with ExitStack() as stack:
        jira = stack.enter_context(SampleJira(company, dialect, page_cap=100))
        yield stack.enter_context(kept(jira, folder))


@contextmanager
def mirrored(
    company: Company, dialect: Dialect, folder: Path, original: Path
) -> Iterator[MirroredSite]:
    """A Jira and a mirror that was read once: into the folder `original`, and copied since."""
    if not original.exists():
        with served(company, dialect, original) as site:
            site.pull()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(original / "state.db", folder)
    with served(company, dialect, folder) as site:
        move_site(f"sqlite:///{folder}/state.db", site.jira.url)
        yield site
