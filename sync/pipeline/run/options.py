"""How a run is to be carried out, whichever of its stages."""

import dataclasses
import threading
from dataclasses import dataclass, field

from sync.jira.client.retry import RetryPolicy
from sync.pipeline.pull import Progress
from sync.pipeline.record.stages import Tracer, trace_nothing
from sync.pipeline.rules.own_rules import RuleReader, read_own_rules


@dataclass(frozen=True)
class RunOptions:
    """How to carry a run out.

    It reads what changed at a site, or all of it if `full`. `stop` is looked at between pages and
    before publishing, never inside. `read_rules` gives the rule book to go by. `tracer` keeps a
    trace of its stages.
    """

    stop: threading.Event = field(default_factory=threading.Event)
    progress: Progress = lambda _read, _listed: None
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)
    full: bool = False
    read_rules: RuleReader = read_own_rules
    tracer: Tracer = trace_nothing

    def build_retry_policy(self) -> RetryPolicy:
        """The policy of one walk, with what that may take counted from nothing."""
        limits = dataclasses.replace(self.retry_policy.limits)
        return dataclasses.replace(self.retry_policy, limits=limits, stop=self.stop)
