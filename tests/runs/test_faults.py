"""Every command under every fault of its surroundings: words and an exit code, never a bug of ours.

As root, permissions bind nobody: what cannot be read is a folder, or a link that leads nowhere.
"""

import io
import os
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType

import pytest

import sync.cli.app  # noqa: F401 - it enters the commands
from sync.cli import run
from sync.cli.registry import COMMANDS
from sync.store.db import engines
from tests.documents import PROPOSALS
from tests.examples import is_long
from tests.runs.place import Place

LINES = {
    "demo": ("demo",),
    "sync": ("sync",),
    "serve": ("serve",),
    "work": ("work",),
    "status": ("status",),
    "approve": ("approve", "20261123-060000-3f9a"),
    "recover": ("recover",),
    "pause": ("pause", "main", "--reason", "r"),
    "resume": ("resume", "main"),
    "doctor": ("doctor",),
    "check": ("check",),
    "plan": ("plan",),
    "explain": ("explain", "audit-log"),
    "queue": ("queue",),
    "snapshot": ("snapshot", "/dev/null"),
    "completion": ("completion", "bash"),
    "decide": ("decide", "ID-140", "audit-log", "--reason", "r", "--by", "b", "--dry-run"),
    "name": ("name", "oidc", "Sign-in", "--dry-run"),
    "merge": ("merge", "audit-log", "single-sign-on", "--dry-run"),
    "withdraw": ("withdraw", "audit-log", "--reason", "mistake", "--dry-run"),
    "redact": ("redact", "audit-log", "--dry-run"),
    "find": ("find", "audit", "log"),
    "digest": ("digest",),
    "evidence": ("evidence", "audit-log", "--on", "2026-11-23", "--json"),
    "board": ("board", "--output", "-"),
    "mcp": ("mcp",),
    "export": ("export", "--json", "--output", "/dev/null"),
    "lint": ("lint", str(PROPOSALS / "notes.md")),
    "migrate": ("migrate",),
    "init": ("init",),
}
"""What is called; those that make what is missing come last."""
KNOWN = {0, 1, 2, 3, 74, 75, 77}
MOST = [name for name in LINES if name not in {"demo", "mcp"}]
"""The demo reads no setting, and writes to a folder of its own; `mcp` needs a client's pipe."""
SPEAKING = ("status", "doctor", "find", "plan", "migrate")
ASKING = ("sync", "serve", "doctor")
SERVED_SECONDS = 0.15


def both_files(place: Place) -> tuple[Path, Path, Path]:
    """The files of both databases, and the one that readers are given."""
    internal = place.folder / "internal"
    return internal / "clean.db", internal / "state.db", place.folder / "clean.db"


def replace_files(place: Place, make: Callable[[Path], object]) -> None:
    for path in both_files(place):
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()
        make(path)


def put_folders(place: Place, _: ExitStack) -> None:
    replace_files(place, Path.mkdir)


def put_dead_links(place: Place, _: ExitStack) -> None:
    replace_files(place, lambda path: path.symlink_to(path.name))


def put_texts(place: Place, _: ExitStack) -> None:
    replace_files(place, lambda path: path.write_text("This is a letter. " * 400))


def put_empty_files(place: Place, _: ExitStack) -> None:
    replace_files(place, Path.touch)


def cut_files(place: Place, _: ExitStack) -> None:
    for path in both_files(place):
        os.truncate(path, 6000)


def name_missing_folders(place: Place, _: ExitStack) -> None:
    for name in ("clean", "state"):
        place.settings[f"{name}_url"] = f"sqlite:////dev/null/missing/{name}.db"


def lock_files(place: Place, stack: ExitStack) -> None:
    for path in both_files(place):
        held = sqlite3.connect(path, isolation_level=None)
        stack.callback(held.close)
        held.execute("PRAGMA locking_mode=EXCLUSIVE")
        held.execute("BEGIN EXCLUSIVE")


def fill_the_disk(place: Place, stack: ExitStack) -> None:
    """No file grows past 8 KB, which is what a full disk or a quota comes to."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    stack.callback(resource.setrlimit, resource.RLIMIT_FSIZE, before)


def name_dead_server(place: Place, _: ExitStack) -> None:
    place.settings["clean_url"] = "postgresql://headway:x@127.0.0.1:1/headway"
    place.settings["state_url"] = "postgresql://headway:x@127.0.0.1:1/state"


def name_missing_rules(place: Place, _: ExitStack) -> None:
    place.settings["config_dir"] = "/dev/null/rules"


def name_a_file_as_rules(place: Place, _: ExitStack) -> None:
    place.settings["config_dir"] = str(place.folder / "env")


def put_folder_among_rules(place: Place, _: ExitStack) -> None:
    path = place.folder / "config" / "capabilities.yaml"
    path.unlink()
    path.mkdir()


def put_dead_link_among_rules(place: Place, _: ExitStack) -> None:
    path = place.folder / "config" / "screening.yaml"
    path.unlink()
    path.symlink_to(path.name)


def write_rules_in_latin(place: Place, _: ExitStack) -> None:
    path = place.folder / "config" / "capabilities.yaml"
    path.write_bytes(path.read_bytes() + "# Gebühren\n".encode("latin-1"))


def name_key_log_in_missing_folder(place: Place, stack: ExitStack) -> None:
    change = stack.enter_context(pytest.MonkeyPatch.context())
    change.setenv("SSLKEYLOGFILE", "/no/such/folder/keys")


def close_stdout(place: Place, stack: ExitStack) -> None:
    stack.enter_context(pytest.MonkeyPatch.context()).setattr(sys, "stdout", None)


def break_the_pipe(place: Place, stack: ExitStack) -> None:
    read, write = os.pipe()
    os.close(read)
    broken = os.fdopen(write, "w", buffering=1, encoding="utf-8")
    stack.enter_context(pytest.MonkeyPatch.context()).setattr(sys, "stdout", broken)
    stack.callback(_close_broken, broken)


def _close_broken(pipe: io.TextIOWrapper) -> None:
    with suppress(OSError):
        pipe.close()


def fill_stdout(place: Place, stack: ExitStack) -> None:
    full = Path("/dev/full").open("w", buffering=1, encoding="utf-8")  # noqa: SIM115
    stack.enter_context(pytest.MonkeyPatch.context()).setattr(sys, "stdout", full)
    stack.callback(_close_broken, full)


FAULTS = (
    put_folders,
    put_dead_links,
    put_texts,
    put_empty_files,
    cut_files,
    name_missing_folders,
    lock_files,
    fill_the_disk,
    name_dead_server,
    name_missing_rules,
    name_a_file_as_rules,
    put_folder_among_rules,
    put_dead_link_among_rules,
    write_rules_in_latin,
    name_key_log_in_missing_folder,
    close_stdout,
    break_the_pipe,
    fill_stdout,
)


FEWER = {
    "close_stdout": SPEAKING,
    "break_the_pipe": SPEAKING,
    "fill_stdout": SPEAKING,
    "name_key_log_in_missing_folder": ASKING,
}
"""Faults that some commands alone can meet."""


@contextmanager
def stopping_soon() -> Iterator[None]:
    """A service that would go on serving is asked to stop; a signal that comes late is nothing."""

    def ignore(_number: int, _frame: FrameType | None) -> None:
        return

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        if signal.getsignal(signal.SIGTERM) is not ignore:
            signal.setitimer(signal.ITIMER_REAL, 0)
            os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGALRM, ask_to_stop)
    ended = signal.signal(signal.SIGTERM, ignore)
    signal.setitimer(signal.ITIMER_REAL, SERVED_SECONDS, SERVED_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.signal(signal.SIGTERM, ended)


def test_every_command_is_tried() -> None:
    assert set(LINES) == set(COMMANDS)


def test_a_demo_without_a_folder_of_its_own_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "var").touch()
    monkeypatch.chdir(tmp_path)

    assert run(["demo"]) == 74
    assert "var/demo: cannot be written" in capsys.readouterr().err


def choose_commands(fault: Callable[[Place, ExitStack], None]) -> Sequence[str]:
    """What is tried under a fault: in `make test` every third, the others under the next."""
    of_fault = FEWER.get(fault.__name__)
    return of_fault or (MOST if is_long() else MOST[FAULTS.index(fault) % 3 :: 3])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_of_the_surroundings_is_told_in_words(
    fault: Callable[[Place, ExitStack], None],
    published: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "BUSY_MS", 20)
    with ExitStack() as stack:
        fault(published, stack)
        published.write_settings()
        env = str(published.folder / "env")
        codes, errors = {}, {}
        for name in choose_commands(fault):
            with stopping_soon() if name == "serve" else ExitStack():
                codes[name] = run(["--env-file", env, *LINES[name]])
            errors[name] = published.capture.readouterr().err

    bugs = {name: errors[name] for name in codes if "Traceback" in errors[name]}
    assert bugs == {}
    assert set(codes.values()) <= KNOWN
