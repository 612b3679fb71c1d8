"""The right to read a site: of a list that it alone feeds, that to publish it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from models.tables import state
from sync.pipeline.context import Context
from sync.store.clean.lease import Lease, LeaseRow, acquire_lease
from sync.store.state.site.pull_lease import ensure_lease_row, write_site_fence


@contextmanager
def acquire_pull_lease(context: Context, site: str) -> Iterator[Lease]:
    """The right to read a site, alone. LeaseHeldError if another worker has it."""
    if not context.is_shared:
        with acquire_lease(context.clean) as lease:
            yield lease
        return
    ensure_lease_row(context.state, site)
    with acquire_lease(context.state, of=find_pull_lease(site)) as lease:
        yield lease


def find_pull_lease(site: str) -> LeaseRow:
    """Where the lease of one of several sites stands."""

    def write_fence(connection: Connection, token: int) -> None:
        write_site_fence(connection, site, token)

    return LeaseRow(state.lease, site, write_fence)
