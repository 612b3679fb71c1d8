"""Reads the part of JQL the sample Jira understands into clauses. Anything else is refused."""

import re
from dataclasses import dataclass

from sync.sample.protocol.exchange import BadRequestError

TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<symbol>>=|<=|!=|[=<>(),~])
      | (?P<word>[^\s"'=<>!(),~]+)
    )""",
    re.VERBOSE,
)
OPERATORS = ("=", "!=", ">", ">=", "<", "<=")
ORDERABLE = ("id", "key", "updated", "created")
MOST_SORT_FIELDS = 7
ALIASES = {
    "issue": "key",
    "issuekey": "key",
    "workitem": "key",
    "type": "issuetype",
    "createddate": "created",
    "updateddate": "updated",
    "resolutiondate": "resolved",
}


@dataclass(frozen=True, slots=True)
class Operand:
    """A value as it was written; the quotes decide how times are read."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One restriction: `field operator operands`."""

    field: str
    operator: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query: all clauses must hold. `order` holds (field, descending)."""

    clauses: tuple[Clause, ...]
    order: tuple[tuple[str, bool], ...]


def read_jql(text: str) -> Query:
    """The query of that text, or `BadRequestError` with Jira's kind of message."""
    return _Parser(text).query()


class _Parser:
    """Recursive descent over conjunctions."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._place = 0

    def query(self) -> Query:
        clauses: list[Clause] = []
        if self._peek() and not self._at_order():
            clauses = self._conjunction()
        order = self._order() if self._at_order() else ()
        if self._peek():
            raise _error(f"Expecting either 'AND' or 'ORDER BY' but got '{self._peek()}'.")
        return Query(tuple(clauses), order)

    def _conjunction(self) -> list[Clause]:
        clauses = self._term()
        while self._peek().lower() == "and":
            self._take()
            clauses += self._term()
        return clauses

    def _term(self) -> list[Clause]:
        if self._peek() != "(":
            return [self._clause()]
        self._take()
        clauses = self._conjunction()
        self._expect(")")
        return clauses

    def _clause(self) -> Clause:
        name = self._take().text.lower()
        field = ALIASES.get(name, name)
        operator = self._operator()
        if operator in ("in", "not in"):
            return Clause(field, operator, self._list())
        return Clause(field, operator, (self._take(),))

    def _operator(self) -> str:
        operator = self._take().text.lower()
        if operator in ("not", "is") and self._peek().lower() in ("in", "not"):
            operator += " " + self._take().text.lower()
        if operator not in (*OPERATORS, "in", "not in", "is", "is not"):
            raise _error(f"The operator '{operator}' is not understood here.")
        return operator

    def _list(self) -> tuple[Operand, ...]:
        self._expect("(")
        operands = [self._take()]
        while self._peek() == ",":
            self._take()
            operands.append(self._take())
        self._expect(")")
        return tuple(operands)

    def _at_order(self) -> bool:
        return self._peek().lower() == "order"

    def _order(self) -> tuple[tuple[str, bool], ...]:
        self._take()
        self._expect("by")
        order = [self._sort_field()]
        while self._peek() == ",":
            self._take()
            order.append(self._sort_field())
        if len(order) > MOST_SORT_FIELDS:
            raise _error(f"The query orders by more than {MOST_SORT_FIELDS} fields.")
        return tuple(order)

    def _sort_field(self) -> tuple[str, bool]:
        name = self._take().text.lower()
        field = ALIASES.get(name, name)
        if field not in ORDERABLE:
            raise _error(f"Field '{name}' does not exist or this field cannot be ordered by.")
        direction = self._peek().lower()
        if direction in ("asc", "desc"):
            self._take()
        return field, direction == "desc"

    def _peek(self) -> str:
        if self._place >= len(self._tokens):
            return ""
        token = self._tokens[self._place]
        return f'"{token.text}"' if token.quoted else token.text

    def _take(self) -> Operand:
        if self._place >= len(self._tokens):
            raise _error("The query ends too early.")
        self._place += 1
        return self._tokens[self._place - 1]

    def _expect(self, text: str) -> None:
        taken = self._take()
        if taken.quoted or taken.text.lower() != text:
            raise _error(f"Expecting '{text}' but got '{taken.text}'.")


def _tokens(text: str) -> list[Operand]:
    tokens: list[Operand] = []
    place = 0
    while text[place:].strip():
        found = TOKEN.match(text, place)
        if not found:
            raise _error(f"The character '{text[place:].strip()[0]}' is not understood here.")
        place = found.end()
        quoted = found["quoted"]
        plain = (
            re.sub(r"\\(.)", r"\1", quoted[1:-1]) if quoted else found["symbol"] or found["word"]
        )
        tokens.append(Operand(plain, bool(quoted)))
    return tokens


def _error(reason: str) -> BadRequestError:
    return BadRequestError(f"Error in the JQL Query: {reason}")
