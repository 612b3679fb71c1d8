"""`headway doctor`: a page of checks, one line each, and what to do where something is wrong."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sync.cli.marks import Meaning, find_widest, mark, pad
from sync.cli.output import print_json, print_page
from sync.doctor import Check, Section, Verdict, choose_exit_code, look_at_all
from sync.settings.settings import Settings
from translators.plain_text import measure_width
from translators.plurals import count_noun

MEANINGS = {
    Verdict.WRONG: Meaning.BAD,
    Verdict.NOTE: Meaning.DOUBT,
    Verdict.OK: Meaning.GOOD,
}
WIDEST_NAME = 24


def examine_all(settings: Settings, as_json: bool, show_all: bool) -> int:
    """Look at everything; the highest exit code that applies."""
    sections = look_at_all(settings)
    code = choose_exit_code(sections)
    if as_json:
        print_json({"exit_code": code, "sections": sections})
    else:
        print_page(format_sections(sections, show_all=show_all))
    return code


def format_sections(sections: Sequence[Section], *, show_all: bool) -> list[str]:
    """In one line what all comes to, then by subject what is wrong or noted, or all of it."""
    counts = Counter(check.verdict for section in sections for check in section.checks)
    wrong, notes, fine = (counts[verdict] for verdict in (Verdict.WRONG, Verdict.NOTE, Verdict.OK))
    verdict = f"{wrong or 'Nothing'} wrong"
    told = f"{verdict}, {notes or 'nothing'} to note."
    lines: list[str] = [mark(told, Meaning.BAD if wrong else Meaning.GOOD, verdict)]
    for section in sections:
        shown = [check for check in section.checks if show_all or check.verdict is not Verdict.OK]
        if shown:
            lines += ["", mark(section.subject, Meaning.HEADING), *_format_checks(shown)]
    if fine and not show_all:
        is_fine = count_noun(fine, "check", "are as they should be", one="is as it should be")
        lines += ["", mark(f"{is_fine}: headway doctor --all lists them.", Meaning.ASIDE)]
    return lines


def _format_checks(checks: Sequence[Check]) -> Iterable[str]:
    names = (check.name for check in checks if measure_width(check.name) <= WIDEST_NAME)
    width = find_widest(names)
    for check in checks:
        first, *more = check.what.splitlines()
        line = f"  {check.verdict:<5}  {pad(check.name, width)}  {first}".rstrip()
        yield mark(line, MEANINGS[check.verdict], check.verdict)
        yield from (f"         {line}" for line in more)
        if check.remedy:
            yield f"         -> {check.remedy}"
