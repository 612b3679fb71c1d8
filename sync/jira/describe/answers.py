"""Jira's answers about itself as they come, as JSON: what is asked of them, and no more."""

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from sync.jira.client.errors import explain_strange_answer
from sync.jira.client.site import Site

T = TypeVar("T")

Number = Annotated[int, Meta(ge=0, lt=10**18)]
"""An id that a database can keep."""


class ServerInfo(Struct):
    """Server information; what calls itself a deployment of no type is no Jira."""

    baseUrl: Any = None  # noqa: N815 - Jira's own name; administrators write what they like
    deploymentType: str = ""  # noqa: N815
    version: str = ""
    serverTime: str = ""  # noqa: N815


class UserAnswer(Struct):
    accountId: str | None = None  # noqa: N815
    key: str | None = None
    name: str | None = None
    displayName: str | None = None  # noqa: N815


class ProjectAnswer(Struct):
    id: Number
    key: str
    name: str | None = None
    style: str | None = None


class ProjectPage(Struct):
    values: list[ProjectAnswer]
    total: int | None = None
    isLast: bool | None = None  # noqa: N815


class IssueTypeAnswer(Struct):
    id: str
    name: str | None = None
    subtask: bool = False
    hierarchyLevel: int | None = None  # noqa: N815


class IdAnswer(Struct):
    """Anything that has an id, and that alone is of interest."""

    id: Number


class FieldSchema(Struct):
    custom: str | None = None


class FieldScope(Struct):
    project: IdAnswer | None = None


class FieldAnswer(Struct):
    id: str
    name: str | None = None
    untranslatedName: str | None = None  # noqa: N815
    schema: FieldSchema | None = None
    scope: FieldScope | None = None


class EstimationField(Struct, frozen=True):
    fieldId: str | None = None  # noqa: N815


class Estimation(Struct):
    field: EstimationField = EstimationField()


class BoardConfiguration(Struct):
    """A board's configuration; a board that counts issues adds up no field."""

    estimation: Estimation | None = None


class BoardList(Struct):
    values: list[IdAnswer]


class Permission(Struct, frozen=True):
    havePermission: bool = False  # noqa: N815


class PermissionList(Struct):
    permissions: dict[str, Permission]


def decode_answer(site: Site, what: str, answer: bytes, kind: type[T]) -> T:
    """The answer as that kind, or IdentityError: whatever answered so is no Jira."""
    try:
        return msgspec.json.decode(answer, type=kind, strict=False)
    except msgspec.DecodeError:
        raise explain_strange_answer(site, what) from None
