"""Says what is odd about issues, and what is not made of them because of it."""

from collections.abc import Iterable, Mapping

from models.finding import Finding
from models.rollup import Anomaly, EpicRollup
from translators.plurals import count_noun

DANGLING, CYCLIC, UNDATED = "dangling-parent", "cyclic-parent", "done-without-date"

_SAID = {
    DANGLING: "{issues} a parent that Jira does not show us; kept, and counted without an epic",
    CYCLIC: "{issues} among their own ancestors; counted without an epic",
    UNDATED: "{issues} done before our first look and when is not known: no credit",
}
_VERBS = {DANGLING: ("name", "names"), CYCLIC: ("are", "is"), UNDATED: ("were", "was")}


def collect_anomalies(groups: Mapping[int, EpicRollup]) -> dict[str, Anomaly]:
    """By code, how many odd issues all groups have together, and the first key of them."""
    found: dict[str, Anomaly] = {}
    for group in groups.values():
        for code, these in group.anomalies.items():
            known = found.get(code)
            found[code] = (
                Anomaly(min(known.key, these.key), known.number + these.number) if known else these
            )
    return found


def report_anomalies(odd: Mapping[str, Anomaly]) -> Iterable[Finding]:
    """One remark for each kind, at the first of its issues."""
    for code, said in _SAID.items():
        if code in odd:
            many, one = _VERBS[code]
            issues = count_noun(odd[code].number, "issue", many, one=one)
            yield Finding(code, odd[code].key, said.format(issues=issues))
