"""Mirrors that were made once, for all that translate what changed in them."""

import pytest

from tests.databases import DatabaseTemplates
from tests.sync.pipeline.incremental.beginnings import Beginnings


@pytest.fixture(scope="session")
def beginnings(templates: DatabaseTemplates) -> Beginnings:
    """One for the whole session: each would make the same databases anew."""
    return Beginnings(templates)
