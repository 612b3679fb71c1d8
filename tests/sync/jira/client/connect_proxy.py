"""A small proxy on this machine: tunnels by CONNECT, and passes on what is asked without TLS."""

import socket
import socketserver
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class ConnectProxy(socketserver.ThreadingTCPServer):
    """Lets through whoever signs in as `login`, if one is asked for; `asked` are first lines."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, login: str | None = None, status: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.login = login
        self.status = status
        self.asked: list[str] = []
        self.address = f"127.0.0.1:{self.server_address[1]}"


class _Handler(socketserver.StreamRequestHandler):
    server: ConnectProxy
    rbufsize = 0

    def handle(self) -> None:
        """Read the head of a request, and join both ends."""
        first = self.rfile.readline().decode()
        head = []
        while (line := self.rfile.readline().decode()).strip():
            head.append(line)
        self.server.asked.append(first.strip())
        login = self.server.login
        wanted = login and f"proxy-authorization: basic {b64encode(login.encode()).decode()}"
        if wanted and wanted.lower() not in {line.strip().lower() for line in head}:
            self.refuse("407 Proxy Authentication Required")
        elif self.server.status:
            self.refuse(self.server.status)
        elif first.startswith("CONNECT"):
            host, _, port = first.split()[1].rpartition(":")
            with socket.create_connection((host, int(port))) as other:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self.join(other)
        else:
            self.pass_on(first, head)

    def pass_on(self, first: str, head: list[str]) -> None:
        """Ask for one thing in the name of the client; the connection ends with its answer."""
        method, address, version = first.split()
        parts = urlsplit(address)
        kept = [line for line in head if not line.lower().startswith(("proxy-", "connection:"))]
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        lines = [f"{method} {path} {version}\r\n", *kept, "Connection: close\r\n\r\n"]
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as other:
            other.sendall("".join(lines).encode())
            self.join(other)

    def refuse(self, status: str) -> None:
        """Say no."""
        self.wfile.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())

    def join(self, other: socket.socket) -> None:
        """Pass on bytes both ways until one end closes."""
        there = threading.Thread(target=_pump, args=(self.connection, other), daemon=True)
        there.start()
        _pump(other, self.connection)
        there.join(5)


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while chunk := source.recv(65536):
            target.sendall(chunk)
    except OSError:
        pass
    finally:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


@contextmanager
def running_proxy(login: str | None = None, status: str | None = None) -> Iterator[ConnectProxy]:
    """A proxy for as long as the `with` block lasts."""
    with ConnectProxy(login, status) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
