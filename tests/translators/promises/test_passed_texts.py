"""What is known to hold no promise is believed by the same lists alone."""

from msgspec.structs import replace

from models.promises import NONE_PASSED, PassedTexts
from tests.rules import a_book
from translators.promises.linter import MOST_PASSED, build_linter, gather_passed
from translators.promises.passed_texts import digest_lists, digest_text

LISTS = replace(a_book().linting, allow=("passed texts of this test",))
SOON = "Reports, coming soon"
FORGED = PassedTexts(digest_lists(LISTS), frozenset({digest_text(SOON)}))


def test_a_text_that_passed_is_not_searched_again() -> None:
    assert build_linter(LISTS).lint_text(SOON)
    assert build_linter(LISTS, passed=FORGED).lint_text(SOON) == ()
    assert build_linter(LISTS, passed=FORGED).lint_text(f"{SOON}!")


def test_of_other_lists_nothing_is_known() -> None:
    other = replace(LISTS, allow=("another word",))

    assert build_linter(other, passed=FORGED).lint_text(SOON)
    assert gather_passed(other, FORGED).texts == frozenset()


def test_in_one_language_a_text_is_searched_by_itself() -> None:
    """What passed was searched in all of them, and what only asks in one is told less of."""
    assert build_linter(LISTS, passed=FORGED).find_promises(SOON, "en")


def test_what_passed_here_is_gathered_and_what_was_found_is_not() -> None:
    linter = build_linter(LISTS)
    for text in ("Audit log", SOON):
        linter.lint_text(text)

    gathered = gather_passed(LISTS, NONE_PASSED)

    assert digest_text("Audit log") in gathered.texts
    assert digest_text(SOON) not in gathered.texts
    assert gather_passed(LISTS, FORGED).texts == gathered.texts | FORGED.texts


def test_no_more_is_kept_than_a_run_can_write_each_time() -> None:
    many = PassedTexts(FORGED.lists, frozenset(map(str, range(MOST_PASSED * 2))))
    build_linter(LISTS).lint_text("Audit log")

    gathered = gather_passed(LISTS, many)

    assert len(gathered.texts) == MOST_PASSED
    assert digest_text("Audit log") in gathered.texts
