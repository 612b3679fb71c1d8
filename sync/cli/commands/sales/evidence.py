"""`headway evidence`: what sales could see of one capability on a day, to be shown to anybody."""

from pathlib import Path

from sqlalchemy import Engine

from models.errors import DatabaseError, Problem, UsageError
from models.evidence import Evidence
from sync.cli.moments import name_period, parse_period
from sync.cli.output import print_json, print_page
from sync.cli.pages.sales.evidence import MARK, describe_evidence, write_evidence_page
from sync.file_replacement import may_replace, replace_file
from sync.settings.settings import Settings
from sync.store.clean.capability_log import (
    find_first_publication,
    list_published_ids,
    read_capability_log,
)
from sync.store.clean.history import open_history
from sync.store.clean.past_list import load_list_as_of, read_clock
from sync.store.db.engines import open_reader
from translators.explain.evidence import gather_evidence
from translators.spelling import suggest_spelling

READABLE = 0o644


def show_evidence(
    settings: Settings,
    capability_id: str,
    on: str,
    *,
    output: Path | None,
    shows_removed: bool,
    as_json: bool,
) -> int:
    """Say what could be seen, and write it into a file of its own, whole or not at all."""
    with open_history(settings.clean_url) as engine:
        evidence = _read_evidence(engine, settings, capability_id, on, shows_removed=shows_removed)
    if output is None and not as_json:
        output = Path(f"evidence-{capability_id}-{name_period(evidence.period)}.html")
    if output is not None:
        _write_file(output, write_evidence_page(evidence))
    if as_json:
        print_json(evidence)
    else:
        print_page(describe_evidence(evidence, output))
    return 0


def _read_evidence(
    engine: Engine, settings: Settings, capability_id: str, on: str, *, shows_removed: bool
) -> Evidence:
    period = parse_period(on, settings.timezone, read_clock(engine))
    with open_reader(engine) as connection:
        if find_first_publication(connection, capability_id) is None:
            ids = list_published_ids(connection)
            what = f"no capability {capability_id!r} was ever on the list"
            what += suggest_spelling(capability_id, ids)
            remedy = "Name it by its id, as v1_capability and the rule book have it."
            raise UsageError(Problem("evidence", what, remedy))
        past = load_list_as_of(connection, period.ends)
        revision = past.publication.revision if past.publication else 0
        log = read_capability_log(connection, capability_id, revision)
    return gather_evidence(capability_id, period, past, log, shows_removed=shows_removed)


def _write_file(path: Path, page: str) -> None:
    """Write the page; only a page of this kind is ever replaced."""
    try:
        if not may_replace(path, MARK):
            what = "is there, and is no evidence that was written before"
            raise UsageError(Problem(str(path), what, "Name another file, or move this one away."))
        with replace_file(path, READABLE) as fresh:
            fresh.write_text(page, "utf-8", newline="")
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        remedy = "Name a file in a folder that is there and that this user may write to."
        raise DatabaseError(Problem(str(path), what, remedy)) from None
