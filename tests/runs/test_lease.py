"""`headway status` names who has the lease, since when, until when, and what to do when stuck."""

import json
import os
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models.errors import LeaseHeldError
from models.tables import clean
from sync.store.clean.lease import acquire_lease
from sync.store.db.engines import open_writer
from sync.store.state.runs.runs import start_run
from tests.runs.place import Place

ME = f"process {os.getpid()} on {socket.gethostname()}"


def shown(place: Place) -> tuple[dict[str, Any] | None, str, int]:
    """The lease as JSON, its lines on the page, and the exit code that both have."""
    document, page = place.headway("status", "--json"), place.headway("status")
    assert document.code == page.code
    lease: dict[str, Any] | None = json.loads(document.out)["lease"]
    lines = page.out.splitlines()
    first = next((n for n, line in enumerate(lines) if line.startswith("lease ")), len(lines))
    return lease, "\n".join(lines[first : first + 2]), page.code


@pytest.mark.parametrize(
    ("ends_in", "state", "words", "remedy"),
    [
        pytest.param(None, "held", "holds it since", f"if the run hangs, end {ME}:", id="held"),
        pytest.param(-300, "left", "did not give it back", "the next run takes it", id="left"),
        pytest.param(90_000, "stuck", "a clock was ahead", "headway sync cuts it", id="stuck"),
    ],
)
def test_a_lease_that_is_taken_is_named_with_what_to_do(
    each_published: Place, ends_in: int | None, state: str, words: str, remedy: str
) -> None:
    place = each_published
    with place.open_context() as context, acquire_lease(context.clean) as held:
        run_id, _ = start_run(context.state, context.settings.site)
        if ends_in is not None:
            ends = datetime.now(UTC) + timedelta(seconds=ends_in)
            with open_writer(context.clean) as connection:
                connection.execute(update(clean.lease).values(expires_at=ends))
        lease, page, code = shown(place)

    assert lease is not None
    assert (lease["state"], lease["run_id"], lease["holder"]) == (state, run_id, held.holder)
    assert (lease["host"], lease["process"]) == (socket.gethostname(), os.getpid())
    assert lease["since"] <= datetime.now(UTC).isoformat()
    assert remedy in lease["remedy"]
    assert f"{ME} (run {run_id})" in page
    assert words in page
    assert lease["remedy"] in page
    assert code == (LeaseHeldError.exit_code if state == "stuck" else 0)


def test_a_lease_that_nobody_has_is_not_spoken_of(published: Place) -> None:
    assert shown(published) == (None, "", 0)


def test_a_holder_of_another_shape_is_named_as_it_stands(published: Place) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=50)
    with published.open_context() as context:
        with open_writer(context.clean) as connection:
            values = {"holder": "elsewhere:1", "expires_at": ends}
            connection.execute(update(clean.lease).values(**values))
        lease, page, _ = shown(published)

    assert lease is not None
    assert (lease["host"], lease["process"], lease["run_id"]) == ("elsewhere:1", None, None)
    assert page.startswith("lease       elsewhere:1 holds it, until ")
