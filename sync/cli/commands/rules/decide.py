"""`headway decide`: a person's decision about epics, written into the rule book."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from models.backlog import HierarchyLevel, Issue
from models.decision import Decision, Outcome
from models.errors import Problem, UsageError
from models.rulebook import PinAction
from sync.cli.commands.rules.decide_options import (
    OF_PIN,
    DecideOptions,
    read_decide_options,
    read_until,
    refuse_options,
    require_words,
)
from sync.cli.commands.rules.editing import EditContext, Effect, carry_out
from sync.rulebook.edit.edits import (
    Edit,
    Ruling,
    add_capability,
    find_capability,
    pin_epic,
    unpin_epic,
)
from sync.rulebook.edit.widening import list_widenings
from sync.settings.settings import Settings
from translators.backlog.names import explain_ambiguous, find_ambiguous, list_names
from translators.plan.several_sites import name_on_site
from translators.rules.decide import compile_rules
from translators.spelling import suggest_spelling
from translators.words import fold_value, space_words

Step = Callable[[EditContext, str], Edit]


def decide_epics(settings: Settings, given: Namespace) -> int:
    """Pin epics, or with `--rule` have a capability's own line claim them; all or none."""
    options = read_decide_options(given, settings)
    if given.value and not given.rule:
        raise UsageError(Problem("--value", "says what --rule adds", "Give --rule with it."))
    if options.action is None:
        refuse_options(given, (*OF_PIN, "rule"), "has no place with --undo", "Leave it out.")
        step: Step = _unpin
    elif given.rule:
        _require_rule(given, options)
        step = partial(_widen, capability=options.capability or "", value=given.value)
    else:
        ruling = Ruling(
            action=options.action,
            capability=options.capability,
            reason=require_words(given.reason, "reason", "why"),
            by=require_words(given.by, "by", "whose decision it is"),
            until=read_until(given.until),
        )
        step = partial(_pin, ruling=ruling)
    return carry_out(
        settings,
        given,
        lambda editing: _take_steps(editing, options, step),
        lambda editing, effect: _tell_outcomes(options, editing, effect),
    )


def _require_rule(given: Namespace, options: DecideOptions) -> None:
    """A rule claims for a capability, for ever, and keeps no reason."""
    if options.action is not PinAction.CAPABILITY or options.new:
        what = "needs a CAPABILITY that is there"
        raise UsageError(Problem("--rule", what, "Name one, or leave it out."))
    what = "belongs to a pin; a rule has no place for it"
    remedy = "Leave it out and say it in the commit, or leave out --rule."
    refuse_options(given, OF_PIN, what, remedy)


def _take_steps(editing: EditContext, options: DecideOptions, step: Step) -> Edit:
    """One edit of all that is to be done, each step on what the last one left."""
    opened, done = editing.opened, []
    if options.new and options.capability:
        edit = add_capability(opened, options.capability, options.new)
        _check_never_published(editing, options.capability)
        opened = opened.with_texts(edit.texts)
        done.append(edit.done)
    for key in options.keys:
        edit = step(replace(editing, opened=opened), key)
        opened = opened.with_texts(edit.texts, edit.book or opened.book)
        done.append(edit.done)
    return Edit(opened.texts, "\n".join(done))


def _check_never_published(editing: EditContext, capability: str) -> None:
    published = editing.published_state
    if published and capability in published.capabilities:
        what = f"{capability!r} was published before, and an id stands for ever"
        raise UsageError(Problem("--new", what, "Choose another."))


def _pin(editing: EditContext, key: str, *, ruling: Ruling) -> Edit:
    epic = _find_epic(editing, key)
    return pin_epic(editing.opened, *_name_issue(editing, epic, key), ruling)


def _unpin(editing: EditContext, key: str) -> Edit:
    """What is no epic, or is not there any more, may have a pin all the same."""
    issue = _find_issue(editing, key)
    return unpin_epic(editing.opened, *_name_issue(editing, issue, key))


def _name_issue(
    editing: EditContext, issue: Issue | None, asked: str
) -> tuple[str, tuple[str, ...]]:
    """What a pin calls an issue, and what one that stands there may call it.

    Where several sites have its key, it is called by its site as well.
    """
    if issue is None:
        site, _, key = asked.rpartition("/")
        return (f"{site}/{key.upper()}" if site else key.upper()), ()
    ambiguous = find_ambiguous(editing.issues or ())
    is_clear = issue.key.upper() not in ambiguous
    names = tuple(name for name in list_names(issue) if name not in ambiguous)
    return issue.key if is_clear else name_on_site(issue.site, issue.key), names


def _find_issue(editing: EditContext, key: str) -> Issue | None:
    """The issue of a key that it has, or else had; UsageError where several sites have one."""
    issues, name = editing.issues or (), key.upper()
    if sites := find_ambiguous(issues).get(name):
        raise UsageError(Problem(key, *explain_ambiguous(name, sites)))
    keys = (name, name.rpartition("/")[2])
    found = [issue for issue in issues if name in list_names(issue)]
    return next((issue for issue in found if issue.key.upper() in keys), next(iter(found), None))


def _find_epic(editing: EditContext, wanted: str) -> Issue | None:
    """The epic of a key that it has or had; None where no backlog was read."""
    if editing.issues is None:
        return None
    found = _find_issue(editing, wanted)
    if found is None:
        epics = [i.key for i in editing.issues if i.hierarchy_level is HierarchyLevel.EPIC]
        what = f"is no issue that Headway has read{suggest_spelling(wanted.upper(), epics)}"
        raise UsageError(Problem(wanted, what, "Give the key of an epic."))
    if found.hierarchy_level is not HierarchyLevel.EPIC:
        above = next((issue.key for issue in editing.issues if issue.id == found.epic_id), None)
        if found.is_item_without_epic:
            remedy = "Rules alone decide such items: write `items:` under a capability."
            raise UsageError(Problem(wanted, "is no epic, and has none", remedy))
        remedy = f"Its epic is {above}: decide that one." if above else "Give the key of an epic."
        raise UsageError(Problem(wanted, "is no epic", remedy))
    return found


def _widen(editing: EditContext, key: str, *, capability: str, value: str | None) -> Edit:
    """The first line that, with a value of the epic's more, has the capability claim it alone."""
    rule = find_capability(editing.opened, capability)
    epic = _find_epic(editing, key)
    if epic is None or editing.surroundings.today is None:
        what = "needs the epic's own values, and no backlog was read yet"
        raise UsageError(Problem("--rule", what, "Run `headway sync` first, or leave it out."))
    today = editing.surroundings.today
    before = compile_rules(editing.opened.book).decide(epic, today)
    if before.outcome is Outcome.PUBLISHED and before.claimed_by == rule.id:
        return Edit(editing.opened.texts, f"{epic.key}: {rule.id} claims it already")
    reasons = []
    for texts, said in list_widenings(editing.opened, rule.id, _list_values(epic, value)):
        book = editing.opened.compile_with(texts)
        after = compile_rules(book).decide(epic, today)
        if after.outcome is Outcome.PUBLISHED and after.claimed_by == rule.id:
            return Edit(texts, f"{epic.key}: {rule.id} claims what has {said}", book)
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


def _tell_outcomes(options: DecideOptions, editing: EditContext, effect: Effect) -> str:
    """What becomes of the epics, whatever was asked for; of several each on a line of its own."""
    by_id = {each.epic_id: each for each in effect.decisions}
    issues = [issue for key in options.keys if (issue := _find_issue(editing, key))]
    told = {issue.key: _tell_outcome(options, issue, by_id) for issue in issues}
    if len(options.keys) == 1:
        return "".join(told.values())
    return "\n".join(f"{key}: {said}" for key, said in told.items())


def _tell_outcome(options: DecideOptions, epic: Issue, by_id: Mapping[int, Decision]) -> str:
    if epic.restricted:
        return "the epic has a security level and stays left out, whatever a pin says"
    decision = by_id.get(epic.id)
    if decision is None:
        return "it is not in Jira any more: this holds for what it fed, as last seen"
    said = {
        Outcome.PUBLISHED: f"it counts toward {decision.claimed_by}",
        Outcome.WAITING: f"it counts toward {decision.claimed_by} once work behind it is finished",
        Outcome.LEFT_OUT: "it is left out",
        Outcome.NEEDS_DECISION: "it needs a decision",
    }[decision.outcome]
    is_as_asked = options.action in (PinAction.HIDE, PinAction.HOLD)
    if is_as_asked or (options.capability and decision.claimed_by == options.capability):
        return said
    return f"{said}: {decision.reasons[0].text}"
