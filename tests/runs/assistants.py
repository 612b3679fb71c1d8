"""An assistant: the SDK's own client, and what it was answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mcp.client.client import Client
from mcp_types import CallToolResult, TextContent

from sync.assistants.passing_on import AskFile, RequestWriter
from sync.assistants.server import build_server
from sync.assistants.tools import AssistantTools
from sync.pipeline.sales.ask_counter import AskCounter
from sync.pipeline.sales.current_list import CurrentList
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.store.db.addresses import parse_url

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def make_tools(clean_url: str, requests: Path | None = None) -> AssistantTools:
    """The tools alone, for what does not depend on the protocol."""
    writer = RequestWriter(requests, UTC, lambda: NOW) if requests else None
    asks = AskCounter(AskFile(requests).keep) if requests else None
    book = rulebook_from_texts(read_shipped_texts())
    return AssistantTools(CurrentList(parse_url(clean_url, "test")), book, writer, asks, NOW.date)


@asynccontextmanager
async def an_assistant(clean_url: str, requests: Path | None = None) -> AsyncIterator[Client]:
    """A client of a server in this process, as `headway mcp` makes it."""
    tools = make_tools(clean_url, requests)
    server = build_server(tools, "1", takes_requests=requests is not None)
    async with Client(server) as client:
        yield client


async def ask(client: Client, tool: str, **words: Any) -> dict[str, Any]:
    """The structured answer of a tool."""
    result = await client.call_tool(tool, words)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result.content
    told: dict[str, Any] = result.structured_content or {}
    return told


async def complain(client: Client, tool: str, **words: Any) -> str:
    """What a tool says that does not answer."""
    result = await client.call_tool(tool, words)
    assert isinstance(result, CallToolResult)
    assert result.is_error
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def ask_in_turn(
    clean_url: str, *calls: tuple[str, dict[str, Any]], requests: Path | None = None
) -> list[dict[str, Any]]:
    """The structured answers to calls of tools, where no loop may be running: beside runs."""

    async def ask_all() -> list[dict[str, Any]]:
        async with an_assistant(clean_url, requests) as client:
            return [await ask(client, tool, **words) for tool, words in calls]

    return asyncio.run(ask_all())
