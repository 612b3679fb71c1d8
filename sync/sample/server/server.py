"""The sample Jira on a real socket of this machine.

    with SampleJira(build_company(), dialect="cloud") as jira:
        ...  # talk to jira.url as jira.email with jira.token

Run as a program it serves until it is interrupted.
"""

import argparse
import signal
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from zoneinfo import ZoneInfo

from sync.sample.cloud.api import Cloud
from sync.sample.company.company import Company, build_company
from sync.sample.company.view import View
from sync.sample.datacenter.api import DataCenter
from sync.sample.protocol.dialect import Account, Dialect
from sync.sample.protocol.exchange import Delivery, Reply, Request
from sync.sample.server.faults import DELIVERIES, Altered, Fault, spoil
from sync.sample.server.sockets import SampleServer


class SampleJira:
    """A Jira on 127.0.0.1 for as long as the `with` block lasts.

    `latency` is waited, in seconds, before every reply. `requests` lists what was asked as
    (method, path, status), `posted` the documents that were sent. `faults` may be changed at any
    time, and so may `view` (what the account sees) and `account` (its credentials). `port` 0 takes
    a free one. With a `certificate`, a file with one and its key, it speaks TLS.
    """

    def __init__(
        self,
        company: Company,
        dialect: Literal["cloud", "datacenter"] = "cloud",
        *,
        faults: Iterable[Fault] = (),
        latency: float = 0.0,
        port: int = 0,
        context_path: str = "",
        account_zone: str = "Europe/Berlin",
        index_lag: timedelta = timedelta(0),
        bad_credentials: Literal["empty", "401"] = "empty",
        page_cap: int = 1000,
        result_window: int | None = None,
        certificate: Path | None = None,
    ) -> None:
        self.company = company
        self.faults = list(faults)
        self.latency = latency
        self.context_path = context_path.rstrip("/")
        self.account = Account()
        self.view = View(
            company,
            is_cloud=dialect == "cloud",
            account_zone=ZoneInfo(account_zone),
            index_lag=index_lag,
        )
        self.requests: list[tuple[str, str, int]] = []
        self.posted: list[bytes] = []
        self.highest_concurrency = 0
        self._in_flight = 0
        self._lock = threading.Lock()
        self._server = SampleServer(self.answer, port, self.context_path, certificate)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}{self.context_path}"
        self.dialect: Dialect
        if dialect == "cloud":
            self.dialect = Cloud(self.view, self.account, self.url, bad_credentials=bad_credentials)
        else:
            self.dialect = DataCenter(
                self.view,
                self.account,
                self.url,
                page_cap=page_cap,
                result_window=result_window,
            )

    @property
    def email(self) -> str:
        """The account to sign in as; Data Center needs only the token."""
        return self.account.email

    @property
    def token(self) -> str:
        """The API token, or personal access token."""
        return self.account.token

    def revoke(self) -> None:
        """Makes the credentials invalid from now on."""
        self.account.is_revoked = True

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close(self._thread)

    def answer(self, request: Request) -> tuple[Reply, Delivery | str | None]:
        """The reply and, where a fault says so, how to spoil its delivery."""
        with self._lock:
            self._in_flight += 1
            self.highest_concurrency = max(self.highest_concurrency, self._in_flight)
            fault = next((fault for fault in self.faults if fault.strikes(request)), None)
        try:
            if self.latency:
                time.sleep(self.latency)
            reply = self._reply(request, fault)
        finally:
            with self._lock:
                self._in_flight -= 1
        self.requests.append((request.method, request.path, reply.status))
        if request.method == "POST":
            self.posted.append(request.body)
        kind = fault.reply if fault else None
        return reply, kind if isinstance(kind, Delivery) or kind in DELIVERIES else None

    def _reply(self, request: Request, fault: Fault | None) -> Reply:
        if fault is None or isinstance(fault.reply, Delivery):
            return self.dialect.answer(request)
        if isinstance(fault.reply, Reply):
            return fault.reply
        if isinstance(fault.reply, str | Altered):
            return spoil(fault.reply, request, lambda: self.dialect.answer(request))
        fault.reply()
        return self.dialect.answer(request)


def main() -> None:
    """Serves until interrupted."""
    parser = argparse.ArgumentParser(description="A made-up company's Jira, on this machine only.")
    parser.add_argument("--dialect", choices=("cloud", "datacenter"), default="cloud")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scale", type=int, default=1, help="how often the backlog is there")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each reply")
    parser.add_argument("--context-path", default="")
    chosen = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may start us deaf to it
    company = build_company(chosen.seed, chosen.scale)
    jira = SampleJira(
        company,
        chosen.dialect,
        port=chosen.port,
        latency=chosen.latency,
        context_path=chosen.context_path,
    )
    with suppress(KeyboardInterrupt), jira:
        print(f"url    {jira.url}\nemail  {jira.email}\ntoken  {jira.token}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
