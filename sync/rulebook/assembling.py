"""Puts the parts of all files together into one rule book, and checks that they fit each other."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from rapidfuzz import process

from models.capability import State
from models.effort import Level
from models.rulebook import (
    Availability,
    CapabilityRule,
    EffortRules,
    Example,
    Extent,
    Guards,
    Pin,
    PinAction,
    RuleBook,
    Ruling,
    ScreeningRule,
    TeamRule,
    Term,
    Then,
    TodayBy,
    Withdrawal,
    WithdrawnReason,
)
from sync.rulebook.clauses import read_condition
from sync.rulebook.shapes import Effort, Limits, Wording
from sync.rulebook.validating import Part
from sync.rulebook.yaml_tree import Mapping, Node, Sequence, find, plain
from translators.conditions import field_name, fields_of


class Shelf:
    """All parts by section; the team's own screening rules replace shipped ones of the same id."""

    def __init__(self) -> None:
        self.shipped: dict[str, list[Part]] = {}
        self.own: dict[str, list[Part]] = {}

    def add(self, part: Part, *, shipped: bool) -> None:
        """Take in one part."""
        (self.shipped if shipped else self.own).setdefault(part.section, []).append(part)

    def unique(self, section: str, name: str) -> list[Part]:
        """The parts of a list section by their `name`, own ones instead of shipped ones."""
        chosen: dict[str, Part] = {}
        for parts in (self.shipped, self.own):
            seen: dict[str, Part] = {}
            for part in parts.get(section, []):
                key = getattr(part.shape, name)
                if key in seen:
                    first = seen[key].desk.line(seen[key].node.at)
                    what = f"{key!r} stands in the rule book twice, first at {first}"
                    part.desk.complain(part.node.at, what)
                seen[key] = part
            chosen |= seen
        return list(chosen.values())

    def merged(self, section: str, shape: type[Any]) -> tuple[Any, list[Part]]:
        """A map section laid over its shipped form, key by key, two levels deep."""
        values: dict[str, Any] = {}
        for parts in (self.shipped, self.own):
            given: dict[str, Part] = {}
            for part in parts.get(section, []):
                for key in part.shape.model_fields_set:
                    if key in given:
                        first = given[key].desk.line(given[key].node.at)
                        what = f"{section}: {key} stands in two places, first at {first}"
                        part.desk.complain(find(part.node, (key,)), what)
                    given[key] = part
                    value = getattr(part.shape, key)
                    known = values.get(key)
                    both = isinstance(known, dict) and isinstance(value, dict)
                    values[key] = known | value if both else value
        sources = [*self.shipped.get(section, []), *self.own.get(section, [])]
        return shape.model_construct(**(shape().__dict__ | values)), sources


def inspect(shelf: Shelf) -> None:
    """Look at what could be read of a broken rule book, so that its other mistakes are found too.

    How parts refer to each other is not looked at: what they mean may be in what is broken.
    """
    patterns = _patterns(shelf)
    for part in shelf.unique("screening", "id"):
        _screening(part, patterns)
    for part in shelf.unique("capabilities", "id"):
        _capability(part, patterns)
    for part in shelf.unique("pins", "issue"):
        _pin(part)


def _patterns(shelf: Shelf) -> tuple[str, ...]:
    return tuple(
        name
        for parts in (shelf.shipped, shelf.own)
        for part in parts.get("patterns_allowed", [])
        for name in part.shape
    )


def assemble(shelf: Shelf, digest: str, texts: dict[str, str]) -> RuleBook:
    """The rule book; mistakes between the parts go to the desks, and then it must not be used."""
    patterns = _patterns(shelf)
    screening = shelf.unique("screening", "id")
    capabilities = shelf.unique("capabilities", "id")
    pins = shelf.unique("pins", "issue")
    _check_references(capabilities, pins)
    effort, effort_parts = shelf.merged("effort", Effort)
    wording, wording_parts = shelf.merged("wording", Wording)
    limits, _ = shelf.merged("guards", Limits)
    return RuleBook(
        digest=digest,
        texts=texts,
        screening=_present(_screening(part, patterns) for part in screening),
        capabilities=_present(_capability(part, patterns) for part in capabilities),
        pins=_present(_pin(part) for part in pins),
        effort=_effort(effort, effort_parts),
        terms=tuple(_terms(wording, wording_parts)),
        guards=Guards(**limits.__dict__),
        patterns_allowed=patterns,
    )


def _present(found: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(value for value in found if value is not None)


def _screening(part: Part, patterns: tuple[str, ...]) -> ScreeningRule | None:
    shape, node, desk = part.shape, part.node, part.desk
    if shape.off:
        return None
    if not isinstance(node, Mapping) or "when" not in node.items:
        desk.complain(node.at, "'when' is missing")
        return None
    when = read_condition(node.items["when"], desk, patterns)
    unless = (
        read_condition(node.items["unless"], desk, patterns) if "unless" in node.items else None
    )
    if when is None:
        return None
    for line in fields_of(when):
        if shape.then == "hide" and line.field == "description":
            what = "a description is too uncertain to hide by"
            desk.complain(find(node, ("when",)), what, "Use `then: hold`, or another field.")
    return ScreeningRule(
        id=shape.id,
        reason=shape.reason or shape.id.replace("-", " "),
        then=Then(shape.then),
        when=when,
        unless=unless,
        owner=shape.owner,
        at=desk.line(node.at),
        examples=_examples(part),
        rare=shape.expect == "rare",
    )


def _capability(part: Part, patterns: tuple[str, ...]) -> CapabilityRule:
    shape, node, desk = part.shape, part.node, part.desk
    block = node.items.get("when") if isinstance(node, Mapping) else None
    available = shape.available
    withdrawn = shape.withdrawn
    return CapabilityRule(
        id=shape.id,
        name=shape.name,
        area=shape.area,
        summary=shape.summary,
        owner=shape.owner,
        aliases=tuple(dict.fromkeys(shape.aliases)),
        when=read_condition(block, desk, patterns) if block is not None else None,
        beats=tuple(shape.beats),
        draft=shape.draft,
        available=Availability(
            Extent(available.state), available.by, available.since, _line(part, "available")
        )
        if available
        else None,
        withhold_effort=shape.effort == "withhold",
        withdrawn=Withdrawal(
            WithdrawnReason(withdrawn.reason), withdrawn.use, _line(part, "withdrawn")
        )
        if withdrawn
        else None,
        redact=shape.redact,
        today=shape.today,
        today_by=TodayBy(shape.today_by or ("product" if shape.today else "none")),
        at=desk.line(node.at),
        examples=_examples(part),
        rare=shape.expect == "rare",
    )


def _pin(part: Part) -> Pin | None:
    shape = part.shape
    actions = {
        PinAction.CAPABILITY: bool(shape.capability),
        PinAction.HIDE: bool(shape.hide),
        PinAction.HOLD: bool(shape.hold),
    }
    chosen = [action for action, is_set in actions.items() if is_set]
    if len(chosen) != 1:
        part.desk.complain(part.node.at, "a pin says one of `capability: ID`, `hide`, `hold`")
        return None
    until = None
    if shape.until:
        try:
            until = date.fromisoformat(shape.until)
        except ValueError:
            part.desk.complain(find(part.node, ("until",)), "is no date of the calendar")
    return Pin(
        issue=shape.issue,
        action=chosen[0],
        capability=shape.capability,
        reason=shape.reason,
        by=shape.by,
        until=until,
        at=part.desk.line(part.node.at),
    )


def _effort(shape: Any, parts: list[Part]) -> EffortRules:
    edges = shape.edges
    if len(edges) != 4 or sorted(set(edges)) != edges:
        part = parts[-1]
        what = "edges must be four numbers of person-weeks, each larger than the last"
        part.desk.complain(find(part.node, ("edges",)), what)
        edges = [6, 24, 72, 240]
    return EffortRules(
        team=_team(shape.team),
        scheme=shape.scheme,
        edges=tuple(edges),
        cancelled_resolutions=tuple(shape.cancelled.resolutions),
        cancelled_statuses=tuple(shape.cancelled.statuses),
        points_fields=tuple(shape.points_fields),
        minimum_people=shape.minimum_people,
        minimum_people_of=shape.minimum_people_of,
        void=_rulings(shape.void, parts),
        release=_rulings(shape.release, parts),
    )


def _team(team: Any) -> TeamRule:
    if team == "project":
        return TeamRule("project")
    if hasattr(team, "component"):
        return TeamRule("component", tuple(team.component))
    return TeamRule("field", (team.field,))


def _rulings(found: list[Any], parts: list[Part]) -> tuple[Ruling, ...]:
    at = parts[-1].desk.line(parts[-1].node.at) if parts else None
    return tuple(Ruling(r.issue, r.reason, r.by, at) for r in found if at is not None)


def _terms(wording: Any, parts: list[Part]) -> Iterable[Term]:
    closed: tuple[tuple[str, dict[str, Any], list[str]], ...] = (
        ("state", wording.states, [str(code) for code in State]),
        ("effort", wording.effort, [str(code) for code in Level]),
    )
    for kind, words, codes in closed:
        key = "states" if kind == "state" else kind
        for unknown in sorted(set(words) - set(codes)):
            part = _part_with(parts, (key, unknown))
            what = f"unknown {kind} {unknown!r}; known are {', '.join(codes)}"
            part.desk.complain(find(part.node, (key, unknown)), what)
        for rank, code in enumerate(codes, start=1):
            if code not in words:
                parts[-1].desk.complain(parts[-1].node.at, f"wording lacks {kind} {code!r}")
                continue
            part = _part_with(parts, (key, code))
            at = part.desk.line(find(part.node, (key, code)))
            word = words[code]
            yield Term(
                kind=kind, code=code, label=word.label, meaning=word.meaning, rank=rank, at=at
            )
    for rank, paragraph in enumerate(wording.guide, start=1):
        part = _part_with(parts, ("guide",))
        yield Term(
            kind="guide",
            code=paragraph.code,
            label=paragraph.label,
            meaning=paragraph.meaning,
            rank=rank,
            at=part.desk.line(find(part.node, ("guide", rank - 1))),
        )
    if wording.asked_when is not None:
        part = _part_with(parts, ("asked_when",))
        yield Term(
            kind="asked_when",
            code="asked_when",
            label=wording.asked_when.label,
            meaning=wording.asked_when.meaning,
            rank=1,
            at=part.desk.line(find(part.node, ("asked_when",))),
        )


def _part_with(parts: list[Part], path: tuple[str, ...]) -> Part:
    """The last part that has a value at `path`: that is the one in force."""
    for part in reversed(parts):
        node: Node | None = part.node
        for step in path:
            node = node.items.get(step) if isinstance(node, Mapping) else None
        if node is not None:
            return part
    return parts[-1]


def _examples(part: Part) -> tuple[Example, ...]:
    node = part.node
    tests = node.items.get("tests") if isinstance(node, Mapping) else None
    examples = []
    for word, matches in (("match", True), ("no_match", False)):
        listed = tests.items.get(word) if isinstance(tests, Mapping) else None
        for item in listed.items if isinstance(listed, Sequence) else ():
            value = plain(item)
            at = part.desk.line(item.at)
            if isinstance(value, str):
                examples.append(Example(value, {}, matches, at))
            else:
                fields = {
                    field_name(name): tuple(text if isinstance(text, list) else [text])
                    for name, text in value.items()
                }
                examples.append(Example(None, fields, matches, at))
    return tuple(examples)


def _line(part: Part, key: str) -> Any:
    return part.desk.line(find(part.node, (key,)))


def _check_references(capabilities: list[Part], pins: list[Part]) -> None:
    ids = [part.shape.id for part in capabilities]
    beats = {part.shape.id: part.shape.beats for part in capabilities}
    for part in capabilities:
        for number, loser in enumerate(part.shape.beats):
            path = ("beats", number)
            _check_id(loser, ids, part, path)
            if loser == part.shape.id or _reaches(beats, loser, part.shape.id):
                what = f"{part.shape.id!r} and {loser!r} beat each other"
                part.desk.complain(find(part.node, path), what)
        if part.shape.withdrawn and part.shape.withdrawn.use:
            _check_id(part.shape.withdrawn.use, ids, part, ("withdrawn", "use"))
    for part in pins:
        if part.shape.capability:
            _check_id(part.shape.capability, ids, part, ("capability",))


def _check_id(wanted: str, ids: list[str], part: Part, path: tuple[str | int, ...]) -> None:
    if wanted not in ids:
        close = process.extractOne(wanted, ids, score_cutoff=60)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        what = f"no capability has the id {wanted!r}{hint}"
        part.desk.complain(find(part.node, path), what)


def _reaches(beats: dict[str, list[str]], start: str, goal: str) -> bool:
    seen, waiting = set(), [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            waiting += beats.get(here, [])
    return False
