"""What a run that came to a plan did, and why epics are not shown."""

from collections import Counter

from msgspec import Struct

from models.finding import Finding
from models.loss import Kept, Loss
from models.plan import Plan, Tally
from sync.jira.read.walk import WalkReport


class RunResult(Struct, frozen=True, kw_only=True):
    """What a run that came to a plan did. `outcome` is published, unchanged or partial.

    `chain` is the hash that closes the publication log. `losses` are issues that are not shown any
    more, of projects that are kept as they were; `kept` counts what stays so.
    """

    run_id: str
    outcome: str
    exit_code: int
    revision: int
    change_seq: int
    chain: str | None
    rows_written: int
    seconds: float
    walk: WalkReport
    plan: Plan
    findings: tuple[Finding, ...]
    losses: tuple[Loss, ...] = ()
    kept: tuple[Kept, ...] = ()


def count_causes(tally: Tally) -> dict[str, dict[str, int]]:
    """Epics that are left out, and those that need a decision, by what kind of thing says so."""
    causes: dict[str, Counter[str]] = {"left_out": Counter(), "needs_decision": Counter()}
    for decision, counted in (("left_out", tally.left_out), ("needs_decision", tally.undecided)):
        for rule, epics in counted.items():
            causes[decision][rule.partition(":")[0]] += epics
    return {decision: dict(counted) for decision, counted in causes.items()}
