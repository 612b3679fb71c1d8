"""Prints what `find` answers to asks whose answers are known.

    python -m tests.benchmarks.asking_find [--show tuning|held-out|both] [--asks FILE --list FILE]

The asks of tests/benchmarks/asks/ were written before the rule was, in four languages, about five
lists; those of a museum's and a harbour's later, before any was tried. A digest of their words
parts them into two halves: one was looked at while the rule was made, of the other nothing but the
sums (of the two later lists, all that were wrong). `--show` prints asks that came out otherwise
than meant.
"""

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from msgspec import Struct

from models.capability import Capability, State
from models.rulebook import WithdrawnReason
from tests.builders import a_row
from translators.find.search import Answer, CompiledSearch

FOLDER = Path(__file__).parent / "asks"
SAMPLE_BOOK = Path("sync/sample/config/capabilities.yaml")
LISTS = {
    "sample": SAMPLE_BOOK,
    "inn": FOLDER / "inn.yaml",
    "sample_again": SAMPLE_BOOK,
    "practice": FOLDER / "practice.yaml",
    "museum": FOLDER / "museum.yaml",
    "marina": FOLDER / "marina.yaml",
}
KINDS = ("absent", "hidden", "named", "paraphrase")
HALVES = ("tuning", "held-out")
OUTCOMES = ("right", "wrong", "offered", "others", "nothing")
"""'This is it' for the row meant, or for another; the row meant, or none but others, as close."""


class Ask(Struct, frozen=True):
    """Somebody's words; `expected` is the row that they mean, if one is on the list."""

    kind: str
    language: str
    expected: str | None
    words: str

    @property
    def half(self) -> str:
        """Which half of the asks it belongs to, for ever."""
        return HALVES[hashlib.sha256(self.words.encode()).digest()[0] % 2]


def read_rows(path: Path) -> list[Capability]:
    """The rows of a list: drafts are not on it, what is withdrawn is there and off the list."""
    document = yaml.safe_load(path.read_text())
    rules = document["capabilities"] if isinstance(document, dict) else document
    return [_read_row(rule) for rule in rules if not rule.get("draft")]


def _read_row(rule: dict[str, object]) -> Capability:
    gone = rule.get("withdrawn")
    changes = {
        "summary": rule["summary"],
        "product_area": rule["area"],
        "today_text": rule.get("today"),
    }
    if gone:
        changes |= {
            "is_active": False,
            "state_code": State.WITHDRAWN,
            "withdrawn_reason": WithdrawnReason(str(gone)),
        }
    aliases = rule.get("aliases", ())
    return a_row(str(rule["id"]), str(rule["name"]), *aliases, **changes)  # type: ignore[misc]


def read_asks(path: Path) -> Iterator[Ask]:
    """The asks of a file: a heading in brackets for each kind, a line for each ask."""
    kind = ""
    for line in path.read_text().splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            language, expected, words = line.split(maxsplit=2)
            yield Ask(kind, language, None if expected == "-" else expected, words)


def judge(search: CompiledSearch, ask: Ask) -> str:
    """What became of an ask: one of OUTCOMES."""
    found = search.find(ask.words)
    rows = [row.capability_id for row in found.rows]
    if not rows:
        return "nothing"
    if found.answer is Answer.THIS_IS_IT:
        return "right" if rows == [ask.expected] else "wrong"
    return "offered" if ask.expected in rows else "others"


def judge_all(asks: Sequence[Ask], rows: Sequence[Capability]) -> list[tuple[Ask, str]]:
    """Every ask with what became of it."""
    search = CompiledSearch(rows)
    return [(ask, judge(search, ask)) for ask in asks]


def read_all() -> list[tuple[Ask, str]]:
    """Every list's asks, judged."""
    return [
        pair
        for name, book in LISTS.items()
        for pair in judge_all(list(read_asks(FOLDER / f"{name}.txt")), read_rows(book))
    ]


def format_table(judged: Sequence[tuple[Ask, str]]) -> Iterator[str]:
    """A line for each half and kind, with the number of each outcome."""
    yield f"{'half':<10}{'kind':<12}{'asks':>6}" + "".join(f"{name:>10}" for name in OUTCOMES)
    for half in HALVES:
        for kind in KINDS:
            some = [what for ask, what in judged if (ask.half, ask.kind) == (half, kind)]
            numbers = "".join(f"{some.count(name):>10}" for name in OUTCOMES)
            yield f"{half:<10}{kind:<12}{len(some):>6}{numbers}"


def is_met(ask: Ask, outcome: str) -> bool:
    """Whether an ask came out as it should."""
    if ask.expected is None:
        return outcome not in ("right", "wrong")
    return outcome == "right" or (ask.kind == "paraphrase" and outcome == "offered")


def main() -> None:
    """Print the table, and the asks that missed, if so asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", choices=(*HALVES, "both"))
    parser.add_argument("--asks", type=Path)
    parser.add_argument("--list", type=Path, default=SAMPLE_BOOK)
    given = parser.parse_args()
    judged = (
        judge_all(list(read_asks(given.asks)), read_rows(given.list)) if given.asks else read_all()
    )
    for line in format_table(judged):
        print(line)
    for ask, outcome in judged:
        if given.show in (ask.half, "both") and not is_met(ask, outcome):
            print(f"{outcome:<9}{ask.kind:<11}{ask.language} {ask.expected or '-'}: {ask.words}")


if __name__ == "__main__":
    main()
