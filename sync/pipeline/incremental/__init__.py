"""Makes a translation cost what changed, and not the backlog.

Everything behind a capability is a sum over rollups: an epic with all below it, or some issues
without an epic. The last translation left the rollups, the decisions and its plan in the state
database. Every row that is written since is noted with how it was before. So the next translation

1. takes the last one as it is, where no edit can bear on the list and no moment came at which
   time alone changes something (`sync.pipeline.inputs.changes`, `translation_cache`);
2. else rolls up anew what is affected, and puts it among the rollups that stand (`part`);
3. else, where a fortnight closes, rules or projects are others, or too much changed, rolls up
   everything, part after part in the database's order (`whole`).

What the second and the third come to is the same, and from the rollups on they are one (`shared`).
Each site that feeds the list is looked at by itself, and all they come to is joined to one plan.
`translate_list` is the entry; `save_translation` leaves what the next one needs.
"""

from sync.pipeline.incremental.entry import (
    as_list,
    save_translation,
    translate_list,
)
from sync.pipeline.incremental.shared import (
    ListRun,
    SitesLeftError,
    Translated,
    TranslationRun,
)

__all__ = [
    "ListRun",
    "SitesLeftError",
    "Translated",
    "TranslationRun",
    "as_list",
    "save_translation",
    "translate_list",
]
