"""What is forked for a test is a process of its own: its end, its words, and what it stands in."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.loaded import start_loaded

AROUND = "import os, sys; print(os.getcwd(), sorted(os.environ), sys.argv[1:], os.getppid())"


def say(folder: Path, code: str, *arguments: str, **environment: str) -> tuple[int, str]:
    """The exit code of a process, and all that it said."""
    told = folder / "told"
    with told.open("w") as output:
        process = start_loaded(
            *arguments,
            cwd=folder,
            stdout=output,
            stderr=output,
            environment=environment,
            code=code,
        )
        return process.wait(), told.read_text()


def test_it_has_its_own_folder_environment_and_words(tmp_path: Path) -> None:
    code, told = say(tmp_path, AROUND, "one", "two words", ONLY="this")

    assert code == 0
    assert told.startswith(f"{tmp_path} ['ONLY'] ['one', 'two words'] ")
    assert int(told.split()[-1]) != os.getpid()


@pytest.mark.parametrize(
    ("code", "ended", "said"),
    [
        ("raise SystemExit(7)", 7, ""),
        ("1 / 0", 1, "ZeroDivisionError"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, ""),
        ("import atexit; atexit.register(print, 'at its end')", 0, "at its end\n"),
    ],
)
def test_it_ends_as_a_program_would(tmp_path: Path, code: str, ended: int, said: str) -> None:
    exit_code, told = say(tmp_path, code)

    assert exit_code == ended
    assert told.endswith(said) if not ended else said in told


def test_one_that_goes_on_is_known_to_and_ended(tmp_path: Path) -> None:
    process = start_loaded(cwd=tmp_path, code="import time; time.sleep(60)")

    assert process.poll() is None
    with pytest.raises(TimeoutError):
        process.wait(0.01)
    began = time.monotonic()
    process.end()

    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 30
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
