from typing import Any

import pytest

from models.capability import DISCLAIMER, Capability, State
from models.effort import Level
from models.rulebook import TodayBy, WithdrawnReason
from translators.explain.search import Answer, find_capability


def a_row(capability_id: str, name: str, *aliases: str, **changes: Any) -> Capability:
    values: dict[str, Any] = {
        "capability_id": capability_id,
        "name": name,
        "summary": f"All about {name}.",
        "product_area": "Billing",
        "state_code": State.RECENT,
        "state_label": "Worked on recently",
        "effort_code": Level.LARGE,
        "effort_label": "Large",
        "effort_rank": 3,
        "today_text": None,
        "today_by": TodayBy.NONE,
        "statement": f"Work has gone into {name}.",
        "disclaimer": DISCLAIMER,
        "is_active": True,
        "withdrawn_reason": None,
        "replaced_by": None,
        "aliases": aliases,
    }
    return Capability(**(values | changes))


def gone(capability_id: str, name: str, *aliases: str, use: str | None) -> Capability:
    """A row off the list, with the one to read instead if there is one."""
    return a_row(
        capability_id,
        name,
        *aliases,
        is_active=False,
        state_code=State.WITHDRAWN,
        withdrawn_reason=WithdrawnReason.MERGED if use else WithdrawnReason.NOT_FOR_SALE,
        replaced_by=use,
    )


INVOICING = a_row("invoicing", "Invoicing", "bills")
MESSAGES = a_row("messages", "Messages", "texting")


def test_a_merged_entry_answers_with_the_one_that_replaces_it() -> None:
    rows = [INVOICING, MESSAGES, gone("fax", "Fax delivery", "facsimile", use="invoicing")]

    for words in ("fax delivery", "can you send a facsimile?"):
        found = find_capability(words, rows)

        assert (found.answer, found.row) == (Answer.THIS_IS_IT, INVOICING)
        assert found.instead_of == "Fax delivery"


def test_replacements_are_followed_to_the_one_that_is_on_the_list() -> None:
    rows = [INVOICING, gone("fax", "Fax", use="post"), gone("post", "Post", use="invoicing")]

    assert find_capability("fax", rows).row == INVOICING


@pytest.mark.parametrize("use", [None, "unknown", "telex", "fax"])
def test_an_entry_that_leads_nowhere_answers_nothing(use: str | None) -> None:
    rows = [INVOICING, gone("fax", "Fax", use=use), gone("telex", "Telex", use="fax")]

    assert find_capability("fax", rows).answer is Answer.NOTHING


def test_an_entry_on_the_list_wins_over_one_that_was_taken_off() -> None:
    rows = [gone("bill", "Bills", use="messages"), INVOICING, MESSAGES]

    found = find_capability("bills", rows)

    assert (found.row, found.instead_of) == (INVOICING, None)
