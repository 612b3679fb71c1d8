"""The words of rule book files: ids, keys, days, yes and no; everything is text at first."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from translators.promises.linter import lint_text

_LIKE_A_KEY = re.compile(r"[a-z][a-z0-9]*-[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_OR_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


def _no_key(text: str) -> str:
    if _LIKE_A_KEY.fullmatch(text):
        raise ValueError(f"{text!r} reads like an issue key, which sales must never see")
    return text


def check_promises_nothing(code: str) -> str:
    """A code that sales can read: it passes the linter as its words do."""
    offences = lint_text(_no_key(code).replace("-", " "))
    if offences:
        raise ValueError(f"{code!r} says {offences[0].span!r}: {offences[0].what}")
    return code


def _day(text: str) -> str:
    if not _DAY.fullmatch(text) or not _is_in_calendar(text):
        raise ValueError('must be a date such as "2027-03-31"')
    return text


def _month_or_day(text: str) -> str:
    if not _MONTH_OR_DAY.fullmatch(text) or not _is_in_calendar(f"{text}-01"[:10]):
        raise ValueError('must be a month or a date, such as "2026-03"')
    return text


def _is_in_calendar(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


SLUG = r"^[a-z][a-z0-9-]{1,62}$"
Slug = Annotated[str, StringConstraints(pattern=SLUG), AfterValidator(_no_key)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*-[0-9]+$")]
Day = Annotated[str, AfterValidator(_day)]
MonthOrDay = Annotated[str, AfterValidator(_month_or_day)]
Written = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Owner = str
Whole = Annotated[int, Field(ge=0, le=1_000_000)]


def _yes_no(value: Any) -> Any:
    return {"true": True, "false": False, "yes": True, "no": False}.get(value, value)


YesNo = Annotated[bool, BeforeValidator(_yes_no)]


def texts(value: Any) -> Any:
    """One text is a list of one."""
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[Written], BeforeValidator(texts)]


class Shape(BaseModel):
    """Nothing but the keys named here."""

    model_config = ConfigDict(extra="forbid")
