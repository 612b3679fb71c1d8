"""Remembers what the last translation came to, so that an unchanged world is not translated again.

The memory holds for one mirror, one rule book, one publication and one translator, until the next
moment at which time alone would change something.
"""

import hashlib
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from models.finding import Finding
from models.plan import Plan
from sync.store.sitebook import SiteBook


class Settlement(Struct, frozen=True, kw_only=True):
    """A translation's plan and findings, and until when it holds (None: for ever)."""

    plan: Plan
    findings: tuple[Finding, ...]
    due_at: datetime | None


def settle(book: SiteBook, settlement: Settlement, revision: int) -> None:
    """Keep a settlement whose plan was published, or had nothing to publish, as `revision`."""
    plan = replace(settlement.plan, base_revision=revision, changes=(), terms=None, remembered=())
    found = msgspec.to_builtins(replace(settlement, plan=plan))
    book.settle({"by": translator(), "settlement": found})


def settled(
    book: SiteBook, rulebook_digest: str, revision: int, as_of: datetime
) -> Settlement | None:
    """What was settled, as of now; None if it was for another world or is due again."""
    kept: dict[str, Any] | None = book.settled()
    if kept is None or kept["by"] != translator():
        return None
    found = msgspec.convert(kept["settlement"], Settlement)
    plan = found.plan
    same = plan.base_revision == revision and plan.rulebook_digest == rulebook_digest
    is_due = found.due_at is not None and as_of >= found.due_at
    return replace(found, plan=replace(plan, as_of=as_of)) if same and not is_due else None


@cache
def translator() -> str:
    """Names the code that translates: another version of it may come to another list."""
    digest = hashlib.sha256()
    for package in ("models", "translators"):
        for module in sorted(files(package).iterdir(), key=lambda module: module.name):
            if module.name.endswith(".py"):
                digest.update(module.read_bytes())
    return digest.hexdigest()[:16]
