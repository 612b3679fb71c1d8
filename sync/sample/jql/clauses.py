"""What a JQL clause means: a test of one issue, or Jira's refusal of a value it does not know."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from sync.sample.company.issues import Issue
from sync.sample.company.view import View
from sync.sample.jql.parse import Clause, Operand
from sync.sample.protocol.exchange import BadRequestError

Matcher = Callable[[Issue], bool]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": eq,
    "!=": ne,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}
TIMES: dict[str, Callable[[Issue], datetime | None]] = {
    "updated": lambda issue: issue.updated,
    "created": lambda issue: issue.created,
    "resolved": lambda issue: issue.resolved_at,
}
TIME_FORMATS = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")
RELATIVE = re.compile(r"([+-]?)(\d+)([mhdw])")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
CATEGORY_NAMES = {"to do": "new", "in progress": "indeterminate", "done": "done"}


def compile_clause(clause: Clause, view: View) -> Matcher:
    """Whether an issue satisfies the clause."""
    if clause.operator in ("is", "is not"):
        return _compile_emptiness(clause)
    if clause.field in TIMES:
        return _compile_time(clause, view)
    if clause.field in ("id", "key") and clause.operator not in ("=", "in", "!=", "not in"):
        return _compile_key_bound(clause, view)
    wanted = _read_wanted(clause, view)
    value = _find_reader(clause.field, view)
    if clause.operator in ("=", "in"):
        return lambda issue: value(issue) in wanted
    if clause.operator in ("!=", "not in"):
        return lambda issue: value(issue) is not None and value(issue) not in wanted
    raise BadRequestError(
        f"The operator '{clause.operator}' is not supported by the '{clause.field}' field."
    )


def _find_reader(field: str, view: View) -> Callable[[Issue], Any]:
    company = view.company
    values: dict[str, Callable[[Issue], Any]] = {
        "project": lambda issue: issue.project,
        "id": lambda issue: issue.id,
        "key": lambda issue: issue.id,
        "parent": lambda issue: issue.parent,
        "epic link": lambda issue: issue.parent if issue.level == 0 else None,
        "issuetype": lambda issue: issue.type,
        "status": lambda issue: issue.status.casefold(),
        "statuscategory": company.category_of,
        "hierarchylevel": lambda issue: int(issue.level),
    }
    return values[field]


def _read_wanted(clause: Clause, view: View) -> set[Any]:
    readers: dict[str, Callable[[str], set[Any]]] = {
        "project": lambda text: {_read_project(text, view)},
        "id": lambda text: {_read_issue_id(text, clause.field, view)},
        "key": lambda text: {_read_issue_id(text, clause.field, view)},
        "parent": lambda text: {_read_issue_id(text, clause.field, view)},
        "epic link": lambda text: {_read_issue_id(text, "Epic Link", view)},
        "issuetype": lambda text: _read_kinds(text, view),
        "status": lambda text: {text.casefold()},
        "statuscategory": lambda text: {CATEGORY_NAMES.get(text.casefold(), text.casefold())},
    }
    if view.is_cloud:
        readers["hierarchylevel"] = lambda text: {int(text)}
    if clause.field not in readers:
        raise BadRequestError(
            f"Field '{clause.field}' does not exist or you do not have permission to view it."
        )
    return set().union(*(readers[clause.field](operand.text) for operand in clause.operands))


def _read_project(text: str, view: View) -> str:
    project = view.project(text)
    if project is None:
        raise BadRequestError(f"The value '{text}' does not exist for the field 'project'.")
    return project.key


def _read_issue_id(text: str, field: str, view: View) -> int:
    issue = view.find(text)
    if issue:
        return issue.id
    if text.isdigit():
        raise BadRequestError(f"A value with ID '{text}' does not exist for the field '{field}'.")
    raise BadRequestError(f"An issue with key '{text}' does not exist for field '{field}'.")


def _read_kinds(text: str, view: View) -> set[str]:
    wanted = text.casefold()
    types = [issue_type for project in view.projects() for issue_type in project.types]
    kinds = {
        each.kind
        for each in types
        if wanted in (each.name.casefold(), str(each.id))
        or (not view.is_cloud and wanted == each.kind.casefold())
    }
    if not kinds:
        raise BadRequestError(f"The value '{text}' does not exist for the field 'issuetype'.")
    return kinds


def _compile_key_bound(clause: Clause, view: View) -> Matcher:
    compare, text = COMPARE[clause.operator], clause.operands[0].text
    if text.isdigit():
        bound = int(text)
        return lambda issue: compare(issue.id, bound)
    project, _, number = text.upper().rpartition("-")
    _read_project(project, view)
    return lambda issue: (
        issue.project == project and compare(int(issue.key.rpartition("-")[2]), int(number))
    )


def _compile_emptiness(clause: Clause) -> Matcher:
    fields: dict[str, Callable[[Issue], Any]] = {
        "parent": lambda issue: issue.parent,
        "epic link": lambda issue: issue.parent,
        "resolution": lambda issue: issue.resolution,
        "level": lambda issue: issue.security_level,
    }
    value = fields.get(clause.field)
    if value is None or clause.operands[0].text.lower() not in ("empty", "null"):
        raise BadRequestError(f"The field '{clause.field}' cannot be compared with empty here.")
    is_empty = clause.operator == "is"
    return lambda issue: (value(issue) is None) == is_empty


def _compile_time(clause: Clause, view: View) -> Matcher:
    if clause.operator not in COMPARE:
        raise BadRequestError(
            f"The operator '{clause.operator}' is not supported by the '{clause.field}' field."
        )
    compare, value = COMPARE[clause.operator], TIMES[clause.field]
    operand = clause.operands[0]
    if not view.reads_milliseconds and operand.text.isdigit():
        return lambda issue: False
    bound = read_time(operand, view.company.now, view.account_zone, clause.field)
    return lambda issue: (moment := value(issue)) is not None and compare(moment, bound)


def read_time(operand: Operand, now: datetime, zone: tzinfo, field: str) -> datetime:
    """The moment meant: a bare number is epoch milliseconds, quoted times are in `zone`."""
    text = operand.text
    if not operand.quoted and re.fullmatch(r"-?\d+", text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    if relative := RELATIVE.fullmatch(text):
        sign, amount, unit = relative.groups()
        span = timedelta(**{UNITS[unit]: int(amount)})
        return now - span if sign == "-" else now + span
    for time_format in TIME_FORMATS:
        try:
            return datetime.strptime(text, time_format).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    raise BadRequestError(
        f"Date value '{text}' for field '{field}' is invalid. Valid formats include: "
        "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', "
        "or a period format e.g. '-5d', '4w 2d'."
    )
