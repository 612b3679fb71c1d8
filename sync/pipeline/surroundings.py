"""What a rule book is held against beside itself: the backlog, what was published, the site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from models.backlog import Issue, SiteProfile
from models.capability import PublishedState
from models.rulebook import RuleBook
from sync.jira.client.site import Site
from sync.pipeline.context import Context
from sync.pipeline.inputs import load_inputs
from sync.pipeline.rule_warnings import Backlog, index_keys, read_backlog
from sync.store.clean.published_state import read_published_state
from sync.store.state.mirror_values import count_values
from translators.plan.translate import Translation


@dataclass(frozen=True)
class Surroundings:
    """What a rule book is held against beside itself; None where it is not known.

    `issues` are those of the mirror, or those that `backlog` has for one rule book; `profile` is
    the site as it was last described. `translate` translates them by a rule book. Both `backlog`
    and `translate` read on, and last no longer than the databases are open.
    """

    profile: SiteProfile | None = None
    published_state: PublishedState | None = None
    issues: tuple[Issue, ...] | None = None
    today: date | None = None
    backlog: Backlog | None = None
    translate: Callable[[RuleBook], Translation] | None = None

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
    record = context.site_store.find_record()
    published_state = published_state or read_published_state(context.clean)
    if record is None or record.as_of is None:
        return Surroundings(published_state=published_state)
    whole: tuple[Issue, ...] | None = None
    if book is None:
        whole = tuple(context.mirror.read_issues())
        backlog = Backlog.of_all(whole, count_values(context.state, context.settings.site))
    else:
        backlog = read_backlog(context, book)
    return Surroundings(
        profile=record.profile,
        published_state=published_state,
        issues=tuple(backlog.issues),
        today=record.as_of.date(),
        backlog=backlog,
        translate=lambda book: load_inputs(context, book, whole).translate(),
    )


def describe_site_now(site: Site) -> SiteProfile:
    """The site as Jira describes it now; its errors are those of a run."""
    from sync.jira.client.retry import RetryPolicy  # noqa: PLC0415 - few ask Jira
    from sync.jira.describe.profile import profile_site  # noqa: PLC0415

    return profile_site(site, RetryPolicy(attempts=2, deadline=30.0))
