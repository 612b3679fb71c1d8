"""Prints how well the promise linter tells promises and leaks from product copy.

    python -m tests.benchmarks.wording [--misses]

The first sets in `wording/` are split by a fixed hash: rules are made by the errors of the tuning
half alone, and `--misses` shows those of no other. The later ones were each written whole, and held
against the rules as they stood before anybody looked at what was wrong; all but KEPT_ASIDE were
looked at then. What each gave at first is in docs/wording.md.
"""

import argparse
import hashlib
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "wording"
HALVES = ("tuning", "held-out")
SETS = ("", "more_")
"""What the files of a hand begin with."""
BLIND_SETS = ("eleventh_", "twelfth_", "thirteenth_")
"""Sets of somebody who had not seen the rules, nor any of the other sets."""
KEPT_ASIDE = ("fifth_", "twelfth_", "thirteenth_")
LATER_SETS = (
    *("third_", "fourth_", "fifth_", "sixth_", "seventh_", "eighth_", "ninth_", "tenth_"),
    *BLIND_SETS,
)
Stops = Callable[[str], tuple[str, ...]]
"""The tiers, `block` and `ask`, by which a text is stopped; () where it is not."""


class Line(NamedTuple):
    """One line of the sets. `kind` is the class of what is wrong, or `title` or `paragraph`."""

    kind: str
    language: str
    text: str
    is_wrong: bool

    @property
    def half(self) -> str:
        """Which half of the sets it belongs to."""
        return HALVES[hashlib.sha256(self.text.encode()).digest()[0] % 2]


def read_lines() -> Iterator[Line]:
    """All lines of the sets that are split."""
    for name in SETS:
        yield from read_set(name)


def read_set(name: str) -> Iterator[Line]:
    """The lines of phrases, titles and copy of one hand; a text stands without spaces around it."""
    for row in _read_rows(f"{name}phrases.txt"):
        kind, language, text = (part.strip(" ") for part in row.split(" | ", 2))
        yield Line(kind, language, text, is_wrong=True)
    for row in _read_rows(f"{name}titles.txt"):
        language, _, texts = row.partition(": ")
        for text in map(str.strip, texts.split(" | ")):
            yield Line(
                "own paragraph" if text.endswith(".") else "own title", language, text, False
            )
    for row in _read_rows(f"{name}copy.txt"):
        kind, language, text = (part.strip(" ") for part in row.split(" | ", 2))
        yield Line(kind, language, text, is_wrong=False)


def compile_stops() -> Stops:
    """The linter with the shipped rules and the names that the phrases speak of."""
    from sync.rulebook import rulebook_from_texts
    from sync.rulebook.files import read_shipped_texts
    from translators.promises.linter import compile_linter

    names = (FOLDER / "names.yaml").read_text("utf-8")
    own = "never:\n" + "".join(f"  {line}\n" for line in names.splitlines())
    linter = compile_linter(rulebook_from_texts(read_shipped_texts() | {"never.yaml": own}))
    return lambda text: tuple(str(found.tier) for found in linter.find_promises(text))


def print_tables(lines: Sequence[Line], stops: Stops) -> None:
    """Confusion, precision and recall of both halves and of each later set."""
    for half in HALVES:
        print_table(f"{half} half", [line for line in lines if line.half == half], stops)
    for name in LATER_SETS:
        aside = ", by which no rule was made" if name in KEPT_ASIDE else ""
        print_table(f"{name.rstrip('_')} set{aside}", list(read_set(name)), stops)


def print_table(title: str, lines: Sequence[Line], stops: Stops) -> None:
    """Confusion, precision and recall of some lines, by class and by language."""
    stopped = {line: stops(line.text) for line in lines}
    wrong = [line for line in lines if line.is_wrong]
    clean = [line for line in lines if not line.is_wrong]
    found, spared = _count(wrong, stopped), _count(clean, stopped)
    blocked = [line for line in lines if "block" in stopped[line]]
    right = sum(line.is_wrong for line in blocked)
    print(f"\n{title}: {len(wrong)} promises and leaks, {len(clean)} clean")
    print(f"  found {found}, missed {len(wrong) - found}", end="; ")
    print(f"stopped by mistake {spared}, passed {len(clean) - spared}")
    print(f"  recall {_share(found, len(wrong))}", end=", ")
    print(f"precision {_share(found, found + spared)}", end=", ")
    print(f"of block alone {_share(right, len(blocked))} ({right} of {len(blocked)})")
    for by, key in (("class", _kind), ("language", _language)):
        print(f"  found by {by}: {_word_shares(wrong, stopped, key)}")
    if clean:
        print(f"  stopped by mistake: {_word_shares(clean, stopped, _kind)}")
        print(f"  stopped by mistake: {_word_shares(clean, stopped, _language)}")


def print_misses(lines: Iterable[Line], stops: Stops) -> None:
    """What the linter gets wrong in the tuning half, for whoever mends the rules."""
    for line in lines:
        if line.half == HALVES[0] and bool(stops(line.text)) is not line.is_wrong:
            print(
                f"{'MISSED ' if line.is_wrong else 'STOPPED'} {line.kind} {line.language}", end=" "
            )
            print(ascii(line.text) if not line.text.isprintable() else line.text)


def time_linter(lines: Sequence[Line], stops: Stops, rounds: int = 10) -> float:
    """Texts a second; each text is another one in every round."""
    texts = [
        f"{line.text} {'abcdefghijklmnop'[round_]}" for round_ in range(rounds) for line in lines
    ]
    started = time.process_time()
    for text in texts:
        stops(text)
    return len(texts) / (time.process_time() - started)


def _read_rows(name: str) -> Iterator[str]:
    path = FOLDER / name
    for row in path.read_text("utf-8").split("\n") if path.exists() else ():
        if row and not row.startswith("#"):
            yield row


def _kind(line: Line) -> str:
    return line.kind


def _language(line: Line) -> str:
    return line.language


def _count(lines: Iterable[Line], stopped: dict[Line, tuple[str, ...]]) -> int:
    return sum(bool(stopped[line]) for line in lines)


def _word_shares(
    lines: Iterable[Line], stopped: dict[Line, tuple[str, ...]], key: Callable[[Line], str]
) -> str:
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return ", ".join(
        f"{name} {_count(group, stopped)}/{len(group)}" for name, group in sorted(groups.items())
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def main(arguments: Sequence[str]) -> None:
    """Print the tables, or what is wrong in the tuning half."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.wording")
    parser.add_argument("--misses", action="store_true", help="errors of the tuning half")
    options = parser.parse_args(arguments)
    lines, stops = list(read_lines()), compile_stops()
    if options.misses:
        print_misses(lines, stops)
    else:
        print_tables(lines, stops)
        print(f"\n{time_linter(lines, stops):,.0f} texts a second")


if __name__ == "__main__":
    main(sys.argv[1:])
