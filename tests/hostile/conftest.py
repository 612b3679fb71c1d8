"""Places for whole runs, as those of `tests/runs`."""

from tests.runs.conftest import dialect, places

__all__ = ["dialect", "places"]
