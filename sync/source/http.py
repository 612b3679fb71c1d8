"""Carries requests to Jira over httpx: one retry policy, every reply judged before it is believed.

The defaults of the library are not safe for a job nobody watches: it would read proxies from the
environment, wait for ever on a dripping reply, and unpack a bomb. None of that happens here.
"""

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from models.errors import HeadwayError, IdentityError, IncompleteWalkError, Problem
from sync.source.patience import Patience
from sync.source.refusals import check_login, check_markup, refusal, unreachable
from sync.source.site import Site

LARGEST_REPLY = 32 * 1024 * 1024
AGAIN = frozenset({429, 500, 502, 503, 504})


class _Again(Exception):
    """A failure that the same request may get over; carries what to say if it does not."""

    def __init__(self, error: HeadwayError, hint: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.hint = hint


class Carrier:
    """An open connection to one site. `requests` and `retries` count what was sent.

    `account`, once set, is who every reply must be for, where Jira says who it is for.
    """

    def __init__(self, site: Site, patience: Patience) -> None:
        self.site = site
        self.patience = patience
        self.account: str | None = None
        self.requests = 0
        self.retries = 0
        self._origin = urlsplit(site.base)[:2]
        self._client = httpx.AsyncClient(
            auth=(site.email or "", site.token) if site.speaks_cloud else None,
            headers=_headers(site),
            verify=ssl.create_default_context(cafile=site.ca_file) if site.ca_file else True,
            timeout=httpx.Timeout(connect=5, read=30, write=10, pool=30),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=8),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> "Carrier":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def post(
        self, path: str, body: dict[str, Any], what: str, read: Callable[[bytes], Any]
    ) -> Any:
        """Send one search and hand the reply's bytes to `read`; `what` names it in messages.

        A reply that `read` cannot make sense of (IncompleteWalkError) is asked for again.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                return read(await self._once(path, body, what))
            except IncompleteWalkError as error:
                failure = _Again(error)
            except _Again as again:
                failure = again
            if attempt >= self.patience.attempts:
                raise failure.error
            self.retries += 1
            await asyncio.sleep(self.patience.wait(attempt, failure.hint))

    async def _once(self, path: str, body: dict[str, Any], what: str) -> bytes:
        url = f"{self.site.base}{path}"
        if urlsplit(url)[:2] != self._origin:
            raise IdentityError(Problem(self.site.where, "would send us to another host"))
        self.requests += 1
        try:
            async with asyncio.timeout(self.patience.deadline):
                async with self._client.stream("POST", url, json=body) as reply:
                    content = await _bounded(self.site, reply)
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise _Again(unreachable(self.site, error)) from None
        check_login(self.site, reply.status_code, reply.headers, self.account)
        if reply.status_code in AGAIN:
            raise _Again(refusal(self.site, reply.status_code, what), _hint(reply))
        if reply.status_code == 400:
            raise BadRequest(content)
        if reply.status_code != 200:
            raise refusal(self.site, reply.status_code, what)
        check_markup(self.site, content)
        return content


class BadRequest(Exception):
    """Jira does not accept a query; `body` says why, in its own words."""

    def __init__(self, body: bytes) -> None:
        super().__init__("400")
        self.body = body


async def _bounded(site: Site, reply: httpx.Response) -> bytes:
    """The decoded body, given up on as soon as it grows past all sense."""
    chunks, size = [], 0
    async for chunk in reply.aiter_bytes():
        size += len(chunk)
        if size > LARGEST_REPLY:
            what = f"sent a reply of more than {LARGEST_REPLY // 2**20} MiB"
            raise IncompleteWalkError(Problem(site.where, what, "Please report this."))
        chunks.append(chunk)
    return b"".join(chunks)


def _headers(site: Site) -> dict[str, str]:
    headers = {"Accept": "application/json", "User-Agent": "headway"}
    if not site.speaks_cloud:
        headers["Authorization"] = f"Bearer {site.token}"
    return headers


def _hint(reply: httpx.Response) -> float | None:
    """Retry-After as seconds, given as such or as a date; None if it is neither."""
    value = reply.headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
