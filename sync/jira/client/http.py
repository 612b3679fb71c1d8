"""Carries requests to Jira over httpx: one retry policy, every reply judged before it is believed.

The defaults of the library are not safe for a job nobody watches: it would read proxies from the
environment, wait for ever on a dripping reply, and unpack a bomb. None of that happens here.
"""

import asyncio
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import structlog

from models.errors import (
    HeadwayError,
    IdentityError,
    IncompleteWalkError,
    Problem,
)
from sync.jira.client.adaptive_limit import AdaptiveLimit
from sync.jira.client.errors import (
    check_login,
    check_markup,
    explain_refusal,
    explain_too_large,
    explain_unreachable,
    explain_wait,
)
from sync.jira.client.limits import LARGEST_REPLY, is_packed_once
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site

log = structlog.get_logger()

T = TypeVar("T")

AGAIN = frozenset({429, 500, 502, 503, 504})
OVERLOADED = frozenset({429, 503})
LONGEST_PAUSE = 10.0
"""Seconds; a Data Center that wants us slower than this says so with 429."""


class _Again(Exception):
    """A failure that the same request may get over; carries what to say if it does not."""

    def __init__(self, error: HeadwayError, hint: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.hint = hint


class JiraClient:
    """An open connection to one site. `requests` and `retries` count what was sent.

    `account`, once set, is who every reply must be for, where Jira says who it is for. `stop` is
    looked at before each request and during each wait.
    """

    def __init__(self, site: Site, retry_policy: RetryPolicy, stop: threading.Event) -> None:
        self.site = site
        self.retry_policy = replace(retry_policy, stop=stop)
        self.account: str | None = None
        self.requests = 0
        self.retries = 0
        self.adaptive_limit = AdaptiveLimit(self.retry_policy)
        self._origin = urlsplit(site.base)[:2]
        self._client = httpx.AsyncClient(
            auth=(site.email or "", site.token) if site.speaks_cloud else None,
            headers=_headers(site),
            verify=ssl.create_default_context(cafile=site.ca_file) if site.ca_file else True,
            timeout=httpx.Timeout(connect=5, read=30, write=10, pool=30),
            limits=httpx.Limits(
                max_connections=self.adaptive_limit.most,
                max_keepalive_connections=self.adaptive_limit.most,
            ),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> "JiraClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    @property
    def is_spent(self) -> bool:
        """Whether so much was asked again that the site must be taken for down."""
        return self.retry_policy.is_spent(self.requests, self.retries)

    async def post(
        self,
        path: str,
        body: dict[str, Any],
        what: str,
        read: Callable[[bytes], T],
        attempts: int | None = None,
    ) -> T:
        """Send one search and hand the reply's bytes to `read`; `what` names it in messages.

        A reply that `read` cannot make sense of (IncompleteWalkError) is asked for again.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                async with self.adaptive_limit:
                    found = read(await self._once(path, body, what))
            except IncompleteWalkError as error:
                failure = _Again(error)
            except _Again as again:
                failure = again
            else:
                self.adaptive_limit.answered()
                return found
            if failure.hint is not None and not self.retry_policy.bears(failure.hint):
                raise explain_wait(self.site, failure.hint)
            if attempt >= (attempts or self.retry_policy.attempts) or self.is_spent:
                raise failure.error
            self.retries += 1
            log.debug("jira.asked-again", path=path, attempt=attempt, why=str(failure))
            await self.retry_policy.sleep(self.retry_policy.wait(attempt, failure.hint))

    async def _once(self, path: str, body: dict[str, Any], what: str) -> bytes:
        url = f"{self.site.base}{path}"
        if urlsplit(url)[:2] != self._origin:
            raise IdentityError(Problem(self.site.where, "would send us to another host"))
        self.retry_policy.check_not_stopped()
        self.requests += 1
        try:
            async with asyncio.timeout(self.retry_policy.deadline):
                async with self._client.stream("POST", url, json=body) as reply:
                    content = await _bounded(self.site, reply)
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise _Again(explain_unreachable(self.site, error)) from None
        log.debug("jira.answered", path=path, status=reply.status_code, bytes=len(content))
        check_login(self.site, reply.status_code, reply.headers, self.account)
        hint = parse_retry_after(reply.headers)
        self._keep_pace(reply, hint)
        if reply.status_code in AGAIN:
            raise _Again(explain_refusal(self.site, reply.status_code, what), hint)
        if reply.status_code == 400:
            raise BadRequest(content)
        if reply.status_code != 200:
            raise explain_refusal(self.site, reply.status_code, what)
        check_markup(self.site, content)
        return content

    def _keep_pace(self, reply: httpx.Response, hint: float | None) -> None:
        """Slow down where Jira says so, before it has to refuse."""
        if reply.status_code in OVERLOADED:
            self.adaptive_limit.pushed_back()
            self.adaptive_limit.pause(self.retry_policy.minimum(hint))
        elif reply.headers.get("x-ratelimit-nearlimit", "").lower() == "true":
            self.adaptive_limit.pushed_back()
        elif (pause := _refill(reply.headers)) is not None:
            self.adaptive_limit.pause(min(pause, LONGEST_PAUSE, self.retry_policy.longest_wait))


class BadRequest(Exception):
    """Jira does not accept a query; `body` says why, in its own words."""

    def __init__(self, body: bytes) -> None:
        super().__init__("400")
        self.body = body


async def _bounded(site: Site, reply: httpx.Response) -> bytes:
    """The decoded body, given up on as soon as it grows past all sense."""
    chunks, size = [], 0
    if not is_packed_once(reply.headers):
        raise explain_too_large(site)
    async for chunk in reply.aiter_bytes():
        size += len(chunk)
        if size > LARGEST_REPLY:
            raise explain_too_large(site)
        chunks.append(chunk)
    return b"".join(chunks)


def _headers(site: Site) -> dict[str, str]:
    headers = {"Accept": "application/json", "User-Agent": "headway"}
    if not site.speaks_cloud:
        headers["Authorization"] = f"Bearer {site.token}"
    return headers


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Retry-After as seconds, given as such or as a date; None if it is neither.

    A date is compared with the reply's own: our clock may be another.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    moment, now = _date(value), _date(headers.get("date", ""))
    return max(0.0, (moment - now).total_seconds()) if moment and now else None


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _refill(headers: Mapping[str, str]) -> float | None:
    """Seconds until a Data Center's empty token bucket holds a token again; None if it is not."""
    try:
        if float(headers["x-ratelimit-remaining"]) > 0:
            return None
        interval = float(headers["x-ratelimit-interval-seconds"])
        return interval / float(headers["x-ratelimit-fillrate"])
    except (KeyError, ValueError, ZeroDivisionError):
        return None
