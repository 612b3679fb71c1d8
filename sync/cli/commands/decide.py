"""`headway decide`: a person's decision about one epic, written into the rule book."""

from argparse import Namespace
from collections.abc import Iterable
from datetime import UTC, date, datetime

from models.backlog import HierarchyLevel, Issue
from models.decision import Decision, Outcome
from models.errors import Problem, UsageError
from models.rulebook import PinAction
from sync.cli.commands.editing import EditContext, Effect, carry_out
from sync.rulebook.edit.edits import Edit, Ruling, find_capability, pin_epic
from sync.rulebook.edit.widening import list_widenings
from sync.settings.settings import Settings
from translators.explain.asked import read_address
from translators.rules.decide import compile_rules
from translators.spelling import suggest_spelling
from translators.words import fold_value, space_words

LONGEST = 500
"""Characters of a reason, or of who gives it: they stand on one line of the rule book."""


def decide_epic(settings: Settings, given: Namespace) -> int:
    """Pin an epic, or with `--rule` have a capability's own line claim it."""
    action = _read_action(given)
    key = read_address(given.epic.strip(), settings.jira_url)
    if isinstance(key, Problem):
        raise UsageError(key)
    given.epic = key
    if given.rule:
        _require_rule(given, action)
        return carry_out(
            settings,
            given,
            lambda editing: _widen(editing, given),
            lambda *found: _tell_outcome(given, *found),
        )
    ruling = Ruling(
        action=action,
        capability=given.capability,
        reason=_require_words(given.reason, "--reason", "why"),
        by=_require_words(given.by, "--by", "whose decision it is"),
        until=_read_until(given.until),
    )
    if given.value:
        raise UsageError(Problem("--value", "says what --rule adds", "Give --rule with it."))

    def propose(editing: EditContext) -> Edit:
        epic = _find_epic(editing, given.epic)
        names = (epic.key, *epic.former_keys) if epic else ()
        return pin_epic(editing.opened, epic.key if epic else given.epic.upper(), names, ruling)

    return carry_out(settings, given, propose, lambda *found: _tell_outcome(given, *found))


def _read_action(given: Namespace) -> PinAction:
    said = [given.capability is not None, given.hide, given.hold]
    if sum(said) != 1:
        what = "takes one of CAPABILITY, --hide and --hold"
        raise UsageError(Problem("decide", what, "See `headway decide --help`."))
    return (PinAction.CAPABILITY, PinAction.HIDE, PinAction.HOLD)[said.index(True)]


def _require_rule(given: Namespace, action: PinAction) -> None:
    """A rule claims for a capability, for ever, and keeps no reason."""
    if action is not PinAction.CAPABILITY:
        raise UsageError(Problem("--rule", "needs a CAPABILITY", "Name one, or leave it out."))
    for name in ("reason", "by", "until"):
        if getattr(given, name) is not None:
            what = "belongs to a pin; a rule has no place for it"
            remedy = "Leave it out and say it in the commit, or leave out --rule."
            raise UsageError(Problem(f"--{name}", what, remedy))


def _require_words(text: str | None, name: str, meaning: str) -> str:
    if text is None or not text.strip():
        raise UsageError(Problem(name, f"is missing: {meaning}", f"Give {name} TEXT."))
    if len(text.strip()) > LONGEST:
        what = f"is {len(text.strip()):,} characters long, and {LONGEST} at most is read by people"
        raise UsageError(Problem(name, what, "Say it shorter; a ticket or page has the rest."))
    return text.strip()


def _read_until(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or text != day.isoformat():
        what = f"{text!r} is no date"
        raise UsageError(Problem("--until", what, "Write it as 2027-03-31."))
    if day < datetime.now(UTC).date():
        raise UsageError(Problem("--until", f"{text} is over", "Give the last day it is to hold."))
    return day


def _find_epic(editing: EditContext, wanted: str) -> Issue | None:
    """The epic of a key that it has or had; None where no backlog was read."""
    if editing.issues is None:
        return None
    key = wanted.strip().upper()
    found = next((issue for issue in editing.issues if issue.key.upper() == key), None)
    found = found or next((i for i in editing.issues if key in map(str.upper, i.former_keys)), None)
    if found is None:
        epics = [i.key for i in editing.issues if i.hierarchy_level is HierarchyLevel.EPIC]
        what = f"is no issue that Headway has read{suggest_spelling(key, epics)}"
        raise UsageError(Problem(wanted, what, "Give the key of an epic."))
    if found.hierarchy_level is not HierarchyLevel.EPIC:
        above = next((issue.key for issue in editing.issues if issue.id == found.epic_id), None)
        if found.is_item_without_epic:
            remedy = "Rules alone decide such items: write `items:` under a capability."
            raise UsageError(Problem(wanted, "is no epic, and has none", remedy))
        remedy = f"Its epic is {above}: decide that one." if above else "Give the key of an epic."
        raise UsageError(Problem(wanted, "is no epic", remedy))
    return found


def _widen(editing: EditContext, given: Namespace) -> Edit:
    """The first line that, with a value of the epic's more, has the capability claim it alone."""
    rule = find_capability(editing.opened, given.capability)
    epic = _find_epic(editing, given.epic)
    if epic is None or editing.surroundings.today is None:
        what = "needs the epic's own values, and no backlog was read yet"
        raise UsageError(Problem("--rule", what, "Run `headway sync` first, or leave it out."))
    today = editing.surroundings.today
    before = compile_rules(editing.opened.book).decide(epic, today)
    if before.outcome is Outcome.PUBLISHED and before.claimed_by == rule.id:
        return Edit(editing.opened.texts, f"{epic.key}: {rule.id} claims it already")
    reasons = []
    for texts, said in list_widenings(editing.opened, rule.id, _list_values(epic, given.value)):
        after = compile_rules(editing.opened.compile_with(texts)).decide(epic, today)
        if after.outcome is Outcome.PUBLISHED and after.claimed_by == rule.id:
            return Edit(texts, f"{epic.key}: {rule.id} claims what has {said}")
        reasons.append(f"with {said}: {after.heading} ({after.reasons[0].text})")
    why = reasons[0] if reasons else "no line of it takes a value that this epic has"
    what = f"no value more would have {rule.id!r} alone claim {epic.key}: {why}"
    raise UsageError(Problem("--rule", what, "Pin it, give --value WORD, or edit the rule."))


def _list_values(epic: Issue, value: str | None) -> dict[str, tuple[str, ...]]:
    """Its values by field; with a `value` only what that is: a component, a label, title words."""
    if value is None:
        return {"component": epic.components, "labels": epic.labels}
    found = {
        "component": tuple(c for c in epic.components if fold_value(c) == fold_value(value)),
        "labels": tuple(c for c in epic.labels if fold_value(c) == fold_value(value)),
    }
    if any(found.values()):
        return found
    if f" {space_words(value).strip()} " in f" {space_words(epic.summary).strip()} ":
        return {"summary": (value,)}
    what = f"{epic.key} has no such component, label or word of its title: {value!r}"
    raise UsageError(Problem("--value", what, "Give one that it has."))


def _tell_outcome(given: Namespace, editing: EditContext, effect: Effect) -> str:
    """What becomes of the epic, whatever was asked for."""
    epic = _find_epic(editing, given.epic)
    if epic is None:
        return ""
    if epic.restricted:
        return "the epic has a security level and stays left out, whatever a pin says"
    decision = _find_decision(effect.decisions, epic)
    if decision is None:
        return "it is not in Jira any more: this holds for what it fed, as last seen"
    said = {
        Outcome.PUBLISHED: f"it counts toward {decision.claimed_by}",
        Outcome.WAITING: f"it counts toward {decision.claimed_by} once work behind it is finished",
        Outcome.LEFT_OUT: "it is left out",
        Outcome.NEEDS_DECISION: "it needs a decision",
    }[decision.outcome]
    if given.hide or given.hold or decision.claimed_by == given.capability:
        return said
    return f"{said}: {decision.reasons[0].text}"


def _find_decision(decisions: Iterable[Decision], epic: Issue) -> Decision | None:
    return next((each for each in decisions if each.epic_id == epic.id), None)
