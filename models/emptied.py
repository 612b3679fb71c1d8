"""Fields that came empty in many issues at once: in doubt until a person has looked."""

from msgspec import Struct


class Emptied(Struct, frozen=True, kw_only=True):
    """A field that was filled in `had` issues of one project and type, and came empty in `lost`.

    Of these `unedited` were not edited since, as far as Jira tells.
    """

    field: str
    project: str
    type: str
    lost: int
    unedited: int
    had: int
