"""One small web application: the routes it is given, and what every answer carries."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.board_page.render import format_policy
from sync.settings.values import LOOPBACK, HttpAddress

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
WRONG_HOST = "This address is for this machine alone.\n"


def build_app(address: HttpAddress, routes: Sequence[BaseRoute]) -> Starlette:
    """The application that answers at an address; GET and HEAD alone, as its routes are made."""
    hosts = LOOPBACK | {address.host} if address.is_loopback else None
    return Starlette(routes=routes, middleware=[Middleware(_Guarded, hosts=hosts)])


class _Guarded:
    """Puts the headers on every answer, and on loopback answers to this machine's names alone.

    A page of somebody else's, whose name its owner has lead here, is refused by that name.
    """

    def __init__(self, app: ASGIApp, hosts: set[str] | None) -> None:
        self._app = app
        self._hosts = hosts
        self._headers = HEADERS | {
            "content-security-policy": f"{format_policy(True)}; frame-ancestors 'none'"
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        app = self._app if self._is_meant(scope) else PlainTextResponse(WRONG_HOST, 421)
        await app(scope, receive, send_guarded)

    def _is_meant(self, scope: Scope) -> bool:
        if self._hosts is None:
            return True
        given = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        try:
            return urlsplit(f"//{given}").hostname in self._hosts
        except ValueError:
            return False
