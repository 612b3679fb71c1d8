"""Lays out what was found in documents, and the promise ledger; nobody's name as its author."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from models.errors import Problem, UsageError
from models.promises import Tier
from sync.cli.marks import Meaning, find_widest, mark, pad
from sync.cli.pages.github import disarm, format_annotation
from sync.cli.pages.markdown import escape_text
from translators.explain.promise_ledger import Entry, PromiseLedger, Remark, Standing
from translators.plurals import count_noun

JSON, SARIF = "json", "sarif"
FOUND = 1
WORDS = {
    Standing.AVAILABLE: ("available", "of things available that day"),
    Standing.PARTLY_AVAILABLE: ("partly", "of things partly available that day"),
    Standing.WORKED_ON: ("worked on", "of things worked on and not available that day"),
    Standing.NOT_LISTED: ("not listed", "of things not on the list"),
    Standing.DATE: ("dates", "dates"),
    Standing.NO_LIST: ("no list", "from before the first list"),
    Standing.UNDATED: ("no day", "in documents without a date"),
}
"""The heading of each column of the ledger, and how its number is said in a sentence."""
_OF_ONE = {
    Standing.AVAILABLE: "was available on",
    Standing.PARTLY_AVAILABLE: "was partly available on",
    Standing.WORKED_ON: "was worked on, and not available, on",
    Standing.NOT_LISTED: "was not on the list on",
}


class LintResult(Struct, frozen=True, kw_only=True):
    """What was found in how many documents, and what was not read.

    `ledger` is None without a promise, and where there is no list; `missing` says why.
    """

    documents: int
    remarks: tuple[Remark, ...]
    ledger: PromiseLedger | None
    first: date | None
    missing: Problem | None
    unread: tuple[Problem, ...]
    odd: tuple[Problem, ...]
    passed_over: Mapping[str, int]
    basis: str

    @property
    def exit_code(self) -> int:
        """The highest that applies: 2 where something was not read, 1 where something was found."""
        return UsageError.exit_code if self.unread else FOUND * bool(self.remarks)

    def pair_entries(self) -> Iterator[tuple[Remark, Entry | None]]:
        """Each remark, with its entry in the ledger if it has one."""
        entries = iter(self.ledger.entries if self.ledger else ())
        for remark in self.remarks:
            yield remark, next(entries, None) if remark.is_promise else None


def format_text(result: LintResult) -> Iterator[str]:
    """For people: the verdict, every place, how many of each class, and the ledger."""
    yield mark(summarize(result), Meaning.BAD if result.exit_code else Meaning.GOOD)
    for problem in (*result.unread, *result.odd):
        yield mark(f"{problem.where}: {problem.what}", Meaning.DOUBT, problem.where)
        if problem.remedy:
            yield f"  {problem.remedy}"
    for remark, entry in result.pair_entries():
        violation = remark.violation
        meaning = Meaning.BAD if violation.tier is Tier.BLOCK else Meaning.DOUBT
        yield mark(f"{name_place(remark)}: {word_remark(remark)}", meaning, violation.rule)
        yield f"  {' '.join(filter(None, (word_entry(entry), violation.instead)))}"
    yield from _format_classes(result)
    yield from _format_ledger(result)
    yield from _format_rest(result)


def format_markdown(result: LintResult) -> Iterator[str]:
    """For a comment or a job's summary: no text of a document is markup in it."""
    yield f"### headway lint: {escape_text(summarize(result))}"
    yield ""
    for problem in (*result.unread, *result.odd):
        yield f"- {escape_text(f'{problem.where}: {problem.what}. {problem.remedy}'.strip())}"
    for remark, entry in result.pair_entries():
        told = (f"{word_remark(remark)}.", word_entry(entry), remark.violation.instead)
        yield f"- **{escape_text(name_place(remark))}** {escape_text(' '.join(filter(None, told)))}"
    yield ""
    for line in (*_format_classes(result), *_format_ledger(result), *_format_rest(result)):
        is_table = line.startswith(" ")
        yield from (f"    {line}",) if is_table else ("", escape_text(line), "") if line else ()


def format_github(result: LintResult) -> Iterator[str]:
    """For the log of GitHub Actions, which puts each finding beside the line it is about."""
    title = "headway lint"
    for problem in result.unread:
        told = f"{problem.what}\n{problem.remedy}".strip()
        yield format_annotation("error", told, title=title, file=problem.where, line=None)
    for remark, entry in result.pair_entries():
        kind = "error" if remark.violation.tier is Tier.BLOCK else "warning"
        at = "" if remark.line else f"{remark.place}: "
        said = (f"{at}{word_remark(remark)}", word_entry(entry), remark.violation.instead)
        text = "\n".join(filter(None, said))
        yield format_annotation(kind, text, title=title, file=remark.file, line=remark.line)
    for line in (summarize(result), *_format_ledger(result), *_format_rest(result)):
        yield disarm(line)


SHAPES: Mapping[str, Callable[[LintResult], Iterable[str]]] = {
    "text": format_text,
    "markdown": format_markdown,
    "github": format_github,
}


def list_for_programs(result: LintResult) -> dict[str, Any]:
    """The same as JSON."""
    ledger = result.ledger
    return {
        "exit_code": result.exit_code,
        "documents": result.documents,
        "basis": result.basis,
        "findings": [_list_remark(*pair) for pair in result.pair_entries()],
        "counts": dict(sorted(Counter(each.violation.rule for each in result.remarks).items())),
        "unread": [each._asdict() for each in result.unread],
        "odd": [each._asdict() for each in result.odd],
        "passed_over": dict(result.passed_over),
        "ledger": None
        if ledger is None
        else {
            "first_list": result.first,
            "promises": len(ledger.entries),
            "total": ledger.total,
            "by_class": ledger.by_class,
            "by_month": ledger.by_month,
        },
        "no_ledger": result.missing._asdict() if result.missing else None,
    }


def _list_remark(remark: Remark, entry: Entry | None) -> dict[str, Any]:
    violation = asdict(remark.violation)
    told = {name: violation[name] for name in ("what", "span", "tier", "instead")}
    told |= {name: getattr(remark, name) for name in ("file", "place", "line", "day")}
    told |= {"class": remark.violation.rule, "standing": None, "capability_id": None}
    if entry is not None:
        told |= {"standing": entry.standing, "capability_id": entry.capability_id}
    return told


def summarize(result: LintResult) -> str:
    """How many findings in how many documents, in a sentence."""
    hit = len({each.file for each in result.remarks})
    tiers = Counter(each.violation.tier for each in result.remarks)
    read = count_noun(result.documents, "document")
    unread = f"; {len(result.unread)} not read" if result.unread else ""
    if not result.remarks:
        return f"Nothing found in {read}{unread}"
    found = count_noun(len(result.remarks), "finding")
    return (
        f"{found} in {hit} of {read}: {tiers[Tier.BLOCK]} to take out, "
        f"{tiers[Tier.ASK]} to look at{unread}"
    )


def name_place(remark: Remark) -> str:
    """The file and the place in it."""
    return f"{remark.file}:{remark.place}" if remark.place else remark.file


def word_remark(remark: Remark) -> str:
    """The class, the tier, what it is, and the words themselves."""
    violation = remark.violation
    return f'{violation.rule} {violation.tier}, {violation.what}: "{violation.span}"'


def word_entry(entry: Entry | None) -> str:
    """What a promise was of, where it names something; a sentence."""
    if entry is None or entry.standing not in _OF_ONE:
        return ""
    if entry.capability_id is None:
        return f"It names nothing that was on the list on {entry.remark.day}."
    return f"{entry.capability_id} {_OF_ONE[entry.standing]} {entry.remark.day}."


def _format_classes(result: LintResult) -> Iterator[str]:
    """How often each class was found, and as what."""
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for remark in result.remarks:
        kinds[remark.violation.rule][remark.violation.what] += 1
    if kinds:
        yield ""
        yield mark("By class", Meaning.HEADING)
    for rule, whats in sorted(kinds.items()):
        listed = ", ".join(f"{what} {number}" for what, number in whats.most_common())
        yield f"  {rule}  {whats.total():>5}  {listed}"


def _format_ledger(result: LintResult) -> Iterator[str]:
    """The promises by what they were of, in a sentence and by class and month."""
    if result.missing is not None:
        yield ""
        yield f"No promise ledger: {result.missing.where} {result.missing.what}."
    ledger = result.ledger
    if ledger is None:
        return
    told = [_count_standing(each, ledger.total[each]) for each in Standing if ledger.total[each]]
    promises = count_noun(len(ledger.entries), "promise")
    yield ""
    if result.first is None:
        yield "No list was ever published: nothing says what was available on any day."
    elif ledger.total[Standing.NO_LIST]:
        yield f"The first list was published on {result.first}."
    if ledger.total[Standing.UNDATED]:
        yield "Some documents say no date: --as-of DATE gives them one."
    documents = count_noun(result.documents, "document")
    yield mark(f"{promises} in {documents}: {', '.join(told)}", Meaning.HEADING)
    shown = [each for each in Standing if ledger.total[each]]
    yield from _lay_out("class", shown, ledger.by_class)
    months = {month: counts for month, counts in ledger.by_month.items() if month}
    if "" in ledger.by_month:
        months["no day"] = ledger.by_month[""]
    yield from _lay_out("month", shown, months)


def _count_standing(standing: Standing, number: int) -> str:
    """1 date; 6 of things worked on and not available that day."""
    is_date = standing is Standing.DATE
    return count_noun(number, "date") if is_date else f"{number} {WORDS[standing][1]}"


def _lay_out(
    heading: str, shown: list[Standing], rows: Mapping[str, Counter[Standing]]
) -> Iterator[str]:
    first = find_widest((heading, *rows)) + 2
    headings = [WORDS[each][0] for each in shown]
    line = f"  {pad(heading, first)}{'  '.join(headings)}"
    yield mark(line, Meaning.ASIDE)
    for name, counts in rows.items():
        cells = [f"{counts[each]:>{len(word)}}" for each, word in zip(shown, headings, strict=True)]
        yield f"  {pad(name, first)}{'  '.join(cells)}"


def _format_rest(result: LintResult) -> Iterator[str]:
    yield ""
    if result.passed_over:
        listed = ", ".join(f"{number} {ending}" for ending, number in result.passed_over.items())
        yield f"Passed over, being no documents: {listed}."
    yield result.basis
