"""`headway doctor`: a page of checks, one line each, and what to do where something is wrong."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sync.cli.output import print_json, print_page
from sync.doctor import Check, Section, Verdict, choose_exit_code, examine
from sync.settings.settings import Settings
from translators.plurals import count_noun


def examine_all(settings: Settings, as_json: bool, show_all: bool) -> int:
    """Look at everything; the highest exit code that applies."""
    sections = examine(settings)
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
    lines = [f"{wrong or 'Nothing'} wrong, {notes or 'nothing'} to note."]
    for section in sections:
        shown = [check for check in section.checks if show_all or check.verdict is not Verdict.OK]
        if shown:
            lines += ["", section.subject, *_format_checks(shown)]
    if fine and not show_all:
        is_fine = count_noun(fine, "check", "are as they should be", one="is as it should be")
        lines += ["", f"{is_fine}: headway doctor --all lists them."]
    return lines


def _format_checks(checks: Sequence[Check]) -> Iterable[str]:
    width = max((len(check.name) for check in checks if len(check.name) <= 24), default=0)
    for check in checks:
        first, *more = check.what.splitlines()
        yield f"  {check.verdict:<5}  {check.name:<{width}}  {first}".rstrip()
        yield from (f"         {line}" for line in more)
        if check.remedy:
            yield f"         -> {check.remedy}"
