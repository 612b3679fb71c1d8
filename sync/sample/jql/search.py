"""Answers a JQL query from the company, quickly enough for backlogs of many thousands."""

import base64
import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import count, islice
from typing import Any

from sync.sample.company.issues import Issue
from sync.sample.company.view import View
from sync.sample.jql.clauses import Matcher, compile_clause
from sync.sample.jql.parse import Clause, Query, read_jql
from sync.sample.protocol.exchange import BadRequestError

NEWEST_FIRST = (("id", True),)
"""Without ORDER BY nothing is promised; both kinds of Jira tend to show the newest first."""

_token_numbers = count(1)

SORT_VALUES: dict[str, Callable[[Issue], Any]] = {
    "id": lambda issue: issue.id,
    "key": lambda issue: (issue.project, int(issue.key.rpartition("-")[2])),
    "updated": lambda issue: issue.updated,
    "created": lambda issue: issue.created,
}


@dataclass(frozen=True, slots=True)
class Search:
    """A query made ready: where to look, what to match, how to order."""

    view: View
    query: Query
    lists: tuple[list[int], ...]
    matchers: tuple[Matcher, ...]

    @property
    def is_bounded(self) -> bool:
        """Whether the query restricts anything at all."""
        return bool(self.query.clauses)

    def count(self) -> int:
        """How many issues match."""
        view = self.view
        is_plain = not (view.hidden_issues or view.index_lag or view.archived_issues)
        if is_plain and not self.matchers:
            return sum(len(ids) for ids in self.lists)
        return sum(1 for _ in self._find_matches(merge(*self.lists)))

    def page(self, start: int, size: int) -> list[Issue]:
        """That many matches, beginning with the one at `start`."""
        return list(islice(self._sort_matches(), start, start + size))

    def page_after(self, last: int | None, start: int, size: int) -> list[Issue]:
        """The matches that follow issue `last`; if it is gone, those from position `start`."""
        if last is None:
            return self.page(start, size)
        if self.query.order[:1] == (("id", False),):
            return list(islice(self._find_matches(merge(*self._cut_lists(last))), size))
        ordered = list(self._sort_matches())
        place = next((at + 1 for at, issue in enumerate(ordered) if issue.id == last), start)
        return ordered[place : place + size]

    def _cut_lists(self, last: int) -> Iterator[list[int]]:
        for ids in self.lists:
            yield ids[bisect_right(ids, last) :]

    def _sort_matches(self) -> Iterator[Issue]:
        order = self.query.order or NEWEST_FIRST
        if order[0] == ("id", False):
            return self._find_matches(merge(*self.lists))
        matches = list(self._find_matches(merge(*self.lists)))
        for field, descending in reversed(order):
            matches.sort(key=SORT_VALUES[field], reverse=descending)
        return iter(matches)

    def _find_matches(self, ids: Iterator[int]) -> Iterator[Issue]:
        issues, view = self.view.company.issues, self.view
        for issue_id in ids:
            issue = issues[issue_id]
            if not view.sees(issue) or not view.is_indexed(issue):
                continue
            issue = view.as_indexed(issue)
            if all(matcher(issue) for matcher in self.matchers):
                yield issue


def prepare(jql: str, view: View) -> Search:
    """The search of that JQL, or `BadRequestError` in Jira's words."""
    query = read_jql(jql)
    keys = {project.key for project in view.projects()}
    matchers: list[Matcher] = []
    low, high = 0, None
    named: set[int] | None = None
    for clause in query.clauses:
        matcher = compile_clause(clause, view)
        if clause.field == "project" and clause.operator in ("=", "in"):
            keys &= _project_keys(clause, view)
        elif _is_range(clause, (">", ">=")):
            low = max(low, int(clause.operands[0].text) + (clause.operator == ">"))
        elif _is_list_of_ids(clause):
            chosen = {int(operand.text) for operand in clause.operands}
            named = chosen if named is None else named & chosen
        elif _is_range(clause, ("<", "<=")):
            bound = int(clause.operands[0].text) - (clause.operator == "<")
            high = bound if high is None else min(high, bound)
        else:
            matchers.append(matcher)
    if named is not None:
        issues = view.company.issues
        visible = sorted(each for each in named if issues[each].project in keys)
        return Search(view, query, (_cut_range(visible, low, high),), tuple(matchers))
    lists = tuple(_cut_range(view.company.ids_of(key), low, high) for key in sorted(keys))
    return Search(view, query, lists, tuple(matchers))


def _is_list_of_ids(clause: Clause) -> bool:
    is_id = clause.field == "id" and clause.operator in ("=", "in")
    return is_id and all(operand.text.isdigit() for operand in clause.operands)


def _is_range(clause: Clause, operators: tuple[str, ...]) -> bool:
    is_id = clause.field in ("id", "key")
    return is_id and clause.operator in operators and clause.operands[0].text.isdigit()


def _project_keys(clause: Clause, view: View) -> set[str]:
    projects = (view.project(operand.text) for operand in clause.operands)
    return {project.key for project in projects if project}


def _cut_range(ids: list[int], low: int, high: int | None) -> list[int]:
    end = len(ids) if high is None else bisect_right(ids, high)
    return ids[bisect_left(ids, low) : end]


def write_token(jql: str, last: int | None, start: int) -> str:
    """An opaque page token, never the same twice. It has characters an address must escape."""
    content = ["?>", _digest_query(jql), last, start, next(_token_numbers)]
    return base64.b64encode(json.dumps(content).encode()).decode()


def read_token(jql: str, token: str) -> tuple[int | None, int]:
    """The last issue given and the position reached; `BadRequestError` unless made for that JQL."""
    try:
        _, digest, last, start, _ = json.loads(base64.b64decode(token, validate=True))
    except (ValueError, TypeError) as error:
        raise BadRequestError("The provided next page token is invalid.") from error
    if digest != _digest_query(jql):
        raise BadRequestError("The provided next page token does not belong to this query.")
    return last, start


def _digest_query(jql: str) -> str:
    return hashlib.sha256(jql.encode()).hexdigest()[:12]
