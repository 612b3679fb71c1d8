"""`headway doctor`: a page of checks, one line each, and what to do where something is wrong."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sync.cli.output import print_json, print_page
from sync.doctor import Section, Verdict, choose_exit_code, examine
from sync.settings.settings import Settings


def examine_all(settings: Settings, as_json: bool) -> int:
    """Look at everything; the highest exit code that applies."""
    sections = examine(settings)
    code = choose_exit_code(sections)
    if as_json:
        print_json({"exit_code": code, "sections": sections})
    else:
        print_page(format_sections(sections))
    return code


def format_sections(sections: Sequence[Section]) -> list[str]:
    """All sections, and in one line what they come to."""
    lines: list[str] = []
    for section in sections:
        lines += ["", section.subject, *_format_section(section)]
    counts = Counter(check.verdict for section in sections for check in section.checks)
    wrong, notes = counts[Verdict.WRONG], counts[Verdict.NOTE]
    lines += ["", f"{wrong or 'Nothing'} wrong, {notes or 'nothing'} to note."]
    return lines[1:]


def _format_section(section: Section) -> Iterable[str]:
    width = max((len(check.name) for check in section.checks if len(check.name) <= 24), default=0)
    for check in section.checks:
        first, *more = check.what.splitlines()
        yield f"  {check.verdict:<5}  {check.name:<{width}}  {first}".rstrip()
        yield from (f"         {line}" for line in more)
        if check.remedy:
            yield f"         -> {check.remedy}"
