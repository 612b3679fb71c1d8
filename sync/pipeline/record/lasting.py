"""Tells a run that failed as those before it did: another will not mend it."""

import re
from itertools import takewhile

from models.errors import IncompleteWalkError, LastingError
from sync.pipeline.context import Context
from sync.store.state.runs import runs

SAME = 2
"""So many runs before it that failed in the same way make a failure one that lasts."""


def find_lasting(context: Context, error: IncompleteWalkError) -> LastingError | None:
    """The error of a run that failed as those before it did: another one will not mend it."""
    site = context.run_site
    before = [run for run in runs.read_last_runs(context.state, site, SAME + 1) if run.exit_code]
    cause = _name_cause(str(error))
    same = list(takewhile(lambda run: _name_cause(run.message or "") == cause, before))
    if len(same) < SAME:
        return None
    remedy = (
        f"{SAME + 1} runs in a row ended so: another will not mend it. What was published stays. "
        "`headway doctor` tries what a walk rests on; show this to who runs Jira."
    )
    return LastingError(error.problems[0]._replace(remedy=remedy))


def _name_cause(message: str) -> str:
    """The first line of a message, whatever numbers are in it."""
    return re.sub(r"\d+", "#", message.partition("\n")[0])
