"""Goes through a stage of a run: it is timed, a span of a trace, and a line of the log."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

import structlog

log = structlog.get_logger()

Attributes = Mapping[str, str | int]


class Span(Protocol):
    """What a trace keeps of a stage."""

    def set_attributes(self, attributes: Attributes) -> None:
        """Keep these numbers and names with it."""


class _NoSpan:
    def set_attributes(self, attributes: Attributes) -> None:
        """Keep nothing."""


Tracer = Callable[[str], AbstractContextManager[Span]]
"""Opens a span of a name, below the one that is open; it ends with the block."""


def trace_nothing(_name: str) -> AbstractContextManager[Span]:
    """A run of which no trace is kept."""
    return nullcontext(_NoSpan())


@contextmanager
def go_through_stage(
    stage: str, tracer: Tracer, run_id: str, seconds: dict[str, float]
) -> Iterator[dict[str, int]]:
    """Time the block into `seconds`; one line for a stage that came through, with the counts that
    it puts into what is yielded. The run's id is bound to all lines of a run."""
    began = time.monotonic()
    counts: dict[str, int] = {}
    with tracer(stage) as span:
        span.set_attributes({"headway.run": run_id})
        try:
            yield counts
        finally:
            seconds[stage] = round(time.monotonic() - began, 3)
        span.set_attributes({f"headway.{name}": number for name, number in counts.items()})
    log.info("sync.stage", stage=stage, seconds=seconds[stage], **counts)
