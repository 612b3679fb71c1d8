"""Lays out what waits for a person: the groups of the queue, each with what decides it."""

from collections.abc import Iterator

from models.backlog import RESTRICTED
from sync.cli.marks import Meaning, mark
from sync.cli.pages.phrases import join_first, word_naming
from sync.cli.pages.rules.suggested import OUTCOMES, describe_learnt, describe_suggestion, fill_in
from sync.rulebook.checks.authored import AREA, SUMMARY
from translators.plurals import count_noun
from translators.suggestions.decided import SuggestedOutcome
from translators.suggestions.grouping import GroupKind
from translators.suggestions.queue import Queue, QueuedEpic, QueuedItems, QueueGroup
from translators.suggestions.rule_edit import EditKind, RuleEdit

GROUPS, KEYS, TITLES = 12, 3, 3
FIELDS = {"component": "component", "labels": "label", "summary": "title word"}


def format_queue(queue: Queue, *, show_all: bool) -> list[str]:
    """The verdict, then every group with its keys and the line that decides it."""
    summary = summarize_queue(queue)
    meaning = Meaning.DOUBT if queue.number else Meaning.GOOD
    lines: list[str] = [mark(summary, meaning, summary.partition(";")[0])]
    shown = queue.groups if show_all else queue.groups[:GROUPS]
    for group in shown:
        lines += _format_group(group, show_all=show_all)
    if rest := queue.groups[len(shown) :]:
        epics = count_noun(sum(len(group.epics) for group in rest), "epic")
        groups = count_noun(len(rest), "group")
        share = sum(group.share for group in rest)
        hidden = f"  ... and {epics} more, {share} %, in {groups}; --all shows them"
        lines.append(mark(hidden, Meaning.ASIDE))
    if oldest := find_oldest(queue):
        days = count_noun(oldest.days or 0, "day")
        lines.append(f"  oldest {days} ({oldest.key}).  headway explain KEY shows why it waits.")
    if queue.number:
        lines.append(mark(f"  {describe_learnt(queue.learnt)}", Meaning.ASIDE))
    if queue.items:
        lines.append(f"  {word_items(queue.items)}")
    if queue.to_look_at:
        lines.append(mark("  Decided, and to be looked at all the same:", Meaning.HEADING))
        lines += [f"    {each.where}: {each.what}" for each in queue.to_look_at]
    return lines


def summarize_queue(queue: Queue) -> str:
    """43 epics need a decision; together 22 % of all past work that could be published."""
    if not queue.number:
        return "No epic needs a decision."
    need = "needs" if queue.number == 1 else "need"
    share = f"{queue.share} % of all past work that could be published"
    return f"{count_noun(queue.number, 'epic')} {need} a decision; together {share}"


def word_items(items: QueuedItems) -> str:
    """12 items without an epic need a decision, 3 %: ID-5 ID-7 ID-9 +9."""
    need = count_noun(items.number, "item", "without an epic need", one="without an epic needs")
    first = " ".join(items.keys)
    more = f" +{items.number - len(items.keys)}" if items.number > len(items.keys) else ""
    return f"{need} a decision as well, {items.share} %: {first}{more}"


def describe_share(group: QueueGroup) -> str:
    """9 % of the work, or that it is less than one."""
    if group.is_below_one:
        return "<1 %"
    return f"{group.share} %"


def describe_group(group: QueueGroup) -> str:
    """What a group has in common, in a sentence."""
    names = ", ".join(group.subject)
    them = "it" if len(group.epics) == 1 else "them"
    match group.kind:
        case GroupKind.UNCLAIMED:
            field, value = group.subject
            return f"one line decides {them}: {FIELDS[field]} {value!r} is in no capability"
        case GroupKind.RENAMED:
            field, value = group.subject
            now = f"{FIELDS.get(field, field)} {value!r}"
            return f"their rule's value is gone from Jira; they have {now} now"
        case GroupKind.CONFLICT:
            return f"{len(group.subject)} capabilities claim {them}: {names}"
        case GroupKind.HELD:
            return f"'{names}' holds {them} for a person"
        case GroupKind.DRAFT:
            return f"the draft {names} claims {them}, and nobody has named it yet"
        case GroupKind.PIN:
            return f"a person's pin holds {them}"
        case GroupKind.LIKELY:
            outcome, *capability = group.subject
            likely = capability[0] if capability else OUTCOMES[SuggestedOutcome(outcome)]
            return f"nothing decides {them} by rule; by what you decided, likely {likely}"
        case GroupKind.SINGLE:
            return "no line that others share decides it"


def describe_edit(group: QueueGroup) -> list[str]:
    """What to do: the line before and after, or the command for one of them."""
    edit = group.edit
    if edit is not None:
        return _describe_written(edit, len(group.epics))
    key = group.epics[0].key
    match group.kind:
        case GroupKind.CONFLICT:
            rules = " or ".join(group.subject)
            return [f"write  beats:  in the one that has the word: {rules}"]
        case GroupKind.PIN:
            return [f"change the pin at {group.at}, or delete it"]
        case _:
            filled = fill_in(group.epics[0].suggestion)
            return [f"headway decide {key} {filled} --reason ... --by ..."]


def find_oldest(queue: Queue) -> QueuedEpic | None:
    """The epic that waits longest."""
    known = [each for group in queue.groups for each in group.epics if each.days is not None]
    return max(known, key=lambda each: (each.days or 0, each.key), default=None)


def name_epic(epic: QueuedEpic) -> str:
    """Its key and title, and what is likely of it, with what speaks most for that."""
    likely = ""
    if epic.suggestion:
        likely = f"  (likely {describe_suggestion(epic.suggestion)}: {epic.suggestion.because[0]})"
    return f"{epic.key}  {RESTRICTED if epic.title is None else epic.title}{likely}"


def _describe_written(edit: RuleEdit, number: int) -> list[str]:
    also = len(edit.decides) - number
    more = (
        [f"it decides {count_noun(also, 'epic')} of the groups above as well"] if also > 0 else []
    )
    because = f"   ({edit.because})" if edit.because else ""
    match edit.kind:
        case EditKind.NEW:
            return [
                f"a new capability:  - {{id: {edit.capability_id}, draft: true, name: To be named, "
                f"area: {AREA}, summary: {SUMMARY}, when: {{{edit.after}}}}}",
                f"then  {word_naming(edit.capability_id)}",
                *more,
            ]
        case EditKind.NAME:
            return [f"{word_naming(edit.capability_id)}   ({edit.at})", *more]
        case EditKind.BEATS:
            before = edit.before or "no beats"
            return [f"{edit.at} {edit.capability_id}: {before}  ->  {edit.after}{because}", *more]
        case _:
            return [
                f"{edit.at} {edit.capability_id}: {edit.before}  ->  {edit.after}{because}",
                *more,
            ]


def _format_group(group: QueueGroup, *, show_all: bool) -> Iterator[str]:
    number = len(group.epics)
    heading = f"{count_noun(number, 'epic')}, {describe_share(group)}"
    at = f"  {group.at}" if group.at and group.edit is None else ""
    yield mark(f"  {heading:<18}  {describe_group(group)}{at}", Meaning.HEADING, heading)
    yield from (mark(f"      {line}", Meaning.COMMAND) for line in describe_edit(group))
    shown = group.epics if show_all else group.epics[:TITLES]
    for epic in shown:
        yield f"        {name_epic(epic)}"
        yield from (mark(f"          because {told}", Meaning.ASIDE) for told in epic.held_by)
    if number > len(shown):
        keys = [each.key for each in group.epics[TITLES:]]
        yield mark(f"        and {join_first(keys, KEYS)}", Meaning.ASIDE)
