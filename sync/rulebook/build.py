"""Puts the parts of all files together into one rule book, and checks that they fit each other."""

from collections.abc import Iterator
from datetime import date

from models.rulebook import (
    Availability,
    CapabilityRule,
    Condition,
    Example,
    Extent,
    Guards,
    Line,
    Pin,
    PinAction,
    RuleBook,
    ScreeningRule,
    Then,
    TodayBy,
    Withdrawal,
    WithdrawnReason,
)
from sync.rulebook.build_effort import build_effort_rules, build_terms
from sync.rulebook.conditions import places_of, read_condition
from sync.rulebook.references import check_references
from sync.rulebook.scalars import check_promises_nothing
from sync.rulebook.schema import Limits
from sync.rulebook.sections import SectionStore, good
from sync.rulebook.validate import Part
from sync.rulebook.yaml_tree import Mapping, Node, Sequence, find, find_key, to_plain
from translators.rules.fields import field_name


def build_rulebook(
    sections: SectionStore, digest: str, texts: dict[str, str], *, complete: bool
) -> RuleBook:
    """The rule book of all parts without mistakes; further ones go to the desks.

    `complete` says that every file could be read: only then can an id be called unknown.
    """
    patterns = tuple(
        name for part in good(sections.every("patterns_allowed")) for name in part.shape
    )
    screening, capabilities, pins = map(sections.unique, ("screening", "capabilities", "pins"))
    sections.check_switched_off()
    check_references(sections, sections.ids("capabilities") if complete else None)
    used = {id(part) for part in (*screening, *capabilities)}
    for part in (*sections.every("screening"), *sections.every("capabilities")):
        if id(part) not in used:
            _read_conditions(part, patterns)
    limits, _ = sections.merged("guards", Limits)
    rules = [_screening(part, patterns) for part in screening if not part.shape.off]
    return RuleBook(
        digest=digest,
        texts=texts,
        screening=tuple(rule for rule in rules if rule is not None),
        capabilities=tuple(_capability(part, patterns) for part in capabilities),
        pins=tuple(_pin(part) for part in pins),
        effort=build_effort_rules(sections),
        terms=build_terms(sections),
        guards=Guards(**limits.__dict__),
        patterns_allowed=patterns,
    )


def _screening(part: Part, patterns: tuple[str, ...]) -> ScreeningRule | None:
    shape, diagnostics = part.shape, part.diagnostics
    when_node, unless_node = _child(part, "when"), _child(part, "unless")
    when = read_condition(when_node, diagnostics, patterns) if when_node else None
    unless = read_condition(unless_node, diagnostics, patterns) if unless_node else None
    if shape.then == "hide":
        for at in (
            at for node in (when_node, unless_node) for at in places_of(node, "description")
        ):
            what = "a description is too uncertain to hide by"
            diagnostics.add_error(at, what, "Use `then: hold`, or another field.")
    if when is None:
        return None
    return ScreeningRule(
        id=shape.id,
        reason=shape.reason or shape.id.replace("-", " "),
        then=Then(shape.then),
        when=when,
        unless=unless,
        owner=shape.owner,
        at=diagnostics.line(part.node.at),
        examples=tuple(_examples(part)),
        rare=shape.expect == "rare",
    )


def _capability(part: Part, patterns: tuple[str, ...]) -> CapabilityRule:
    shape, diagnostics = part.shape, part.diagnostics
    if not (shape.withdrawn or shape.redact):
        _check_id(part)
    return CapabilityRule(
        id=shape.id,
        name=shape.name,
        area=shape.area,
        summary=shape.summary,
        owner=shape.owner,
        aliases=tuple(dict.fromkeys(shape.aliases)),
        when=_read_conditions(part, patterns)[0],
        beats=tuple(shape.beats),
        draft=shape.draft,
        available=_availability(part),
        withhold_effort=shape.effort == "withhold",
        withdrawn=_withdrawal(part),
        redact=shape.redact,
        today=shape.today,
        today_by=TodayBy(shape.today_by or ("product" if shape.today else "none")),
        at=diagnostics.line(part.node.at),
        examples=tuple(_examples(part)),
        rare=shape.expect == "rare",
    )


def _check_id(part: Part) -> None:
    """Sales read ids too. One that is off the list may stay as it is, since ids never change."""
    try:
        check_promises_nothing(part.shape.id)
    except ValueError as error:
        remedy = "Rename it; if it was published, withdraw it with `use:` the new id."
        part.diagnostics.add_error(find(part.node, ("id",)), str(error), remedy)


def _read_conditions(
    part: Part, patterns: tuple[str, ...]
) -> tuple[Condition | None, Condition | None]:
    """What a rule asks for under `when` and `unless`."""
    when, unless = _child(part, "when"), _child(part, "unless")
    return (
        read_condition(when, part.diagnostics, patterns) if when else None,
        read_condition(unless, part.diagnostics, patterns) if unless else None,
    )


def _availability(part: Part) -> Availability | None:
    shape = part.shape.available
    if shape is None:
        return None
    return Availability(Extent(shape.state), shape.by, shape.since, _line(part, "available"))


def _withdrawal(part: Part) -> Withdrawal | None:
    shape = part.shape.withdrawn
    if shape is None:
        return None
    return Withdrawal(WithdrawnReason(shape.reason), shape.use, _line(part, "withdrawn"))


def _pin(part: Part) -> Pin:
    shape = part.shape
    action = PinAction.CAPABILITY if shape.capability else PinAction.HOLD
    return Pin(
        issue=shape.issue,
        action=PinAction.HIDE if shape.hide else action,
        capability=shape.capability,
        reason=shape.reason,
        by=shape.by,
        until=date.fromisoformat(shape.until) if shape.until else None,
        at=part.diagnostics.line(part.node.at),
    )


def _examples(part: Part) -> Iterator[Example]:
    tests = _child(part, "tests")
    for word, matches in (("match", True), ("no_match", False)):
        listed = tests.items.get(word) if isinstance(tests, Mapping) else None
        items = listed.items if isinstance(listed, Sequence) else [listed] if listed else []
        for item in items:
            value, at = to_plain(item), part.diagnostics.line(item.at)
            if isinstance(value, str):
                yield Example(value, {}, matches, at)
            else:
                fields = {
                    field_name(name): tuple(text if isinstance(text, list) else [text])
                    for name, text in value.items()
                }
                yield Example(None, fields, matches, at)


def _child(part: Part, key: str) -> Node | None:
    return part.node.items.get(key) if isinstance(part.node, Mapping) else None


def _line(part: Part, key: str) -> Line:
    return part.diagnostics.line(find_key(part.node, (key,)))
