"""Text of others is shown so that it can do nothing to whoever reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.plain_text import drop_excerpts, show_plainly


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Audit log", "Audit log"),
        ("Prüfprotokoll 監査ログ 🎉", "Prüfprotokoll 監査ログ 🎉"),
        ("red \x1b[31m", r"red \x1b[31m"),
        ("two\nlines", r"two\nlines"),
        ("back\rto the start", r"back\rto the start"),
        ("turned \u202etxet", r"turned \u202etxet"),
        ("un\u200bseen", r"un\u200bseen"),
        ("soft\xadhyphen", r"soft\xadhyphen"),
        ("half \ud83d", r"half \ud83d"),
        ("C1 \x9b31m", r"C1 \x9b31m"),
        ("nul \x00", r"nul \x00"),
        ("tag \U000e0041", r"tag \U000e0041"),
    ],
)
def test_what_steers_or_hides_is_written_out(text: str, shown: str) -> None:
    assert show_plainly(text) == shown


@given(st.text())
def test_whatever_comes_is_one_line_that_can_be_printed(text: str) -> None:
    shown = show_plainly(text)
    assert len(shown.splitlines()) <= 1
    assert shown == shown.encode().decode()
    assert show_plainly(shown) == shown


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "a.yaml:4:9: error: twice\n      - id: sso\n            ^\n  Delete one of them.",
            "a.yaml:4:9: error: twice\n  Delete one of them.",
        ),
        ("a: one\n    x\n    ^\n  Do.\nb: two\n    y\n     ^", "a: one\n  Do.\nb: two"),
        ("site: is down\n  Wait.", "site: is down\n  Wait."),
        ("a: b\n    indented, and no mark\n  2 ^ 3", "a: b\n    indented, and no mark\n  2 ^ 3"),
    ],
)
def test_a_message_without_what_it_quotes_has_its_remedies_still(text: str, left: str) -> None:
    assert drop_excerpts(text) == left
