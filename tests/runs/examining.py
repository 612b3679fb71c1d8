"""What `headway doctor` finds out, for a test that asks about a subject or two of its page."""

from collections.abc import Sequence
from typing import Any

import msgspec

from sync.doctor.checks import report_errors
from sync.doctor.context import DoctorContext
from sync.doctor.examine import HURRIED, SUBJECTS
from sync.settings.settings import read_settings
from tests.runs.place import Place

Checks = list[dict[str, Any]]
"""As the command prints them with `--json`."""
BASE = ("Settings", "Rule book", "Databases")
"""What all other subjects build on."""


def examine(place: Place, *subjects: str, **settings: str | None) -> dict[str, Checks]:
    """The checks of these subjects alone, looked at in the order of the page.

    What they build on besides `BASE` is named too: a project is looked for in a Jira that answered.
    """
    place.write_settings(**settings)
    context = DoctorContext(read_settings({}, place.folder / "env"), HURRIED)
    with context.open:
        return {
            name: msgspec.to_builtins(list(report_errors(look_at(context))))
            for name, look_at in SUBJECTS.items()
            if name in (*BASE, *subjects)
        }


def wrongs(sections: dict[str, Checks]) -> list[tuple[str, int]]:
    """What is wrong, by its subject and its exit code."""
    return [
        (subject, check["exit_code"])
        for subject, checks in sections.items()
        for check in checks
        if check["verdict"] == "wrong"
    ]


def texts(checks: Sequence[dict[str, Any]]) -> str:
    """The checks, a line each."""
    return "\n".join(f"{check['name']}: {check['what']}" for check in checks)
