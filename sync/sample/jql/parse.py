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
    """A whole query: all clauses must be met. `order` is pairs of (field, descending)."""

    clauses: tuple[Clause, ...]
    order: tuple[tuple[str, bool], ...]


def read_jql(text: str) -> Query:
    """The query of that text, or `BadRequestError` with Jira's kind of message."""
    return _Parser(text).read_query()


class _Parser:
    """Recursive descent over conjunctions."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_split_tokens(text))
        self._place = 0

    def read_query(self) -> Query:
        clauses: list[Clause] = []
        if self._peek_token() and not self._at_order():
            clauses = self._read_conjunction()
        order = self._read_order() if self._at_order() else ()
        if self._peek_token():
            raise _build_error(
                f"Expecting either 'AND' or 'ORDER BY' but got '{self._peek_token()}'."
            )
        return Query(tuple(clauses), order)

    def _read_conjunction(self) -> list[Clause]:
        clauses = self._read_term()
        while self._peek_token().lower() == "and":
            self._take_token()
            clauses += self._read_term()
        return clauses

    def _read_term(self) -> list[Clause]:
        if self._peek_token() != "(":
            return [self._read_clause()]
        self._take_token()
        clauses = self._read_conjunction()
        self._expect_token(")")
        return clauses

    def _read_clause(self) -> Clause:
        name = self._take_token().text.lower()
        field = ALIASES.get(name, name)
        operator = self._read_operator()
        if operator in ("in", "not in"):
            return Clause(field, operator, self._read_list())
        return Clause(field, operator, (self._take_token(),))

    def _read_operator(self) -> str:
        operator = self._take_token().text.lower()
        if operator in ("not", "is") and self._peek_token().lower() in ("in", "not"):
            operator += " " + self._take_token().text.lower()
        if operator not in (*OPERATORS, "in", "not in", "is", "is not"):
            raise _build_error(f"The operator '{operator}' is not understood here.")
        return operator

    def _read_list(self) -> tuple[Operand, ...]:
        self._expect_token("(")
        operands = [self._take_token()]
        while self._peek_token() == ",":
            self._take_token()
            operands.append(self._take_token())
        self._expect_token(")")
        return tuple(operands)

    def _at_order(self) -> bool:
        return self._peek_token().lower() == "order"

    def _read_order(self) -> tuple[tuple[str, bool], ...]:
        self._take_token()
        self._expect_token("by")
        order = [self._read_sort_field()]
        while self._peek_token() == ",":
            self._take_token()
            order.append(self._read_sort_field())
        if len(order) > MOST_SORT_FIELDS:
            raise _build_error(f"The query orders by more than {MOST_SORT_FIELDS} fields.")
        return tuple(order)

    def _read_sort_field(self) -> tuple[str, bool]:
        name = self._take_token().text.lower()
        field = ALIASES.get(name, name)
        if field not in ORDERABLE:
            raise _build_error(f"Field '{name}' does not exist or this field cannot be ordered by.")
        direction = self._peek_token().lower()
        if direction in ("asc", "desc"):
            self._take_token()
        return field, direction == "desc"

    def _peek_token(self) -> str:
        if self._place >= len(self._tokens):
            return ""
        token = self._tokens[self._place]
        return f'"{token.text}"' if token.quoted else token.text

    def _take_token(self) -> Operand:
        if self._place >= len(self._tokens):
            raise _build_error("The query ends too early.")
        self._place += 1
        return self._tokens[self._place - 1]

    def _expect_token(self, text: str) -> None:
        taken = self._take_token()
        if taken.quoted or taken.text.lower() != text:
            raise _build_error(f"Expecting '{text}' but got '{taken.text}'.")


def _split_tokens(text: str) -> list[Operand]:
    tokens: list[Operand] = []
    place = 0
    while text[place:].strip():
        found = TOKEN.match(text, place)
        if not found:
            raise _build_error(f"The character '{text[place:].strip()[0]}' is not understood here.")
        place = found.end()
        quoted = found["quoted"]
        plain = (
            re.sub(r"\\(.)", r"\1", quoted[1:-1]) if quoted else found["symbol"] or found["word"]
        )
        tokens.append(Operand(plain, bool(quoted)))
    return tokens


def _build_error(reason: str) -> BadRequestError:
    return BadRequestError(f"Error in the JQL Query: {reason}")
