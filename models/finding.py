"""What a run noticed and a person should know, without stopping for it."""

from msgspec import Struct


class Finding(Struct, frozen=True, order=True):
    """One remark about the data or the rules: a stable code, where, and one sentence."""

    code: str
    where: str
    what: str
