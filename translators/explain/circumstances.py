"""What is true of a thing beside its rules: what Jira shows, what was published, what is held."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from models.backlog import Issue
from models.decision import Cause, Decision, Outcome
from models.rulebook import GoneProject, Pin, RuleBook
from models.snapshot import Snapshot
from translators.rules.decide import CompiledRules


class HeldRun(Struct, frozen=True):
    """The newest run, where a guard held it back: why, and whether it can be approved."""

    run_id: str
    why: str
    is_proposed: bool


class Circumstances(Struct, frozen=True, kw_only=True):
    """How the backlog was last read and published.

    `visible` are the keys of the projects that the account sees, by site and id; `named` those in
    the settings, nothing where all are read. `unreadable` is what the last run said of
    issues, by id. `decided` are the decisions of the last publication, by epic. `doubted` are the
    keys of projects that are shown, but not whole.
    """

    visible: Mapping[tuple[str, int], str]
    named: frozenset[str]
    unreadable: Mapping[int, str]
    decided: Mapping[int, Decision]
    held: HeldRun | None
    doubted: frozenset[str] = frozenset()

    def tell_unseen(self, issue: Issue, book: RuleBook) -> str | None:
        """Why nothing new is known of an issue's project; None where it is read."""
        key, place = issue.project, (issue.site, issue.project_id)
        if gone := _find_gone(issue, book.gone):
            return f"project {key} is gone for good, {gone.by} says at {gone.at}"
        if self.named and not self._is_named(issue):
            return f"project {key} is not read: HEADWAY_JIRA_PROJECTS does not name it"
        if key in self.doubted or f"{issue.site}/{key}" in self.doubted:
            return f"project {key} is not shown whole any more"
        if place not in self.visible:
            return f"project {key} cannot be seen any more"
        return None

    def _is_named(self, issue: Issue) -> bool:
        """Whether the settings name its project, or leave its site to all that can be seen."""
        key = issue.project.upper()
        of_site = f"{issue.site}/"
        if not any(name.startswith(of_site) for name in self.named):
            return key in self.named or any("/" in name for name in self.named)
        return f"{of_site}{key}" in self.named

    def tell_publishing(self) -> str:
        """When what is not on the list yet gets there."""
        if self.held is None:
            return "the next run publishes this"
        told = f"run {self.held.run_id} is held back ({self.held.why})"
        if not self.held.is_proposed:
            return told
        return f"{told}: headway approve {self.held.run_id} publishes what it came to"


def is_in_force(compiled: CompiledRules, snapshot: Snapshot) -> bool:
    """Whether the last publication was decided by these rules."""
    return compiled.book.digest == snapshot.published_state.rulebook_digest


def tell_of_issue(
    issue: Issue, asked: str, compiled: CompiledRules, circumstances: Circumstances
) -> Iterator[str]:
    """Of an issue that was asked for by a key: another key, a project unseen, what is unread."""
    if asked.rpartition("/")[2].upper() != issue.key.upper():
        yield f"{asked.upper()} is a key that it had before"
    if issue.missing_since:
        yield f"missing since {issue.missing_since:%Y-%m-%d}"
    if unseen := circumstances.tell_unseen(issue, compiled.book):
        yield f"{unseen}; this is as it was last seen"
    if unread := circumstances.unreadable.get(issue.id):
        yield f"in the last run it {unread}"


def tell_of_decision(
    epic: Issue,
    decision: Decision,
    compiled: CompiledRules,
    circumstances: Circumstances,
) -> Iterator[str]:
    """Pins that do not apply, claims that do not count, and what was published instead."""
    applied = next((each.at for each in decision.reasons if each.cause is Cause.PIN), None)
    for pin in compiled.list_pins(epic):
        if pin.at != applied:
            yield _tell_idle_pin(pin, epic, decision)
    if not epic.restricted and not _is_pinned(decision):
        yield from _tell_other_claims(epic, decision, compiled)
    before = circumstances.decided.get(epic.id)
    if before and _differs(before, decision) and epic.missing_since is None:
        publishing = circumstances.tell_publishing()
        yield f"last published: {_describe_briefly(before)}; {publishing}"


def _is_pinned(decision: Decision) -> bool:
    return any(reason.cause is Cause.PIN for reason in decision.reasons)


def _tell_idle_pin(pin: Pin, epic: Issue, decision: Decision) -> str:
    if epic.restricted:
        return f"its pin ({pin.at}) does not apply: no pin outweighs a security level"
    if _is_pinned(decision):
        return f"its pin by the key {pin.issue} ({pin.at}) yields to that by its newer key"
    return f"the pin of {pin.by} ({pin.at}) ran out on {pin.until}"


def _tell_other_claims(epic: Issue, decision: Decision, compiled: CompiledRules) -> Iterator[str]:
    for loser, winner in compiled.list_beaten(epic):
        yield f"'{loser.id}' claims it too ({loser.at}), and '{winner.id}' beats it ({winner.at})"
    if decision.reasons[0].cause is Cause.SCREENING and decision.outcome is Outcome.LEFT_OUT:
        for rule in compiled.list_claimants(epic):
            yield f"'{rule.id}' claims it ({rule.at}), which no screening rule yields to"


def _differs(before: Decision, now: Decision) -> bool:
    return (before.outcome, before.claimed_by, before.heading) != (
        now.outcome,
        now.claimed_by,
        now.heading,
    )


def _describe_briefly(decision: Decision) -> str:
    match decision.outcome:
        case Outcome.PUBLISHED:
            return f"counts toward {decision.claimed_by}"
        case Outcome.WAITING:
            return f"waits to count toward {decision.claimed_by}"
        case Outcome.LEFT_OUT:
            return f"left out: {decision.heading}"
        case _:
            return f"needs a decision: {decision.heading}"


def _find_gone(issue: Issue, gone: Iterable[GoneProject]) -> GoneProject | None:
    for each in gone:
        is_its_project = each.project is None or each.project.upper() == issue.project.upper()
        if is_its_project and each.site in (None, issue.site):
            return each
    return None
