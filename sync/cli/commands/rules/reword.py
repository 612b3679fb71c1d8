"""`headway name`, `merge`, `withdraw`, `redact`: what a capability is to sales."""

from argparse import Namespace

from models.errors import Problem, UsageError
from models.rulebook import WithdrawnReason
from sync.cli.commands.rules.editing import EditContext, carry_out
from sync.rulebook.edit.edits import Edit, name_draft, redact_entry, withdraw_entry
from sync.settings.settings import Settings

REASONS = (WithdrawnReason.NOT_FOR_SALE, WithdrawnReason.MISTAKE)


def name_capability(settings: Settings, given: Namespace) -> int:
    """Turn a draft into a capability."""
    named = {"name": given.name, "area": given.area, "summary": given.summary}
    values = {key: text.strip() for key, text in named.items() if text is not None}

    def propose(editing: EditContext) -> Edit:
        if given.id and given.id != given.draft:
            _check_id_is_free(editing, given.draft, given.id)
        return name_draft(editing.opened, given.draft, values, given.id)

    return carry_out(settings, given, propose)


def merge_capability(settings: Settings, given: Namespace) -> int:
    """Have another capability be read instead of one."""
    reason = WithdrawnReason.MERGED
    return carry_out(
        settings,
        given,
        lambda editing: withdraw_entry(editing.opened, given.id, reason, given.into),
    )


def withdraw_capability(settings: Settings, given: Namespace) -> int:
    """Take a capability off the list."""
    reason = next((each for each in REASONS if each == given.reason), None)
    if reason is None:
        what = f"{given.reason!r} is no reason" if given.reason else "is missing"
        remedy = f"Give one of {' and '.join(REASONS)}; a merger is `headway merge ID INTO`."
        raise UsageError(Problem("--reason", what, remedy))
    return carry_out(
        settings, given, lambda editing: withdraw_entry(editing.opened, given.id, reason)
    )


def redact_capability(settings: Settings, given: Namespace) -> int:
    """Take a capability off the list and blank its words."""
    return carry_out(settings, given, lambda editing: redact_entry(editing.opened, given.id))


def _check_id_is_free(editing: EditContext, draft: str, new_id: str) -> None:
    """An id that sales have read stands for ever, and is given to no other."""
    published = editing.published_state
    if published is None:
        what = f"cannot be given while no database says whether {draft!r} was published"
        raise UsageError(Problem("--id", what, "Leave it out, or mend the database."))
    for name in (draft, new_id):
        if name in published.capabilities:
            what = f"{name!r} was published before, and an id stands for ever"
            raise UsageError(Problem("--id", what, "Leave it out, or choose another."))
