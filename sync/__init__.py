"""The worker. Nothing of it runs on packages of other people that happen to be called as ours."""

import sys
from importlib.util import find_spec
from pathlib import Path

OURS = Path(__file__).resolve().parents[1]
REMEDY = (
    "Take that folder off PYTHONPATH (or start headway elsewhere), or install Headway again. "
    "Nothing was done, and sales reads the list as it was."
)
BESIDE_US = ("models", "translators", "migrations")


def _refuse_foreign_packages() -> None:
    """End with words where one of our names leads elsewhere: half the code would be another's."""
    for name in BESIDE_US:
        spec = find_spec(name)
        places = [*(spec.submodule_search_locations or ()), spec.origin or ""] if spec else []
        where = Path(places[0]).resolve() if places else None
        if where is None or where.parent != OURS:
            found = f"is found at {where}, which is not ours" if where else "is not there"
            sys.stderr.write(f"headway: {name}: {found}\n  {REMEDY}\n")
            raise SystemExit(2)


_refuse_foreign_packages()
