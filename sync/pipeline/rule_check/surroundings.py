"""What a rule book is held against beside itself: the backlog, what was published, the site."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from msgspec.structs import replace

from models.backlog import Issue, SiteProfile
from models.capability import PublishedState
from models.errors import UsageError
from models.rulebook import RuleBook
from sync.jira.client.site import Site
from sync.pipeline.context import Context
from sync.pipeline.inputs.inputs import load_inputs
from sync.pipeline.rule_check.rule_warnings import Backlog, index_keys, read_backlog
from sync.pipeline.sites.walked import WalkedSite, find_oldest, list_walked
from sync.store.clean.published_state import read_published_state
from sync.store.state.mirror.values import count_values
from translators.plan.translate import Translation


@dataclass(frozen=True)
class Surroundings:
    """What a rule book is held against beside itself; None where it is not known.

    `issues` are those of the mirror, or those that `backlog` has for one rule book; `profile` is
    the site as it was last described. `translate` translates them by a rule book. Both `backlog`
    and `translate` read on, and last no longer than the databases are open. `sites` are what feeds
    the list.
    """

    profile: SiteProfile | None = None
    published_state: PublishedState | None = None
    issues: tuple[Issue, ...] | None = None
    today: date | None = None
    backlog: Backlog | None = None
    translate: Callable[[RuleBook], Translation] | None = None
    sites: tuple[str, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Issue]:
        """The issues by every key that they have or had."""
        return index_keys(self.issues or ())

    @property
    def day(self) -> date:
        """The day that rules are judged for: that of the last walk, or today."""
        return self.today or datetime.now(UTC).date()


def find_surroundings(
    context: Context, book: RuleBook | None = None, published_state: PublishedState | None = None
) -> Surroundings:
    """What both databases know; of a mirror no more than `book` needs, or all of it without one.

    What was published is read only where it is not given.
    """
    published_state = published_state or read_published_state(context.clean)
    context = context.with_left(published_state)
    try:
        sites = list_walked(context)
    except UsageError:
        return Surroundings(published_state=published_state)
    whole: tuple[Issue, ...] | None = None
    if book is None:
        whole = tuple(context.mirror.read_issues())
        backlog = Backlog.of_all(whole, count_values(context.state, *context.sites))
    else:
        backlog = read_backlog(context, book)
    return Surroundings(
        profile=_join_profiles(sites),
        sites=context.sites,
        published_state=published_state,
        issues=tuple(backlog.issues),
        today=find_oldest(context, sites).date(),
        backlog=backlog,
        translate=lambda book: load_inputs(context, book, whole).translate(),
    )


def _join_profiles(sites: Sequence[WalkedSite]) -> SiteProfile | None:
    """All that the sites have, as far as rules go by it: their fields and projects."""
    profiles = [each.record.profile for each in sites if each.record.profile]
    return _join(profiles) if profiles else None


def _join(profiles: Sequence[SiteProfile]) -> SiteProfile:
    if len(profiles) == 1:
        return profiles[0]
    return replace(
        profiles[0],
        fields=tuple(field for each in profiles for field in each.fields),
        projects=tuple(project for each in profiles for project in each.projects),
    )


def describe_sites_now(sites: Iterable[Site]) -> SiteProfile:
    """The sites as their Jiras describe them now; its errors are those of a run."""
    from sync.jira.client.retry import RetryPolicy  # noqa: PLC0415 - few ask Jira
    from sync.jira.describe.profile import profile_site  # noqa: PLC0415

    policy = RetryPolicy(attempts=2, deadline=30.0)
    return _join([profile_site(site, policy) for site in sites])
