"""The promise linter: finds what could be read as a promise, a date or an internal detail.

A last net, not a style guide: whatever it finds keeps a row from being published, until it is
worded otherwise or, where it only asks, a person's waiver lets exactly these words through.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from models.promises import NONE_PASSED, PassedTexts, Tier, Wordlists
from models.rulebook import RuleBook
from translators.promises.passed_texts import digest_lists, digest_text
from translators.promises.spans import Spans
from translators.promises.violation import Violation

if TYPE_CHECKING:
    from translators.promises.finder import PromiseFinder

MOST_PASSED = 4096
"""So many texts are noted for the next process: those of lists by the hundred, and no more."""


class Linter:
    """The promise linter of one rule book; `on` is the day by which waivers run out.

    Texts that have `passed` under the very same lists are not searched again.
    """

    def __init__(
        self, lists: Wordlists, on: date | None = None, passed: PassedTexts = NONE_PASSED
    ) -> None:
        self._waivers = [each for each in lists.waivers if on is None or each.until >= on]
        self._lists = replace(lists, waivers=())
        is_same = bool(passed.texts) and passed.lists == digest_lists(lists)
        self._passed = passed.texts if is_same else frozenset()

    def find_promises(self, text: str, language: str | None = None) -> tuple[Violation, ...]:
        """As PromiseFinder finds them: before a waiver lets any through."""
        if self._passed and language is None and digest_text(text) in self._passed:
            return ()
        return self._finder.find_promises(text, language)

    @cached_property
    def _finder(self) -> "PromiseFinder":
        return _build_finder(self._lists)

    def lint_text(self, text: str, capability_id: str | None = None) -> tuple[Violation, ...]:
        """Each kind of what is wrong once, without what a waiver lets through."""
        first: dict[tuple[str, str], Violation] = {}
        for violation in self.find_unwaived(text, capability_id):
            first.setdefault((violation.rule, violation.what), violation)
        return tuple(first.values())

    def lint_code(self, code: str) -> tuple[Violation, ...]:
        """What is wrong in an id or another code, which never changes: what is certain of words."""
        found = self.lint_text(code.replace("_", " ").replace("-", " "))
        return tuple(each for each in found if not each.is_weighed)

    def find_unwaived(self, text: str, capability_id: str | None = None) -> Iterator[Violation]:
        """Every place as `find_promises` finds it, without what a waiver lets through."""
        found = self.find_promises(text)
        waived = self._find_waived(text, capability_id) if found and self._waivers else None
        for violation in found:
            is_open = violation.tier is Tier.ASK
            if not (is_open and waived and waived.cover(violation.start, violation.end)):
                yield violation

    def lint_row(
        self, texts: Mapping[str, str | None], capability_id: str | None = None
    ) -> tuple[Violation, ...]:
        """What is wrong in the texts of one row, column by column; () may be published.

        Nothing is wrong with a text that is missing.
        """
        return tuple(
            replace(violation, column=column)
            for column, text in texts.items()
            if text
            for violation in self.lint_text(text, capability_id)
        )

    def _find_waived(self, text: str, capability_id: str | None) -> Spans:
        """The parts of a text that a person lets through."""
        waivers = [each for each in self._waivers if each.capability in (None, capability_id)]
        return Spans(
            match.span() for each in waivers for match in re.finditer(re.escape(each.says), text)
        )


def compile_linter(book: RuleBook, on: date | None = None) -> Linter:
    """The promise linter of a rule book, made once for the same lists.

    Waivers have all run out by the day `on` that end before it; without a day none has.
    """
    return build_linter(book.linting, on, book.passed)


@lru_cache(maxsize=8)
def build_linter(
    lists: Wordlists, on: date | None = None, passed: PassedTexts = NONE_PASSED
) -> Linter:
    """The promise linter that goes by these lists, made once for the same."""
    return Linter(lists, on, passed)


def gather_passed(lists: Wordlists, before: PassedTexts) -> PassedTexts:
    """The texts that passed here by these lists, and those of `before`, MOST_PASSED at most."""
    found = map(digest_text, _build_finder(replace(lists, waivers=())).list_passed())
    digest = digest_lists(lists)
    older = sorted(before.texts) if before.lists == digest else ()
    return PassedTexts(digest, frozenset(islice(chain(found, older), MOST_PASSED)))


@lru_cache(maxsize=8)
def _build_finder(lists: Wordlists) -> "PromiseFinder":
    """Made once for lists without waivers, which cost nothing and differ from day to day.

    Where all texts have passed before, what searches them is not even loaded.
    """
    from translators.promises.finder import PromiseFinder  # noqa: PLC0415

    return PromiseFinder(lists)
