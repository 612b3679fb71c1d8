"""Lays out results as text for people; every figure comes from the values given."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from models.capability import Capability, PublishedTerm
from models.decision import Outcome
from models.finding import Finding
from models.freshness import ListFreshness
from models.plan import ItemTally, Tally
from models.rulebook import TodayBy
from sync.cli.marks import Meaning, find_widest, mark, pad
from translators.backlog.losses import tell_losses, word_kept
from translators.backlog.untold import is_limitation
from translators.find.sayings import ASK_FIRST, LACKS, NO_LIST, NOTHING_RECORDED, STALE
from translators.plain_text import format_moment
from translators.plurals import count_noun

if TYPE_CHECKING:
    from sync.pipeline.consistency.histories import Recovered
    from sync.pipeline.record.result import RunResult
    from translators.find.search import SearchResult

MARK = "■"
"""Filled marks only: an empty trough would look like progress towards something."""

NOT_A_PROMISE = "More work does not mean closer to done."

_OUTCOME_WORDS = {
    Outcome.PUBLISHED: "published",
    Outcome.WAITING: "waiting for first finished work",
    Outcome.LEFT_OUT: "left out",
    Outcome.NEEDS_DECISION: "need a decision",
}


WHAT_TO_DO = f"{NO_LIST} `headway status` says why nothing was published."


def format_reading_list(
    rows: Iterable[Capability], areas: Sequence[str], most: int | None = None
) -> list[str]:
    """What sales reads, by area; `most` cuts the list and says how many more there are."""
    active = [row for row in rows if row.is_active]
    active.sort(key=lambda row: (areas.index(row.product_area), -(row.effort_rank or 0), row.name))
    shown = active[:most]
    width = find_widest(row.name for row in shown)
    lines: list[str] = []
    area = None
    for row in shown:
        if row.product_area != area:
            area = row.product_area
            lines.append(mark(f"  {area}", Meaning.HEADING))
        effort = f"{MARK * (row.effort_rank or 0):<5}  {row.effort_label}"
        line = f"    {pad(row.name, width)}  {row.state_label:<23} {effort}"
        lines.append(line.rstrip())
    hidden = len(active) - len(shown)
    lines.append(f"  {f'... and {hidden} more. ' if hidden else ''}{NOT_A_PROMISE}")
    return lines


def format_tally(tally: Tally) -> str:
    """131 in Jira = 64 published + 52 left out + 15 need a decision."""
    numbers = dict(tally.by_outcome)
    numbers[Outcome.WAITING] = numbers.get(Outcome.WAITING, 0) - tally.refused
    parts = [
        f"{numbers[outcome]} {words}"
        for outcome, words in _OUTCOME_WORDS.items()
        if numbers.get(outcome)
    ]
    if tally.refused:
        parts.insert(1, f"{tally.refused} whose capability's words are refused")
    return f"{tally.epics} in Jira = {' + '.join(parts) or 'none'}"


def format_items(items: ItemTally) -> str:
    """214 count toward 6 capabilities, 12 need a decision, 900 are claimed by none (17 % ...)."""
    toward = count_noun(items.capabilities, "capability")
    parts = [f"{count_verb(items.counted, 'count', 'counts')} toward {toward}"]
    if items.waiting:
        parts.append(f"{count_verb(items.waiting, 'wait', 'waits')} for a credit")
    if items.left_out:
        parts.append(f"{items.left_out} left out")
    if items.undecided:
        parts.append(f"{count_verb(items.undecided, 'need', 'needs')} a decision")
    unclaimed = f"{count_verb(items.unclaimed, 'are', 'is')} claimed by none"
    parts.append(f"{unclaimed} ({items.unclaimed_percent} % of past work)")
    return ", ".join(parts)


def count_verb(number: int, many: str, one: str) -> str:
    """2 need, 1 needs."""
    return f"{number} {one if number == 1 else many}"


def word_tally(tally: Tally) -> dict[str, Any]:
    """The account as people read it: by headings, where the tally itself counts by rules.

    Keys are the tally's own: epics, by_outcome, refused, left_out, undecided. Rules of one heading
    are counted together.
    """
    return {
        "epics": tally.epics,
        "by_outcome": tally.by_outcome,
        "refused": tally.refused,
        "left_out": _sum_by_heading(tally.left_out, tally.headings),
        "undecided": _sum_by_heading(tally.undecided, tally.headings),
        **({"items": tally.items} if tally.items else {}),
    }


def format_counts(counts: Mapping[str, int]) -> str:
    """31 technical debt, 14 regulatory: the most first, however they come."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{number} {heading}" for heading, number in ordered) or "none"


def format_run(result: "RunResult") -> list[str]:
    """What a run did, in a few lines."""
    plan, walk = result.plan, result.walk
    tally, lost = word_tally(plan.tally), tell_losses(result.losses)
    read = f"{count_noun(walk.issues, 'issue')} read in {count_noun(walk.requests, 'request')}"
    return [
        *format_limitations(result.findings),
        mark(
            f"{result.outcome}: "
            + format_publication(result.revision, result.rows_written, result.change_seq),
            Meaning.DOUBT if plan.is_partial else Meaning.GOOD,
            result.outcome,
        ),
        f"  {read}, {result.seconds:.1f} s, as of {format_moment(plan.as_of)} in Jira",
        f"  epics       {format_tally(plan.tally)}",
        f"  left out    {format_counts(tally['left_out'])}",
        f"  to decide   {format_counts(tally['undecided'])}",
        *([f"  no epic     {format_items(plan.tally.items)}"] if plan.tally.items else []),
        f"  on the list {_count_active(plan.active)}",
        *(
            mark(f"  unseen      project {key}: {told}", Meaning.DOUBT, "unseen")
            for key, told in word_kept(result.kept, plan.active, lost).items()
        ),
        *(
            mark(f"  unseen      site {site}: as it was read last", Meaning.DOUBT, "unseen")
            for site in plan.unseen_sites
        ),
        *(
            mark(f"  noticed     {finding.where}: {finding.what}", Meaning.DOUBT, "noticed")
            for finding in result.findings
            if not is_limitation(finding)
        ),
    ]


def format_limitations(findings: Iterable[Finding]) -> list[str]:
    """What this Jira cannot tell, above all else: This Jira does not say ..."""
    return [
        f"{finding.where[:1].upper()}{finding.where[1:]} {finding.what}"
        for finding in findings
        if is_limitation(finding)
    ]


def format_recovery(where: str, recovered: "Recovered") -> list[str]:
    """What a recovery found and did, and what it asks of readers."""
    stands = f"revision {recovered.revision}, change_seq {recovered.change_seq}"
    if recovered.difference is None:
        return [f"{where}: both histories agree ({stands}); nothing was changed."]
    return [
        f"{where}: {recovered.difference}",
        f"  began       epoch {recovered.epoch}: {stands}; the next number is one more",
        "  readers     v1_freshness shows the new epoch. Whoever remembers another one forgets its",
        "              cursor and reads v1_capability, v1_alias and v1_change anew, from 0.",
        "  next        headway sync: it publishes what the list lacks since the backup.",
    ]


def format_publication(revision: int, rows: int, change_seq: int) -> str:
    """What a publication wrote: revision 2, 1 row rewritten, change_seq 26."""
    if not change_seq:
        return f"revision {revision}, no capability to publish yet"
    number = count_noun(rows, "row") if rows else "no row"
    return f"revision {revision}, {number} rewritten, change_seq {change_seq}"


LONGEST_ECHO = 200


def shorten(words: str) -> str:
    """Words as they were asked; of many, the first."""
    return words if len(words) <= LONGEST_ECHO else f"{words[:LONGEST_ECHO]}..."


def format_answer(
    words: str,
    result: "SearchResult",
    asked_when: PublishedTerm | None,
    freshness: ListFreshness,
) -> list[str]:
    """What a rep would find for a customer's words, and what may be said about it."""
    row, about_list = result.row, format_freshness(freshness)
    asked = f'"{shorten(words)}"'
    from translators.find.search import Answer  # what other commands do without

    if result.answer is Answer.NO_LIST:
        return [f"{asked}: {result.answer}. {WHAT_TO_DO}"]
    if not result.rows:
        return [f"{asked}: {NOTHING_RECORDED}", *about_list]
    if row is None:
        offers = [f"  Perhaps     {each.name}: {each.summary}" for each in result.rows]
        return [f"{asked}: {result.answer}", *offers, f"  {ASK_FIRST}", *about_list]
    lines = [f"{row.name}  ({result.answer})"]
    lines.append(f'  Say         "{row.statement}"')
    if row.today_text:
        by = "By configuration: " if row.today_by is TodayBy.CONFIGURATION else ""
        lines.append(f"  Today       {by}{row.today_text}")
    if asked_when:
        lines.append(f'  Asked when  "{asked_when.meaning}"')
    return [*lines, f"  Under it    {row.disclaimer}", *about_list]


def summarize_answer(words: str, result: "SearchResult") -> str:
    """An ask and its answer on one line."""
    names = "; ".join(row.name for row in result.rows)
    return f'"{shorten(words)}": {result.answer}{f": {names}" if names else ""}'


def format_freshness(freshness: ListFreshness) -> list[str]:
    """How old the list is that was searched, and what it lacks; one line."""
    if freshness.as_of is None:
        return []
    parts = [f"as of {format_moment(freshness.as_of)}"]
    parts += [STALE] if freshness.is_stale else []
    parts += [LACKS[freshness.status]] if freshness.status in LACKS else []
    return [f"  The list    {'; '.join(parts)}"]


def _sum_by_heading(counts: Mapping[str, int], headings: Mapping[str, str]) -> dict[str, int]:
    numbers: Counter[str] = Counter()
    for rule, number in counts.items():
        numbers[headings[rule]] += number
    return dict(numbers)


def _count_active(number: int) -> str:
    """1 capability, 25 capabilities, or that there is none yet."""
    none = "nothing yet: finished work must stand behind a capability first"
    return count_noun(number, "capability") if number else none
