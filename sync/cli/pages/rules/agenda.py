"""Lays out the agenda of a meeting, and agenda and queue as Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from models.finding import Finding
from sync.cli.marks import Meaning, mark
from sync.cli.pages.markdown import escape_text
from sync.cli.pages.phrases import fold_lines
from sync.cli.pages.rules.queue import (
    describe_edit,
    describe_group,
    describe_share,
    format_queue,
    name_epic,
    summarize_queue,
    word_items,
)
from translators.explain.agenda import Agenda, Asked, CapabilityAsks
from translators.explain.looked_for import WordsToAdd
from translators.plurals import count_noun, cut_percent
from translators.suggestions.queue import Queue

MOST = 5
NO_FILE = "HEADWAY_REQUESTS_FILE is not set: nothing is known of what customers asked for."


def format_agenda(
    agenda: Agenda,
    findings: Sequence[Finding],
    file: Path | None,
    queue: Queue,
    *,
    show_all: bool,
) -> list[str]:
    """What was asked for and is there, what is not, words to add, then what waits."""
    lines = [summarize_agenda(agenda, file)]
    if findings:
        lines.append(f"  {count_noun(len(findings), 'remark')} on {file}: see below")
    for each in agenda.capabilities:
        lines.append(mark(f"  {_head_capability(each)}", Meaning.HEADING))
        lines += fold_lines([f"      {_tell_asked(a)}" for a in each.asks], MOST, show_all=show_all)
        close = [f"      close: {_tell_asked(a)}" for a in each.close_asks]
        lines += fold_lines(close, MOST, show_all=show_all)
    if agenda.unmatched:
        number = sum(each.number for group in agenda.unmatched for each in group)
        heading = f"Nothing on the list answers {count_noun(number, 'ask')}:"
        lines.append(mark(heading, Meaning.HEADING))
        groups = [f"  {_tell_group(group)}" for group in agenda.unmatched]
        lines += fold_lines(groups, 2 * MOST, show_all=show_all)
    if agenda.aliases:
        heading = "Words that customers use, to be added where they fit:"
        lines.append(mark(heading, Meaning.HEADING))
        for word in agenda.aliases:
            before = word.before or "no aliases"
            lines.append(f"  {word.at} {word.capability_id}: {before}  ->  {word.after}")
    remarks = [
        mark(f"  noticed  {each.where}: {each.what}", Meaning.DOUBT, "noticed") for each in findings
    ]
    lines += fold_lines(remarks, 2 * MOST, show_all=show_all)
    return [*lines, *format_queue(queue, show_all=show_all)]


def summarize_agenda(agenda: Agenda, file: Path | None) -> str:
    """Of 80 asks 31 could be met today."""
    if file is None:
        return NO_FILE
    if not agenda.number:
        return "Nothing was asked for."
    asks = count_noun(agenda.number, "ask")
    share = cut_percent(agenda.met_today, agenda.number)
    return f"Of {asks} {agenda.met_today} could be met today, without new code ({share} %)"


def write_markdown(
    queue: Queue,
    agenda: Agenda | None,
    findings: Iterable[Finding],
    file: Path | None,
    words: WordsToAdd,
) -> Iterator[str]:
    """The same for a page or a message; no text of others is anything but text."""
    if agenda is not None:
        yield f"# {escape_text(summarize_agenda(agenda, file))}"
        yield ""
        for each in agenda.capabilities:
            yield f"- **{escape_text(_head_capability(each))}**"
            yield from (f"  - {escape_text(_tell_asked(asked))}" for asked in each.asks)
            yield from (
                f"  - close: {escape_text(_tell_asked(asked))}" for asked in each.close_asks
            )
        yield from _list_section("Nothing on the list answers", map(_tell_group, agenda.unmatched))
        yield from _list_section(
            "Words to add",
            (f"{word.at} {word.capability_id}: {word.after}" for word in agenda.aliases),
        )
        yield from _list_section("Noticed in the file", (f"{f.where}: {f.what}" for f in findings))
        yield ""
    yield f"{'##' if agenda is not None else '#'} {escape_text(summarize_queue(queue))}"
    for group in queue.groups:
        yield ""
        number = count_noun(len(group.epics), "epic")
        share, what = describe_share(group), describe_group(group)
        yield f"- **{number}, {escape_text(share)}**: {escape_text(what)}"
        yield from (f"  - {escape_text(line)}" for line in describe_edit(group))
        for epic in group.epics:
            held = "; ".join(epic.held_by)
            told = f"{name_epic(epic)}; {held}" if held else name_epic(epic)
            yield f"    - {escape_text(told)}"
    if queue.items:
        yield from ("", f"- {escape_text(word_items(queue.items))}")
    yield from _list_section(
        "Words that customers use",
        (f"{word.at} {word.capability_id}: {word.after}" for word in words.aliases),
    )
    yield from _list_section(
        "Looked for, and nothing is recorded",
        (f"{each.words} ({each.number}x)" for each in words.unmatched),
    )
    yield from _list_section(
        "Decided, and to be looked at", (f"{f.where}: {f.what}" for f in queue.to_look_at)
    )


def _list_section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    listed = [f"- {escape_text(line)}" for line in lines]
    if listed:
        yield from ("", f"### {heading}", "", *listed)


def _head_capability(each: CapabilityAsks) -> str:
    asked = f"asked {each.number}x" if each.number else "not asked for by its name"
    close = f", close {each.close}x" if each.close else ""
    there = f"; today: {each.today}" if each.today else "; can be used today"
    return f"{each.name}: {asked}{close}{there if each.is_there else ''}"


def _tell_asked(asked: Asked) -> str:
    times = f" ({asked.number}x, last {asked.latest})" if asked.number > 1 else ""
    why = f", because: {'; '.join(asked.whys[:MOST])}" if asked.whys else ""
    return f'"{asked.words}"{times}{why}'


def _tell_group(group: Sequence[Asked]) -> str:
    number = sum(each.number for each in group)
    return f"{number}x  {'; '.join(map(_tell_asked, group[:MOST]))}"
