"""Lets code without an event loop ask Jira over one connection."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from sync.jira.client.http import JiraClient
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site

T = TypeVar("T")


class BlockingJiraClient:
    """A client and the event loop it lives on, for one thread: no other is ever started.

    The connection stays open between two calls of `run`.
    """

    def __init__(self, site: Site, retry_policy: RetryPolicy) -> None:
        self.site = site
        self.retry_policy = retry_policy
        self.client = JiraClient(site, retry_policy)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._runner:
            self.run(self.client.__aexit__())

    def run(self, question: Coroutine[Any, Any, T]) -> T:
        """What comes of a coroutine that asks with `client`. Not from within an event loop."""
        return self._runner.run(question)

    def ask_json(self, path: str, what: str) -> bytes:
        """The JSON that a question is answered with; errors as of JiraClient.ask."""
        return self.run(self.client.ask_json(path, what))
