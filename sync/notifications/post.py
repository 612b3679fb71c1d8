"""Sends one message to a receiver, and says in plain words what kept it from being taken.

A receiver is as little trusted as any other answer: it is sent nowhere else by a redirect, its
reply is not read, and however slowly it speaks, it is left when the time is over.
"""

import asyncio
import math
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

import certifi
import httpx
from msgspec import Struct

from sync.jira.client.rate_headers import parse_retry_after
from sync.jira.client.tls import build_tls_context

GONE = 410
_REFUSALS = range(400, 500)
_LATER = (408, 425, 429)
_REDIRECTS = range(300, 400)


class Receiver(Struct, frozen=True):
    """Where to send to; `authority` is a file of certificates that is trusted beside the usual."""

    address: str
    authority: str | None = None


class Reply(Struct, frozen=True):
    """What came of sending: `fault` says why it was not taken, None where it was.

    `is_refused` says that this message was not liked, where another may be; `hint` is how many
    seconds the receiver asks us to wait.
    """

    fault: str | None = None
    status: int | None = None
    hint: float | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return self.fault is None

    @property
    def is_refused(self) -> bool:
        """Whether the receiver answers, and will have nothing of this message."""
        return self.status in _REFUSALS and self.status not in _LATER


def post(receiver: Receiver, content: bytes, headers: Mapping[str, str], seconds: float) -> Reply:
    """Send it once, within so many seconds. Raises nothing that a receiver can bring about."""
    return asyncio.run(_post(receiver, content, headers, seconds))


async def _post(
    receiver: Receiver, content: bytes, headers: Mapping[str, str], seconds: float
) -> Reply:
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(
                verify=_build_tls_context(receiver),
                timeout=seconds,
                follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream(
                "POST",
                receiver.address,
                content=content,
                headers={"User-Agent": "headway", "Accept-Encoding": "identity", **headers},
            ) as reply,
        ):
            return _read_reply(reply)
    except (TimeoutError, httpx.TimeoutException):
        return Reply(f"gave no answer within {seconds:g} seconds")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Reply(_explain(error))


def _read_reply(reply: httpx.Response) -> Reply:
    if reply.is_success:
        return Reply(status=reply.status_code)
    fault = f"answered {reply.status_code}"
    if reply.status_code in _REDIRECTS:
        fault += ", which sends us elsewhere: set the address that takes it"
    hint = parse_retry_after(reply.headers)
    is_sane = hint is not None and math.isfinite(hint)
    return Reply(fault, reply.status_code, hint if is_sane else None)


def _explain(error: BaseException) -> str:
    """Why nobody answered. What libraries say may repeat the address, which is a secret."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"shows a certificate that is not trusted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return "does not speak TLS as it should"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError):
        return "cannot be reached"
    return "broke the connection off"


def _build_tls_context(receiver: Receiver) -> ssl.SSLContext:
    if urlsplit(receiver.address).scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = build_tls_context(certifi.where())
    if receiver.authority:
        context.load_verify_locations(cafile=receiver.authority)
    return context
