"""Sends a good reply as no server should: cut, endless, slow, packed wrongly, of a false length."""

import gzip
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache

MARK = "HOSTILE"
"""Stands in every text that is made up: none of it may be published, or told."""
SLOW = 0.05
LONG = 1.5
"""Seconds that a server stays silent with an open connection: longer than a question may take."""
BOMB_SIZE = 64 * 1024 * 1024

Send = Callable[[bytes, bytes], Iterable[bytes]]


def _nothing(_head: bytes, _body: bytes) -> Iterator[bytes]:
    return iter(())


def _cut_after(part: Callable[[bytes, bytes], int]) -> Send:
    """Only so much of the message, and the connection ends."""

    def send(head: bytes, body: bytes) -> Iterator[bytes]:
        yield (head + body)[: part(head, body)]

    return send


def _replace_head(*lines: bytes, status: bytes | None = None, drop: Iterable[bytes] = ()) -> Send:
    """Other lines in the head, in place of those that begin with what is dropped."""

    def send(head: bytes, body: bytes) -> Iterator[bytes]:
        first, *others = head.rstrip(b"\r\n").split(b"\r\n")
        kept = [each for each in others if not each.lower().startswith(tuple(drop))]
        yield b"\r\n".join([status or first, *kept, *lines]) + b"\r\n\r\n" + body

    return send


def _tell_length(tell: Callable[[int], int], *, wait: bool = False) -> Send:
    """A Content-Length that is not the body's; `wait` keeps the connection open behind it."""

    def send(head: bytes, body: bytes) -> Iterator[bytes]:
        length = b"Content-Length: %d" % tell(len(body))
        yield from _replace_head(length, drop=[b"content-length"])(head, body)
        if wait:
            time.sleep(LONG)

    return send


def _pack(pack: Callable[[bytes], bytes], encoding: bytes = b"gzip") -> Send:
    """A body that is said to be packed, and how."""

    def send(head: bytes, body: bytes) -> Iterator[bytes]:
        packed = pack(_unpack(head, body))
        lines = (b"Content-Encoding: " + encoding, b"Content-Length: %d" % len(packed))
        yield from _replace_head(*lines, drop=_BODY_LINES)(head, packed)

    return send


def _chunk(*chunks: bytes, wait: bool = False) -> Send:
    """The body in one chunk, and these behind it, whatever they are."""

    def send(head: bytes, body: bytes) -> Iterator[bytes]:
        transfer = _replace_head(b"Transfer-Encoding: chunked", drop=_BODY_LINES)
        yield from transfer(head, b"")
        body = _unpack(head, body)
        yield b"%x\r\n%b\r\n" % (len(body), body)
        yield from chunks
        if wait:
            time.sleep(LONG)

    return send


def endless_body(head: bytes, _body: bytes) -> Iterator[bytes]:
    """A body that goes on, chunk by chunk, until the reader hangs up."""
    yield from _replace_head(b"Transfer-Encoding: chunked", drop=_BODY_LINES)(head, b"")
    while True:
        yield b"10000\r\n" + b'"HOSTILE",      ' * 4096 + b"\r\n"


def _endless_head(_head: bytes, _body: bytes) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-More: HOSTILE\r\n" * 256


def _endless_promise(_head: bytes, _body: bytes) -> Iterator[bytes]:
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        yield b"HTTP/1.1 103 Early Hints\r\n\r\n" * 16


def _slow(head: bytes, body: bytes) -> Iterator[bytes]:
    """Byte by byte, the first of them late."""
    until = time.monotonic() + LONG
    for place in range(len(head + body)):
        time.sleep(SLOW)
        yield (head + body)[place : place + 1]
        if time.monotonic() > until:
            return


def _silent(_head: bytes, _body: bytes) -> Iterator[bytes]:
    time.sleep(LONG)
    yield b""


def _twice(head: bytes, body: bytes) -> Iterator[bytes]:
    yield head + body + head.replace(b" 200 ", b" 401 ") + body


def _say(message: bytes) -> Send:
    return lambda _head, _body: iter([message])


def _unpack(head: bytes, body: bytes) -> bytes:
    return gzip.decompress(body) if b"gzip" in head.lower() else body


@cache
def _make_bomb() -> bytes:
    return gzip.compress(b" " * BOMB_SIZE, compresslevel=6)


def _spoil_check(body: bytes) -> bytes:
    packed = gzip.compress(body, compresslevel=1)
    return packed[:-8] + b"\0\0\0\0" + packed[-4:]


_BODY_LINES = (b"content-length", b"content-encoding", b"transfer-encoding")
DELIVERIES: dict[str, Send] = {
    "cut before the head": _nothing,
    "cut in the head": _cut_after(lambda head, _: len(head) // 2),
    "cut after the head": _cut_after(lambda head, _: len(head)),
    "cut in the body": _cut_after(lambda head, body: len(head) + len(body) // 2),
    "cut before the last byte": _cut_after(lambda head, body: len(head) + len(body) - 1),
    "half the length": _tell_length(lambda length: length // 2),
    "twice the length": _tell_length(lambda length: length * 2 + 1),
    "twice the length, waits": _tell_length(lambda length: length * 2 + 1, wait=True),
    "no length": _replace_head(drop=[b"content-length"]),
    "a negative length": _tell_length(lambda _: -1),
    "a huge length": _tell_length(lambda _: 2**63),
    "two lengths": _replace_head(b"Content-Length: 2"),
    "a length in words": _replace_head(b"Content-Length: many", drop=[b"content-length"]),
    "length and chunks": _replace_head(b"Transfer-Encoding: chunked"),
    "no last chunk": _chunk(),
    "no last chunk, waits": _chunk(wait=True),
    "a huge chunk": _chunk(b"FFFFFFFFFFFFFFFF\r\n{}"),
    "a chunk of no size": _chunk(b"HOSTILE\r\n"),
    "chunks with a tail": _chunk(b"0\r\nX-Tail: HOSTILE\r\n\r\n"),
    "endless body": endless_body,
    "endless head": _endless_head,
    "endless promises": _endless_promise,
    "slow": _slow,
    "silent": _silent,
    "two replies": _twice,
    "no HTTP": _say(b"HOSTILE\r\n" * 9),
    "TLS": _say(b"\x15\x03\x01\x00\x02\x02\x28"),
    "HTTP/0.9": _say(b'{"values":[],"issues":[]}'),
    "status 2000": _replace_head(status=b"HTTP/1.1 2000 OK"),
    "status in words": _replace_head(status=b"HTTP/1.1 OK HOSTILE"),
    "status 999": _replace_head(status=b"HTTP/1.1 999 HOSTILE"),
    "HTTP/3": _replace_head(status=b"HTTP/3 200 OK"),
    "other protocol": _replace_head(b"Upgrade: HOSTILE", status=b"HTTP/1.1 101 Switch"),
    "NUL in the head": _replace_head(b"X-Odd: a\0b"),
    "letters in the head": _replace_head("X-Odd: \u00fc\u202e".encode()),
    "a folded head": _replace_head(b"X-Odd: a", b" folded: HOSTILE"),
    "not packed": _pack(lambda body: body),
    "packed twice": _pack(lambda body: gzip.compress(gzip.compress(body))),
    "packed with another": _pack(zlib.compress),
    "packed, and more behind": _pack(lambda body: gzip.compress(body) + b"HOSTILE"),
    "packed in two": _pack(lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
    "packed and cut": _pack(lambda body: gzip.compress(body)[:-20]),
    "packed with a false sum": _pack(_spoil_check),
    "packed nothing": _pack(lambda _: gzip.compress(b"")),
    "packed zero bytes": _pack(lambda _: b""),
    "a bomb": _pack(lambda _: _make_bomb()),
    "packed as none can": _pack(lambda body: body, b"gzip, gzip, br"),
    "two packings": _pack(gzip.compress, b"gzip, identity"),
}
"""Ways to send a reply. After each the connection ends."""
