"""Tells where a level comes from: the account of a capability, and edges that would fit better."""

from collections.abc import Mapping, Sequence

from models.effort import Level
from sync.cli.pages.phrases import first_few
from translators.effort.edges import EdgesProposal
from translators.explain.explain import CapabilityStory
from translators.explain.ledger_statement import Credit, hundredths, unit_words
from translators.explain.levels import weeks
from translators.plurals import count_noun

NOT_IN_FORCE = (
    "  by the rules as they stand now: not in force yet, another rule book last published"
)


def capability_page(story: CapabilityStory) -> list[str]:
    """Where a level comes from: the sentence first, then the account, line by line."""
    row = story.row
    lines = [f"{story.name}  ({story.capability_id})"]
    if not story.in_force:
        lines.append(NOT_IN_FORCE)
    if row is not None:
        lines.append(f'  {row.state_label}, {row.effort_label}.  "{row.statement}"')
    else:
        lines.append(f"  not on the list: {story.not_listed_because}")
    if story.withdrawn:
        gone = story.withdrawn
        instead = f"; read {gone.use} instead" if gone.use else ""
        lines.append(f"  withdrawn: {gone.reason.replace('_', ' ')}{instead}  {gone.at}")
    if story.state_because:
        lines.append(f"  state     {story.state_because}")
    lines += ["", f"  {story.sentence}", "", f"  epics     {first_few(story.epics, 12) or 'none'}"]
    lines += [
        f"  claims    {first_few(keys, 12)}: {heading}"
        for heading, keys in story.also_claims.items()
    ]
    return lines + (_account(story) + _rating(story) if story.credits else [])


def credit_lines(credits: Sequence[Credit]) -> list[str]:
    """One line a credit, decimals one below the other; what the marks mean stands below."""
    if not credits:
        return []
    formulas = [_formula(credit) for credit in credits]
    team = max(len(credit.team) for credit in credits)
    width = max(map(len, formulas))
    number = max(len(credit.weeks) for credit in credits)
    return [
        f"{credit.team:<{team}}  {credit.first_day:%Y-%m-%d}  {formula:<{width}} = "
        f"{credit.weeks:>{number}}  {first_few(credit.issues)}{_marks(credit)}"
        for credit, formula in zip(credits, formulas, strict=True)
    ]


def marks_explained(credits: Sequence[Credit]) -> list[str]:
    """What the marks behind credits mean, as far as there are any."""
    lines = []
    if any(_has_medians(credit) for credit in credits):
        lines.append("by median: so much of what the team finished are medians, for unsized items")
    if any(credit.is_floor for credit in credits):
        lines.append("finished: less than half of what is usual for the team, which counts instead")
    return lines


def edges_page(found: EdgesProposal, names: Mapping[str, str], scheme: int) -> list[str]:
    """Edges in force and proposed, every rated capability under both, and how to adopt them."""
    lines = [f"edges in force  {_edges(found.edges)}  person-weeks, scheme {scheme}"]
    if found.proposed is None:
        rated = count_noun(len(found.regradings), "capability", "are rated", one="is rated")
        return [*lines, f"{rated}: too few to propose edges from."]
    width = max(len(names[each.capability_id]) for each in found.regradings)
    lines += [f"edges proposed  {_edges(found.proposed)}", ""]
    for each in found.regradings:
        changes = _words(each.before)
        if each.after is not each.before:
            changes += f" -> {_words(each.after)}"
        lines.append(f"  {weeks(each.effort):>7}  {names[each.capability_id]:<{width}}  {changes}")
    lines += ["", f"  {'':<12}{'in force':>10}{'proposed':>10}"]
    for level, (before, after) in found.counts.items():
        lines.append(f"  {_words(level):<12}{before:>10}{after:>10}")
    adopted = f"edges: [{', '.join(map(str, found.proposed))}]"
    return [*lines, "", f"To adopt them: effort: {{scheme: {scheme + 1}, {adopted}}}"]


def _edges(edges: Sequence[int]) -> str:
    return ", ".join(map(str, edges))


def _words(level: Level) -> str:
    return level.replace("_", " ").capitalize()


def _account(story: CapabilityStory) -> list[str]:
    lines = credit_lines(story.credits)
    behind = lines[0].index(" = ")
    return [
        "  account   share of the team's work x people x 2 weeks x windows = person-weeks",
        *(f"    {line}" for line in lines),
        f"    {'in all':<{behind}} = {story.total:>{max(len(c.weeks) for c in story.credits)}}",
        *(f"    {line}" for line in marks_explained(story.credits)),
        "",
    ]


def _formula(credit: Credit) -> str:
    if credit.reason is not None:
        return f"taken back: {credit.reason.replace('_', ' ')}"
    share = f"{credit.size} of {credit.denominator} {unit_words(credit.unit)}"
    windows = f" x {credit.windows}" if credit.windows != "1" else ""
    return f"{share} x {credit.people} people x 2{windows}"


def _marks(credit: Credit) -> str:
    marks = [
        *([f"finished {credit.finished}"] if credit.is_floor else []),
        *([f"{credit.medians} by median"] if _has_medians(credit) else []),
    ]
    return f"  ({', '.join(marks)})" if marks and credit.reason is None else ""


def _has_medians(credit: Credit) -> bool:
    return credit.medians != "0"


def _rating(story: CapabilityStory) -> list[str]:
    rating = story.rating
    lines = [
        f"  level     {rating.level.replace('_', ' ')}"
        + (f" ({rating.why})" if rating.why else ""),
        *([f"    {story.last_move}"] if story.last_move else []),
    ]
    if hundredths(rating.effort) != story.total:
        lines.append(f"    {weeks(rating.effort)} of it is rated: the rest too few people finished")
    lines += [
        f"    {_yes(rating.sizes_known)} sizes are known for at least 70 % of it",
        f"    {_yes(rating.history_long_enough)} its teams have closed six windows or more",
        f"    {_yes(rating.counting_agrees)} counting items instead gives the same or a "
        f"neighbouring level ({weeks(rating.effort_by_count)} person-weeks)",
    ]
    return lines + [f"    {line}" for line in story.distances]


def _yes(holds: bool) -> str:
    return "yes" if holds else "no "
