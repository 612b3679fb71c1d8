"""Judges what a walk read before it is taken: has Jira stopped showing a field?

The values that issues lost are kept until all is read. Where they are so many that nobody's hand
did it, the walk ends there: the values stay, nothing is booked or published, and a person looks.
"""

import asyncio

from models.emptied import Emptied
from models.errors import FieldsEmptiedError, Problem
from sync.jira.describe.field_plan import FieldPlan
from sync.pipeline.pull.reading import PullRun, Reading, Walked
from sync.pipeline.pull.write import read_pages, write_emptied
from sync.store.state.mirror.rows import SiteRecord
from sync.store.state.mirror.witnesses import find_witnesses
from translators.backlog.emptied import FieldWatch, tell_emptied

WITNESSES = 50
"""So many issues of a project and type are asked whether they have a field still."""
REMEDY = (
    "See whether a field configuration or a permission hides it from the account, and mend that: "
    "the next run goes on as if nothing had been. If it is meant, headway approve RUN, and the "
    "next run takes it. Until then nothing is booked, and sales reads the list as it was."
)


def watch_fields(record: SiteRecord, fields: FieldPlan) -> FieldWatch:
    """What to watch: the fields that rules read, but for points that are read from elsewhere."""
    return FieldWatch(
        fields.extra,
        read_otherwise=record.points_fields != fields.points,
        accepted=record.accepted,
    )


async def judge_emptied(run: PullRun, reading: Reading, walked: Walked) -> None:
    """Write what is empty now as it is, or note in `walked` which fields are in doubt.

    Where a part of the issues was read, others are asked that were not edited: if they have the
    field still, it was emptied by hand.
    """
    watch, limits = walked.watch, run.rulebook.guards
    collapsed = watch.find_collapsed(limits)
    if collapsed and not walked.due.reread:
        ids = await asyncio.to_thread(find_witnesses, run.mirror, collapsed, WITNESSES)
        if ids := ids - watch.read:
            await read_pages(run, reading, walked, ids, unlisted=ids)
        collapsed = watch.find_collapsed(limits)
    walked.collapsed = collapsed
    if not collapsed and watch.emptied:
        await asyncio.to_thread(write_emptied, run, reading, walked)


def explain_emptied(collapsed: tuple[Emptied, ...]) -> FieldsEmptiedError:
    """What to tell of fields that came empty."""
    return FieldsEmptiedError(
        [
            Problem("guard fields-emptied", f"holds the publication back: {sentence}.", REMEDY)
            for sentence in tell_emptied(collapsed)
        ],
        collapsed,
    )
