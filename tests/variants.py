"""Variants of a test that `make test` leaves to `make test-all`; one like it stays for each."""

import pytest


def first_on(name: str, usual: str, other: str) -> pytest.MarkDecorator:
    """Both values of a fixture, the other one in `make test-all` alone."""
    return pytest.mark.parametrize(name, [usual, pytest.param(other, marks=pytest.mark.all)])


on_sqlite_first = first_on("database_kind", "sqlite", "postgresql")
"""For what no database decides; others of its module meet the same statements on both."""
on_cloud_first = first_on("dialect", "cloud", "datacenter")
"""For what no kind of Jira decides; others of its module read in the same way from both."""
