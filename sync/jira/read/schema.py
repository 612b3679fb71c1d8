"""Jira's JSON as it comes over the wire: typed where Jira is reliable; unknown keys are ignored."""

from typing import Annotated

from msgspec import Meta, Raw, Struct


class IssueError(Struct):
    """An issue that could not be put into a reply; asked for again it may be."""

    id: str


MOST_COUNTED = 10**12
"""Issues; what says that there are more is no count."""


class Page(Struct):
    """One page of a search in either protocol, or of issues asked for by id."""

    issues: list[Raw] | None = None
    issueErrors: list[IssueError] | None = None  # noqa: N815
    nextPageToken: str | None = None  # noqa: N815 - Jira's own name
    isLast: bool | None = None  # noqa: N815
    maxResults: int | None = None  # noqa: N815
    total: int | None = None
    warnings: Raw = Raw(b"null")
    warningMessages: Raw = Raw(b"null")  # noqa: N815

    @property
    def remarks(self) -> tuple[Raw, Raw]:
        """What Jira remarks on the page, in either protocol."""
        return self.warnings, self.warningMessages


class IdOnly(Struct):
    id: str


class PageOfIds(Struct):
    """A page of which each row has an id."""

    issues: list[IdOnly] | None = None


class Count(Struct):
    """About how many issues match a query."""

    count: Annotated[int, Meta(ge=0, le=MOST_COUNTED)]


class Named(Struct):
    """A resolution, component or security level."""

    name: str | None = None


class RawIssueType(Struct):
    """An issue type; only Cloud tells its level."""

    id: str
    name: str = ""
    subtask: bool = False
    hierarchyLevel: int | None = None  # noqa: N815


class RawProject(Struct):
    id: str
    key: str


class RawCategory(Struct):
    """A status category; its key alone is reliable."""

    key: str = "undefined"


class RawStatus(Struct):
    name: str
    statusCategory: RawCategory | None = None  # noqa: N815


class RawParent(Struct):
    id: str | None = None
    key: str | None = None


class RawVersion(Struct):
    name: str
    released: bool = False


class RawUser(Struct):
    """A user; Cloud knows the account id alone."""

    accountId: str | None = None  # noqa: N815
    key: str | None = None
    name: str | None = None


class SystemFields(Struct):
    """The fields every Jira has. Without the first five there is no issue.

    Those that are raw are optional, and unknown where they cannot be read.
    """

    summary: str | None
    issuetype: RawIssueType
    project: RawProject
    status: RawStatus
    updated: str
    parent: RawParent | None = None
    resolution: Named | None = None
    resolutiondate: Raw = Raw(b"null")
    statuscategorychangedate: Raw = Raw(b"null")
    security: Named | None = None
    labels: list[str] | None = None
    components: list[Named] | None = None
    fixVersions: list[RawVersion] | None = None  # noqa: N815
    assignee: RawUser | None = None
    timespent: Raw = Raw(b"null")


class RawIssue(Struct):
    """An issue, its fields still to be decoded."""

    id: str
    key: str
    fields: Raw


class DescriptionFields(Struct):
    description: Raw = Raw(b"null")
    security: Raw = Raw(b"null")


class DescriptionRow(Struct):
    id: str
    fields: DescriptionFields


class KeyOnly(Struct):
    key: str


class DatedFields(Struct):
    updated: str


class DatedRow(Struct):
    id: str
    fields: DatedFields
