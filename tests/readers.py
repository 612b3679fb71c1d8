"""Readers who are other people: another user, a folder that is mounted to be read only."""

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, NoReturn

import pytest

OTHER_USER = "nobody"
READ_ONLY_MOUNT = (
    'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$2" -c "$3" "$4"'
)
MOUNTING = ("unshare", "-m", "sh", "-ec", READ_ONLY_MOUNT, "sh")
ANSWERING = """
print(flush=True)
for question in sys.stdin:
    print(json.dumps({"value": answer(json.loads(question))}), flush=True)
"""
"""The end of a program that answers: `answer` and the two modules are there already."""

Ask = Callable[[Any], Any]
"""Has somebody else answer a question; both are values of JSON."""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter, as the temporary folders of tests are not."""
    folder = Path(tempfile.mkdtemp(prefix="headway-readers-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def as_other_user(act: Callable[[], Any]) -> Any:
    """What `act` gives back as JSON when another user of this machine calls it."""
    with other_user(lambda _: act()) as ask:
        return ask(None)


@contextmanager
def other_user(answer: Callable[[Any], Any]) -> Iterator[Ask]:
    """Another user of this machine, who calls `answer` for each question."""
    if os.geteuid() != 0:
        pytest.skip("ONLY ROOT CAN BE SOMEBODY ELSE: run the tests as root to try other users")
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        ours.close()
        _answer_as_other_user(answer, theirs)
    theirs.close()
    with ours, ours.makefile("r") as answers, ours.makefile("w") as questions:
        yield partial(_ask, questions, answers)
    os.waitpid(child, 0)


def _answer_as_other_user(answer: Callable[[Any], Any], channel: socket.socket) -> NoReturn:
    try:
        other = pwd.getpwnam(OTHER_USER)
        os.setgroups([])
        os.setgid(other.pw_gid)
        os.setuid(other.pw_uid)
        with channel.makefile("r") as questions, channel.makefile("w") as answers:
            for question in questions:
                answers.write(f"{json.dumps(_answer_or_tell(answer, json.loads(question)))}\n")
                answers.flush()
    finally:
        os._exit(0)


def _answer_or_tell(answer: Callable[[Any], Any], question: Any) -> dict[str, Any]:
    try:
        return {"value": answer(question)}
    except BaseException as error:  # noqa: BLE001 - told to the parent
        return {"error": f"{type(error).__name__}: {error}"}


def _ask(questions: IO[str], answers: IO[str], question: Any) -> Any:
    questions.write(f"{json.dumps(question)}\n")
    questions.flush()
    said = json.loads(answers.readline())
    if "error" in said:
        raise AssertionError(said["error"])
    return said["value"]


def on_read_only_mount(folder: Path, code: str, argument: str) -> str:
    """What a program prints to whom `folder` is mounted to be read only."""
    arguments = [str(folder), sys.executable, code, argument]
    done = subprocess.run([*MOUNTING, *arguments], capture_output=True, text=True, check=False)
    _skip_unless_mounted(done.stderr)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def reader_on_read_only_mount(folder: Path, code: str) -> Iterator[Ask]:
    """A program there that answers questions by the function `answer` of its code."""
    program = f"import json, sys\n{code}{ANSWERING}"
    with subprocess.Popen(
        [*MOUNTING, str(folder), sys.executable, program, ""],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        if not process.stdout.readline():
            told = process.stderr.read()
            _skip_unless_mounted(told)
            raise AssertionError(told)
        yield partial(_ask, process.stdin, process.stdout)


def _skip_unless_mounted(told: str) -> None:
    if "not permitted" in told or os.geteuid() != 0:
        pytest.skip("ONLY ROOT CAN MOUNT: run the tests as root to try a read-only mount")
