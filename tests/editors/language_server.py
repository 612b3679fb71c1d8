"""The language server behind YAML in most editors, spoken to as editors do, over its stdio."""

import itertools
import json
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

HERE = Path(__file__).parent
LOCKED = ("package.json", "package-lock.json", ".npmrc")
PROGRAM = Path("node_modules/yaml-language-server/bin/yaml-language-server")
LONGEST = 60.0
SETTINGS = {
    "yaml": {
        **dict.fromkeys(("validate", "hover", "completion"), True),
        "schemaStore": {"enable": False},
    }
}
"""As it comes, but that it asks nobody outside for schemas."""


def install(parent: Path, environment: Mapping[str, str]) -> Path:
    """The server's program, exactly as locked, kept in a folder below `parent`."""
    lock = (HERE / "package-lock.json").read_bytes()
    kept = parent / "yaml-language-server"
    is_there = (kept / PROGRAM).is_file() and (kept / "package-lock.json").read_bytes() == lock
    if not is_there:
        fresh = Path(tempfile.mkdtemp(dir=parent))
        for name in LOCKED:
            shutil.copy(HERE / name, fresh)
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(
            words, cwd=fresh, check=False, capture_output=True, text=True, env=environment
        )
        if done.returncode:
            pytest.skip(f"npm cannot install the language server: {done.stderr.strip()[-200:]}")
        shutil.rmtree(kept, ignore_errors=True)
        fresh.rename(kept)
    return kept / PROGRAM


class Editor:
    """One editor with one server: opens files, and asks what the server says at a place."""

    def __init__(self, server: subprocess.Popen[bytes]) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        capabilities = {"workspace": {"configuration": True}}
        self._ask("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
        self._tell("initialized", {})

    def open(self, path: Path, text: str) -> list[dict[str, Any]]:
        """What it underlines in a file that is opened with this text."""
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        while (told := self._told.get(timeout=LONGEST))["uri"] != uri:
            pass
        found: list[dict[str, Any]] = told["diagnostics"]
        return found

    def complete(self, path: Path, line: int, column: int) -> list[dict[str, Any]]:
        """What it offers at a place, counted from 0."""
        found: list[dict[str, Any]] = self._ask_at("completion", path, line, column)["items"]
        return found

    def hover(self, path: Path, line: int, column: int) -> str:
        """What it shows of a place, counted from 0; "" where it has nothing to say."""
        found = self._ask_at("hover", path, line, column)
        return str(found["contents"]["value"]) if found else ""

    def close(self) -> None:
        """Have the server end as it should."""
        self._ask("shutdown", None)
        self._tell("exit", None)
        self._server.wait(LONGEST)
        self._reader.join(LONGEST)

    def _ask_at(self, what: str, path: Path, line: int, column: int) -> Any:
        place = {"line": line, "character": column}
        return self._ask(
            f"textDocument/{what}", {"textDocument": {"uri": path.as_uri()}, "position": place}
        )

    def _ask(self, method: str, params: Any) -> Any:
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": params})
        answer = self._answers.get(timeout=LONGEST)
        assert answer["id"] == number, answer
        assert "error" not in answer, answer
        return answer["result"]

    def _tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0"} | message).encode()
        assert self._server.stdin is not None
        self._server.stdin.write(f"Content-Length: {len(content)}\r\n\r\n".encode() + content)
        self._server.stdin.flush()

    def _read(self) -> None:
        assert self._server.stdout is not None
        for message in _read_messages(self._server.stdout):
            if message.get("method") == "workspace/configuration":
                asked = (item["section"] for item in message["params"]["items"])
                self._send({"id": message["id"], "result": [SETTINGS.get(each) for each in asked]})
            elif message.get("method") == "textDocument/publishDiagnostics":
                self._told.put(message["params"])
            elif "method" not in message:
                self._answers.put(message)
            elif "id" in message:
                self._send({"id": message["id"], "result": None})


def _read_messages(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    while line := stream.readline():
        size = int(line.partition(b":")[2])
        while stream.readline().strip():
            pass
        yield json.loads(stream.read(size))


@contextmanager
def editing(program: Path, environment: Mapping[str, str]) -> Iterator[Editor]:
    """An editor with a server of its own, which ends with it."""
    words = ["node", str(program), "--stdio"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, env=environment) as server:
        editor = Editor(server)
        try:
            yield editor
        finally:
            editor.close()
            server.kill()
