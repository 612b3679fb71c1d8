"""A systemd of its own: process 1 of its own namespaces, on a disk in memory that is gone with it.

Whatever it is given of this machine can only be read, but for the network, where the sample Jira
answers. Only root can make it; else it is skipped loudly.
"""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT
from tests.deploy.sandbox import skip_without_rights
from tests.loaded import TIMEOUT
from tests.runs.programs import wait_until

BASE = Path(sys.base_prefix)
LIBRARIES = next((ROOT / ".venv" / "lib").glob("python3*")).name
HEADWAY = f"""#!/bin/sh
export LD_LIBRARY_PATH=/opt/python/lib PYTHONPATH=/code:/code/.venv/lib/{LIBRARIES}/site-packages
exec /opt/python/bin/{LIBRARIES} -c 'import sys; from sync.cli import main; sys.exit(main())' "$@"
"""
"""In place of the program that pip would have installed: it would stand where no unit may look."""
PROGRAMS = {"/usr/local/bin/sudo": '#!/bin/sh\nexec "$@"\n', "/opt/headway/bin/headway": HEADWAY}
CGROUPS = """
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/cgroups
mount -t cgroup2 cgroup2 /mnt/cgroups
own=/mnt/cgroups/headway-$$
mkdir $own
(echo 0 >$own/cgroup.procs
 exec unshare --mount --pid --fork --uts --ipc --cgroup --kill-child sh -c "$BOOT") || true
find $own -depth -type d -exec rmdir {} \\;
"""
"""Groups of its own, and none is left."""
BOOT = f"""
set -e
mkdir /mnt/root
mount -t tmpfs -o mode=755 tmpfs /mnt/root
cd /mnt/root
cp -a "$GIVEN/." .
mkdir -p usr opt/python etc/systemd/system etc/sysusers.d proc sys dev run tmp code old
mkdir -p var/lib var/log var/tmp
for name in bin sbin lib lib32 lib64; do test ! -e /$name || cp -a /$name .; done
mount --rbind -o ro /usr usr
mount -t tmpfs -o mode=755 tmpfs usr/local
cp -a "$GIVEN/usr/local/." usr/local/
mount --bind -o ro {ROOT} code
mount --bind -o ro {BASE} opt/python
cp -a /etc/ssl /etc/ld.so.cache /etc/passwd /etc/group /etc/shadow etc/
echo 0123456789abcdef0123456789abcdef >etc/machine-id
mount -t proc proc proc
mount --bind -o ro proc/sys proc/sys
mount -t sysfs -o ro sysfs sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t cgroup2 cgroup2 sys/fs/cgroup
pivot_root . old
umount -l /old
rmdir /old
mount --make-rshared /
exec env -i container=test PATH=/usr/bin:/usr/sbin /lib/systemd/systemd --unit=basic.target
"""
"""Each step by itself: if one fails, systemd is not started, least of all on this machine's disk.
What is set of the kernel, and devices, can only be read there."""


@dataclass(frozen=True)
class Booted:
    """A systemd that runs; `ask` has a shell do something beside it."""

    pid: int

    def ask(self, script: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a script as root, at the end of a path that begins as a login's does."""
        given = {"PATH": "/usr/local/bin:/usr/bin:/usr/sbin"} | environment
        enter = ["nsenter", "--target", str(self.pid), *"-m -p -C -i -u".split()]
        return subprocess.run(
            [*enter, "/bin/sh", "-c", script],
            check=False,
            capture_output=True,
            text=True,
            env=given,
            timeout=TIMEOUT,
        )


@contextmanager
def booted_systemd(folder: Path, files: Mapping[str, str]) -> Iterator[Booted]:
    """One whose disk has these files; those of `PROGRAMS` too. `folder` is where they are made."""
    skip_without_rights()
    if not shutil.which("systemctl"):
        pytest.skip("NO SYSTEMD: install it (apt install systemd) to have the units started")
    for name, text in {**PROGRAMS, **files}.items():
        path = folder / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    log = folder.parent / "boot"
    with log.open("w") as told:
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", CGROUPS],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "GIVEN": str(folder), "BOOT": BOOT},
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
        )
    first: list[int] = []
    try:
        wait_until(lambda: process.poll() is not None or _find_first(process.pid, first), log)
        if process.poll() is not None:
            pytest.skip(f"NO SYSTEMD CAN BE STARTED HERE: {log.read_text()}")
        booted = Booted(first[-1])
        wait_until(lambda: booted.ask("systemctl is-active basic.target").returncode == 0, log)
        yield booted
    finally:
        for pid in first:
            _kill(pid)
        process.wait(TIMEOUT)


def _find_first(pid: int, found: list[int]) -> bool:
    """Note process 1 of the innermost namespace below a process, once it is systemd."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        for child in map(int, children.read_text().split()):
            if Path(f"/proc/{child}/comm").read_text() == "systemd\n":
                found.append(child)
            else:
                _find_first(child, found)
    except OSError:  # it has just ended
        return False
    return bool(found)


def _kill(pid: int) -> None:
    subprocess.run(["kill", f"-{signal.SIGKILL}", str(pid)], check=False)
