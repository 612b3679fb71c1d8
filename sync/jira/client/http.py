"""Asks Jira, over httpx: the one loop that tries again, and the one judge of replies.

The walk asks here, and the `jira` package through an adapter. The library's defaults are not for
a job nobody watches: it would read proxies from the environment, wait for ever and unpack bombs.
"""

import asyncio
import base64
import ssl
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from http import HTTPStatus
from importlib.util import find_spec
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import certifi
import httpx
import msgspec
import structlog

from models.errors import IdentityError, IncompleteWalkError, Problem
from sync.jira.client.adaptive_limit import AdaptiveLimit
from sync.jira.client.body import BodyReader
from sync.jira.client.errors import (
    check_login,
    check_markup,
    explain_excess,
    explain_refusal,
    explain_strange_answer,
    explain_unreachable,
    explain_wait,
)
from sync.jira.client.mend import mend_reply
from sync.jira.client.rate_headers import is_near_limit, parse_refill_pause, parse_retry_after
from sync.jira.client.retry import RetryableError, RetryPolicy
from sync.jira.client.site import Site
from sync.jira.client.tls import build_tls_context

log = structlog.get_logger()

T = TypeVar("T")

WORTH_RETRYING = frozenset({429, 500, 502, 503, 504})
OVERLOADED = frozenset({429, 503})
LONGEST_PAUSE = 10.0
"""Seconds; a Data Center that wants us slower than this says so with 429."""
HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "Cache-Control": "no-cache",
    "User-Agent": "headway",
}
_skip_json = msgspec.json.Decoder(msgspec.Raw)

if find_spec("sniffio") is None:
    # httpcore looks for it with every lock, five times a request: known to be missing, it is
    # missed at once, where a search of the path takes 0.15 ms.
    sys.modules["sniffio"] = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Question:
    """One request. `path` may carry a query; `what` names it in messages.

    One with a body is a search, sent as JSON: Jira may refuse it, which is a BadRequest.
    """

    path: str
    what: str
    body: dict[str, Any] | None = None

    @property
    def method(self) -> str:
        """GET, or POST where there is a body."""
        return "GET" if self.body is None else "POST"


class BadRequest(Exception):
    """Jira does not accept a search; `body` says why, in its own words."""

    def __init__(self, body: bytes) -> None:
        super().__init__("400")
        self.body = body


class JiraClient:
    """An open connection to one site. `sent`, by method, and `retries` count its requests.

    `account`, once set, is who every reply must be for, where Jira says who it is for. The
    policy's `stop` is looked at before each request and during each wait.
    """

    def __init__(self, site: Site, retry_policy: RetryPolicy) -> None:
        self.site = site
        self.retry_policy = retry_policy
        self.account: str | None = None
        self.sent: Counter[str] = Counter()
        self.retries = 0
        self.adaptive_limit = AdaptiveLimit(retry_policy)
        self._bodies = BodyReader(site, retry_policy.limits)
        self._origin = urlsplit(site.base)[:2]
        self._client = httpx.AsyncClient(
            headers=HEADERS,
            verify=_build_tls_context(site, site.base),
            proxy=_build_proxy(site),
            timeout=httpx.Timeout(connect=5, read=30, write=10, pool=30),
            limits=httpx.Limits(
                max_connections=self.adaptive_limit.most,
                max_keepalive_connections=self.adaptive_limit.most,
            ),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    @property
    def is_spent(self) -> bool:
        """Whether so much was asked again, or used up, that the site must be taken for down."""
        is_spent = self.retry_policy.is_spent(self.sent.total(), self.retries)
        return is_spent or self.retry_policy.limits.find_excess() is not None

    async def ask(
        self, question: Question, read: Callable[[bytes], T], attempts: int | None = None
    ) -> T:
        """Ask one question, as often as the policy allows, and hand the reply's bytes to `read`.

        A reply that `read` cannot make sense of (IncompleteWalkError, RetryableError) is asked
        for again. Raises BadRequest, TryLaterError or RefusedError.
        """
        attempt = 0
        seconds = self.retry_policy.limits.longest_question
        while True:
            attempt += 1
            try:
                answer = await self._ask_once(question, read, seconds)
            except RetryableError as error:
                failure = error.forget_frames()
            else:
                self.adaptive_limit.raise_limit()
                return answer
            seconds -= failure.seconds
            if not self.retry_policy.accepts(failure.hint):
                raise explain_wait(self.site, failure.hint or 0.0)
            is_last = attempt >= (attempts or self.retry_policy.attempts)
            if is_last or seconds <= 0 or self.is_spent:
                raise failure.error
            self.retries += 1
            self.retry_policy.limits.retries += 1
            log.debug("jira.asked-again", path=question.path, attempt=attempt, why=str(failure))
            await self.retry_policy.sleep(self.retry_policy.choose_wait(attempt, failure.hint))

    async def ask_json(self, path: str, what: str) -> bytes:
        """The JSON that a question is answered with, to be decoded; asked again where it broke."""

        def read(content: bytes) -> bytes:
            try:
                _skip_json.decode(content)
            except msgspec.DecodeError:
                raise RetryableError(explain_strange_answer(self.site, what)) from None
            return content

        return await self.ask(Question(path, what), read)

    async def _ask_once(self, question: Question, read: Callable[[bytes], T], seconds: float) -> T:
        """The answer, within so many seconds; those that brought none are counted as lost."""
        async with self.adaptive_limit, AsyncExitStack() as held:
            began = time.monotonic()
            try:
                return _read(await self._send(question, seconds, held), read)
            except RetryableError as error:
                error.seconds = time.monotonic() - began
                self.retry_policy.limits.lost += error.seconds
                raise

    async def _send(self, question: Question, seconds: float, held: AsyncExitStack) -> bytes:
        url = f"{self.site.base}{question.path}"
        path = urlsplit(url).path
        if urlsplit(url)[:2] != self._origin:
            raise IdentityError(Problem(self.site.where, "would send us to another host"))
        self.retry_policy.check_not_stopped()
        if excess := self.retry_policy.limits.find_excess():
            raise explain_excess(self.site, question.what, excess)
        self.sent[question.method] += 1
        self.retry_policy.limits.requests += 1
        token = self.site.find_token()
        login = _build_login(self.site, token)
        try:
            async with (
                asyncio.timeout(min(seconds, self.retry_policy.deadline)) as deadline,
                self._client.stream(
                    question.method, url, json=question.body, headers=login
                ) as reply,
            ):
                content = await self._bodies.read(reply, deadline, held)
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            failure = explain_unreachable(self.site, error, question.what)
            raise RetryableError(failure) from None
        log.debug("jira.answered", path=path, status=reply.status_code, bytes=len(content))
        try:
            self._check_reply(question, reply, content)
        except IdentityError as error:
            if self.site.find_token() == token:
                raise
            raise RetryableError(error) from None
        return mend_reply(content)

    def _check_reply(self, question: Question, reply: httpx.Response, content: bytes) -> None:
        """Raise whatever a reply is instead of an answer, and slow down where Jira says so."""
        if not self.site.is_anonymous:
            check_login(self.site, reply.status_code, reply.headers, self.account)
        hint = parse_retry_after(reply.headers)
        self._keep_pace(reply, hint)
        if reply.status_code == HTTPStatus.BAD_REQUEST and question.body is not None:
            raise BadRequest(content)
        if reply.status_code != HTTPStatus.OK:
            refusal = explain_refusal(self.site, reply.status_code, question.what)
            if reply.status_code in WORTH_RETRYING:
                raise RetryableError(refusal, hint)
            raise refusal
        check_markup(self.site, content)

    def _keep_pace(self, reply: httpx.Response, hint: float | None) -> None:
        if reply.status_code in OVERLOADED:
            self.adaptive_limit.halve_limit()
            self.adaptive_limit.pause(self.retry_policy.limit_hint(hint))
        elif is_near_limit(reply.headers):
            self.adaptive_limit.halve_limit()
        elif (pause := parse_refill_pause(reply.headers)) is not None:
            self.adaptive_limit.pause(min(pause, LONGEST_PAUSE, self.retry_policy.longest_wait))


def _read(content: bytes, read: Callable[[bytes], T]) -> T:
    try:
        return read(content)
    except IncompleteWalkError as error:
        raise RetryableError(error) from None


def _build_login(site: Site, token: str) -> dict[str, str]:
    """The header that says who asks; none where that is nobody."""
    if site.speaks_cloud:
        login = base64.b64encode(f"{site.email or ''}:{token}".encode()).decode()
        return {"Authorization": f"Basic {login}"}
    return {} if site.is_anonymous else {"Authorization": f"Bearer {token}"}


def _build_proxy(site: Site) -> httpx.Proxy | None:
    if not site.proxy or site.proxy.startswith("http:"):
        return httpx.Proxy(site.proxy) if site.proxy else None
    return httpx.Proxy(site.proxy, ssl_context=_build_tls_context(site, site.proxy))


def _build_tls_context(site: Site, address: str) -> ssl.SSLContext:
    """Whom to trust. Authorities take 40 ms to load, so an address without TLS gets none at all."""
    if urlsplit(address).scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return build_tls_context(site.ca_file or certifi.where())
    except OSError as error:
        raise explain_unreachable(site, error, "anything") from None
