"""Readers who are other people: another user, a folder that is mounted to be read only."""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

OTHER_USER = "nobody"
READ_ONLY_MOUNT = (
    'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$2" -c "$3" "$4"'
)


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
    if os.geteuid() != 0:
        pytest.skip("ONLY ROOT CAN BE SOMEBODY ELSE: run the tests as root to try other users")
    other = pwd.getpwnam(OTHER_USER)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setgid(other.pw_gid)
            os.setuid(other.pw_uid)
            said = {"value": act()}
        except BaseException as error:  # noqa: BLE001 - told to the parent
            said = {"error": f"{type(error).__name__}: {error}"}
        os.write(writer, json.dumps(said).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = json.loads(pipe.read())
    os.waitpid(child, 0)
    if "error" in said:
        raise AssertionError(said["error"])
    return said["value"]


def on_read_only_mount(folder: Path, code: str, argument: str) -> str:
    """What a program prints to whom `folder` is mounted to be read only."""
    command = ["unshare", "-m", "sh", "-ec", READ_ONLY_MOUNT, "sh"]
    arguments = [str(folder), sys.executable, code, argument]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    if "not permitted" in done.stderr or os.geteuid() != 0:
        pytest.skip("ONLY ROOT CAN MOUNT: run the tests as root to try a read-only mount")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
