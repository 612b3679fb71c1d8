"""Lays out the verdict on a rule book: for people, for programs, for GitHub."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from models.rule_finding import RuleFinding
from sync.cli.marks import Meaning, mark
from sync.cli.pages.github import disarm, format_annotation
from sync.cli.pages.rules.rules import WORDS, format_findings, summarize_findings
from translators.plain_text import show_plainly
from translators.plurals import count_noun
from translators.rules.examples import ExampleCount

JSON = "json"
_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+)(?::(?P<column>\d+))?)?")
_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$@-])")
_BACKTICKS = re.compile("`+")


class Verdict(Struct, frozen=True):
    """What `check` found. `examples` is None where the rules cannot be compiled."""

    exit_code: int
    basis: str
    findings: tuple[RuleFinding, ...]
    examples: ExampleCount | None
    folder: str


def format_text(verdict: Verdict, show_values: bool) -> Iterator[str]:
    """For people: the verdict, how the examples came out, every finding."""
    summary = summarize_findings(verdict.findings)
    errors, warnings, *_ = re.split("[,.] ", summary)
    is_broken = any(finding.is_error for finding in verdict.findings)
    told = mark(summary, Meaning.BAD if is_broken else Meaning.GOOD, errors)
    has_warnings = len(verdict.findings) > sum(f.is_error for f in verdict.findings)
    yield mark(told, Meaning.DOUBT, warnings) if has_warnings else told
    yield from _format_examples(verdict, show_values)
    yield from format_findings(verdict.findings)
    yield verdict.basis


def format_markdown(verdict: Verdict, show_values: bool) -> Iterator[str]:
    """For a comment or a job's summary: no text of a rule book or of Jira is markup in it."""
    yield f"### headway check: {_escape_markdown(summarize_findings(verdict.findings))}"
    yield ""
    for line in _format_examples(verdict, show_values):
        yield f"- {_escape_markdown(line.strip())}"
    yield f"- {_escape_markdown(verdict.basis)}"
    for finding in verdict.findings:
        what = _escape_markdown(finding.what)
        yield ""
        yield f"**{WORDS[finding.severity]}** {_quote_code(finding.where)}: {what}"
        if finding.excerpt:
            fence = "`" * (1 + max([2, *map(len, _BACKTICKS.findall(finding.excerpt))]))
            yield ""
            yield f"{fence}text"
            yield from map(show_plainly, finding.excerpt.split("\n"))
            yield fence
        if finding.remedy:
            yield ""
            yield _escape_markdown(finding.remedy)


def format_github(verdict: Verdict, show_values: bool) -> Iterator[str]:
    """For the log of GitHub Actions, which puts each finding beside the line it is about."""
    for finding in verdict.findings:
        place = _split_place(finding.where)
        yield format_annotation(
            "error" if finding.is_error else "warning",
            "\n".join(filter(None, (finding.what, finding.remedy))),
            title="headway check",
            file=str(place["file"]),
            line=place["line"],
            column=place["column"],
        )
    for line in (
        summarize_findings(verdict.findings),
        *_format_examples(verdict, show_values),
        verdict.basis,
    ):
        yield disarm(line)


def list_for_programs(verdict: Verdict) -> dict[str, Any]:
    """The same as JSON: every finding with its file, line and column."""
    examples = verdict.examples
    return {
        "exit_code": verdict.exit_code,
        "basis": verdict.basis,
        "findings": [
            msgspec.to_builtins(finding) | _split_place(finding.where)
            for finding in verdict.findings
        ],
        "examples": None
        if examples is None
        else msgspec.to_builtins(examples)
        | {
            "passed": examples.passed,
            "unexercised": [
                {"where": f"{verdict.folder}/{at}", "rule": rule, "value": value}
                for at, rule, value in examples.unexercised
            ],
        },
    }


SHAPES: Mapping[str, Callable[[Verdict, bool], Iterable[str]]] = {
    "text": format_text,
    "markdown": format_markdown,
    "github": format_github,
}


def _format_examples(verdict: Verdict, show_values: bool) -> Iterator[str]:
    """How many examples came out as they say, and what no example speaks of."""
    told = verdict.examples
    if told is None:
        return
    unread = f", {told.unread} by a key that was never read" if told.unread else ""
    yield (
        f"{count_noun(told.examples, 'example')} in {count_noun(told.rules, 'rule')}: "
        f"{told.passed} passed, {told.failed} failed{unread}"
    )
    hint = " (--values lists them)" if told.unexercised and not show_values else ""
    yield (
        f"  rules without an example: {len(told.untested)}; "
        f"values that no example meets: {len(told.unexercised)}{hint}"
    )
    if show_values:
        for at, rule, value in told.unexercised:
            yield f"  {verdict.folder}/{at}: no example of {rule!r} meets {value!r}"


def _split_place(where: str) -> dict[str, Any]:
    """A place as file, line and column; None for what it does not say."""
    found = _PLACE.fullmatch(where)
    if found is None:
        return {"file": where, "line": None, "column": None}
    numbers = {name: int(found[name]) if found[name] else None for name in ("line", "column")}
    return {"file": found["file"], **numbers}


def _escape_markdown(text: str) -> str:
    return _MEANS_SOMETHING.sub(r"\\\1", show_plainly(text)).replace("\\@", "&#64;")


def _quote_code(text: str) -> str:
    fence = "`" * (1 + max([0, *map(len, _BACKTICKS.findall(text))]))
    return f"{fence}{show_plainly(text)}{fence}"
