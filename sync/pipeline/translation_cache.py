"""Remembers what the last translation came to, so that an unchanged world is not translated again.

The memory holds for one rule book and one translator: until the next moment at which time alone
would change something if no issue changed, and else until a fortnight closes or a pin ends.
"""

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from models.finding import Finding
from models.plan import Plan
from models.promises import NONE_PASSED, PassedTexts
from sync.store.state.site.site import SiteStore
from translators.effort.booking import TeamNote


class CachedTranslation(Struct, frozen=True, kw_only=True):
    """A translation's plan and findings, and until when they hold if nothing changes.

    Until `full_at` what changes can be translated by itself: no fortnight closes before, and no
    pin ends. `notes` are what was noticed of each team in going through its account then, and
    `issue_count` how many issues the mirror had. `near_misses` tells of values beside those of the
    rules; all of the mirror is looked at for them, so they are as of the last whole translation.

    Each site that feeds the list keeps one. The plan, its findings and `due_at` are the list's, all
    else is the site's own, `remarks` on its teams too; its ledger is of `generation`, and all
    `sites` were there.
    """

    plan: Plan
    findings: tuple[Finding, ...]
    due_at: datetime
    full_at: datetime
    notes: Mapping[str, TeamNote]
    issue_count: int
    near_misses: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()
    generation: str | None = None
    sites: tuple[str, ...] = ()

    def is_valid(self, revision: int, as_of: datetime) -> bool:
        """Whether this is still what a translation would come to, if no issue changed since."""
        return self.plan.base_revision == revision and as_of < self.due_at


def dump_cached(
    cached: CachedTranslation, revision: int, passed: PassedTexts = NONE_PASSED
) -> dict[str, Any]:
    """What to keep of a translation whose plan was published, or had nothing to, as `revision`.

    `passed` are the texts in which nothing was found in making it, or before.
    """
    plan = replace(cached.plan, base_revision=revision, changes=(), terms=None, remembered=())
    return {
        "by": digest_of_code(),
        "translation": msgspec.to_builtins(replace(cached, plan=plan)),
        "passed": {"lists": passed.lists, "texts": sorted(passed.texts)},
    }


def load_cached(
    site: SiteStore, rulebook_digest: str, generation: str, as_of: datetime
) -> CachedTranslation | None:
    """The last translation, as of now; None if it was for other rules or all is due."""
    stored: dict[str, Any] | None = site.read_cached_translation()
    if stored is None or stored["by"] != digest_of_code():
        return None
    found = msgspec.convert(stored["translation"], CachedTranslation)
    plan = found.plan
    known = (plan.rulebook_digest, found.generation or plan.generation)
    same = known == (rulebook_digest, generation)
    is_in_time = plan.as_of <= as_of < found.full_at
    return replace(found, plan=replace(plan, as_of=as_of)) if same and is_in_time else None


def read_passed_texts(site: SiteStore) -> PassedTexts:
    """The texts in which this very code found nothing up to the last translation."""
    return load_passed_texts(site.read_cached_translation())


def load_passed_texts(stored: dict[str, Any] | None) -> PassedTexts:
    """The same, of what a site keeps."""
    if stored is None or stored["by"] != digest_of_code():
        return NONE_PASSED
    return msgspec.convert(stored["passed"], PassedTexts)


@cache
def digest_of_code() -> str:
    """Names the code behind a translation: another version of it may come to another list.

    It is over every module of ours, so that none that matters can be left out."""
    digest = hashlib.sha256()
    for package in ("models", "translators", "sync"):
        folders = os.walk(str(files(package)))  # in half the time of Path.rglob
        modules = (f"{folder}/{name}" for folder, _, names in folders for name in names)
        for module in sorted(filter(lambda name: name.endswith(".py"), modules)):
            with open(module, "rb", buffering=0) as text:  # noqa: PTH123 - in less time than Path
                digest.update(text.read())
    return digest.hexdigest()[:16]
