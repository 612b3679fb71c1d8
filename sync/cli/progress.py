"""Shows on a terminal how far the reading of Jira is; anywhere else it is silent."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sync.pipeline.pull import Progress


@contextmanager
def show_progress(site: str) -> Iterator[Progress]:
    """A spinner until it is known how much there is to read, a bar while that is read, and a
    spinner again. Log lines stand above it."""
    if not sys.stderr.isatty():
        yield lambda _read, _listed: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
    )
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, redirect_stdout=False) as bar:
        waiting = bar.add_task(f"Asking {site} what is new", total=None, count="")
        reading = bar.add_task(f"Reading {site}", visible=False, count="")

        def show(read: int, listed: int) -> None:
            is_reading = read < listed
            count = f"{read:,} of {listed:,} issues"
            bar.update(reading, completed=read, total=listed, count=count, visible=is_reading)
            bar.update(waiting, description="Working out what sales reads", visible=not is_reading)

        yield show
