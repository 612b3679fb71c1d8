"""Finds what was asked about: an issue by its key or address, a capability or a rule by its name.

What is not known is told from what is not read, not on the list, or was mistyped.
"""

import re
from collections.abc import Collection, Mapping

from models.capability import PublishedCapability
from models.errors import Problem
from models.rulebook import CapabilityRule, RuleBook, ScreeningRule
from translators.spelling import suggest_spelling
from translators.words import fold_value

_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[0-9]+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://(?P<host>[^/?#\s]+)", re.IGNORECASE)
_IN_ADDRESS = re.compile(rf"(?:/browse/|[?&]selectedIssue=)(?P<key>{_KEY.pattern})", re.IGNORECASE)
_REMEDY = "Give an issue key such as PAY-310, or the id or name of a capability or rule."


def read_address(asked: str, jira_url: str | None) -> str | Problem:
    """The key in an address of Jira, or what was asked for; a problem if it is another Jira's."""
    address = _ADDRESS.match(asked)
    if address is None:
        return asked
    ours = _ADDRESS.match(jira_url or asked)
    if ours and address["host"].casefold() != ours["host"].casefold():
        what = f"is of another Jira; this one is {ours['host']}"
        return Problem(asked, what, f"Give an issue of {ours['host']}.")
    named = _IN_ADDRESS.search(asked)
    return named["key"] if named else Problem(asked, "is no address of an issue", _REMEDY)


def find_rule(asked: str, book: RuleBook) -> CapabilityRule | ScreeningRule | None:
    """The capability or screening rule of an id, of a place, or, last, of a name or alias.

    A place is where a rule begins, or a line of it.
    """
    wanted, folded = asked.casefold(), fold_value(asked)
    rules: tuple[CapabilityRule | ScreeningRule, ...] = (*book.capabilities, *book.screening)
    if found := next((rule for rule in rules if rule.id == wanted), None):
        return found
    if placed := _find_placed(asked, rules):
        return placed
    names = {fold_value(rule.name): rule for rule in reversed(book.capabilities)}
    aliases = {fold_value(alias): r for r in book.capabilities for alias in r.aliases}
    return names.get(folded) or aliases.get(folded)


def explain_unknown(
    asked: str,
    book: RuleBook,
    published: Mapping[str, PublishedCapability],
    *,
    visible: Collection[str],
    named: Collection[str],
) -> Problem:
    """Why nothing answers to what was asked for, and what to do.

    `visible` are the keys of the projects that are read, `named` those in the settings.
    """
    kept = published.get(asked.casefold())
    if kept:
        what = (
            "is on the list, and the rule book lacks it: no run publishes until that is mended. "
            f'Sales reads "{kept.row.statement}"'
        )
        remedy = "Published ids are never deleted: give it `withdrawn: {reason: ...}`."
        return Problem(asked, what, remedy)
    if not asked:
        return Problem("explain", "takes what it is to explain", _REMEDY)
    if _KEY.fullmatch(asked):
        return _explain_unknown_key(asked.upper(), visible, named)
    known = {rule.id for rule in book.capabilities} | {rule.id for rule in book.screening}
    known |= {name for rule in book.capabilities for name in (rule.name, *rule.aliases)}
    what = f"is neither in the mirror nor in the rule book{suggest_spelling(asked, known)}"
    return Problem(asked, what, _REMEDY)


def _explain_unknown_key(key: str, visible: Collection[str], named: Collection[str]) -> Problem:
    project = key.rpartition("-")[0]
    if named and project not in named:
        what = f"is of project {project}, which is not read: HEADWAY_JIRA_PROJECTS does not name it"
        return Problem(key, what, f"Name {project} there, or ask about {', '.join(sorted(named))}.")
    if project not in visible:
        likely = suggest_spelling(project, visible)
        what = f"is of project {project}, which Headway does not see{likely}"
        return Problem(key, what, "`headway doctor` says which projects it sees.")
    what = f"is not in the mirror: project {project} is read, and showed no such issue yet"
    return Problem(key, what, "Look at the key; what is new in Jira comes with the next run.")


def _find_placed(
    asked: str, rules: Collection[CapabilityRule | ScreeningRule]
) -> CapabilityRule | ScreeningRule | None:
    file, _, line = asked.rpartition(":")
    if not (file and line.isdecimal() and line.isascii() and len(line) < 9):
        return None
    above = [rule for rule in rules if rule.at.file == file and rule.at.line <= int(line)]
    return max(above, key=lambda rule: rule.at.line, default=None)
