"""The rule books of these tests: what is told of a title does not turn on how it is screened."""

from functools import partial

from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests import rules

a_book = partial(rules.a_book, is_screened=False)
SHIPPED = rulebook_from_texts(read_shipped_texts() | rules.UNSCREENED)
