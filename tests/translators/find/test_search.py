import pytest

from models.capability import Capability, State
from models.rulebook import WithdrawnReason
from tests.builders import a_row
from translators.find.search import Answer, find_capability


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
