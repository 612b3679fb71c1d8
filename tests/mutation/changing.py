"""Puts a mutant in the place of its module, in a process that has long imported it.

So a process that has collected the tests, and made the databases that they copy, is forked for
each mutant: that takes a hundredth of what a new process would.
"""

import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from types import FunctionType, ModuleType
from typing import Any

from sqlalchemy import ClauseElement

from tests.mutation.mutants import Mutant

GENERATED = ("__init__", "__eq__", "__hash__")
"""What a dataclass makes of its fields, and of how they are told to behave."""
PLAIN = (int, float, str, tuple, frozenset, dict, timedelta)


def load_mutant(module: ModuleType, mutant: Mutant) -> ModuleType:
    """The mutant as a module of its own, which nobody has imported; whatever that raises."""
    fresh = ModuleType(module.__name__)
    fresh.__file__ = module.__file__
    exec(mutant.code, vars(fresh))
    return fresh


def apply_mutant(module: ModuleType, mutant: Mutant, fresh: ModuleType) -> None:
    """Change the module, and what others have imported of it, into the mutant for good."""
    _change_constants(module, fresh)
    others = dict(_list_functions(fresh))
    own = {id(value): vars(module)[name] for name, value in _list_names(fresh)}
    for name, function in _list_functions(module):
        other, named = others[name], others[name].__kwdefaults__
        function.__defaults__ = tuple(own.get(id(each), each) for each in other.__defaults__ or ())
        function.__kwdefaults__ = named and {k: own.get(id(v), v) for k, v in named.items()}
        if name == mutant.scope:
            function.__code__ = other.__code__
    if mutant.lines is None and mutant.scope:
        _change_class(getattr(module, mutant.scope), getattr(fresh, mutant.scope))


def _change_constants(module: ModuleType, fresh: ModuleType) -> None:
    for name, value in list(_list_names(module)):
        other = vars(fresh).get(name)
        if _is_other(value, other):
            for each in list(sys.modules.values()):
                if getattr(each, "__dict__", {}).get(name) is value:
                    setattr(each, name, other)


def _list_names(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """What a module calls so itself; how it was found and loaded is Python's."""
    return ((name, value) for name, value in vars(module).items() if not name.startswith("__"))


def _is_other(value: Any, other: Any) -> bool:
    """Whether a constant is another one in the mutant; a clause of SQL is compared by its text."""
    if isinstance(value, ClauseElement):
        return str(value) != str(other)
    if is_dataclass(value) and not isinstance(value, type):
        return _name_parts(value) != _name_parts(other)
    return isinstance(value, PLAIN) and type(other) is type(value) and other != value


def _name_parts(value: Any) -> dict[str, Any]:
    """What a value of a dataclass is compared by; a function is one with another of its name."""
    parts = {each.name: getattr(value, each.name) for each in fields(value) if each.compare}
    return {name: getattr(part, "__qualname__", part) for name, part in parts.items()}


def _change_class(own: Any, other: Any) -> None:
    """Let a class have the other's values, and be made and compared as the other is."""
    for name, value in list(vars(own).items()):
        changed = vars(other).get(name)
        if isinstance(value, PLAIN) and changed != value and not name.startswith("__"):
            setattr(own, name, changed)
    if is_dataclass(own):
        for name in GENERATED:
            setattr(own, name, vars(other).get(name))


def _list_functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    """The functions that stand in a module's text, by name; methods as `Class.method`."""
    for holder in (module, *_list_classes(module)):
        for name, value in vars(holder).items():
            function = _unwrap(value)
            is_own = function is not None and function.__code__.co_filename == module.__file__
            if function is not None and is_own:
                scope = f"{holder.__name__}.{name}" if isinstance(holder, type) else name
                yield scope, function


def _list_classes(module: ModuleType) -> Iterator[type]:
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield value


def _unwrap(value: Any) -> FunctionType | None:
    """The function below a decorator, a property or a method of the class."""
    for attribute in ("fget", "__func__", "__wrapped__"):
        value = getattr(value, attribute, value)
    return value if isinstance(value, FunctionType) else None
