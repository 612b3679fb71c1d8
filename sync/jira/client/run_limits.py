"""What a whole run may take of Jira, over however many connections: bytes, time, issues."""

import time
from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024


@dataclass
class RunLimits:
    """The limits of one run, and what it took so far.

    `largest_reply` is in bytes, unpacked, for a search: it can be had in smaller parts, and is. Of
    other replies each may be twice as large. One question may lose `longest_question` seconds in
    all its attempts, a run `longest_loss` seconds, requests side by side each counted, and it may
    ask for `longest_run` seconds. `most_issues` are listed of a Jira that does not count them.

    `received` are bytes, unpacked; `lost` seconds that requests took which failed.
    Of all `requests`, so many `retries` asked again; `paused` are seconds in which nothing was
    asked since Jira wanted to be asked more slowly.
    """

    largest_reply: int = 16 * MEGABYTE
    most_bytes: int = 64 * 1024 * MEGABYTE
    longest_question: float = 150.0
    longest_loss: float = 900.0
    longest_run: float = 12 * 60 * 60.0
    most_issues: int = 3_000_000
    received: int = field(default=0, init=False)
    lost: float = field(default=0.0, init=False)
    requests: int = field(default=0, init=False)
    retries: int = field(default=0, init=False)
    paused: float = field(default=0.0, init=False)
    began: float = field(default_factory=time.monotonic, init=False)

    def find_excess(self) -> str | None:
        """What the run has used up, in words; None while it may go on."""
        took = time.monotonic() - self.began
        if self.lost > self.longest_loss:
            return f"cost this run {self.lost:,.0f} seconds with requests that failed"
        if self.received > self.most_bytes:
            return f"sent {self.received:,} bytes to this run"
        if took > self.longest_run:
            return f"has been asked for {took:,.0f} seconds by this run"
        return None
