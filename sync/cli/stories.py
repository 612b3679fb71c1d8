"""Tells why, as text for the product team: the account of a level, the fate of an issue."""

from collections.abc import Mapping, Sequence

from models.effort import Level
from sync.cli.pages import some
from translators.accounts import Credit, weeks
from translators.conditions import Trace
from translators.edges import EdgesProposal
from translators.explaining import CapabilityStory, IssueStory

WIDEST_RULE = 60


def capability_story(story: CapabilityStory) -> list[str]:
    """Where a level comes from: the sentence first, then the account, line by line."""
    row = story.row
    lines = [f"{story.name}  ({story.capability_id})"]
    if row is not None:
        lines.append(f'  {row.state_label}, {row.effort_label}.  "{row.statement}"')
    else:
        lines.append(f"  not on the list: {story.not_listed_because}")
    lines += ["", f"  {story.sentence}", ""]
    lines += [f"  epics     {some(story.epics, 12)}"]
    lines += ["  account   share of the team's work x people x 2 weeks x windows = person-weeks"]
    lines += [f"    {_credit(credit)}" for credit in story.credits]
    total = sum(credit.credit for credit in story.credits)
    lines += [f"    {'in all':<58} = {weeks(total):>6}", ""]
    lines += _rating(story)
    return lines


def issue_story(story: IssueStory) -> list[str]:
    """What became of an issue, and by which rule."""
    lines = [f'{story.key} "{story.summary}" ({story.type})  ->  {story.outcome}']
    if story.epic and story.epic != story.key:
        lines.append(f"  its epic is {story.epic}")
    for reason in story.decision.reasons if story.decision else ():
        where = f"  {reason.at}" if reason.at else ""
        lines.append(f"  because {reason.text}{where}")
    for traced in story.traces:
        lines.append(f"  YES  {traced.rule}")
        lines += _trace(traced.trace, 1)
    if story.to_settle:
        lines.append(f"  to settle: {story.to_settle}")
    lines += [f"  credit  {_credit(credit)}" for credit in story.credits]
    return lines


def edges_proposal(found: EdgesProposal, names: Mapping[str, str], scheme: int) -> list[str]:
    """Edges in force and proposed, every rated capability under both, and how to adopt them."""
    lines = [f"edges in force  {_edges(found.edges)}  person-weeks, scheme {scheme}"]
    if found.proposed is None:
        number = len(found.regradings)
        return [*lines, f"{number} capabilities are rated: too few to propose edges from."]
    width = max(len(names[each.capability_id]) for each in found.regradings)
    lines += [f"edges proposed  {_edges(found.proposed)}", ""]
    for each in found.regradings:
        moves = _words(each.before)
        if each.after is not each.before:
            moves += f" -> {_words(each.after)}"
        lines.append(f"  {weeks(each.effort):>7}  {names[each.capability_id]:<{width}}  {moves}")
    lines += ["", f"  {'':<12}{'in force':>10}{'proposed':>10}"]
    for level, (before, after) in found.counts.items():
        lines.append(f"  {_words(level):<12}{before:>10}{after:>10}")
    adopted = f"edges: [{', '.join(map(str, found.proposed))}]"
    return [*lines, "", f"To adopt them: effort: {{scheme: {scheme + 1}, {adopted}}}"]


def _edges(edges: Sequence[int]) -> str:
    return ", ".join(map(str, edges))


def _words(level: Level) -> str:
    return level.replace("_", " ").capitalize()


def _trace(trace: Trace, depth: int) -> list[str]:
    """A condition's lines, + where they hold and - where they do not."""
    sign = "+" if trace.holds else "-"
    found = f"  ->  {trace.found}" if trace.found else ""
    asks = trace.asks if len(trace.asks) <= WIDEST_RULE else f"{trace.asks[:WIDEST_RULE]}..."
    line = f"{'  ' * depth}     {sign} {trace.at}: {asks}{found}"
    return [line, *(inner for part in trace.parts for inner in _trace(part, depth + 1))]


def _rating(story: CapabilityStory) -> list[str]:
    rating = story.rating
    lines = [
        f"  level     {rating.level.replace('_', ' ')}"
        + (f" ({rating.why})" if rating.why else ""),
        *([f"    {story.last_move}"] if story.last_move else []),
        f"    {_yes(rating.sizes_known)} sizes are known for at least 70 % of it",
        f"    {_yes(rating.history_long_enough)} its teams have closed six windows or more",
        f"    {_yes(rating.counting_agrees)} counting items instead gives the same or a "
        f"neighbouring level ({weeks(rating.effort_by_count)} person-weeks)",
    ]
    return lines + [f"    {line}" for line in story.distances]


def _credit(credit: Credit) -> str:
    share = f"{credit.size} of {credit.denominator} {credit.unit}"
    windows = f" x {credit.windows}" if credit.windows != "1" else ""
    formula = f"{share} x {credit.people} people x 2{windows}"
    days = f"{credit.first_day:%Y-%m-%d}"
    result = f"{weeks(credit.credit):>6}  {some(credit.issues)}"
    if credit.reason is not None:
        formula = f"taken back: {credit.reason.replace('_', ' ')}"
    return f"{credit.team:<6} {days}  {formula:<39} = {result}"


def _yes(holds: bool) -> str:
    return "yes" if holds else "no "
