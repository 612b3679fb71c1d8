"""A place whose Jira and rules a deployment is given."""

from tests.deploy.checkers import schemas
from tests.runs.conftest import places, tiny_place

__all__ = ["places", "schemas", "tiny_place"]
