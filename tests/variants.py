"""Variants of a test that `make test` leaves to `make test-all`; one like it stays for each."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from zlib import crc32

import pytest

KINDS = {"database_kind", "dialect", "jira"}
"""Fixtures that hand out the same thing on each kind of database or of Jira."""
BY_CASE = ("tests/hostile/", "tests/runs/", "tests/sync/jira/", "tests/sync/pipeline/")
"""Where each case of a test is tried on one kind, and the next case on the next."""
WHOLE = ("tests/hostile/", "tests/runs/", "tests/sync/pipeline/")
"""Whole runs: of these a test with a single case is tried on one kind as well."""


def first_on(name: str, usual: str, other: str) -> pytest.MarkDecorator:
    """Both values of a fixture, the other one in `make test-all` alone."""
    return pytest.mark.parametrize(name, [usual, pytest.param(other, marks=pytest.mark.all)])


on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
on_cloud = pytest.mark.parametrize("dialect", ["cloud"])
"""One kind alone, where the kind says nothing and a whole run is dear."""
on_sqlite_first = first_on("database_kind", "sqlite", "postgresql")
"""For what no database decides; others of its module meet the same statements on both."""
on_cloud_first = first_on("dialect", "cloud", "datacenter")
"""For what no kind of Jira decides; others of its module read in the same way from both."""


def leave_kinds_to_all(items: Iterable[pytest.Item]) -> None:
    """Mark what is left to `make test-all`: a case that is tried on another kind already.

    Which kind a case is tried on follows from the name of its test and its number there, so that
    the cases of a test meet every kind, tests with one case are spread over the kinds, and no
    other test that comes or goes changes that. A test that is marked `every_kind` keeps all.
    """
    cases: dict[str, dict[Hashable, list[pytest.Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        if item.nodeid.startswith(BY_CASE) and not item.get_closest_marker("all"):
            cases[item.nodeid.partition("[")[0]][_case_of(item)].append(item)
    for test, of_test in cases.items():
        first = next(iter(of_test.values()))[0]
        is_single = len(of_test) == 1 and not test.startswith(WHOLE)
        if not is_single and not first.get_closest_marker("every_kind"):
            for number, same in enumerate(of_test.values()):
                place = crc32(test.encode()) % len(same)
                # Not by turns: two parameters that alternate would go hand in hand.
                del same[-1 - place if number.bit_count() % 2 else place]
                for other in same:
                    other.add_marker(pytest.mark.all)


def _case_of(item: pytest.Item) -> Hashable:
    """What a test is given besides the kinds, by the names of its parameters."""
    call = getattr(item, "callspec", None)
    if call is None:
        return None
    kinds = {str(value) for name, value in call.params.items() if name in KINDS}
    return tuple(part for part in call.id.split("-") if part not in kinds)
