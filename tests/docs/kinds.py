"""Finds in the code itself every kind of thing that Headway tells of: a list by hand would lack the
newest."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from models.errors import HeadwayError
from models.notification import Event
from models.tables.clean import FRESHNESS
from models.tables.state import RUN_OUTCOMES
from sync.doctor.examine import SUBJECTS
from sync.listening.log import EVENTS
from tests.architecture.repository import ROOT

PRODUCT = ("sync", "translators", "models")
_LABEL = re.compile(r"([a-z]+(?: [a-z]+)?) {2,}")
_HANDED_ON = ("failed", "bug")
_LOUD = ("warning", "error", "exception", "critical")


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(_read(path))


@cache
def _read(path: Path) -> str:
    return path.read_text("utf-8")


def _modules(*folders: str, saying: str) -> Iterator[Path]:
    """The modules in which something stands: to take all of them apart would take seconds."""
    for folder in folders:
        place = ROOT / folder
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if re.search(saying, _read(path)):
                yield path


def _functions(path: Path) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Each call, with the function that it stands in, or the module."""
    tree = _parse(path)
    inside: dict[ast.AST, ast.AST] = {}
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            inside |= dict.fromkeys(ast.walk(each), each)
    for each in ast.walk(tree):
        if isinstance(each, ast.Call):
            yield inside.get(each, tree), each


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func)


def _global(path: Path, name: str) -> object:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return getattr(importlib.import_module(module), name, None)


def _resolve(path: Path, function: ast.AST, value: ast.expr) -> set[str]:
    """Every text that an expression can be; an AssertionError where that cannot be told."""
    if isinstance(value, ast.Constant):
        return {str(value.value)}
    if isinstance(value, ast.JoinedStr):
        texts = {""}
        for part in value.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            texts = {a + b for a in texts for b in _resolve(path, function, inner)}
        return texts
    assert isinstance(value, ast.Name), f"{path}:{value.lineno}: {ast.unparse(value)}"
    known = _global(path, value.id)
    if isinstance(known, str):
        return {known}
    loops = [each for each in ast.walk(function) if isinstance(each, ast.For)]
    found = {text for each in loops for text in _walk_loop(path, each, value.id)}
    found |= {*_find_passed(path, function, value.id)}
    assert found, f"{path}:{value.lineno}: nobody can tell what {value.id} is"
    return found


def _walk_loop(path: Path, loop: ast.For, name: str) -> Iterator[str]:
    """What a loop's variable is in turn, over a table of the module or one that stands there."""
    targets = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
    places = [place for place, each in enumerate(targets) if ast.unparse(each) == name]
    if not places:
        return
    table = loop.iter.func.value if isinstance(loop.iter, ast.Call) else loop.iter  # type: ignore[attr-defined]
    if isinstance(table, ast.Name):
        known = _global(path, table.id)
        assert isinstance(known, dict)
        yield from map(str, known)
        return
    assert isinstance(table, ast.Tuple | ast.List)
    for row in table.elts:
        cell = row.elts[places[0]] if isinstance(row, ast.Tuple) else row
        assert isinstance(cell, ast.Constant)
        yield str(cell.value)


def _find_passed(path: Path, function: ast.AST, name: str) -> Iterator[str]:
    """What the module itself passes for a parameter of a function or a method of its own."""
    if not isinstance(function, ast.FunctionDef):
        return
    names = [each.arg for each in function.args.args if each.arg != "self"]
    if name not in names:
        return
    for caller, call in _functions(path):
        if _name(call).rpartition(".")[2] == function.name:
            yield from _resolve(path, caller, call.args[names.index(name)])


def find_finding_codes() -> set[str]:
    """What `Finding(...)` is made with."""
    return {
        code
        for path in _modules(*PRODUCT, saying=r"\bFinding\(")
        for function, call in _functions(path)
        if _name(call) == "Finding" and "store" not in path.parts  # it reads what others made
        for code in _resolve(path, function, call.args[0])
    }


def find_guards() -> set[str]:
    """What `Hold(guard=...)` is made with, and the guards that stop a run before it has a plan."""
    held = {
        str(keyword.value.value)
        for path in _modules(*PRODUCT, saying=r"\bHold\(")
        for _, call in _functions(path)
        if _name(call) == "Hold"
        for keyword in call.keywords
        if keyword.arg == "guard" and isinstance(keyword.value, ast.Constant)
    }
    return held | {
        guard
        for path in _modules("sync", saying="guard ")
        for guard in re.findall(r'"guard ([a-z-]+)"', _read(path))
    }


def find_log_events() -> set[str]:
    """What is logged as a warning or worse, by our own code or by that which answers HTTP."""
    return {*EVENTS.values()} | {
        event
        for path in _modules("sync", saying=r"\blog\.|log_failure|\b(failed|bug)=")
        for function, call in _functions(path)
        for event in _find_events(path, function, call)
    }


def _find_events(path: Path, function: ast.AST, call: ast.Call) -> Iterator[str]:
    """What a call logs, or names for another module to log should it come to that."""
    named = [each.value for each in call.keywords if each.arg in _HANDED_ON]
    if _name(call) in {*(f"log.{level}" for level in _LOUD), "log_failure"}:
        named.append(call.args[0])
    for event in named:
        if not (isinstance(event, ast.Name) and event.id in _HANDED_ON):
            yield from _resolve(path, function, event)


def find_status_lines() -> set[str]:
    """What the lines of `headway status` begin with."""
    return {
        match[1]
        for path in _modules("sync/cli/pages/run/status.py", saying="")
        for each in ast.walk(_parse(path))
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
        if (match := _LABEL.match(each.value))
    }


def find_doctor_checks() -> set[str]:
    """Subjects, and the names of checks that are noted or wrong, where they are fixed."""
    return {*SUBJECTS} | {
        str(argument.value)
        for path in _modules("sync/doctor", saying=r"note\(|Problem\(")
        for _, call in _functions(path)
        if _name(call) in ("note", "Problem")
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant)
    }


def find_exit_codes(error: type[HeadwayError] = HeadwayError) -> set[str]:
    """Those that a command can end with, but 0 and 1."""
    inner = (find_exit_codes(kind) for kind in error.__subclasses__())
    return {str(error.exit_code)}.union(*inner)


def read_alerts() -> list[dict[str, str]]:
    """The example rules for Prometheus."""
    rules = yaml.safe_load((ROOT / "docs/deploy/prometheus-alerts.yml").read_text("utf-8"))
    return [rule for group in rules["groups"] for rule in group["rules"]]


def find_alerts() -> set[str]:
    """Those that the example rules raise."""
    return {rule["alert"] for rule in read_alerts()}


KINDS = {
    "Alerts": find_alerts,
    "Webhooks": lambda: {str(event) for event in Event},
    "Exit codes": find_exit_codes,
    "The state of the list": lambda: {*FRESHNESS, "stale"},
    "How runs end": lambda: {*RUN_OUTCOMES},
    "Guards": find_guards,
    "Findings": find_finding_codes,
    "Lines of status": find_status_lines,
    "Checks of doctor": find_doctor_checks,
    "The log": find_log_events,
}
"""Each section of the runbook, and what tells which kinds there are."""
