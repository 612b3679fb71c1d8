"""Numbers and their nouns agree."""

import pytest

from translators.plurals import count_noun


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("issue", "issues"),
        ("entry", "entries"),
        ("other way", "other ways"),
        ("day", "days"),
        ("key", "keys"),
        ("pass", "passes"),
        ("box", "boxes"),
        ("match", "matches"),
    ],
)
def test_one_is_said_alone_and_more_in_the_plural(noun: str, many: str) -> None:
    assert count_noun(1, noun) == f"1 {noun}"
    assert count_noun(18, noun) == f"18 {many}"
