"""Each case of a whole run is tried on one kind in `make test`, and no case is left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from types import SimpleNamespace
from typing import cast

import pytest

from tests.variants import leave_kinds_to_all

RUN, ASK, WRITE = "tests/runs/test_x.py::t", "tests/sync/jira/test_x.py::t", "tests/sync/store/x::t"
DIALECTS, DATABASES = ("cloud", "datacenter"), ("sqlite", "postgresql")


@dataclass
class Item:
    """As much of a collected test as is looked at."""

    test: str
    params: dict[str, str]
    marks: set[str] = field(default_factory=set)

    @property
    def nodeid(self) -> str:
        return f"{self.test}[{self.callspec.id}]"

    @property
    def callspec(self) -> SimpleNamespace:
        return SimpleNamespace(params=self.params, id="-".join(self.params.values()))

    def get_closest_marker(self, name: str) -> bool:
        return name in self.marks

    def add_marker(self, mark: pytest.MarkDecorator) -> None:
        self.marks.add(mark.name)


def left(test: str, *marks: str, **values: Iterable[str]) -> list[dict[str, str]]:
    """The parameters of what stays in `make test`, of the product of all values."""
    items = [
        Item(test, dict(zip(values, each, strict=True)), set(marks))
        for each in product(*values.values())
    ]
    leave_kinds_to_all(cast("list[pytest.Item]", items))
    return [item.params for item in items if "all" not in item.marks]


@pytest.mark.parametrize("test", [RUN, ASK])
def test_each_case_is_tried_on_one_kind_and_all_of_them_on_every_kind(test: str) -> None:
    tried = left(test, dialect=DIALECTS, odd=("a", "b", "c"), database_kind=DATABASES)

    assert [each["odd"] for each in tried] == ["a", "b", "c"]
    assert {each["dialect"] for each in tried[:2]} == {*DIALECTS}
    assert {each["database_kind"] for each in tried[:2]} == {*DATABASES}


def test_a_single_case_is_tried_on_one_kind_where_whole_runs_are_tested_alone() -> None:
    assert len(left(RUN, dialect=DIALECTS)) == 1
    assert len(left(ASK, dialect=DIALECTS)) == 2


def test_parameters_that_alternate_do_not_go_hand_in_hand_with_the_kind() -> None:
    tried = left(ASK, jira=DIALECTS, odd=("a", "b", "c", "d"), way=("walk", "package"))

    assert len({(each["jira"], each["way"]) for each in tried}) == 4


def test_what_is_marked_and_what_writes_a_database_keeps_every_kind() -> None:
    assert len(left(RUN, "every_kind", database_kind=DATABASES)) == 2
    assert len(left(WRITE, database_kind=DATABASES, odd=("a", "b"))) == 4
