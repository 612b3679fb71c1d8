"""Prints what the shipped screening makes of titles that a person judged, by language and class.

    python -m tests.benchmarks.screening [--before FILE] [--half tuning|held-out] [--list]

The titles stand in screening/: what a team does for itself, and what a customer could buy or use.
A fixed hash parts them into a half that the rules were tuned on and one that they were not, until
both taught `screening_weights` what words weigh. Sets of other trades stand in folders: those in
looked_at/ and trades/ were learnt from; those in aside/ and blind/ never were, and say how well the
rules do. blind/ was written by somebody who had seen neither rules nor titles, and measured once:
its first half when the method stood, its last when all was done.
`--before` holds another screening.yaml beside today's, such as one that
`git show REVISION:config/screening.yaml` prints. Where HEADWAY_TEST_DATA names a folder with
tidev/ (see `tests.benchmarks.portfolio`), the share of that product's epics is told too.
"""

import argparse
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from models.backlog import HierarchyLevel
from models.rulebook import Then
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.benchmarks.portfolio import read_archive
from tests.builders import an_epic
from translators.rules.fields import IssueView
from translators.rules.screening import CompiledScreening

TITLES = Path(__file__).parent / "screening"
SHIPPED = "headway:screening.yaml"
HALVES = ("tuning", "held-out")
UNTOUCHED = "untouched"
_HEADING = re.compile(r"\[(\w\w) (internal|sellable)\]")
COLUMNS = (Then.HIDE, Then.HOLD, Then.HOLD_UNCLAIMED, UNTOUCHED)


class JudgedTitle(NamedTuple):
    """A title, what it is by a person's judgement, and the half that it is in."""

    text: str
    is_sellable: bool
    language: str
    kind: str

    @property
    def half(self) -> str:
        """Fixed for ever by the title alone."""
        return HALVES[sha256(self.text.encode()).digest()[0] % 2]


def read_titles() -> list[JudgedTitle]:
    """Every judged title, in the order of the files."""
    return [
        *_read_file(TITLES / "internal.txt", is_sellable=False),
        *_read_file(TITLES / "sellable.txt", is_sellable=True),
    ]


def read_sets(folder: str) -> list[JudgedTitle]:
    """The titles of sets that were written at once, each a file called after its trade.

    Those in `learning`, `trades` and `looked_at` weights are learnt from, those in `aside` and
    `blind` were measured alone. The kind of a title is its trade.
    """
    return [title for path in sorted((TITLES / folder).glob("*.txt")) for title in _read_set(path)]


def _read_set(path: Path) -> Iterable[JudgedTitle]:
    language, is_sellable = "", False
    for line in path.read_text(encoding="utf-8").splitlines():
        if heading := _HEADING.fullmatch(line):
            language, is_sellable = heading[1], heading[2] == "sellable"
        elif line and not line.startswith("#"):
            yield JudgedTitle(line, is_sellable, language, path.stem)


def _read_file(path: Path, *, is_sellable: bool) -> Iterable[JudgedTitle]:
    language = kind = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language, kind = line.strip("[]").split()
        elif line and not line.startswith("#"):
            yield JudgedTitle(line, is_sellable, language, kind)


def compile_shipped(screening: str | None = None) -> CompiledScreening:
    """Today's shipped screening, or another text of it, compiled."""
    texts = dict(read_shipped_texts())
    if screening is not None:
        texts[SHIPPED] = screening
    return CompiledScreening(rulebook_from_texts(texts).screening)


def screen_title(screening: CompiledScreening, title: str) -> str:
    """The strongest outcome of any rule, or `untouched`."""
    found = screening.find_matches(IssueView(an_epic(summary=title)))
    return found[0].then if found else UNTOUCHED


def print_table(
    titles: Sequence[JudgedTitle], screen: Callable[[str], str], by: Callable[[JudgedTitle], str]
) -> None:
    """A line for each group of titles: how many of them have each outcome."""
    groups: dict[str, Counter[str]] = {}
    for title in titles:
        for group in (by(title), "all"):
            groups.setdefault(group, Counter())[screen(title.text)] += 1
    groups["all"] = groups.pop("all")
    for name, found in groups.items():
        whole = found.total()
        counts = "".join(f"{found[column]:>11}" for column in COLUMNS)
        shares = (found[UNTOUCHED] + found[Then.HOLD_UNCLAIMED], found[UNTOUCHED])
        print(f"  {name:<22}{whole:>6}{counts}{''.join(f'{n / whole:>12.1%}' for n in shares)}")


def print_tables(titles: Sequence[JudgedTitle], screening: CompiledScreening) -> None:
    """Both halves, what is internal and what is sellable, by language and by class."""
    heads = "".join(f"{column.replace('_', ' ')[:10]:>11}" for column in COLUMNS)
    for half in HALVES:
        for is_sellable in (False, True):
            some = [t for t in titles if t.half == half and t.is_sellable is is_sellable]
            if some:
                what = "sellable" if is_sellable else "internal"
                print(
                    f"\n{half + ', ' + what:<24}{'all':>6}{heads}{'if claimed':>12}{UNTOUCHED:>12}"
                )
                print_table(some, lambda text: screen_title(screening, text), lambda t: t.language)
                print_table(some, lambda text: screen_title(screening, text), lambda t: t.kind)


def print_sets(screening: CompiledScreening) -> None:
    """The sets of other trades, by trade and by language."""
    heads = "".join(f"{column.replace('_', ' ')[:10]:>11}" for column in COLUMNS)
    for folder in ("looked_at", "trades", "aside", "blind"):
        for is_sellable in (False, True):
            some = [each for each in read_sets(folder) if each.is_sellable is is_sellable]
            what = f"{folder}, {'sellable' if is_sellable else 'internal'}"
            print(f"\n{what:<24}{'all':>6}{heads}{'if claimed':>12}{UNTOUCHED:>12}")
            print_table(some, lambda text: screen_title(screening, text), lambda t: t.kind)
            print_table(some, lambda text: screen_title(screening, text), lambda t: t.language)


def list_mistakes(titles: Sequence[JudgedTitle], screening: CompiledScreening) -> None:
    """Every internal title that nothing stops, and every sellable one that something does."""
    for title in titles:
        found = screening.find_matches(IssueView(an_epic(summary=title.text)))
        stops = [f"{rule.id} ({rule.then})" for rule in found if rule.then != Then.HOLD_UNCLAIMED]
        if bool(stops) is title.is_sellable:
            print(f"  {title.language} {title.kind:<13}{title.text:<55}{', '.join(stops)}")


def print_real_epics(folder: Path, screening: CompiledScreening) -> None:
    """The share of a real product's epics that each outcome has."""
    issues = read_archive(folder / "tidev", "v3")
    epics = [each for each in issues if each.hierarchy_level is HierarchyLevel.EPIC]
    found: Counter[str] = Counter()
    for epic in epics:
        matches = screening.find_matches(IssueView(epic))
        found[matches[0].then if matches else UNTOUCHED] += 1
    shares = ", ".join(f"{found[column]} {column}" for column in COLUMNS)
    print(f"\ntidev, {len(epics)} epics: {shares}")


def main() -> None:
    """Print the tables for today's rules, and before them for those to compare with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, help="another screening.yaml")
    parser.add_argument("--half", choices=HALVES, help="that half alone")
    parser.add_argument("--list", action="store_true", help="name each title judged otherwise")
    chosen = parser.parse_args()
    titles = [title for title in read_titles() if chosen.half in (None, title.half)]
    books = {"now": compile_shipped()}
    if chosen.before:
        books = {"before": compile_shipped(chosen.before.read_text(encoding="utf-8")), **books}
    for name, screening in books.items():
        print(f"\n== {name} ==")
        print_tables(titles, screening)
        if chosen.list:
            list_mistakes(titles, screening)
        print_sets(screening)
        if data := os.environ.get("HEADWAY_TEST_DATA"):
            print_real_epics(Path(data), screening)


if __name__ == "__main__":
    main()
