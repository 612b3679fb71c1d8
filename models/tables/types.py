"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

_TEXT_LENGTH = 27


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC: timestamptz, or fixed-width ISO text ending in Z on SQLite.

    The text sorts as time does and SQLite's own date functions read it. A naive datetime is
    refused: nobody could say what it means.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """timestamptz where there is one, else text of fixed width."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(_TEXT_LENGTH))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse what is naive; store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone cannot be stored: {value}")
        moment = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
        return moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        moment: datetime = value.astimezone(UTC)
        return moment


class Exact(TypeDecorator[Fraction]):
    """An exact fraction as text: 3/2, or 5."""

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        """As numerator/denominator."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        """Exactly what was stored."""
        return None if value is None else _parse_fraction(value)


@lru_cache(10_000)
def _parse_fraction(text: str) -> Fraction:
    """The same few sizes come again and again; to read one costs more than to find it."""
    return Fraction(text)


class Json(TypeDecorator[Any]):
    """A small value as canonical JSON text, the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Sorted keys, no spaces: equal values are equal text."""
        return None if value is None else msgspec.json.encode(value, order="sorted").decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Plain lists, dicts, strings and numbers."""
        return None if value is None else msgspec.json.decode(value)


class database_now(FunctionElement[datetime]):  # noqa: N801 - reads as an SQL function
    """The database's own clock, at this very moment; ours may be wrong or paused."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(database_now, "postgresql")
def _now_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return "clock_timestamp()"


@compiles(database_now, "sqlite")
def _now_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
