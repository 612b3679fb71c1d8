"""What may stand in a rule book file, section by section, as pydantic sees it."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, StringConstraints, model_validator

from sync.rulebook.scalars import (
    SLUG,
    Day,
    Key,
    MonthOrDay,
    Owner,
    Shape,
    Slug,
    Texts,
    Whole,
    Written,
    YesNo,
    check_promises_nothing,
    texts,
)
from sync.rulebook.schema_effort import Effort


def _example(value: Any) -> Any:
    texts = value.values() if isinstance(value, dict) and value else [value]
    for text in texts:
        several = text if isinstance(text, list) and value is not text else [text]
        if not all(isinstance(one, str) for one in several):
            raise ValueError("must be an issue key, or fields such as {summary: some words}")
    return value


Sample = Annotated[Any, BeforeValidator(_example)]
Samples = Annotated[list[Sample], BeforeValidator(texts)]
Block = Any
"""A condition; sync.rulebook.conditions reads it, with mistakes of its own."""


class Tests(Shape):
    match: Samples = []
    no_match: Samples = []


class Screening(Shape):
    id: Slug
    reason: Annotated[str, StringConstraints(max_length=60)] | None = None
    owner: Owner | None = None
    then: Literal["hide", "hold", "hold_unclaimed"] = "hide"
    when: Block | None = None
    unless: Block | None = None
    tests: Tests = Tests()
    expect: Literal["rare"] | None = None
    off: YesNo = False

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.when is None and not self.off:
            raise ValueError("'when' is missing")
        return self


class Available(Shape):
    state: Literal["all", "part", "none"]
    by: Written
    since: MonthOrDay | None = None


class Withdrawn(Shape):
    reason: Literal["merged", "not_for_sale", "mistake"]
    use: Slug | None = None

    @model_validator(mode="after")
    def _says_with_what(self) -> Self:
        if self.reason == "merged" and self.use is None:
            raise ValueError("'use' is missing: the id that 'merged' leads to")
        return self


class Capability(Shape):
    id: Slug
    name: Annotated[Written, StringConstraints(max_length=80)]
    area: Annotated[Written, StringConstraints(max_length=60)]
    summary: Annotated[Written, StringConstraints(max_length=400)]
    owner: Owner | None = None
    aliases: Annotated[
        list[Annotated[Written, StringConstraints(max_length=80)]], BeforeValidator(texts)
    ] = []
    when: Block | None = None
    beats: Annotated[list[Slug], BeforeValidator(texts)] = []
    draft: YesNo = False
    available: Available | None = None
    effort: Literal["withhold"] | None = None
    withdrawn: Withdrawn | None = None
    redact: YesNo = False
    today: Annotated[Written, StringConstraints(max_length=255)] | None = None
    today_by: Literal["product", "configuration", "none"] | None = None
    tests: Tests = Tests()
    expect: Literal["rare"] | None = None


class Pin(Shape):
    issue: Key
    capability: Slug | None = None
    hide: YesNo | None = None
    hold: YesNo | None = None
    reason: Written
    by: Written
    until: Day | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if [bool(self.capability), bool(self.hide), bool(self.hold)].count(True) != 1:
            raise ValueError("a pin says one of `capability: ID`, `hide: true`, `hold: true`")
        return self


class Word(Shape):
    label: Annotated[Written, StringConstraints(max_length=60)]
    meaning: Annotated[Written, StringConstraints(max_length=1000)]


class Paragraph(Word):
    code: Annotated[
        str,
        StringConstraints(pattern=SLUG, max_length=40),
        AfterValidator(check_promises_nothing),
    ]


def _told_once(guide: list[Paragraph]) -> list[Paragraph]:
    codes = [paragraph.code for paragraph in guide]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValueError(f"{twice[0]!r} stands here twice; rename one of them")
    return guide


class Wording(Shape):
    states: dict[str, Word] = {}
    effort: dict[str, Word] = {}
    guide: Annotated[list[Paragraph], AfterValidator(_told_once)] = []
    asked_when: Word | None = None


class Limits(Shape):
    lost_capabilities: Whole = 2
    lost_capabilities_percent: Whole = 10
    level_jumps: Whole = 3
    level_jumps_percent: Whole = 15
    undecided_percent: Whole = 5


SECTIONS: dict[str, Any] = {
    "screening": list[Screening],
    "capabilities": list[Capability],
    "pins": list[Pin],
    "effort": Effort,
    "wording": Wording,
    "guards": Limits,
    "patterns_allowed": Texts,
    "version": Literal["1"],
}
"""What each section of a file must look like."""
