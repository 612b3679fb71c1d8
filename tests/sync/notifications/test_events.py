"""What a message holds, of one list and of several."""

import json
from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from models.notification import LoggedRevision, Message
from sync.notifications.events import Observed, make_mark, tell_events

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
SEEN = Observed(
    now=NOW,
    revision=2,
    is_stale=False,
    checked_at=NOW,
    stale_after=NOW,
    status="current",
    run=None,
    last=None,
)
PUBLISHED = replace(
    SEEN,
    published=(
        LoggedRevision(
            epoch="e",
            run_id="r",
            revision=2,
            change_seq=3,
            as_of=NOW,
            published_at=NOW,
            rows=1,
            hash="h",
        ),
    ),
)
TOKEN_ENDS = replace(SEEN, token_ends=date(2026, 12, 3))


def tell(observed: Observed) -> Message:
    before = make_mark(replace(observed, revision=1), None)
    (message,) = tell_events(observed, before)
    return message


@pytest.mark.parametrize("observed", [PUBLISHED, TOKEN_ENDS], ids=["published", "token"])
def test_of_several_lists_each_is_named_and_has_ids_of_its_own(observed: Observed) -> None:
    alone, *several = (tell(replace(observed, list_name=name)) for name in ("", "acme", "globex"))

    assert "list" not in json.loads(alone.body)["data"]
    assert [json.loads(each.body)["data"]["list"] for each in several] == ["acme", "globex"]
    assert len({each.message_id for each in (alone, *several)}) == 3
