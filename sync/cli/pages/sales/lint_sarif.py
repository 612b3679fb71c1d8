"""Writes what was found in documents as SARIF 2.1.0, which code hosts and viewers read."""

from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from models.promises import Tier
from sync.cli.pages.sales.lint import LintResult, word_entry, word_remark
from translators.explain.promise_ledger import Entry, Remark

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def write_sarif(result: LintResult) -> dict[str, Any]:
    """One run: the classes as rules, every place as a result, and what was not read."""
    told: dict[str, str] = {}
    for remark in result.remarks:
        told.setdefault(remark.violation.rule, remark.violation.what)
    rules = sorted(told)
    driver = {
        "name": "headway lint",
        "version": version("headway-sync"),
        "rules": [{"id": rule, "shortDescription": {"text": told[rule]}} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not result.unread,
                "toolExecutionNotifications": [
                    {
                        "level": "error",
                        "message": {"text": f"{each.what}. {each.remedy}".strip()},
                        "locations": [_locate(each.where, None, "")],
                    }
                    for each in result.unread
                ],
            }
        ],
        "results": [_write_result(*pair, rules) for pair in result.pair_entries()],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _write_result(remark: Remark, entry: Entry | None, rules: list[str]) -> dict[str, Any]:
    violation = remark.violation
    said = (f"{word_remark(remark)}.", word_entry(entry), violation.instead)
    properties = {"tier": str(violation.tier), "place": remark.place}
    if remark.day:
        properties["day"] = remark.day.isoformat()
    if entry is not None:
        properties["standing"] = str(entry.standing)
    return {
        "ruleId": violation.rule,
        "ruleIndex": rules.index(violation.rule),
        "level": "error" if violation.tier is Tier.BLOCK else "warning",
        "message": {"text": " ".join(filter(None, said))},
        "locations": [_locate(remark.file, remark.line, remark.place)],
        "properties": properties,
    }


def _locate(file: str, line: int | None, place: str) -> dict[str, Any]:
    """Where: a line has a region; a slide, page or cell is told by its name."""
    path = Path(file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if line:
        physical["region"] = {"startLine": line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if place and not line:
        location["logicalLocations"] = [{"fullyQualifiedName": place}]
    return location
