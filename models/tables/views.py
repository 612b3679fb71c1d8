"""The public contract v1: the views other tools read, and what every column means.

The same texts are the databases' comments and the data contract's, so they are written for
readers. How a view is made, its migration says; types and closed sets are those of its table
(`models.tables.contract`).
"""

from typing import NamedTuple

from sqlalchemy import Table

from models.tables import clean


class View(NamedTuple):
    """One view: what it is, its columns with their meaning in order, and the table they are of."""

    name: str
    meaning: str
    columns: dict[str, str]
    table: Table


_CAPABILITY = {
    "capability_id": "Stable identifier, given by the product team. Never reused, never changed.",
    "name": "What the capability is called.",
    "summary": "What it does, in a sentence or two.",
    "product_area": "The part of the product it belongs to.",
    "state_code": "What is true now: available, partly_available, recent, earlier, withdrawn.",
    "state_label": "The same in words for people.",
    "effort_code": "Engineering work done so far: small, moderate, large, very_large, exceptional, "
    "not_rated. Past work only; more work does not mean closer to done.",
    "effort_label": "The same in words for people.",
    "effort_rank": "1 to 5 for sorting; empty where effort_code is not_rated.",
    "today_text": "What a customer can do today, if anything.",
    "today_by": "How: product, configuration (without new code), or none.",
    "statement": "The sentence a rep may say, word for word.",
    "disclaimer": "Travels with every row and belongs under every quotation of it.",
    "is_active": "False once the entry was taken off the list. Rows are never deleted.",
    "withdrawn_reason": "Why it was taken off the list: merged, not_for_sale, mistake.",
    "replaced_by": "The capability_id to read instead, if there is one.",
    "change_seq": "Strictly increasing in commit order: remember the highest one you have read.",
    "updated_at": "When a column of this row that means something last changed.",
    "content_hash": "Equal hashes mean equal content, aliases included.",
}

_CRM = (
    "capability_id name summary product_area state_code state_label effort_code effort_label "
    "today_text today_by statement disclaimer is_active withdrawn_reason replaced_by change_seq"
).split()

VIEWS = (
    View("v1_capability", "One row per capability ever published.", _CAPABILITY, clean.capability),
    View(
        "v1_active_capability",
        "The capabilities on the list now.",
        _CAPABILITY,
        clean.capability,
    ),
    View(
        "v1_crm",
        "For syncing into a CRM: all rows, only columns that say something, and the cursor.",
        {name: _CAPABILITY[name] for name in _CRM},
        clean.capability,
    ),
    View(
        "v1_alias",
        "What customers call it: the words to search by.",
        {
            "alias": "A customer's word for the capability.",
            "capability_id": "The capability meant.",
        },
        clean.alias,
    ),
    View(
        "v1_change",
        "News about the list, at most one row per capability and publication.",
        {
            "change_seq": "The change_seq the row had with this news.",
            "capability_id": "The capability concerned.",
            "kind": "added, partly_available, available, merged, withdrawn or corrected.",
            "changed_month": "The month of the news, as YYYY-MM.",
            "sentence": "The news as a sentence that may be passed on.",
        },
        clean.change,
    ),
    View(
        "v1_term",
        "Every word of the list in plain language, and what to say when a customer asks when.",
        {
            "kind": "state, effort, guide or asked_when.",
            "code": "The code that the label stands for.",
            "label": "The word or heading.",
            "meaning": "What it means.",
            "rank": "The order in which to show it.",
        },
        clean.term,
    ),
    View(
        "v1_freshness",
        "One row: how fresh the list is. Refuse to read on when is_stale is true.",
        {
            "revision": "The number of the publication; every reader sees all of one revision.",
            "as_of": "The moment in Jira that the list describes.",
            "checked_at": "When a run last published or confirmed the list: the freshness field.",
            "published_at": "When the list last changed.",
            "stale_after": "When the list stops counting as fresh if no run confirms it.",
            "is_stale": "Whether that moment has passed, by this database's clock, or checked_at "
            "is still to come.",
            "status": "current, partial (a project cannot be seen), held (waits for a person) or "
            "failing (the last run came to no result).",
            "contract_version": "The version of these views.",
            "row_count": "The number of active rows.",
            "epoch": "Another value than the one you remember: a database was restored or lost. "
            "Forget your cursor and read everything again.",
        },
        clean.head,
    ),
)

COLUMNS = {view.name: tuple(view.columns) for view in VIEWS}
"""The columns of each view, in order."""
