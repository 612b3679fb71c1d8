"""Takes back what a run left that lies in a future: it was made under a clock that was ahead."""

from datetime import datetime

from models.finding import Finding
from sync.store.state.future import forget_future
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.rows import SiteRecord
from translators.backlog.fortnights import last_closed
from translators.effort.reversals import reverse_early_credits
from translators.plain_text import format_moment
from translators.plurals import count_noun


def heal_future(mirror: Mirror, record: SiteRecord, now: datetime) -> Finding | None:
    """Open again what the last run closed too early, if it was made later than `now`.

    Everything is read and translated anew after that, so the ledger ends as if it had never been.
    """
    if record.as_of is None or record.as_of <= now:
        return None
    last = last_closed(now)
    fortnights, entries = forget_future(
        mirror.engine,
        mirror.site,
        now,
        last,
        lambda ledger: reverse_early_credits(ledger.entries, last, now),
    )
    if not (fortnights or entries):
        return None
    taken = f", and {count_noun(entries, 'credit')} taken back" if entries else ""
    what = (
        f"the run before went by {format_moment(record.as_of)}, and it is "
        f"{format_moment(now)}: {count_noun(fortnights, 'fortnight')} of teams that it closed "
        f"too early {'is' if fortnights == 1 else 'are'} open again{taken}"
    )
    return Finding("clock-went-back", "Jira's clock", what)
