"""Makes the row of one capability and what must be remembered of it; keeps the first law."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from models.capability import DISCLAIMER, REDACTED_NAME, Capability, PublishedCapability, State
from models.effort import Level, Rating
from models.finding import Finding
from models.rulebook import CapabilityRule, Extent, RuleBook, TodayBy, WithdrawnReason
from models.snapshot import Snapshot
from translators.plan.attribution import Evidence
from translators.plan.states import USABLE, find_proposed_state, propose_word, state_of
from translators.plurals import count_noun
from translators.rules.gone import write_pin_line
from translators.wording import find_labels, write_statement

FEW = 3
"""So many keys are told."""


class RowDraft(Struct, frozen=True):
    """One capability on its way to a row."""

    rule: CapabilityRule
    evidence: Evidence
    rating: Rating
    kept: PublishedCapability | None

    def build_row(self, snapshot: Snapshot, book: RuleBook) -> PublishedCapability | None:
        """The row and memory to publish; None while the first law keeps it off the list."""
        if self.kept is None and not self._may_appear():
            return None
        contributing_epics = self.evidence.contributing_epics or self.evidence.left_out
        if self.evidence.is_left_out:
            contributing_epics = tuple(
                sorted({*self.evidence.contributing_epics, *self.evidence.left_out})
            )
        if self.kept and not self.rule.is_taken_off:
            if self.find_unseen(snapshot):
                return self.kept
            if self._stays(self.kept):
                return replace(
                    self.kept,
                    is_claimed=self.evidence.is_claimed,
                    contributing_epics=contributing_epics,
                )
        withdrawn = self._withdrawn()
        before = self.kept.state if self.kept else None
        said = self.rule.available
        state = (
            State.WITHDRAWN
            if withdrawn
            else state_of(self.evidence.work, said, before, snapshot.as_of)
        )
        return PublishedCapability(
            capability_id=self.rule.id,
            level=self.rating.level,
            scheme=book.effort.scheme,
            state=state,
            is_claimed=self.evidence.is_claimed,
            contributing_epics=contributing_epics,
            row=self._row(book, state, withdrawn),
        )

    def find_unseen(self, snapshot: Snapshot) -> set[str]:
        """The projects that feed it and cannot be seen now: then it stays as it was.

        Not so where all else of it is to be kept from sales, or it is off the list.
        """
        kept = self.kept
        if kept is None or not kept.row.is_active or self.rule.is_taken_off:
            return set()
        if self.evidence.is_left_out:
            return set()
        gone = {epic.id for epic in snapshot.gone_epics}
        feeding = {feed.epic_id for feed in kept.contributing_epics} - gone
        feeds = self.evidence.contributing_epics
        found = (
            snapshot.name_on_site(feed.site, feed.project)
            for feed in feeds
            if feed.epic_id in feeding
        )
        return set(found) & set(snapshot.unseen_projects)

    def report_findings(self, gone: Mapping[int, str]) -> Iterator[Finding]:
        """What a person should settle about a capability; `gone` are missing epics that nobody
        has spoken on, by id their keys.
        """
        yield from self._propose_word()
        if self.kept is None or not self.kept.row.is_active or self.rule.is_taken_off:
            return
        if self.evidence.is_left_out:
            if self._has_word():
                what = "every epic behind it is left out, which outweighs its `available`"
                yield Finding("word-outweighed", self.rule.id, f"{what}; it comes off the list")
        elif self.rule.draft:
            what = "is a draft again; it stays as last published until the draft is named"
            yield Finding("published-draft", self.rule.id, what)
        elif self._stays(self.kept):
            what = "no epic is behind it any more; it stays as last published until withdrawn"
            yield Finding("nothing-behind", self.rule.id, what)
        else:
            yield from self._find_lost_feeds(gone)

    def _find_lost_feeds(self, gone: Mapping[int, str]) -> Iterator[Finding]:
        feeds = [feed.epic_id for feed in self.evidence.contributing_epics]
        keys = [gone[epic_id] for epic_id in feeds if epic_id in gone]
        if len(keys) < len(feeds) and not self.evidence.is_claimed:
            epics = count_noun(len(self.evidence.contributing_epics), "epic")
            what = (
                f"no rule gives it an epic any more; it is kept, fed by {epics} "
                "that fed it before. See whether a component or label was renamed in Jira, and "
                f"mend its `when` ({self.rule.at}); `headway doctor` lists values nobody has"
            )
            yield Finding("no-rule-feeds", self.rule.id, what)
        if keys:
            few = ", ".join(sorted(keys)[:FEW]) + (" and others" if len(keys) > FEW else "")
            what = (
                f"{few} fed it and {'is' if len(keys) == 1 else 'are'} not in Jira any more; what "
                "was done counts as last seen. Where it shall count no more, add to `pins:` in a "
                f"rule file: {write_pin_line(min(keys))}"
            )
            yield Finding("epic-gone", self.rule.id, what)

    def _propose_word(self) -> Iterator[Finding]:
        kept, work = self.kept, self.evidence.work
        if self.rule.draft or self.rule.is_taken_off or not self.evidence.contributing_epics:
            return
        before = kept.state if kept else None
        if proposed := find_proposed_state(work, self.rule.available, before):
            what = propose_word(work, proposed)
            yield Finding("available-proposed", self.rule.id, f"{what} ({self.rule.at})")

    def _stays(self, kept: PublishedCapability) -> bool:
        """Whether the row stays as it was last published: neither data nor a draft changes it.

        One that says what can be used, which the product team now denies, cannot.
        """
        if self.evidence.is_left_out:
            return False
        if self.rule.draft:
            return True
        if self.evidence.contributing_epics or self._has_word():
            return False
        return self.rule.available is None or kept.state not in USABLE

    def _may_appear(self) -> bool:
        """Finished work stands behind it, or the product team says it can be used today."""
        if self.rule.draft or self.rule.withdrawn or self.rule.redact:
            return False
        return self._has_word() or self.evidence.work.credit > 0

    def _has_word(self) -> bool:
        return self.rule.available is not None and self.rule.available.state is not Extent.NONE

    def _withdrawn(self) -> WithdrawnReason | None:
        if self.rule.withdrawn is not None:
            return self.rule.withdrawn.reason
        if self.rule.redact:
            return WithdrawnReason.MISTAKE
        if self.evidence.is_left_out:
            return WithdrawnReason.NOT_FOR_SALE
        if self.evidence.contributing_epics or self._has_word():
            return None
        return WithdrawnReason.NOT_FOR_SALE

    def _row(self, book: RuleBook, state: State, withdrawn: WithdrawnReason | None) -> Capability:
        rule, redact = self._named(), self.rule.redact
        level = Level.NOT_RATED if withdrawn else self.rating.level
        return Capability(
            capability_id=rule.id,
            name=REDACTED_NAME if redact else rule.name,
            summary="" if redact else rule.summary,
            product_area="" if redact else rule.area,
            state_code=state,
            state_label=find_labels(book, "state")[state],
            effort_code=level,
            effort_label=find_labels(book, "effort")[level],
            effort_rank=level.rank,
            today_text=None if withdrawn else rule.today,
            today_by=TodayBy.NONE if withdrawn else rule.today_by,
            statement=write_statement(rule.name, state, level),
            disclaimer=DISCLAIMER,
            is_active=withdrawn is None,
            withdrawn_reason=withdrawn,
            replaced_by=rule.withdrawn.use if rule.withdrawn else None,
            aliases=() if redact else tuple(sorted(rule.aliases)),
        )

    def _named(self) -> CapabilityRule:
        """The rule with the texts to publish: never a draft's."""
        if not self.rule.draft or self.kept is None:
            return self.rule
        row = self.kept.row
        return replace(
            self.rule,
            name=row.name,
            area=row.product_area,
            summary=row.summary,
            aliases=row.aliases,
            today=row.today_text,
            today_by=row.today_by,
        )
