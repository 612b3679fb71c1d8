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
from models.rollup import EpicRollup
from models.rulebook import NONE_PASSED, PassedTexts, RuleBook
from sync.pipeline.context import Context
from sync.pipeline.in_force import RulesInForce, check_no_published_id_deleted
from sync.pipeline.inputs import TranslationInputs, build_inputs, read_named_issues
from sync.pipeline.translation_cache import CachedTranslation
from sync.store.state import rollups
from sync.store.state.decisions import StoredDecision
from translators.effort.reversals import find_reversals, find_standing_credits
from translators.plan.rollup import Rollup, RollupRules, roll_up
from translators.plan.translate import Translation
from translators.rules.decide import CompiledRules, compile_rules

log = structlog.get_logger()


class Translated(Struct, frozen=True, kw_only=True):
    """A translation, and what to keep with it; nothing but that where the last one stands.

    `decisions` go over those that are `stored`; `rollups` stand in the place of those `replaced`.
    """

    cached: CachedTranslation
    decisions: tuple[Decision, ...] = ()
    stored: Mapping[int, StoredDecision] = {}
    rollups: Mapping[int, EpicRollup] = {}
    replaced: Collection[int] = ()
    how: str = "skipped"


@dataclass(frozen=True)
class TranslationRun:
    """What one translation is of: what was read in `projects`, measured in `generation`.

    `token` is that of the lease under which the mirror was walked. `passed` is what is known of the
    promise linter, to be kept on; nothing here goes by it.
    """

    context: Context
    rulebook: RuleBook
    generation: str
    projects: frozenset[str]
    as_of: datetime
    token: int
    passed: PassedTexts = NONE_PASSED

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


def translate_rollup(
    run: TranslationRun,
    rollup: Rollup,
    in_force: RulesInForce,
    stored: Mapping[int, StoredDecision] | None = None,
) -> tuple[TranslationInputs, Translation]:
    """From the rollups to the plan; RuleBookError where the rules lack a published capability."""
    folder = run.context.settings.config_dir
    inputs = build_inputs(
        run.context,
        run.compiled,
        in_force,
        rollup,
        as_of=run.as_of,
        generation=run.generation,
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
