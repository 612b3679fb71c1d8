"""Tells whether the Jira that answers is the one that the mirror was read from.

A Jira gives an address as its own. Another address than last time is either the same Jira after a
move or another Jira under the same name, whose issues would be taken for ours: ids are only numbers
that every Jira counts up. What it shows of the issues we know decides. One that gives the address
we had is not looked at: two Jiras that call themselves alike are not told apart.
"""

import asyncio

from models.errors import IdentityError, Problem, SettingsError
from models.finding import Finding
from sync.source.fetch import keys_of
from sync.source.http import Carrier
from sync.source.patience import Patience
from sync.source.profile import Greeting
from sync.source.search import Search
from sync.source.site import Site
from sync.store.mirror import Mirror
from sync.store.mirror_rows import SiteRecord
from sync.store.sitebook import SiteBook

SOME = 50
"""So many issues are asked for; half of them have to be there under a key that they had with us."""


def recognise(
    site: Site, greeting: Greeting, mirror: Mirror, book: SiteBook, patience: Patience
) -> Finding | None:
    """A finding if the site has moved; nothing is asked where it gives the address it had.

    Raises IdentityError for another Jira, and SettingsError for ours under another name.
    """
    record = book.find_record()
    is_new = record is None or record.as_of is None
    if is_new and (before := book.namesake(greeting.address)):
        raise _renamed(site.name, before)
    if record is None or record.address in (None, greeting.address):
        return None
    known = mirror.some_keys(SOME)
    shown = asyncio.run(_ask(site, greeting, known, patience)) if known else {}
    same = sum(shown.get(each) in keys for each, keys in known.items())
    if 2 * same < len(known):
        raise _another(site, greeting, record, same, len(known))
    what = f"gives its address as {greeting.address}, and gave {record.address} before"
    if known:
        what += f"; it is the same Jira: {same} of {len(known)} issues are there as we know them"
    return Finding("site-moved", f"site {site.name}", what)


async def _ask(
    site: Site,
    greeting: Greeting,
    known: dict[int, tuple[str, ...]],
    patience: Patience,
) -> dict[int, str]:
    async with Carrier(site, patience, patience.stop) as carrier:
        if greeting.deployment == "cloud":
            carrier.account = greeting.identity.account
        return await keys_of(Search(carrier, greeting.deployment), known)


def _another(
    site: Site, greeting: Greeting, record: SiteRecord, same: int, asked: int
) -> IdentityError:
    what = (
        f"is another Jira than site {site.name!r} was read from: it gives its address as "
        f"{greeting.address}, that one as {record.address}, and of {asked} issues we know it shows "
        f"{same}"
    )
    remedy = (
        "Put HEADWAY_JIRA_URL back. Another Jira needs databases of its own (HEADWAY_STATE_URL, "
        "HEADWAY_CLEAN_URL); the same one with other permissions has to show us our projects again."
    )
    return IdentityError(Problem(site.where, what, remedy))


def _renamed(name: str, before: str) -> SettingsError:
    what = f"says {name!r}, and this Jira was read as {before!r} before: all would count twice"
    remedy = (
        f"Put {before!r} back, or give {name!r} databases of its own (HEADWAY_STATE_URL, "
        "HEADWAY_CLEAN_URL)."
    )
    return SettingsError(Problem("HEADWAY_SITE", what, remedy))
