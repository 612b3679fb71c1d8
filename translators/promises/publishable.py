"""The last net: every text that is about to be published passes the promise linter, or stays back.

Fail closed, row by row: a row that fails keeps its last good version if that still passes
today's rules, else it is taken off the list and blanked. One that comes off the list is blanked
at once: nothing in its texts may keep it there. Nothing that fails is ever written.
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from models.capability import (
    DISCLAIMER,
    DO_NOT_QUOTE,
    NOT_RATED,
    OFF_THE_LIST,
    REDACTED_NAME,
    Capability,
    ChangeKind,
    PublishedCapability,
    PublishedState,
    PublishedTerm,
    State,
    sort_terms,
)
from models.effort import Level
from models.finding import Finding
from models.rulebook import TodayBy, WithdrawnReason
from translators.promises.linter import Linter
from translators.promises.violation import Violation
from translators.wording import AN_ENTRY, ANOTHER_ENTRY, write_news

TEXT_COLUMNS = (
    "name",
    "summary",
    "product_area",
    "state_label",
    "effort_label",
    "today_text",
    "statement",
    "disclaimer",
)
"""Every text of a row that a reader can see, besides its aliases."""


def audit_rows(
    proposed: Mapping[str, PublishedCapability], published_state: PublishedState, linter: Linter
) -> tuple[dict[str, PublishedCapability], tuple[Finding, ...]]:
    """Let through what passes; for the rest the last good version, a blank row, or nothing."""
    passed: dict[str, PublishedCapability] = {}
    findings: list[Finding] = []
    for capability_id, written in proposed.items():
        capability, remarks = _drop_refused_aliases(written, linter)
        findings += remarks
        violations = _lint_capability(capability, linter)
        if not violations:
            passed[capability_id] = capability
            continue
        last = published_state.capabilities.get(capability_id)
        instead, fate = _fall_back(capability, last, linter)
        if instead is not None:
            passed[capability_id] = instead
        what = f"{_describe_violations(violations)}; {fate}"
        findings.append(Finding("promise-in-text", capability_id, what))
    unpublished = _find_unpublished_replacements(passed)
    what = "is to be read instead, and is not published; it names nothing until that is"
    for capability_id, use in unpublished.items():
        capability = passed[capability_id]
        row = replace(capability.row, replaced_by=None)
        passed[capability_id] = replace(capability, row=row)
        findings.append(Finding("replacement-unpublished", capability_id, f"{use} {what}"))
    return passed, tuple(findings)


def audit_terms(
    terms: Iterable[PublishedTerm], published: Iterable[PublishedTerm], linter: Linter
) -> tuple[tuple[PublishedTerm, ...], tuple[Finding, ...]]:
    """The vocabulary without what fails: for that its last good version, or nothing."""
    last_by_code = {(term.kind, term.code): term for term in published}
    passed: list[PublishedTerm] = []
    findings: list[Finding] = []
    for term in terms:
        violations = _lint_term(term, linter)
        if not violations:
            passed.append(term)
            continue
        last = last_by_code.get((term.kind, term.code))
        fate = "it is left out"
        if last is not None and not _lint_term(last, linter):
            passed.append(last)
            fate = "its last good version stays"
        where = f"wording, {term.kind} {term.code}"
        what = f"{_describe_violations(violations)}; {fate}"
        findings.append(Finding("promise-in-wording", where, what))
    return sort_terms(passed), tuple(findings)


def audit_news(kind: ChangeKind, name: str, other: str, linter: Linter, subject: str) -> str:
    """The sentence of the news feed; without names where names make it promise something.

    `subject` is the id of the capability that it is about.
    """
    sentence = write_news(kind, name, other)
    if linter.lint_text(sentence, subject):
        return write_news(kind, AN_ENTRY, ANOTHER_ENTRY)
    return sentence


def _fall_back(
    capability: PublishedCapability, last: PublishedCapability | None, linter: Linter
) -> tuple[PublishedCapability | None, str]:
    """What is published instead of a row that fails, if anything, and that in words."""
    if last is None:
        return None, "it is not published"
    if not capability.row.is_active:
        blank = replace(capability, row=_blank_row(capability.row))
        return blank, "it comes off the list without its texts"
    if not _lint_capability(last, linter):
        return last, "its last good version stays"
    blank = replace(last, state=State.WITHDRAWN, row=_blank_row(last.row))
    return blank, "it is taken off the list without its texts"


def _find_unpublished_replacements(passed: Mapping[str, PublishedCapability]) -> dict[str, str]:
    """The row that each names to be read instead, where that one is not published."""
    return {
        capability_id: capability.row.replaced_by
        for capability_id, capability in passed.items()
        if capability.row.replaced_by is not None and capability.row.replaced_by not in passed
    }


def _lint_capability(capability: PublishedCapability, linter: Linter) -> tuple[Violation, ...]:
    """What is wrong in the texts of a row that a reader can see."""
    row = capability.row
    texts = {column: getattr(row, column) for column in TEXT_COLUMNS}
    texts |= {f"alias {number}": alias for number, alias in enumerate(row.aliases, start=1)}
    return linter.lint_row(texts, capability.capability_id)


def _drop_refused_aliases(
    capability: PublishedCapability, linter: Linter
) -> tuple[PublishedCapability, list[Finding]]:
    """The row without the aliases that fail: a refused alias costs the alias alone."""
    mine = capability.capability_id
    refused = {
        alias: found for alias in capability.row.aliases if (found := linter.lint_text(alias, mine))
    }
    if not refused:
        return capability, []
    aliases = tuple(alias for alias in capability.row.aliases if alias not in refused)
    return replace(capability, row=replace(capability.row, aliases=aliases)), [
        Finding(
            "promise-in-alias",
            capability.capability_id,
            f"its alias {alias!r} says {found[0].span!r}: {found[0].what}; the alias is left out",
        )
        for alias, found in refused.items()
    ]


def _lint_term(term: PublishedTerm, linter: Linter) -> tuple[Violation, ...]:
    code = tuple(replace(each, column="code") for each in linter.lint_code(term.code))
    return code + linter.lint_row({"label": term.label, "meaning": term.meaning})


def _describe_violations(violations: Iterable[Violation]) -> str:
    return "; ".join(
        f"{violation.column} says {violation.span!r}: {violation.what}" for violation in violations
    )


def _blank_row(row: Capability) -> Capability:
    """The row off the list, without any authored text; `mistake` unless it says why itself."""
    return replace(
        row,
        name=REDACTED_NAME,
        summary="",
        product_area="",
        state_code=State.WITHDRAWN,
        state_label=OFF_THE_LIST,
        effort_code=Level.NOT_RATED,
        effort_label=NOT_RATED,
        effort_rank=None,
        today_text=None,
        today_by=TodayBy.NONE,
        statement=DO_NOT_QUOTE,
        disclaimer=DISCLAIMER,
        is_active=False,
        withdrawn_reason=row.withdrawn_reason or WithdrawnReason.MISTAKE,
        replaced_by=None if row.is_active else row.replaced_by,
        aliases=(),
    )
