"""Looks at one subject after the other; what is broken hides nothing of the rest."""

from msgspec.structs import replace

from sync.doctor.checks import Check, Section, report_errors
from sync.doctor.context import DoctorContext
from sync.doctor.databases.databases import look_at_databases
from sync.doctor.databases.mirror import look_at_mirror
from sync.doctor.databases.publications import look_at_publications
from sync.doctor.notifications import look_at_notifications
from sync.doctor.rules import look_at_remarks, look_at_rules, look_at_settings
from sync.doctor.runs import look_at_runs
from sync.doctor.site.fields import look_at_fields
from sync.doctor.site.jira import look_at_jira
from sync.doctor.site.probes import look_at_probes
from sync.doctor.site.projects import look_at_projects
from sync.doctor.site.types import look_at_types
from sync.doctor.values import look_at_values
from sync.doctor.workers import look_at_workers
from sync.jira.client.retry import RetryPolicy
from sync.settings.settings import Settings
from sync.settings.site_keys import call_by_keys

SUBJECTS = {
    "Settings": look_at_settings,
    "Rule book": look_at_rules,
    "Databases": look_at_databases,
    "What was published": look_at_publications,
    "Runs": look_at_runs,
    "Notifications": look_at_notifications,
    "Workers": look_at_workers,
    "Mirror": look_at_mirror,
    "Rules": look_at_remarks,
    "Values of rules": look_at_values,
    "Jira": look_at_jira,
    "Projects": look_at_projects,
    "Issue types": look_at_types,
    "Fields": look_at_fields,
    "Probes": look_at_probes,
}

HURRIED = RetryPolicy(attempts=2, first_wait=0.2, longest_hint=5.0, deadline=30.0)
"""Somebody waits for the answer; a run waits longer for Jira."""


OF_A_SITE = ("Mirror", "Jira", "Projects", "Issue types", "Fields", "Probes")
"""What is looked at site by site, where several feed the list."""


def look_at_all(settings: Settings, retry_policy: RetryPolicy = HURRIED) -> tuple[Section, ...]:
    """Every check there is, what is wrong included. Nothing is written, anywhere."""
    context = DoctorContext(settings, retry_policy)
    with context.open:
        if len(settings.sites) == 1:
            return tuple(_look_at(context, subject, subject) for subject in SUBJECTS)
        of_list = [each for each in SUBJECTS if each not in OF_A_SITE]
        sections = [_look_at(context, subject, subject) for subject in of_list]
        for site in settings.site_names:
            alone = context.narrow(site)
            sections += [_look_at(alone, each, f"{each} of {site}") for each in OF_A_SITE]
        return tuple(sections)


def _look_at(context: DoctorContext, subject: str, called: str) -> Section:
    checks = report_errors(SUBJECTS[subject](context))
    return Section(subject=called, checks=tuple(_call_by_keys(each, context) for each in checks))


def _call_by_keys(check: Check, context: DoctorContext) -> Check:
    name, what, remedy = (
        call_by_keys(text, context.settings) for text in (check.name, check.what, check.remedy)
    )
    return replace(check, name=name, what=what, remedy=remedy)
