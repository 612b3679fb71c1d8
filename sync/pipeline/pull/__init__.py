"""Pulls what changed at the site into the mirror: a first walk, and every later one, is this one.

What a run lists depends on what is due; what it fetches is whatever the mirror lacks or has old:

    listed by a census (daily)     ids the mirror does not have, or had missing; all, on a re-read
    listed as changed (each run)   updated since the watermark, by Jira's clock, with an overlap

So a walk that was cut short goes on where it stopped, and the first walk is no special case. What
Jira shows older than it was is not taken, and what one census lacks is not missing before another
one does: searches answer from indexes that may be behind.
"""

from sync.pipeline.pull.pull import Pulled, pull_changes
from sync.pipeline.pull.reading import Progress, PullRun

__all__ = ["Progress", "PullRun", "Pulled", "pull_changes"]
