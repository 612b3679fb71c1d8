"""What a change says of itself: the texts that change, before and after, and no other."""

from typing import Any

import pytest

from models.capability import State
from models.decision import Outcome
from models.plan import Change, Tally
from models.rulebook import WithdrawnReason
from sync.cli.pages.results import format_counts, word_tally
from sync.cli.pages.rules.plan import format_changes, list_usable
from tests.builders import a_row


def told(**after: Any) -> list[str]:
    """What is said of a change of Invoicing's row."""
    before = a_row("invoicing", "Invoicing", "bills")
    row = a_row("invoicing", "Invoicing", *after.pop("aliases", ("bills",)), **after)
    change = Change(capability_id="invoicing", before=before, after=row, because=())
    return [line.strip() for line in format_changes([change])]


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (
            {"summary": "Bills."},
            ["~ Invoicing", 'summary: "All about Invoicing." -> "Bills."'],
        ),
        (
            {"today_text": "PDF by mail."},
            ["~ Invoicing", 'today: none -> "PDF by mail."'],
        ),
        ({"aliases": ("bills", "VAT")}, ["~ Invoicing  aliases: +VAT"]),
        ({"aliases": ()}, ["~ Invoicing  aliases: -bills"]),
        ({"effort_label": "Very large"}, ["~ Invoicing  Large -> Very large"]),
        ({"product_area": "Money"}, ["~ Invoicing  Billing -> Money"]),
        (
            {"is_active": False, "withdrawn_reason": WithdrawnReason.MERGED, "replaced_by": "pay"},
            [
                "- Invoicing  off the list (merged, read pay instead)",
                '"Work has gone into Invoicing."',
            ],
        ),
    ],
)
def test_a_change_says_what_changed(after: dict[str, Any], lines: list[str]) -> None:
    assert told(**after) == lines


def test_sentences_of_use_that_would_be_new_are_told_before_all_else() -> None:
    before = a_row("search", "Search")
    said = "You can use Search today."
    usable = a_row("search", "Search", state_code=State.AVAILABLE, statement=said)
    rule = ("rules.yaml:7",)
    new = Change(capability_id="search", before=before, after=usable, because=rule)
    same = Change(capability_id="search", before=usable, after=usable, because=rule)

    assert list_usable([same]) == []
    assert list_usable([same, new]) == [
        "Newly said to be usable today, by a person's word:",
        '  "You can use Search today."  rules.yaml:7',
    ]


def test_a_return_to_the_list_is_called_that() -> None:
    row = a_row("invoicing", "Invoicing")
    gone = a_row("invoicing", "Invoicing", is_active=False)
    change = Change(capability_id="invoicing", before=gone, after=row, because=())

    assert format_changes([change])[0].strip() == "~ Invoicing  back on the list"


def test_headings_come_in_one_order_however_they_were_stored() -> None:
    assert format_counts({"debt": 3, "law": 9, "a": 3}) == format_counts(
        {"law": 9, "a": 3, "debt": 3}
    )
    assert format_counts({"debt": 3, "law": 9}) == "9 law, 3 debt"


def test_rules_of_one_heading_are_counted_together_for_people() -> None:
    tally = Tally(
        epics=6,
        by_outcome={Outcome.LEFT_OUT: 6},
        left_out={"screening:debt": 3, "screening:rework": 2, "pin:PAY-1": 1},
        undecided={},
        headings={
            "screening:debt": "technical debt",
            "screening:rework": "technical debt",
            "pin:PAY-1": "pinned by a person",
        },
    )

    assert word_tally(tally)["left_out"] == {"technical debt": 5, "pinned by a person": 1}
