"""Lays out what is wrong or odd in a rule book."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from models.rule_finding import RuleFinding, Severity
from sync.cli.marks import Meaning, mark
from translators.plurals import count_noun

WORDS = {
    Severity.REFUSED: "error",
    Severity.FAILED: "error of check alone",
    Severity.WARNING: "warning",
}
MEANINGS = {
    Severity.REFUSED: Meaning.BAD,
    Severity.FAILED: Meaning.BAD,
    Severity.WARNING: Meaning.DOUBT,
}


def format_findings(findings: Iterable[RuleFinding]) -> Iterator[str]:
    """Each as `where: how bad: what`, and below it the line it is about, and what to do."""
    for finding in findings:
        how_bad = f": {WORDS[finding.severity]}:"
        line = f"{finding.where}{how_bad} {finding.what}"
        yield mark(line, MEANINGS[finding.severity], how_bad)
        yield from filter(None, finding.excerpt.split("\n"))
        if finding.remedy:
            yield f"  {finding.remedy}"


def summarize_findings(findings: Sequence[RuleFinding]) -> str:
    """In one line, with what it means for a run."""
    counts = Counter(finding.severity for finding in findings)
    refused, failed = counts[Severity.REFUSED], counts[Severity.FAILED]
    summary = f"{count_noun(refused + failed, 'error')}, "
    summary += f"{count_noun(counts[Severity.WARNING], 'warning')}. Nothing was changed."
    if refused:
        return f"{summary} A sync would refuse these rules; what sales sees stays as it is."
    return f"{summary} A sync takes these rules as they are." if failed else summary
