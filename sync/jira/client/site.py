"""The Jira to read: one value from which every connection to it is built."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Site:
    """One Jira under a stable name of ours. `api_url` is where scoped tokens work.

    `proxy` is an address that everything goes through, and may hold a password. `read_token` gives
    the token of now, where it may be exchanged meanwhile.
    """

    name: str
    url: str
    token: str = field(repr=False)
    read_token: Callable[[], str] | None = field(default=None, repr=False, compare=False)
    email: str | None = None
    api_url: str | None = None
    ca_file: str | None = None
    proxy: str | None = field(default=None, repr=False)
    projects: tuple[str, ...] = ()
    deployment: str = "auto"

    @property
    def base(self) -> str:
        """The address that answers /rest, context path included, without a slash at its end."""
        return (self.api_url or self.url).rstrip("/")

    @property
    def api(self) -> str:
        """The path below which the site's own questions are asked."""
        return f"/rest/api/{3 if self.speaks_cloud else 2}"

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody in particular asks."""
        return not self.token

    def without_login(self) -> Self:
        """The same site, asked by nobody in particular."""
        return replace(self, token="", read_token=None, email=None, deployment="datacenter")

    def find_token(self) -> str:
        """The token to ask with now."""
        return self.read_token() if self.read_token else self.token

    @property
    def speaks_cloud(self) -> bool:
        """Whether the settings describe a Cloud site: said so, or an e-mail with the token."""
        if self.deployment == "auto":
            return self.email is not None
        return self.deployment == "cloud"

    @property
    def where(self) -> str:
        """The host, for messages."""
        return urlsplit(self.base).netloc
