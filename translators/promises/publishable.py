"""The last net: every text that is about to be published passes the promise linter, or stays back.

Fail closed, row by row: a row that fails keeps its last good version if that still passes
today's rules, else it is taken off the list and blanked. One that comes off the list is blanked
at once: nothing in its texts may keep it there. Nothing that fails is ever written.
"""

from collections.abc import Mapping

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
)
from models.effort import Level
from models.finding import Finding
from models.rulebook import TodayBy, WithdrawnReason
from translators.promises.linter import Verdict, judge_texts
from translators.wording import AN_ENTRY, ANOTHER_ENTRY, in_order, write_news


def texts_of(row: Capability) -> dict[str, str | None]:
    """Every text of a row that a reader can see, by column."""
    return {
        "name": row.name,
        "summary": row.summary,
        "product_area": row.product_area,
        "state_label": row.state_label,
        "effort_label": row.effort_label,
        "today_text": row.today_text,
        "statement": row.statement,
        "disclaimer": row.disclaimer,
        **{f"alias {number}": alias for number, alias in enumerate(row.aliases, start=1)},
    }


def audit_rows(
    candidates: Mapping[str, PublishedCapability], published_state: PublishedState
) -> tuple[dict[str, PublishedCapability], tuple[Finding, ...]]:
    """Let through what passes; for the rest the last good version, a blank row, or nothing."""
    passed: dict[str, PublishedCapability] = {}
    findings: list[Finding] = []
    for capability_id, candidate in candidates.items():
        verdict = judge_texts(texts_of(candidate.row))
        if verdict.passes:
            passed[capability_id] = candidate
            continue
        kept = published_state.capabilities.get(capability_id)
        if kept is None:
            fate = "it is not published"
        elif not candidate.row.is_active:
            fate = "it comes off the list without its texts"
            passed[capability_id] = replace(candidate, row=_blank(candidate.row))
        elif judge_texts(texts_of(kept.row)).passes:
            fate = "its last good version stays"
            passed[capability_id] = kept
        else:
            fate = "it is taken off the list without its texts"
            passed[capability_id] = replace(kept, state=State.WITHDRAWN, row=_blank(kept.row))
        findings.append(Finding("promise-in-text", capability_id, f"{_sentence(verdict)}; {fate}"))
    passed, lost = _leading(passed)
    return passed, (*findings, *lost)


def audit_terms(
    terms: tuple[PublishedTerm, ...], published: tuple[PublishedTerm, ...]
) -> tuple[tuple[PublishedTerm, ...], tuple[Finding, ...]]:
    """The vocabulary without what fails: for that its last good version, or nothing."""
    last = {(term.kind, term.code): term for term in published}
    passed: list[PublishedTerm] = []
    findings = []
    for term in terms:
        verdict = _judged(term)
        if verdict.passes:
            passed.append(term)
            continue
        kept = last.get((term.kind, term.code))
        fate = "it is left out"
        if kept is not None and _judged(kept).passes:
            passed.append(kept)
            fate = "its last good version stays"
        where = f"wording, {term.kind} {term.code}"
        findings.append(Finding("promise-in-wording", where, f"{_sentence(verdict)}; {fate}"))
    return tuple(sorted(passed, key=in_order)), tuple(findings)


def audit_news(kind: ChangeKind, name: str, other: str) -> str:
    """The sentence of the news feed; without names where names make it promise something."""
    sentence = write_news(kind, name, other)
    if judge_texts({"sentence": sentence}).passes:
        return sentence
    return write_news(kind, AN_ENTRY, ANOTHER_ENTRY)


def _leading(
    passed: Mapping[str, PublishedCapability],
) -> tuple[dict[str, PublishedCapability], tuple[Finding, ...]]:
    """Rows that name another to read instead, only where that one is published."""
    lost = {
        key: kept.row.replaced_by
        for key, kept in passed.items()
        if kept.row.replaced_by is not None and kept.row.replaced_by not in passed
    }
    mended = {
        key: replace(passed[key], row=replace(passed[key].row, replaced_by=None)) for key in lost
    }
    what = "is to be read instead, and is not published; it names nothing until that is"
    findings = (
        Finding("replacement-unpublished", key, f"{use} {what}") for key, use in lost.items()
    )
    return {**passed, **mended}, tuple(findings)


def _judged(term: PublishedTerm) -> Verdict:
    code = term.code.replace("_", " ").replace("-", " ")
    return judge_texts({"code": code, "label": term.label, "meaning": term.meaning})


def _sentence(verdict: Verdict) -> str:
    return "; ".join(
        f"{offence.column} says {offence.span!r}: {offence.what}" for offence in verdict.offences
    )


def _blank(row: Capability) -> Capability:
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
