"""What a translation of everything and one of what changed share: from the rollups to the plan."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import structlog
from msgspec import Struct
from sqlalchemy import Connection

from models.backlog import Issue
from models.decision import Decision
from models.effort import Entry
from models.finding import Finding
from models.promises import NONE_PASSED, PassedTexts
from models.rollup import EpicRollup
from models.rulebook import RuleBook
from sync.pipeline.context import Context
from sync.pipeline.inputs.inputs import TranslationInputs, build_inputs, read_named_issues
from sync.pipeline.rules.in_force import RulesInForce, check_no_published_id_deleted
from sync.pipeline.translation_cache import CachedTranslation
from sync.store.state import rollups
from sync.store.state.decisions.decisions import StoredDecision
from translators.effort.booking import TeamNote
from translators.effort.reversals import find_reversals, find_standing_credits
from translators.plan.decided import decide_epics
from translators.plan.rollup import Rollup, RollupRules, roll_up
from translators.plan.several_sites import is_held_as_ambiguous, name_generation
from translators.plan.translate import Translation
from translators.rules.decide import CompiledRules, compile_rules

log = structlog.get_logger()


@dataclass(frozen=True)
class TranslationRun:
    """What the translation of one site is of: what was read in `projects`.

    Its ledger is of `generation`, and was of the one `measured` when it last brought something to
    the list. `token` is that of the lease under which the mirror was walked. `passed` is what is
    known of the promise linter, to be kept on; nothing here goes by it.
    """

    context: Context
    rulebook: RuleBook
    generation: str
    projects: frozenset[str]
    as_of: datetime
    token: int
    passed: PassedTexts = NONE_PASSED
    measured: str | None = None

    @property
    def site(self) -> str:
        """The site whose mirror it is."""
        return self.context.settings.site

    @cached_property
    def compiled(self) -> CompiledRules:
        """The rule book, compiled."""
        return compile_rules(self.rulebook)

    def check_fence(self, connection: Connection) -> None:
        """StoppedError where another worker began a walk after this one."""
        rollups.check_fence(connection, self.site, self.token)


@dataclass(frozen=True)
class ListRun:
    """The translation of a list: of all `sites` that feed it, as of the oldest of them.

    What `standing` sites bring stays as the last translation left it: they are being read, or their
    last walk broke off. `unseen` could not be read last. `context` is of all of these sites.
    """

    context: Context
    sites: tuple[TranslationRun, ...]
    as_of: datetime
    standing: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @property
    def rulebook(self) -> RuleBook:
        """The rule book that translates."""
        return self.sites[0].rulebook

    @property
    def names(self) -> tuple[str, ...]:
        """What the sites are called."""
        return (*(each.site for each in self.sites), *self.standing)

    @property
    def is_shared(self) -> bool:
        """Whether several sites feed the list."""
        return self.context.is_shared

    def name_generation(self, published: str | None) -> str:
        """What the ledgers are called together, where they were called `published` before."""
        if not self.is_shared:
            return self.sites[0].generation
        sites = {each.site: (each.measured, each.generation) for each in self.sites}
        return name_generation(published, sites)


class SitesLeftError(Exception):
    """Sites feed the list that the only one of the settings knows nothing of."""


class SitePart(Struct, frozen=True, kw_only=True):
    """What one site brings to a translation, and what to keep of it for the next one.

    `how` is whole, part, or kept: as the last translation left it. `rollups` stand in the place of
    those `replaced`; `reversals` are reckoned in, and still to be appended. Of a site that
    stands there is no `run`: nothing of it is written.
    """

    site: str
    run: TranslationRun | None
    how: str
    rollup: Rollup
    stored: Mapping[int, StoredDecision]
    remarks: tuple[Finding, ...] = ()
    notes: Mapping[str, TeamNote] = {}
    near_misses: tuple[Finding, ...] = ()
    issue_count: int = 0
    full_at: datetime | None = None
    rollups: Mapping[int, EpicRollup] = {}
    replaced: Collection[int] = ()
    reversals: Sequence[Entry] = ()


class Translated(Struct, frozen=True, kw_only=True):
    """A translation, and what to keep with it; nothing but that where the last one stands.

    `decisions` go over those that are `stored`; from the `lapsed` data takes theirs. `kept` is what
    each site keeps, `parts` what is written of those that were translated anew.
    """

    cached: CachedTranslation
    kept: Mapping[str, CachedTranslation] = {}
    decisions: tuple[Decision, ...] = ()
    stored: Mapping[int, StoredDecision] = {}
    lapsed: frozenset[int] = frozenset()
    parts: tuple[SitePart, ...] = ()
    how: str = "skipped"


def roll_up_issues(
    run: TranslationRun,
    issues: Sequence[Issue],
    booked: Sequence[Entry],
    rules: RollupRules,
    orphaned: Mapping[int, str],
) -> tuple[dict[int, EpicRollup], list[Entry]]:
    """Roll up whole rollups' issues with all that is `booked` of them in the ledger.

    Returns the rollups, and the reversals that were reckoned in and are still to be appended.
    """
    standing = find_standing_credits(booked)
    reversals = find_reversals(issues, standing, run.rulebook.effort, run.as_of, rules.no_items)
    return roll_up(issues, (*booked, *reversals), rules, orphaned), reversals


def decide_ambiguous(run: TranslationRun, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Stored decisions, those anew that wait for what other sites have: that may be gone by now."""
    ids = [each.epic_id for each in decisions if is_held_as_ambiguous(each)]
    if not ids:
        return tuple(decisions)
    epics = decide_epics(run.context.mirror.read_by_ids(ids), run.compiled, run.as_of.date())
    anew = {each.epic_id: each for each in epics}
    return tuple(anew.get(each.epic_id, each) for each in decisions)


def translate_rollup(
    run: ListRun,
    rollup: Rollup,
    in_force: RulesInForce,
    stored: Mapping[int, StoredDecision],
) -> tuple[TranslationInputs, Translation]:
    """From the rollups to the plan; RuleBookError where the rules lack a published capability."""
    folder = run.context.settings.config_dir
    inputs = build_inputs(
        run.context,
        compile_rules(run.rulebook),
        in_force,
        rollup,
        as_of=run.as_of,
        generation=run.name_generation(in_force.published_state.generation),
        issues=read_named_issues(run.context, run.rulebook),
        stored=stored,
    )
    check_no_published_id_deleted(run.rulebook, inputs.snapshot.published_state, folder)
    translation = inputs.translate()
    log.debug(
        "translation.done",
        decisions=len(translation.attribution.decisions),
        changes=len(translation.plan.changes),
        held_by=[hold.guard for hold in translation.plan.holds],
    )
    return inputs, translation
