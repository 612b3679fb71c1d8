"""Saves a plan as a file, and publishes exactly what such a file says, or refuses."""

from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from models.errors import HeldError, Problem, UsageError
from models.plan import Hold, Plan, Proposal, SavedPlan
from models.rulebook import RuleBook
from sync.file_replacement import replace_file
from sync.jira.describe.field_plan import plan_fields
from sync.pipeline.approval.approve import publish_proposal
from sync.pipeline.context import Context
from sync.pipeline.inputs.inputs import TranslationInputs, load_inputs
from sync.pipeline.record.run_log import open_run_log
from sync.pipeline.rules.in_force import load_rules_in_force
from sync.pipeline.run.site_run import list_other_fields
from sync.pipeline.sales.board_after_run import keep_board
from sync.rulebook import locate_fields, usable_rulebook
from sync.store.clean.epoch import read_history_end
from sync.store.clean.freshness import read_head_revision
from sync.store.clean.lease import acquire_lease
from sync.store.clean.publish import PublishResult
from translators.plan.translate import Translation
from translators.plurals import count_noun

FORMAT = 1
"""Raised with every change of what is saved: a file of another format is refused."""
LARGEST = 200_000_000
"""Bytes; the plan of a list of 20,000 entries has a tenth of that."""
UNSCREENED = "unscreened"
AGAIN = "Look at headway plan again, and save it anew."


class PlanFile(Struct, frozen=True, kw_only=True):
    """What a file holds; `digest` is that of `saved`, so that no edit of it goes unseen."""

    headway_plan: int
    digest: str
    saved: SavedPlan


class _Version(Struct):
    headway_plan: int


class PublishedPlan(Struct, frozen=True, kw_only=True):
    """What came of publishing a file."""

    run_id: str
    digest: str
    plan: Plan
    published: PublishResult


def save_plan(
    context: Context,
    path: Path,
    inputs: TranslationInputs,
    translation: Translation,
    *,
    accepts_unscreened: bool,
) -> SavedPlan:
    """Write a plan with all that publishing it takes; the file is whole or as it was before."""
    saved = SavedPlan(
        proposal=_propose(inputs, translation),
        site=context.run_site,
        epoch=read_history_end(context.clean).epoch,
        unscreened=tuple(sorted(each.key for each in inputs.find_unscreened())),
        accepts_unscreened=accepts_unscreened,
    )
    _check_place(path)
    file = PlanFile(headway_plan=FORMAT, digest=saved.digest, saved=saved)
    text = msgspec.json.format(msgspec.json.encode(file, order="deterministic"), indent=1)
    try:
        with replace_file(path, 0o600) as fresh:
            fresh.write_bytes(text + b"\n")
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise UsageError(Problem(str(path), what, "Name another file after --save.")) from None
    return saved


def _check_place(path: Path) -> None:
    """UsageError where something stands there that is no saved plan: it is left alone."""
    if not path.exists() and not path.is_symlink():
        return
    try:
        _find_version(path, _read_file(path))
    except UsageError:
        what = "is there and is no saved plan, so it is left alone"
        remedy = "Name another file, or move this one away."
        raise UsageError(Problem(str(path), what, remedy)) from None


def _read_file(path: Path) -> bytes:
    """The bytes of a file that may hold a plan; UsageError for what cannot."""
    try:
        if path.exists() and not path.is_file():
            raise _refuse_file(path, "is no file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise _refuse_file(path, f"cannot be read: {error.strerror or error}") from None
    if len(content) > LARGEST:
        raise _refuse_file(path, f"is larger than {LARGEST // 1_000_000} MB")
    return content


def _find_version(path: Path, content: bytes) -> int:
    try:
        return msgspec.json.decode(content, type=_Version).headway_plan
    except (msgspec.DecodeError, RecursionError):
        raise _refuse_file(path, "is no saved plan") from None


def read_plan(path: Path) -> SavedPlan:
    """What a file holds; UsageError where it is no plan, HeldError where it is not as saved."""
    content = _read_file(path)
    version = _find_version(path, content)
    if version != FORMAT:
        what = f"was saved by another Headway: its format is {version}, this one reads {FORMAT}"
        raise HeldError(Problem(str(path), what, AGAIN))
    try:
        file = msgspec.json.decode(content, type=PlanFile)
    except (msgspec.DecodeError, RecursionError):
        raise _refuse(path, "is not as it was saved: something in it is missing") from None
    if file.saved.digest != file.digest:
        raise _refuse(path, "is not as it was saved: somebody changed it")
    return file.saved


def publish_saved_plan(context: Context, path: Path) -> PublishedPlan:
    """Publish what the file says under the lease, if it would come out the same now.

    Jira is asked nothing. HeldError says what moved; nothing is published then.
    """
    saved = read_plan(path)
    with acquire_lease(context.clean) as lease, keep_board(context.settings):
        fresh = _translate_again(context, path, saved)
        with open_run_log(context, lease) as run_log:
            run_id = run_log.run_id
            published = publish_proposal(context, fresh, run_id=run_id, token=lease.token)
            what = f"published the saved plan {saved.digest[:12]}"
            run_log.record_approval(what, fresh.plan, published)
    return PublishedPlan(run_id=run_id, digest=saved.digest, plan=fresh.plan, published=published)


def _translate_again(context: Context, path: Path, saved: SavedPlan) -> Proposal:
    """The same plan as of now, which says the same; HeldError where it would not."""
    plan = saved.proposal.plan
    if (saved.site, saved.epoch) != (
        context.run_site,
        read_history_end(context.clean).epoch,
    ):
        raise _refuse(path, "was made for another list: its site or its epoch is another")
    if (revision := read_head_revision(context.clean)) != plan.base_revision:
        what = f"was made for revision {plan.base_revision}, and the list is at {revision} now"
        raise _refuse(path, what)
    rulebook = usable_rulebook(context.settings.config_dir)
    if rulebook.digest != plan.rulebook_digest:
        what = f"was made with other rules than those in {context.settings.config_dir}"
        remedy = "Put those rules there first, or the next run would undo them; or save it anew."
        raise HeldError(Problem(str(path), what, remedy))
    _check_fields_read(context, path, rulebook)
    _check_holds(path, plan.holds, saved)
    in_force = load_rules_in_force(context, rulebook)
    inputs = load_inputs(context, rulebook, None, in_force)
    fresh = _propose(inputs, inputs.translate())
    if _content_of(fresh) != _content_of(saved.proposal):
        raise _refuse(path, "would come out otherwise now: Jira was read since it was saved")
    return fresh


def _check_fields_read(context: Context, path: Path, book: RuleBook) -> None:
    """HeldError where the rules go by fields that no run has read: the plan took them for empty."""
    places = locate_fields(book)
    unread: set[str] = set()
    for part in context.list_parts():
        record = part.site_store.ensure_record()
        if record.profile is None:
            continue
        fields = plan_fields(
            record.profile,
            places,
            book.effort.points_fields,
            places,
            elsewhere=list_other_fields(context, part.settings.site),
        )
        unread |= {n for n, ids in fields.extra.items() if not set(record.fields).issuperset(ids)}
    names = sorted(unread)
    if names:
        what = f"goes by fields that were not read yet: {', '.join(names)}"
        raise HeldError(Problem(str(path), what, "headway sync reads them, and publishes."))


def _check_holds(path: Path, holds: tuple[Hold, ...], saved: SavedPlan) -> None:
    """HeldError where a guard holds the plan back, but for what was accepted when it was saved."""
    problems = []
    for hold in holds:
        if hold.guard != UNSCREENED:
            problems.append(Problem(f"guard {hold.guard}", hold.why, hold.remedy))
        elif not saved.accepts_unscreened:
            number = count_noun(len(saved.unscreened), "epic")
            what = f"takes {number} out of screening: {hold.why}"
            remedy = (
                "If sales may read of it, save it with --accept-unscreened; or run headway sync, "
                "and headway approve RUN."
            )
            problems.append(Problem(str(path), what, remedy))
    if problems:
        raise HeldError(problems)


def _propose(inputs: TranslationInputs, translation: Translation) -> Proposal:
    return Proposal(
        plan=translation.plan,
        texts=inputs.book.texts,
        decisions=translation.attribution.decisions,
    )


def _content_of(proposal: Proposal) -> Proposal:
    """What a proposal says, whenever the mirror it was made from was read."""
    never = msgspec.convert("2000-01-01T00:00:00Z", type=type(proposal.plan.as_of))
    remembered = tuple(
        replace(
            each,
            past_levels=tuple(replace(past, until=never) for past in each.past_levels),
            claimed_until=each.claimed_until and never,
        )
        for each in proposal.plan.remembered
    )
    plan = replace(proposal.plan, as_of=never, findings=(), remembered=remembered)
    return replace(proposal, plan=plan)


def _refuse_file(path: Path, what: str) -> UsageError:
    return UsageError(Problem(str(path), what, "headway plan --save F writes one."))


def _refuse(path: Path, what: str) -> HeldError:
    return HeldError(Problem(str(path), what, AGAIN))
