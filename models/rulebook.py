"""The rule book as values: what the product team wrote, checked, with where each rule stands."""

from datetime import date
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from models.conditions import Condition, Line
from models.promises import NONE_PASSED, PassedTexts, Term, Wordlists


class Then(StrEnum):
    """What a match of a screening rule does; the strongest of all matches wins."""

    HIDE = "hide"
    HOLD = "hold"
    HOLD_UNCLAIMED = "hold_unclaimed"


class Example(Struct, frozen=True):
    """A rule's own example: an issue key, or only the fields that matter."""

    key: str | None
    fields: dict[str, tuple[str, ...]]
    matches: bool
    at: Line


class ScreeningRule(Struct, frozen=True, kw_only=True):
    """Leaves work out, or holds it for a person. `reason` is what people read: technical debt."""

    id: str
    reason: str
    then: Then
    when: Condition
    at: Line
    unless: Condition | None
    owner: str | None
    examples: tuple[Example, ...]
    rare: bool


class Extent(StrEnum):
    """How much of a capability a customer can use today, by the product team's word."""

    ALL = "all"
    PART = "part"
    NONE = "none"


class Availability(Struct, frozen=True):
    """The product team's word that something can be used today, and whose word it is."""

    state: Extent
    by: str
    since: str | None
    at: Line


class WithdrawnReason(StrEnum):
    """Why a published capability was taken off the list."""

    MERGED = "merged"
    NOT_FOR_SALE = "not_for_sale"
    MISTAKE = "mistake"


class Withdrawal(Struct, frozen=True):
    """Takes a capability off the list; `use` names the one to read instead."""

    reason: WithdrawnReason
    use: str | None
    at: Line


class TodayBy(StrEnum):
    """How a customer gets what `today` says: in the product, by configuring, or not at all."""

    PRODUCT = "product"
    CONFIGURATION = "configuration"
    NONE = "none"


class CapabilityRule(Struct, frozen=True, kw_only=True):
    """A capability sales may read, and the condition that maps epics to it.

    `items` maps issues without an epic, which nothing else does.
    """

    id: str
    name: str
    area: str
    summary: str
    at: Line
    when: Condition | None
    owner: str | None
    aliases: tuple[str, ...]
    beats: tuple[str, ...]
    draft: bool
    available: Availability | None
    withhold_effort: bool
    withdrawn: Withdrawal | None
    redact: bool
    today: str | None
    today_by: TodayBy
    examples: tuple[Example, ...]
    rare: bool
    items: Condition | None = None

    @property
    def is_taken_off(self) -> bool:
        """Whether the rule book takes it off the list."""
        return self.withdrawn is not None or self.redact


class PinAction(StrEnum):
    """What a person decided about one epic."""

    CAPABILITY = "capability"
    HIDE = "hide"
    HOLD = "hold"


class Pin(Struct, frozen=True, kw_only=True):
    """A person's decision about one issue; it beats every rule until it expires."""

    issue: str
    action: PinAction
    reason: str
    by: str
    at: Line
    capability: str | None
    until: date | None


class GoneProject(Struct, frozen=True, kw_only=True):
    """A person's word that a project will not be seen again: what it fed counts as last seen.

    Of several sites it is that of `site` alone, if one is named; without a project all of that.
    """

    project: str | None
    reason: str
    by: str
    at: Line
    site: str | None = None


class Assertion(Struct, frozen=True, kw_only=True):
    """What the team holds true of an issue or a capability; `check` says where it is not.

    Of an issue: that it is left out (`by` a rule), counts toward a capability, or needs a decision.
    Of a capability: its level, as the codes of effort, and its state.
    """

    issue: str | None
    left_out: bool
    by: str | None
    counts_toward: str | None
    needs_decision: bool
    capability: str | None
    at_least: str | None
    at_most: str | None
    state: str | None
    reason: str | None
    at: Line


class TeamRule(Struct, frozen=True):
    """Whose work an item is: its project, its first listed component, or a field's value."""

    kind: str  # "project", "component" or "field"
    names: tuple[str, ...] = ()


class TeamAlias(Struct, frozen=True):
    """From a day (or always) to a day (or for ever), both included, `team` is to count as `to`.

    It is the day on which an item was finished that counts: for teams that merged, split or were
    renamed.
    """

    team: str
    to: str
    since: date | None
    until: date | None


class Rescale(Struct, frozen=True):
    """From a day on a team's points are worth less: `times` of the new ones are one old one."""

    team: str
    since: date
    times: Fraction


class Ruling(Struct, frozen=True):
    """A person's word on one issue's effort: void its credit, or release it from quarantine."""

    issue: str
    reason: str
    by: str
    at: Line


class Release(Struct, frozen=True):
    """A person's word that a team did finish on one day all that it seems to have finished."""

    team: str
    day: date
    reason: str
    by: str
    at: Line


class EffortRules(Struct, frozen=True, kw_only=True):
    """How effort is measured. `edges` are person-weeks and are never published."""

    team: TeamRule
    scheme: int
    edges: tuple[int, int, int, int]
    cancelled_resolutions: tuple[str, ...]
    cancelled_statuses: tuple[str, ...]
    points_fields: tuple[str, ...]
    aliases: tuple[TeamAlias, ...]
    rescaled: tuple[Rescale, ...]
    points_from_percent: int
    minimum_people: int
    minimum_people_of: str  # "team" or "capability"
    void: tuple[Ruling, ...]
    release: tuple[Ruling | Release, ...]


class Guards(Struct, frozen=True, kw_only=True):
    """When a change caused by data holds the publication back: by count and by share.

    `emptied_unedited` is the count of issues that nobody edited, `emptied_values` of all.
    What is lost is not shown by Jira any more; a rule book of before that says nothing of it.
    """

    lost_capabilities: int
    lost_capabilities_percent: int
    level_jumps: int
    level_jumps_percent: int
    undecided_percent: int
    unscreened: int
    unscreened_percent: int
    emptied_values: int
    emptied_unedited: int
    emptied_percent: int
    lost_issues: int = 10
    lost_issues_percent: int = 20
    lost_epics: int = 3
    lost_epics_percent: int = 20


class RuleBook(Struct, frozen=True, kw_only=True):
    """The whole rule book: the team's own files laid over the shipped default.

    `texts` maps each file's name to its text as read; `digest` is over exactly that, so that
    the book in force can be stored, named and compiled again. `passed` is what the promise linter
    need not look at again; whoever publishes by the book leaves it empty.
    """

    digest: str
    texts: dict[str, str]
    screening: tuple[ScreeningRule, ...]
    capabilities: tuple[CapabilityRule, ...]
    pins: tuple[Pin, ...]
    gone: tuple[GoneProject, ...]
    effort: EffortRules
    terms: tuple[Term, ...]
    guards: Guards
    assertions: tuple[Assertion, ...] = ()
    linting: Wordlists = Wordlists()
    passed: PassedTexts = NONE_PASSED

    @property
    def gone_places(self) -> frozenset[tuple[str | None, str | None]]:
        """The sites and keys, in capitals, of projects that nobody waits for."""
        return frozenset((each.site, each.project and each.project.upper()) for each in self.gone)

    def list_gone_projects(self, site: str) -> frozenset[str]:
        """The keys, in capitals, of projects of a site that nobody waits for."""
        return frozenset(key for at, key in self.gone_places if key and at in (None, site))

    @property
    def gone_sites(self) -> frozenset[str]:
        """The sites that nobody waits for."""
        return frozenset(at for at, key in self.gone_places if at and not key)
