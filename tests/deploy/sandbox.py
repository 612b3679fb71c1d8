"""What a container or a unit gives a process: a disk to be read only, another user, no rights.

Made with a mount namespace of its own by whoever may, which is root; else it is skipped loudly.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT

USER = 10001
"""The user of the image; any number that nobody has will do for a unit."""
ENTER = f"{sys.executable} -m tests.deploy.restrict"


@dataclass(frozen=True)
class Sandbox:
    """`places` are folders and files of this machine, by where the process finds them.

    They can be read; those of `writable` can be written too, and so can /tmp, which is empty.
    `system_calls` are all that it may make, if any are named; it then maps no memory that is
    written and run.
    """

    places: Mapping[str, Path] = field(default_factory=dict)
    writable: Mapping[str, Path] = field(default_factory=dict)
    system_calls: Sequence[str] = ()

    def command(self, *words: str, **environment: str) -> list[str]:
        """What starts `words` with `environment` and nothing else of ours."""
        steps = ["set -e", *self._mount_places(), *_make_read_only()]
        rights = f"--reuid {USER} --regid {USER} --clear-groups --no-new-privs"
        given = {"PATH": "/usr/bin:/bin", **environment}
        settings = " ".join(shlex.quote(f"{name}={value}") for name, value in given.items())
        start = f"exec setpriv {rights} --bounding-set=-all --inh-caps=-all env -i {settings}"
        restrict = f"PYTHONPATH={ROOT} {ENTER} {','.join(self.system_calls) or '-'}"
        steps.append(f"{start} {restrict} {shlex.join(words)}")
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", "\n".join(steps)]

    def _mount_places(self) -> list[str]:
        steps = [*_open_interpreter()]
        made: set[str] = set()
        for target, source in {**self.places, **self.writable}.items():
            parent = str(Path(target).parent)
            if not Path(target).exists() and parent not in made:
                steps += _lay_over(parent)
                made.add(parent)
            make = "mkdir -p" if source.is_dir() else "touch"
            steps.append(f"test -e {target} || {make} {target}")
            steps.append(f"mount --bind {source} {target}")
            if target in self.places:
                steps.append(f"mount -o remount,bind,ro {target}")
        return steps


def _lay_over(folder: str) -> list[str]:
    """Have a folder of this machine hold more, for this process alone."""
    kept = f"/mnt/over{folder.replace('/', '-')}"
    options = f"lowerdir={folder},upperdir={kept}/upper,workdir={kept}/work"
    return [
        "mountpoint -q /mnt || mount -t tmpfs tmpfs /mnt",
        f"mkdir -p {kept}/upper {kept}/work",
        f"mount -t overlay overlay -o {options} {folder}",
    ]


def _open_interpreter() -> list[str]:
    """Let the other user reach Python where it stands below a folder that is closed to others."""
    prefix = Path(sys.base_prefix)
    closed = [each for each in reversed(prefix.parents) if not each.stat().st_mode & 0o001]
    if not closed:
        return []
    return [
        "mountpoint -q /mnt || mount -t tmpfs tmpfs /mnt",
        "mkdir /mnt/python",
        f"mount --bind {prefix} /mnt/python",
        f"mount -t tmpfs -o mode=755 tmpfs {closed[0]}",
        f"mkdir -p {prefix}",
        f"mount --bind /mnt/python {prefix}",
    ]


def _make_read_only() -> list[str]:
    return ["mount -o remount,bind,ro /", "mount -t tmpfs -o mode=1777,size=64m tmpfs /tmp"]


def skip_without_rights() -> None:
    """Only root can make such a place, and not in every container."""
    tried = subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True)
    if os.geteuid() != 0 or tried.returncode:
        pytest.skip("ONLY ROOT CAN MOUNT: run the tests as root to start the deployments for real")
