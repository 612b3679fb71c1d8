"""Tells where a level comes from: the account of a capability, and edges that would fit better."""

from collections.abc import Mapping, Sequence

from models.effort import Level, Rating
from models.rulebook import Withdrawal
from sync.cli.marks import Meaning, find_widest, mark, pad
from sync.cli.pages.phrases import join_first
from translators.effort.edges import EdgesProposal
from translators.explain.capability_account import CapabilityExplanation
from translators.explain.ledger_statement import Credit, format_hundredths, name_unit
from translators.explain.levels import format_weeks
from translators.plurals import count_noun

MOST = 12
"""So many epics or credits are shown where not all are asked for."""
NOT_IN_FORCE = (
    "  by the rules as they stand now: not in force yet, another rule book last published"
)


def format_capability(explained: CapabilityExplanation, *, show_all: bool = False) -> list[str]:
    """Where a level comes from: the sentence first, then the account, line by line."""
    row = explained.row
    lines = [f"{explained.name}  ({explained.capability_id})"]
    if not explained.in_force:
        lines.append(NOT_IN_FORCE)
    if row is not None:
        lines.append(f'  {row.state_label}, {row.effort_label}.  "{row.statement}"')
    else:
        lines.append(f"  not on the list: {explained.not_listed_because}")
    if explained.withdrawn:
        lines.append(_format_withdrawal(explained.withdrawn))
    if explained.state_because:
        lines.append(f"  state     {explained.state_because}")
    most = len(explained.epics) if show_all else MOST
    epics = join_first(explained.epics, most) or "none"
    lines += ["", f"  {explained.sentence}", "", f"  epics     {epics}"]
    if explained.items:
        most = len(explained.items) if show_all else MOST
        number = len(explained.items)
        lines.append(
            f"  no epic   {count_noun(number, 'item')}: {join_first(explained.items, most)}"
        )
    if explained.gone:
        lines.append(f"  gone      {join_first(explained.gone, 12)}: as last seen in Jira")
    lines += [f"  noticed   {told}" for told in explained.noticed]
    lines += [
        f"  claims    {join_first(keys, len(keys) if show_all else MOST)}: {heading}"
        for heading, keys in explained.also_claims.items()
    ]
    if explained.credits:
        lines += _format_account(explained, show_all) + _format_rating(explained)
    return lines


def format_credits(credits: Sequence[Credit]) -> list[str]:
    """One line a credit, decimals one below the other; what the marks mean stands below."""
    if not credits:
        return []
    formulas = [_format_formula(credit) for credit in credits]
    team = find_widest(credit.team for credit in credits)
    width = max(map(len, formulas))
    number = max(len(credit.weeks) for credit in credits)
    return [
        f"{pad(credit.team, team)}  {credit.first_day:%Y-%m-%d}  {formula:<{width}} = "
        f"{credit.weeks:>{number}}  {join_first(credit.issues)}{_format_marks(credit)}"
        for credit, formula in zip(credits, formulas, strict=True)
    ]


def explain_marks(credits: Sequence[Credit]) -> list[str]:
    """What the marks behind credits mean, as far as there are any."""
    lines = []
    if any(_has_medians(credit) for credit in credits):
        lines.append("by median: so much of what the team finished are medians, for unsized items")
    if any(credit.is_floor for credit in credits):
        lines.append("finished: less than half of what is usual for the team, which counts instead")
    return lines


def format_edges(proposal: EdgesProposal, names: Mapping[str, str], scheme: int) -> list[str]:
    """Edges in force and proposed, every rated capability under both, and how to adopt them.

    Edges are person-weeks; `names` are those of capabilities by id.
    """
    lines = [f"edges in force  {_join_edges(proposal.edges)}  person-weeks, scheme {scheme}"]
    if proposal.proposed is None:
        rated = count_noun(len(proposal.regradings), "capability", "are rated", one="is rated")
        return [*lines, f"{rated}: too few to propose edges from."]
    width = find_widest(names[each.capability_id] for each in proposal.regradings)
    lines += [f"edges proposed  {_join_edges(proposal.proposed)}", ""]
    for regrading in proposal.regradings:
        changes = _name_level(regrading.before)
        if regrading.after is not regrading.before:
            changes += f" -> {_name_level(regrading.after)}"
        effort, name = format_weeks(regrading.effort), names[regrading.capability_id]
        lines.append(f"  {effort:>7}  {pad(name, width)}  {changes}")
    lines += ["", f"  {'':<12}{'in force':>10}{'proposed':>10}"]
    for level, (before, after) in proposal.counts.items():
        lines.append(f"  {_name_level(level):<12}{before:>10}{after:>10}")
    adopted = f"edges: [{_join_edges(proposal.proposed)}]"
    return [*lines, "", f"To adopt them: effort: {{scheme: {scheme + 1}, {adopted}}}"]


def _join_edges(edges: Sequence[int]) -> str:
    return ", ".join(map(str, edges))


def _name_level(level: Level) -> str:
    return level.replace("_", " ").capitalize()


def _format_withdrawal(withdrawal: Withdrawal) -> str:
    instead = f"; read {withdrawal.use} instead" if withdrawal.use else ""
    return f"  withdrawn: {withdrawal.reason.replace('_', ' ')}{instead}  {withdrawal.at}"


def _format_account(explained: CapabilityExplanation, show_all: bool) -> list[str]:
    lines = format_credits(explained.credits)
    before = lines[0].index(" = ")
    width = max(len(credit.weeks) for credit in explained.credits)
    return [
        "  account   share of the team's work x people x 2 weeks x windows = person-weeks",
        *_fold_older(lines, show_all),
        f"    {'in all':<{before}} = {explained.total:>{width}}",
        *(f"    {line}" for line in explain_marks(explained.credits)),
        "",
    ]


def _fold_older(lines: Sequence[str], show_all: bool) -> list[str]:
    """The newest credits; those before them in one line."""
    older = 0 if show_all or len(lines) <= MOST else len(lines) - MOST + 1
    told = mark(f"    ... {older} older ones are in the sum; --all shows them", Meaning.ASIDE)
    return [*([told] if older else []), *(f"    {line}" for line in lines[older:])]


def _format_formula(credit: Credit) -> str:
    if credit.reason is not None:
        return f"taken back: {credit.reason.replace('_', ' ')}"
    share = f"{credit.size} of {credit.denominator} {name_unit(credit.unit)}"
    windows = f" x {credit.windows}" if credit.windows != "1" else ""
    return f"{share} x {credit.people} people x 2{windows}"


def _format_marks(credit: Credit) -> str:
    marks = [
        *([f"finished {credit.finished}"] if credit.is_floor else []),
        *([f"{credit.medians} by median"] if _has_medians(credit) else []),
    ]
    return f"  ({', '.join(marks)})" if marks and credit.reason is None else ""


def _has_medians(credit: Credit) -> bool:
    return credit.medians != "0"


def _format_rating(explained: CapabilityExplanation) -> list[str]:
    rating = explained.rating
    why = f" ({rating.why})" if rating.why else ""
    lines = [f"  level     {rating.level.replace('_', ' ')}{why}"]
    if explained.last_change:
        lines.append(f"    {explained.last_change}")
    if format_hundredths(rating.effort) != explained.total:
        rated = format_weeks(rating.effort)
        lines.append(f"    {rated} of it is rated: the rest too few people finished")
    lines += [f"    {line}" for line in _format_questions(rating)]
    return lines + [f"    {line}" for line in explained.distances]


def _format_questions(rating: Rating) -> list[str]:
    """The three questions of which two must be answered with yes for a level to be rated."""
    by_count = f"neighbouring level ({format_weeks(rating.effort_by_count)} person-weeks)"
    questions = {
        "sizes are known for at least 70 % of it": rating.sizes_known,
        "its teams have closed six windows or more": rating.history_long_enough,
        f"counting items instead gives the same or a {by_count}": rating.counting_agrees,
    }
    return [f"{'yes' if answer else 'no '} {question}" for question, answer in questions.items()]
