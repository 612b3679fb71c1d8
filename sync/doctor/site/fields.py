"""The fields: which are read, how they were found, and what looks like them."""

from collections import Counter
from collections.abc import Iterator

from models.backlog import Field, SiteProfile
from sync.doctor.checks import Check, note, ok
from sync.doctor.context import DoctorContext
from sync.jira.describe.field_plan import POINT_NAMES, FieldPlan, plan_fields, rank_point_fields
from sync.jira.describe.metadata_client import JiraMetadataClient
from sync.jira.describe.profile import fetch_estimates
from sync.rulebook import named_fields


def look_at_fields(context: DoctorContext) -> Iterator[Check]:
    """Story points, links, what rules name, and what changed since the last run."""
    if context.site is None or context.site_info is None:
        yield note("fields", "not looked at: Jira does not answer us")
        return
    with JiraMetadataClient(context.site, context.retry_policy) as metadata_client:
        fields = metadata_client.fetch_fields()
    known = context.record.profile if context.record else None
    profile = SiteProfile(
        deployment=context.site_info.deployment,
        version=context.site_info.version,
        server_time=context.site_info.server_time,
        described_at=context.site_info.server_time,
        identity=context.site_info.identity,
        projects=context.projects,
        types=context.types,
        fields=fields,
        estimates=fetch_estimates(
            context.site, context.projects, context.retry_policy, known.estimates if known else ()
        ),
    )
    first = context.book.effort.points_fields if context.book else ()
    yield from _check_points(profile, first)
    named = named_fields(context.book) if context.book else frozenset[str]()
    plan = plan_fields(profile, named, first, elsewhere=context.elsewhere)
    yield from _check_boards(profile, plan)
    yield from _check_links(profile, plan)
    yield from _check_named_fields(profile, plan)
    yield from _compare_with_last_run(context, plan)


def _check_points(profile: SiteProfile, first: tuple[str, ...]) -> Iterator[Check]:
    why = rank_point_fields(profile, first)
    by_id = {field.id: field for field in profile.fields}
    for place, (field_id, reason) in enumerate(why.items(), start=1):
        yield ok(f"story points, {place}.", f"{_describe_field(by_id[field_id])}: {reason}")
    names = {name.casefold() for field in profile.fields for name in (field.id, field.name)}
    for wanted in first:
        if wanted.casefold() not in names:
            what = f"the rule book prefers {wanted!r}, which Jira lacks"
            yield note("story points", what, "Mend `effort: points_fields`.")
    if not why:
        remedy = "Name it under `effort: points_fields`, or all work is measured by count."
        yield note("story points", "no field was found", remedy)
    look_alikes = [
        field
        for field in profile.fields
        if field.id not in why and any(name in field.name.casefold() for name in POINT_NAMES)
    ]
    if look_alikes:
        what = f"not taken, though called alike: {', '.join(map(_describe_field, look_alikes))}"
        yield note("story points", what, "Name one under `effort: points_fields` to take it.")


def _check_boards(profile: SiteProfile, plan: FieldPlan) -> Iterator[Check]:
    by_id = {field.id: field for field in profile.fields}
    used = Counter(estimate.field for estimate in profile.estimates)
    if not used:
        yield ok("boards", "none says which field it adds up; the order above stands")
    for field_id, count in sorted(used.items()):
        name = _describe_field(by_id[field_id]) if field_id in by_id else field_id
        taken = "" if field_id in plan.points else ", which is no field of story points"
        yield ok("boards", f"those of {count} projects add up {name}{taken}")


def _check_links(profile: SiteProfile, plan: FieldPlan) -> Iterator[Check]:
    if profile.deployment == "cloud":
        yield ok("links", "the parent field tells all; Epic Link and Parent Link are not needed")
        return
    by_id = {field.id: field for field in profile.fields}
    for name, ids in (
        ("Epic Link", plan.epic_links),
        ("Epic Name", plan.epic_names),
        ("Parent Link", plan.parent_links),
    ):
        if ids:
            yield ok(
                name,
                f"{', '.join(_describe_field(by_id[field_id]) for field_id in ids)}, by its kind",
            )
        elif name == "Parent Link":
            yield ok(name, "there is none; levels above epics are not known")
        else:
            remedy = "Is Jira Software installed, and is the field on a screen of these projects?"
            yield note(name, "there is none: which epic an issue is in cannot be told", remedy)


def _check_named_fields(profile: SiteProfile, plan: FieldPlan) -> Iterator[Check]:
    """Fields that rules name; all fields of a name are read, those of one project too."""
    by_id = {field.id: field for field in profile.fields}
    keys = {project.id: project.key for project in profile.projects}
    for name, ids in plan.extra.items():
        fields = [by_id[field_id] for field_id in ids]
        names = ", ".join(_describe_field(field, keys) for field in fields)
        more = f"; all {len(fields)} are read" if len(fields) > 1 else ""
        yield ok(f"rules name {name!r}", f"{names}{more}")
    twice = Counter(field.name.casefold() for field in profile.fields if field.project_id)
    alike = [name for name, count in twice.items() if count > 1 and name not in plan.extra]
    if alike:
        what = f"in several team-managed projects, each its own: {', '.join(sorted(alike))}"
        yield ok("look-alikes", f"{what}; a rule that names one reads them all")


def _compare_with_last_run(context: DoctorContext, plan: FieldPlan) -> Iterator[Check]:
    """What the next run would read otherwise than the last one did."""
    record = context.record
    if record is None or record.as_of is None:
        return
    name = "since the last run"
    if record.points_fields != plan.points:
        before, now = (", ".join(ids) or "none" for ids in (record.points_fields, plan.points))
        remedy = "The ledger is booked anew. `effort: points_fields` in the rule book pins them."
        yield note(name, f"story points came from {before}, and would come from {now}", remedy)
    changed = sorted(set(plan.requested) ^ set(record.fields))
    if changed:
        what = f"other fields are to be read, or not any more: {', '.join(changed)}"
        yield note(name, what, "The next run reads everything again.")
    elif record.points_fields == plan.points:
        yield ok(name, "the same fields")


def _describe_field(field: Field, keys: dict[int, str] | None = None) -> str:
    project = (keys or {}).get(field.project_id or 0)
    return f"{field.name} ({field.id}{f' of {project}' if project else ''})"
