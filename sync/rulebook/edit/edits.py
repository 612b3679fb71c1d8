"""What people decide about a rule book, as edits of its texts; nothing is written here."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from models.errors import Problem, UsageError
from models.rulebook import CapabilityRule, PinAction, RuleBook, WithdrawnReason
from sync.rulebook.checks.authored import find_unwritten
from sync.rulebook.describe import word_modeline
from sync.rulebook.edit.folder import OpenedFolder, choose_file
from sync.rulebook.edit.lines import CannotEditError
from sync.rulebook.edit.scalars import YES
from sync.rulebook.edit.spans import Path, Plain, Span, read_spans
from sync.rulebook.edit.surgery import (
    add_item,
    remove_item,
    remove_key,
    replace_key,
    set_key,
    set_value,
)
from sync.rulebook.mistakes import Position
from sync.rulebook.values.kinds import Kind
from sync.rulebook.values.scalars import KEY, SLUG
from sync.rulebook.yaml.tree import Scalar
from translators.spelling import suggest_spelling

ACTIONS = tuple(str(action) for action in PinAction)


@dataclass(frozen=True)
class Edit:
    """The texts of a folder's files after an edit, by name, and what it does in a sentence.

    `book` is the rule book that they make, where that was asked already.
    """

    texts: Mapping[str, str]
    done: str
    book: RuleBook | None = None


@dataclass(frozen=True)
class Place:
    """Where an item stands: its file, and the path to it."""

    file: str
    path: Path
    span: Span


@dataclass(frozen=True)
class Ruling:
    """What a person decides about an epic: `capability`, or one of hide and hold."""

    action: PinAction
    capability: str | None
    reason: str
    by: str
    until: date | None = None

    def as_item(self, key: str) -> dict[str, Plain]:
        """The pin that says so."""
        item: dict[str, Plain] = {"issue": key, str(self.action): self.capability or YES}
        item |= {"reason": self.reason, "by": self.by}
        return item | ({"until": self.until.isoformat()} if self.until else {})

    def __str__(self) -> str:
        return self.capability or str(self.action)


def pin_epic(opened: OpenedFolder, key: str, names: Collection[str], ruling: Ruling) -> Edit:
    """A pin for an epic; one that it has under any of its `names` is changed, not doubled."""
    _check_form(key, KEY, "Give the key of an epic.")
    if ruling.capability is not None:
        find_capability(opened, ruling.capability)
    texts = opened.texts
    place = _find_pin(texts, (key, *names))
    if place is None:
        file = choose_file(texts, "pins")
        with _explain_refusal(opened, file):
            head = "" if file in texts else word_modeline()
            texts[file] = head + add_item(texts.get(file, ""), "pins", ruling.as_item(key))
        return Edit(texts, f"{key}: pinned to {ruling} ({file})")
    before = place.span.to_plain()
    with _explain_refusal(opened, place.file):
        texts[place.file] = _change_pin(texts[place.file], place, ruling)
    instead = f"instead of {_tell_pin(before)}"
    return Edit(texts, f"{before['issue']}: pinned to {ruling} {instead} ({place.file})")


def unpin_epic(opened: OpenedFolder, key: str, names: Collection[str]) -> Edit:
    """The pin that an epic has under any of its `names` taken out; UsageError where it has none."""
    texts = opened.texts
    place = _find_pin(texts, (key, *names))
    if place is None:
        remedy = f"`headway explain {key}` says what decides it."
        raise _refuse(key, "has no pin, so there is none to take out", remedy)
    before = place.span.to_plain()
    with _explain_refusal(opened, place.file):
        texts[place.file] = remove_item(texts[place.file], place.path)
    return Edit(texts, f"{before['issue']}: no longer pinned to {_tell_pin(before)} ({place.file})")


def add_capability(opened: OpenedFolder, new_id: str, values: Mapping[str, str]) -> Edit:
    """A capability without a condition, which pins alone feed: its `values` are name and others."""
    _check_form(new_id, SLUG, "Choose another --new.")
    if new_id in _list_ids(opened):
        remedy = "Give it as the last word, without --new, or choose another id."
        raise _refuse(new_id, "is the id of a rule already", remedy)
    texts = opened.texts
    file = choose_file(texts, "capabilities")
    with _explain_refusal(opened, file):
        head = "" if file in texts else word_modeline()
        item = {"id": new_id, **values}
        texts[file] = head + add_item(texts.get(file, ""), "capabilities", item)
    return Edit(texts, f"{new_id}: a capability now, named {values['name']!r} ({file})")


def name_draft(
    opened: OpenedFolder, draft: str, values: Mapping[str, str], new_id: str | None = None
) -> Edit:
    """A draft as a capability: its `values` set, such as name and area, and an id if given one."""
    rule = find_capability(opened, draft)
    if rule.is_taken_off:
        remedy = "A name is for what sales may read: take out its `withdrawn` or `redact` first."
        raise _refuse(draft, "is off the list", remedy)
    if not rule.draft and any(getattr(rule, key) != text for key, text in values.items()):
        raise _refuse(draft, "is no draft: it has a name already", "Edit its line to change that.")
    for key in find_unwritten(rule):
        if key not in values:
            what = f"is missing: the draft says {getattr(rule, key)!r}, and sales would read that"
            raise _refuse(f"--{key}", what, f'Give --{key} "...".')
    texts = opened.texts
    place = find_item(texts, draft)
    with _explain_refusal(opened, place.file):
        text = texts[place.file]
        for key, value in values.items():
            text = set_key(text, place.path, key, value)
        texts[place.file] = remove_key(text, place.path, "draft")
    if new_id and new_id != draft:
        _change_id(opened, texts, draft, new_id)
    name = values.get("name", rule.name)
    return Edit(texts, f"{new_id or draft}: a capability now, named {name!r} ({place.file})")


def withdraw_entry(
    opened: OpenedFolder, capability: str, reason: WithdrawnReason, use: str | None = None
) -> Edit:
    """A capability off the list, or merged into the one to read instead."""
    find_capability(opened, capability)
    if use is not None:
        target = find_capability(opened, use)
        if use == capability:
            raise _refuse(use, "cannot be merged into itself", "Name another capability.")
        if target.is_taken_off:
            raise _refuse(use, "is off the list itself", "Merge into one that is on it.")
    value = {"reason": str(reason)} | ({"use": use} if use else {})
    said = f"merged into {use}" if use else f"off the list ({str(reason).replace('_', ' ')})"
    return _set_one(opened, capability, "withdrawn", value, said)


def redact_entry(opened: OpenedFolder, capability: str) -> Edit:
    """A capability off the list, its words blanked wherever readers can look."""
    find_capability(opened, capability)
    return _set_one(opened, capability, "redact", YES, "off the list, its published words blanked")


def find_capability(opened: OpenedFolder, wanted: str) -> CapabilityRule:
    """The capability of an id; UsageError for what is none."""
    by_id = {rule.id: rule for rule in opened.book.capabilities}
    if wanted in by_id:
        return by_id[wanted]
    if any(rule.id == wanted for rule in opened.book.screening):
        raise _refuse(wanted, "is a screening rule, no capability", "Its `id:` line is the place.")
    named = [
        rule.id for rule in opened.book.capabilities if rule.name.casefold() == wanted.casefold()
    ]
    hint = f" (did you mean {named[0]!r}?)" if named else suggest_spelling(wanted, by_id, 60)
    raise _refuse(wanted, f"is no capability of the rule book{hint}", "Give the `id` of one.")


def find_item(texts: Mapping[str, str], capability: str) -> Place:
    """Where the capability of an id stands."""
    places = _list_items(texts, "capabilities")
    return next(each for each in places if each.span.to_plain().get("id") == capability)


def _set_one(opened: OpenedFolder, capability: str, key: str, value: Plain, said: str) -> Edit:
    texts = opened.texts
    place = find_item(texts, capability)
    with _explain_refusal(opened, place.file):
        texts[place.file] = set_key(texts[place.file], place.path, key, value)
    return Edit(texts, f"{capability}: {said} ({place.file})")


def _change_pin(text: str, place: Place, ruling: Ruling) -> str:
    old = place.span.to_plain()
    key, value = str(ruling.action), ruling.capability or YES
    first, *others = sorted((name for name in ACTIONS if name in old), key=lambda name: name != key)
    for other in others:
        text = remove_key(text, place.path, other)
    if first == key:
        text = set_key(text, place.path, key, value)
    else:
        text = replace_key(text, place.path, first, key, value)
    text = set_key(text, place.path, "reason", ruling.reason)
    text = set_key(text, place.path, "by", ruling.by)
    if ruling.until:
        return set_key(text, place.path, "until", ruling.until.isoformat())
    return remove_key(text, place.path, "until")


def _change_id(opened: OpenedFolder, texts: dict[str, str], old: str, new: str) -> None:
    """Another id for a capability, here and wherever it is named."""
    _check_form(new, SLUG, "Choose another --id.")
    if new in _list_ids(opened):
        raise _refuse(new, "is the id of another rule already", "Choose another --id.")
    for file in list(texts):
        for path in _find_mentions(read_spans(texts[file]), old):
            with _explain_refusal(opened, file):
                texts[file] = set_value(texts[file], path, new)


def _list_ids(opened: OpenedFolder) -> set[str]:
    capabilities, screening = opened.book.capabilities, opened.book.screening
    return {rule.id for rule in capabilities} | {rule.id for rule in screening}


def _find_pin(texts: Mapping[str, str], names: Collection[str]) -> Place | None:
    """The pin of the first of these names that has one."""
    pins = {str(p.span.to_plain().get("issue")).upper(): p for p in _list_items(texts, "pins")}
    return next((pins[name.upper()] for name in names if name.upper() in pins), None)


def _tell_pin(pin: Mapping[str, Plain]) -> str:
    """What a pin says, whose word it is, and why."""
    said = pin.get("capability") or ("hide" if "hide" in pin else "hold")
    return f"{said}, which {pin.get('by')} said: {pin.get('reason')}"


def _find_mentions(book: Span, capability: str) -> Iterator[Path]:
    """Where an id stands: its own line, pins, and what other capabilities say of it."""
    for section, keys in (
        ("capabilities", ("id", "beats", "withdrawn")),
        ("pins", ("capability",)),
    ):
        pair = book.find_pair(section)
        for number, item in enumerate(pair.value.items if pair else ()):
            for key in keys:
                if inner := item.find_pair(key):
                    yield from _find_texts(inner.value, (section, number, key), capability)


def _find_texts(span: Span, path: Path, text: str) -> Iterator[Path]:
    if span.kind == "text" and span.text == text:
        yield path
    for number, item in enumerate(span.items):
        yield from _find_texts(item, (*path, number), text)
    for pair in span.pairs:
        if pair.key == "use":
            yield from _find_texts(pair.value, (*path, pair.key), text)


def _list_items(texts: Mapping[str, str], section: str) -> Iterator[Place]:
    for file, text in sorted(texts.items()):
        pair = read_spans(text).find_pair(section) if section in text else None
        for number, item in enumerate(pair.value.items if pair else ()):
            if item.kind == "block":
                yield Place(file, (section, number), item)


def _check_form(text: str, kind: Kind, remedy: str) -> None:
    at = Position("")
    _, mistakes = kind.read(Scalar(at, at, text))
    if mistakes:
        raise _refuse(text, mistakes[0].what, remedy)


def _refuse(where: str, what: str, remedy: str) -> UsageError:
    return UsageError(Problem(where, what, remedy))


@contextmanager
def _explain_refusal(opened: OpenedFolder, file: str) -> Iterator[None]:
    """What cannot be edited in place is a person's to edit."""
    try:
        yield
    except CannotEditError as error:
        what = f"cannot be edited without touching other lines: {error}; nothing was written"
        raise _refuse(str(opened.folder / file), what, "Edit it by hand.") from None
