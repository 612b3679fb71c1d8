"""Invents answers that no Jira should give: one thing wrong, in some place that a reply has."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from sync.sample.protocol.exchange import Delivery, Reply, Request
from tests.hostile.inventions import INVENTIONS

CALLS = (
    "/serverInfo",
    "/myself",
    "/field",
    "/issuetype",
    "/project",
    "/board",
    "/configuration",
    "/status",
    "/rest/",
)
CLOUD = (
    "/search/jql for ids",
    "/search/jql for ids",
    "/search/jql for issues",
    "/search/approximate-count",
    "/issue/bulkfetch",
    "/issue/bulkfetch",
    "/issue/bulkfetch",
    "/changelog/bulkfetch",
    "/changelog/bulkfetch",
)
DATA_CENTER = (
    "/search for ids",
    "/search for ids",
    "/search for a count",
    "/search for issues",
    "/search for issues",
    "/search for issues",
    "/search for histories",
    "/search for histories",
)
"""Where a run asks: of both, of Cloud and of Data Center, and more often where more can be said."""
Answer = Callable[[Request], Reply]


@dataclass
class Hostility:
    """One way to answer wrongly, told by `name`; `path` names the requests, `turns` which of them.

    `spoil` makes the wrong reply of the good one. `delivery` breaks it on its way.
    """

    name: str
    path: str
    turns: range
    spoil: Callable[[Reply, Request], Reply]
    delivery: Delivery | None = None
    seen: int = 0

    def answer(self, good: Answer, request: Request) -> Reply:
        """The reply to a request, spoilt if it is its turn."""
        if not self.is_meant(request):
            return good(request)
        return self.spoil(good(request), request)

    @property
    def struck(self) -> bool:
        """Whether it has had a turn."""
        return self.seen >= self.turns.start

    def is_meant(self, request: Request) -> bool:
        """Whether it is the turn of this request. Asking counts."""
        if self.path not in name_call(request):
            return False
        self.seen += 1
        return self.seen in self.turns


def invent(seed: int, *, is_cloud: bool) -> Hostility:
    """The hostility of a seed, always the same, at a place where this kind of Jira is asked."""
    dice = random.Random(seed)
    path = dice.choice((*CALLS, *(CLOUD if is_cloud else DATA_CENTER)))
    start = dice.choice((1, 1, 1, 2))
    turns = range(start, dice.choice((start + 1, 1_000_000)))
    kind, invention = dice.choice(INVENTIONS)
    name, spoil, delivery = invention(dice)
    return Hostility(f"{seed}: {kind} {name} at {path}", path, turns, spoil, delivery)


def name_call(request: Request) -> str:
    """The path of a request and, of a search, what it is for."""
    if request.method != "POST" or not request.path.endswith(("/search", "/search/jql")):
        return request.path
    asked = request.document()
    if "changelog" in asked.get("expand", ()):
        return f"{request.path} for histories"
    if asked.get("maxResults") == 0:
        return f"{request.path} for a count"
    if asked.get("fields") == ["id"]:
        return f"{request.path} for ids"
    return f"{request.path} for issues"
