"""What promises were of, on the day that they were made."""

from collections import Counter
from datetime import date

from models.capability import State
from models.rulebook import WithdrawnReason
from tests.builders import a_row
from translators.explain.promise_ledger import List, Remark, Standing, write_ledger
from translators.promises.violation import Violation

DAY = date(2026, 3, 10)
EXPORT = a_row(
    "spreadsheet-export", "Spreadsheet export", "Excel export", state_code=State.AVAILABLE
)
INBOX = a_row("shared-inbox", "Shared inbox", state_code=State.RECENT)
GONE = a_row(
    "old-inbox",
    "Team mailbox",
    is_active=False,
    state_code=State.WITHDRAWN,
    withdrawn_reason=WithdrawnReason.MERGED,
    replaced_by="shared-inbox",
)
LISTED = (EXPORT, INBOX, GONE)


def a_remark(sentence: str, rule: str = "P4", day: date | None = DAY, around: str = "") -> Remark:
    violation = Violation(rule, "an intention", "we will")
    return Remark("a.txt", "1", 1, day, violation, sentence, around or sentence)


def standing(
    remark: Remark, rows: List | None = LISTED, ever: List = LISTED
) -> tuple[Standing, str | None]:
    (entry,) = write_ledger([remark], {DAY: rows}, ever).entries
    return entry.standing, entry.capability_id


def test_names_and_aliases_say_what_a_promise_is_of() -> None:
    assert standing(a_remark("We will give you the Excel export.")) == (
        Standing.AVAILABLE,
        "spreadsheet-export",
    )
    assert standing(a_remark("The shared inbox will be there.")) == (
        Standing.WORKED_ON,
        "shared-inbox",
    )


def test_what_was_merged_is_what_it_was_merged_into() -> None:
    assert standing(a_remark("The team mailbox will be there.")) == (
        Standing.WORKED_ON,
        "shared-inbox",
    )


def test_the_words_around_tell_where_the_sentence_names_nothing() -> None:
    remark = a_remark("It will be yours.", around="Spreadsheet export. It will be yours.")

    assert standing(remark) == (Standing.AVAILABLE, "spreadsheet-export")


def test_what_came_to_the_list_later_was_not_on_it() -> None:
    remark = a_remark("We will add the Excel export.")

    assert standing(remark, rows=(INBOX,)) == (Standing.NOT_LISTED, "spreadsheet-export")
    assert standing(a_remark("We will add teleportation.")) == (Standing.NOT_LISTED, None)


def test_a_day_before_the_first_list_and_a_document_without_a_day_are_told_apart() -> None:
    assert standing(a_remark("We will."), rows=None)[0] is Standing.NO_LIST
    assert standing(a_remark("We will.", day=None))[0] is Standing.UNDATED


def test_dates_are_counted_for_themselves_with_what_they_speak_of() -> None:
    assert standing(a_remark("The Excel export in May", rule="P1")) == (
        Standing.DATE,
        "spreadsheet-export",
    )


def test_leaks_are_no_promises_and_all_tables_add_up() -> None:
    other = date(2026, 4, 2)
    remarks = [
        a_remark("Excel export will be there."),
        a_remark("It is done by May.", rule="P1", day=other),
        a_remark("See ID-4.", rule="L1"),
        a_remark("Surely.", rule="P7", day=None),
    ]

    ledger = write_ledger(remarks, {DAY: LISTED, other: LISTED}, LISTED)

    assert ledger.total == Counter({Standing.AVAILABLE: 1, Standing.DATE: 1, Standing.UNDATED: 1})
    assert list(ledger.by_class) == ["P1", "P4", "P7"]
    assert list(ledger.by_month) == ["", "2026-03", "2026-04"]
    assert sum((Counter(row) for row in ledger.by_month.values()), Counter()) == ledger.total
