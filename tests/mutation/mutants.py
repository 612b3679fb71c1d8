"""Makes mutants of a module: copies with one small mistake each, which some test has to notice.

The mistakes are those that people make: a comparison that is off by one or turned round, `and` for
`or`, a condition forgotten or negated, a constant one too large, a statement left out, two
arguments in each other's place, nothing returned, and of SQL a condition or a lock left out. What
a person reads (texts) and what only the type checker reads is left alone.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
CLAUSES = {"where", "with_for_update", "order_by", "limit", "group_by"}
"""What a statement of SQL can do without, and be another one."""
SYMMETRIC = {"or_", "and_", "isinstance"}
"""Whose arguments nobody mixes up, or may."""
NOT_RUN = {"annotation", "returns", "decorator_list", "type_params"}
REMOVABLE = (ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Delete)
UNSAID = (ast.Name, ast.Attribute, ast.Call, ast.NamedExpr)
"""Conditions that have no comparison in them to turn round."""


class Mutant(NamedTuple):
    """One module with one mistake. `name` tells it from all others of the module.

    `scope` names the outermost function that has it, or else the class; "" for the module itself.
    A test can notice it only if it runs one of the `lines`, None where it takes effect at import.
    """

    name: str
    scope: str
    lines: range | None
    code: CodeType


class _Slot(NamedTuple):
    """Where a node hangs, so that another can hang there for a while."""

    parent: Any
    field: str
    number: int | None

    def put(self, node: ast.AST) -> None:
        if self.number is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.number] = node


class _Place(NamedTuple):
    """What is around a node."""

    scope: str = ""
    is_function: bool = False
    lines: range | None = None


def copy_module(path: Path) -> Mutant:
    """A mutant without any mistake, which every test has to let live."""
    return Mutant("copy", "", None, compile(path.read_text(), str(path), "exec"))


def make_mutants(path: Path, only: tuple[str, ...] = ()) -> list[Mutant]:
    """Every mutant of a module, in the order of its text; `only` those of some functions."""
    tree = ast.parse(path.read_text())
    return [
        Mutant(name, place.scope, place.lines, compile(tree, str(path), "exec"))
        for name, place in _make_mistakes(tree, only)
    ]


def name_mutants(path: Path, only: tuple[str, ...] = ()) -> set[str]:
    """The names of the same, which take a tenth of the time."""
    return {name for name, _ in _make_mistakes(ast.parse(path.read_text()), only)}


def _make_mistakes(tree: ast.Module, only: tuple[str, ...]) -> Iterator[tuple[str, _Place]]:
    """Make one mistake after another, each with its name; it is taken back when the next is due."""
    seen: Counter[str] = Counter()
    for slot, place, node in _walk(tree, _Place()):
        if only and place.scope not in only:
            continue
        for other in _propose(node, slot):
            # A number alone tells nothing: what it stands in is shown too.
            shown = slot.parent if isinstance(node, ast.Constant) else None
            before = ast.unparse(shown or node)
            if not hasattr(other, "lineno"):
                ast.copy_location(other, node)
            slot.put(ast.fix_missing_locations(other))
            name = f"{place.scope or 'module'}: {before} -> {ast.unparse(shown or other)}"
            seen[name] += 1
            yield (name if seen[name] == 1 else f"{name} (number {seen[name]})"), place
            slot.put(node)


def _walk(parent: ast.AST, place: _Place) -> Iterator[tuple[_Slot, _Place, ast.AST]]:
    for field, value in ast.iter_fields(parent):
        if field in NOT_RUN or (field == "keywords" and isinstance(parent, ast.ClassDef)):
            continue
        nodes = value if isinstance(value, list) else [value]
        for index, node in enumerate(nodes):
            if isinstance(node, ast.AST):
                inside = _look_around(parent, field, node, place)
                yield _Slot(parent, field, index if isinstance(value, list) else None), inside, node
                yield from _walk(node, inside)


def _look_around(parent: ast.AST, field: str, node: ast.AST, place: _Place) -> _Place:
    if isinstance(node, ast.ClassDef) or (
        isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not place.is_function
    ):
        scope = f"{place.scope}.{node.name}".removeprefix(".")
        is_function = not isinstance(node, ast.ClassDef)
        lines = _lines_of(node.body[0], node.body[-1]) if is_function else None
        return _Place(scope, is_function, lines)
    if place.is_function and (isinstance(node, ast.stmt) or field in {"test", "iter", "items"}):
        return place._replace(lines=_lines_of(node, node))
    return place


def _lines_of(first: Any, last: Any) -> range:
    first = getattr(first, "context_expr", first)
    last = getattr(last, "context_expr", last)
    return range(first.lineno, last.end_lineno + 1)


def _propose(node: ast.AST, slot: _Slot) -> Iterator[ast.AST]:
    """What may stand by mistake where this node stands."""
    proposer = _PROPOSERS.get(type(node))
    if proposer is not None:
        yield from proposer(node)
    is_condition = slot.field in {"test", "ifs"} or isinstance(slot.parent, ast.BoolOp)
    if is_condition and isinstance(node, UNSAID) and isinstance(node, ast.expr):
        yield ast.UnaryOp(ast.Not(), node)
    if isinstance(node, REMOVABLE) or _is_effect(node):
        yield ast.Pass()


def _is_effect(node: ast.AST) -> bool:
    """Whether a statement is there for what it does, and another can run without it."""
    if isinstance(node, ast.Expr):
        is_init = ast.unparse(node).startswith("super()")  # the class is in a cell of it
        return isinstance(node.value, (ast.Call, ast.Await)) and not is_init
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], (ast.Attribute, ast.Subscript))
    return isinstance(node, ast.Return) and node.value is None


def _mistake_comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for other in COMPARISONS[type(node.ops[-1])]:
        yield ast.Compare(node.left, [*node.ops[:-1], other()], node.comparators)
    for number, operator in enumerate(node.ops[:-1]):
        for other in COMPARISONS[type(operator)]:
            ops = [*node.ops[:number], other(), *node.ops[number + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)


def _mistake_bool_op(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)


def _mistake_not(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not):
        yield node.operand


def _mistake_operator(node: ast.BinOp) -> Iterator[ast.AST]:
    other = OPERATORS.get(type(node.op))
    if other is not None and not _is_text(node.left) and not _is_text(node.right):
        yield ast.BinOp(node.left, other(), node.right)


def _mistake_update(node: ast.AugAssign) -> Iterator[ast.AST]:
    other = OPERATORS.get(type(node.op))
    if other is not None and not _is_text(node.value):
        yield ast.AugAssign(node.target, other(), node.value)


def _mistake_constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, (int, float)):
        yield ast.Constant(node.value + 1)


def _mistake_return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None))


def _mistake_call(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in NAMES:
        yield ast.Call(ast.Name(NAMES[node.func.id], ast.Load()), node.args, node.keywords)
    elif isinstance(node.func, ast.Attribute) and node.func.attr in CLAUSES:
        yield from _leave_out_clauses(node, node.func)
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "values":
        for number, keyword in enumerate(node.keywords):
            if keyword.arg is not None and len(node.keywords) > 1:
                kept = [*node.keywords[:number], *node.keywords[number + 1 :]]
                yield ast.Call(node.func, node.args, kept)
    elif (
        len(node.args) > 1
        and ast.unparse(node.func) not in SYMMETRIC
        and not any(isinstance(each, ast.Starred) for each in node.args[:2])
    ):
        first, second, *rest = node.args
        if ast.dump(first) != ast.dump(second):
            yield ast.Call(node.func, [second, first, *rest], node.keywords)


def _leave_out_clauses(node: ast.Call, link: ast.Attribute) -> Iterator[ast.AST]:
    if len(node.args) < 2:
        yield link.value
        return
    for number in range(len(node.args)):
        kept = [*node.args[:number], *node.args[number + 1 :]]
        yield ast.Call(node.func, kept, node.keywords)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


_PROPOSERS: dict[type[ast.AST], Callable[[Any], Iterator[ast.AST]]] = {
    ast.Compare: _mistake_comparison,
    ast.BoolOp: _mistake_bool_op,
    ast.UnaryOp: _mistake_not,
    ast.BinOp: _mistake_operator,
    ast.AugAssign: _mistake_update,
    ast.Constant: _mistake_constant,
    ast.Return: _mistake_return,
    ast.Call: _mistake_call,
}
