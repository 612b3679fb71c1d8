"""Two sites of one list, changed in turn, against a translation of everything."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from models.backlog import Issue, count_from
from sync.pipeline.context import Context
from sync.pipeline.incremental import ListRun, TranslationRun, save_translation, translate_list
from sync.pipeline.inputs.inputs import load_whole_inputs
from sync.pipeline.sites.walked import list_walked
from sync.settings.site import SiteSettings
from sync.store.clean.lease import acquire_lease
from sync.store.clean.publish import publish_plan
from tests.databases import Urls, both_databases, sqlite_urls
from tests.sync.pipeline.incremental.beginnings import opened
from tests.sync.pipeline.incremental.changing import BOOK, Changing, backlog
from translators.backlog.hierarchy import resolve_epics

NAMES = ("main", "east")


@dataclass
class OneOfSeveral(Changing):
    """A site whose issues are numbered as the mirror numbers them, from `first_id` on."""

    first_id: int = 0

    def write(
        self, issues: Iterable[Issue], gone: Sequence[int] = (), *, is_renamed: bool = False
    ) -> None:
        """The same walk, with Jira's ids counted from where the site begins."""
        site = self.context.settings.site
        found = [self._count(replace(each, site=site)) for each in issues]
        there = [each if each >= self.first_id else self.first_id + each for each in gone]
        super().write(found, there, is_renamed=is_renamed)

    def take_step(self, found: Any, gone: Sequence[int], days: float, renamed: str | None) -> None:
        """The same step, of issues by their ids in Jira."""
        lifted = {self.first_id + each: changes for each, changes in found.items()}
        super().take_step(lifted, gone, days, renamed)

    def _count(self, issue: Issue) -> Issue:
        if issue.id >= self.first_id > 0:
            bare = replace(issue, id=issue.id - self.first_id)
            parent = issue.parent
            if parent and parent.id and parent.id >= self.first_id:
                return issue
            return count_from(self.first_id, bare)
        return count_from(self.first_id, issue)


@dataclass
class Several:
    """Two sites that feed one list."""

    context: Context
    sites: dict[str, OneOfSeveral] = field(default_factory=dict)
    published: int = 0

    def begin(self) -> None:
        """The first walk over each, and the first publication."""
        for name in NAMES:
            part = self.context.narrow(name)
            record = part.site_store.ensure_record()
            self.sites[name] = OneOfSeveral(part, first_id=record.first_id)
            self.sites[name].write(backlog())
        self.translate()

    def run(self) -> ListRun:
        """A translation of both that is about to begin."""
        runs = []
        for walked in list_walked(self.context):
            site = self.sites[walked.site]
            runs.append(
                TranslationRun(
                    walked.context,
                    BOOK,
                    walked.name_generation(BOOK),
                    site.keys,
                    walked.as_of,
                    site.walk,
                    measured=walked.record.generation,
                )
            )
        return ListRun(self.context, tuple(runs), min(each.as_of for each in runs))

    def translate(self) -> str:
        """Translate what changed, hold it against the whole, and publish it unless it is held."""
        expected = self.whole()
        run = self.run()
        translated = translate_list(run)
        plan = translated.cached.plan
        if translated.how == "skipped":
            assert not expected.plan.changes
            assert plan.tally == expected.plan.tally
        else:
            assert plan == expected.plan
            assert translated.decisions == expected.attribution.decisions
        if not plan.holds:
            with acquire_lease(self.context.clean) as lease:
                done = publish_plan(
                    self.context.clean,
                    plan,
                    BOOK,
                    run_id=f"run-{self.published}",
                    token=lease.token,
                    fresh_for=timedelta(days=1),
                )
            self.published += 1
            save_translation(run, translated, done.revision)
        return f"{translated.how}, held" if plan.holds else translated.how

    def whole(self) -> Any:
        """What a translation of everything would come to; nothing is written."""
        issues: list[Issue] = []
        for part in self.context.list_parts():
            listed = list(part.mirror.read_issues())
            epics = resolve_epics(listed).epics
            issues += [replace(issue, epic_id=epics[issue.id]) for issue in listed]
        inputs = load_whole_inputs(self.context, BOOK, tuple(issues))
        by_id = {issue.id: issue.epic_id for issue in issues}
        published = inputs.snapshot.published_state
        capabilities = {
            key: replace(
                kept,
                contributing_epics=tuple(
                    feed
                    for feed in kept.contributing_epics
                    if not feed.is_item or by_id.get(feed.epic_id) is None
                ),
            )
            for key, kept in published.capabilities.items()
        }
        published = replace(published, capabilities=capabilities)
        snapshot = replace(inputs.snapshot, published_state=published)
        return dataclasses.replace(inputs, snapshot=snapshot).translate()


@contextmanager
def several_sites(folder: Path, urls: Urls | None = None) -> Iterator[Several]:
    """Both sites in their first publication."""
    urls = urls or sqlite_urls(folder)
    with both_databases(*urls), opened(urls) as context:
        sites = tuple(SiteSettings(name=name) for name in NAMES)
        settings = dataclasses.replace(context.settings, sites=sites)
        several = Several(dataclasses.replace(context, settings=settings))
        several.begin()
        yield several
