"""How constraints are named, so that migrations find them again on every database."""

from collections.abc import Iterable

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def one_of(column: str, codes: Iterable[str], optional: bool = False) -> str:
    """A CHECK condition for a closed set of codes (an enum)."""
    listed = ", ".join(f"'{code}'" for code in codes)
    condition = f"{column} IN ({listed})"
    return f"{column} IS NULL OR {condition}" if optional else condition


def no_address(*columns: str) -> str:
    """A CHECK condition for columns that must not hold the address of anything."""
    return " AND ".join(f"{column} NOT LIKE '%://%'" for column in columns)
