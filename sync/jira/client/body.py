"""Reads what a reply carries, and never more of it into the memory than a run can bear.

It is unpacked piece by piece and counted meanwhile, since a few kilobytes may unpack to gigabytes.
Few replies may grow large at the same time: whatever comes in ten at once is not ten times as much.
"""

import asyncio
import zlib
from contextlib import AsyncExitStack

import httpx

from sync.jira.client.errors import explain_too_large
from sync.jira.client.run_limits import MEGABYTE, RunLimits
from sync.jira.client.site import Site

LARGE, MOST_LARGE = 3 * MEGABYTE, 2
"""More bytes than these make a reply a large one, and so many of them are read at once."""
UNPACKED = 256 * 1024
"""Bytes that are unpacked at once."""
WINDOWS = {"identity": None, "gzip": 31, "x-gzip": 31}
"""How zlib is told of each way of packing that we ask for."""


class BodyReader:
    """Reads the replies of one client, and counts their bytes."""

    def __init__(self, site: Site, limits: RunLimits) -> None:
        self._site = site
        self._limits = limits
        self._large = asyncio.Semaphore(MOST_LARGE)

    async def read(
        self, reply: httpx.Response, deadline: asyncio.Timeout, held: AsyncExitStack
    ) -> bytes:
        """The unpacked body; IncompleteWalkError as soon as it is larger than any may be.

        The turn of a large one is given back with `held`: when it was made use of. While it waits
        for its turn its deadline does. Packed twice, a little unpacks to everything: such a body
        is not looked at.
        """
        encoding = reply.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in WINDOWS:
            raise explain_too_large(self._site)
        window = WINDOWS[encoding]
        unpacker = None if window is None else zlib.decompressobj(window)
        content = bytearray()
        try:
            await self._collect(reply, unpacker, content, deadline, held)
            return bytes(content)
        finally:
            content.clear()  # an error keeps the frames that it came through

    async def _collect(
        self,
        reply: httpx.Response,
        unpacker: "zlib._Decompress | None",
        content: bytearray,
        deadline: asyncio.Timeout,
        held: AsyncExitStack,
    ) -> None:
        is_large = False
        most = self._limits.largest_reply * (1 if reply.request.method == "POST" else 2)
        async for packed in reply.aiter_raw():
            chunk = packed
            while chunk:
                unpacked = _unpack(unpacker, chunk) if unpacker else chunk
                chunk = unpacker.unconsumed_tail if unpacker else b""
                content += unpacked
                self._limits.received += len(unpacked)
                if len(content) > most:
                    raise explain_too_large(self._site)
                if len(content) > LARGE and not is_large:
                    is_large = True
                    await self._wait_for_turn(deadline, held)
        if unpacker and content and not unpacker.eof:
            raise httpx.DecodingError("the packed reply was cut off")

    async def _wait_for_turn(self, deadline: asyncio.Timeout, held: AsyncExitStack) -> None:
        clock = asyncio.get_running_loop().time
        left = (deadline.when() or clock()) - clock()
        deadline.reschedule(None)
        await held.enter_async_context(self._large)
        deadline.reschedule(clock() + left)


def _unpack(unpacker: "zlib._Decompress", chunk: bytes) -> bytes:
    try:
        return unpacker.decompress(chunk, UNPACKED)
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from None
