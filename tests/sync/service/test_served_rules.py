"""Which rules a service goes by while its folder is broken, mended, refused or being written."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from msgspec.structs import replace
from structlog.testing import capture_logs

from models.capability import PublishedCapability
from models.errors import Problem, RuleBookError, UsageError
from models.promises import NONE_PASSED
from sync.pipeline.context import Context
from sync.pipeline.rules.kept_rules import MOST_TOLD
from sync.pipeline.rules.own_rules import RulesRead
from sync.service.served_rules import REFUSED_FOR, ServedRules
from sync.store.clean.lease import TTL, take_lease
from sync.store.clean.publish import publish_plan
from tests.builders import a_row
from tests.rules import INVOICING, SEARCH
from tests.sync.store.clean.publishing import BOOK, a_change, a_plan
from tests.variants import on_sqlite_first

pytestmark = on_sqlite_first
NO_FIELD = RuleBookError([Problem("rules.yaml:3", "names a field that Jira does not have", "")])


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """What the log says."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.stdlib.BoundLogger)
    with capture_logs() as lines:
        yield lines
    structlog.configure(**before)


def events(told: list[Any]) -> list[str]:
    """What is in the log by now."""
    return [line["event"] for line in told]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A rule book of one capability."""
    folder = tmp_path / "rules"
    folder.mkdir()
    write(folder, "Invoicing")
    return folder


def write(folder: Path, name: str, capability: str = INVOICING, rest: str = "") -> None:
    """Name the capability so."""
    text = capability.replace("name: Invoicing", f"name: {name}")
    (folder / "rules.yaml").write_text(f"capabilities:\n{text}{rest}", "utf-8")


def break_rules(folder: Path, how: str = "name: [") -> None:
    (folder / "rules.yaml").write_text(f"capabilities:\n  - {how}\n", "utf-8")


def publish(context: Context, *ids: str) -> None:
    """Publish capabilities."""
    token, rows = take_lease(context.clean, "me", TTL).token, [a_row(each, "It") for each in ids]
    remembered = tuple(
        PublishedCapability(
            capability_id=row.capability_id,
            level=row.effort_code,
            scheme=1,
            state=row.state_code,
            is_claimed=True,
            contributing_epics=(),
            row=row,
        )
        for row in rows
    )
    plan = replace(a_plan(0, tuple(map(a_change, rows))), remembered=remembered)
    day = timedelta(days=1)
    publish_plan(context.clean, plan, BOOK, run_id="r", token=token, fresh_for=day)


def read(rules: ServedRules, context: Context) -> RulesRead:
    return rules.read(context, NONE_PASSED)


def name_of(found: RulesRead) -> str:
    """What the capability is called, and ! where these are not the rules of the folder."""
    return found.rulebook.capabilities[0].name + ("!" if found.findings else "")


def test_there_is_no_service_without_rules(tmp_path: Path, context: Context) -> None:
    with pytest.raises(UsageError):
        ServedRules(tmp_path / "nowhere")


def test_the_rules_of_the_folder_are_in_force(
    folder: Path, context: Context, told: list[Any]
) -> None:
    rules = ServedRules(folder)
    names = [name_of(read(rules, context))]
    write(folder, "Billing")

    assert [*names, name_of(read(rules, context))] == ["Invoicing", "Billing"]
    assert events(told) == []


def test_the_last_rules_that_came_through_a_run_stay_in_force_while_others_are_broken(
    folder: Path, context: Context, told: list[Any]
) -> None:
    rules = ServedRules(folder)
    write(folder, "Billing")
    read(rules, context)
    break_rules(folder)
    names = [name_of(read(rules, context))]
    write(folder, "Billing")
    read(rules, context)
    rules.accept()
    break_rules(folder)
    names.append(name_of(read(rules, context)))
    rules.accept()
    names.append(name_of(read(rules, context)))

    assert names == ["Invoicing!", "Billing!", "Billing!"]
    assert events(told) == ["rules.broken", "rules.mended", "rules.broken"]


def test_each_fault_is_told_once_and_so_is_that_it_was_mended(
    folder: Path, context: Context, told: list[Any]
) -> None:
    rules = ServedRules(folder)
    for broken in ("name: [", "name: [", "nonsense", "nonsense"):
        break_rules(folder, broken)
        read(rules, context)
    assert events(told) == ["rules.broken", "rules.broken"]
    write(folder, "Invoicing")
    for _ in range(2):
        read(rules, context)

    assert events(told) == ["rules.broken", "rules.broken", "rules.mended"]


def test_a_run_notes_the_first_faults_and_that_other_rules_are_in_force(
    folder: Path, context: Context
) -> None:
    rules = ServedRules(folder)
    write(folder, "Invoicing", rest="".join(f"x{number}: 1\n" for number in range(9)))

    findings = read(rules, context).findings

    assert len(findings) == MOST_TOLD == 5
    assert {each.code for each in findings} == {"rules-broken"}
    assert all(each.what.endswith("; the last good rules stay in force") for each in findings)
    assert findings[0].where.startswith(str(folder / "rules.yaml"))


def test_rules_that_lack_what_was_published_are_broken(
    folder: Path, context: Context, told: list[Any]
) -> None:
    publish(context, "invoicing", "other")
    rules = ServedRules(folder)
    names = [name_of(read(rules, context))]  # what it began with, a run refuses
    write(folder, "Search", SEARCH)
    found = read(rules, context)

    assert [*names, name_of(found)] == ["Invoicing", "Invoicing!"]
    assert [each.what.partition(":")[0].partition(";")[0] for each in found.findings] == [
        "lacks the published capability 'invoicing'",
        "lacks the published capability 'other'",
    ]
    assert events(told) == ["rules.broken"]


def test_rules_that_came_through_no_run_are_not_tried_again_until_they_are_others(
    folder: Path, context: Context, told: list[Any]
) -> None:
    rules = ServedRules(folder)
    write(folder, "Billing")
    read(rules, context)

    is_another = rules.refuse(NO_FIELD)
    names = [name_of(read(rules, context)) for _ in range(2)]
    write(folder, "Bills")
    names.append(name_of(read(rules, context)))
    write(folder, "Billing")
    names.append(name_of(read(rules, context)))

    assert is_another
    assert names == ["Invoicing!", "Invoicing!", "Bills", "Billing"]
    assert events(told) == ["rules.broken", "rules.mended"]


def test_a_run_by_the_last_good_rules_makes_no_others_good(
    folder: Path, context: Context, told: list[Any]
) -> None:
    rules, names = ServedRules(folder), []
    write(folder, "Billing")
    read(rules, context)
    break_rules(folder)
    read(rules, context)
    rules.accept()
    names.append(name_of(read(rules, context)))
    write(folder, "Billing")
    read(rules, context)
    before = len(told)
    rules.refuse(NO_FIELD)
    assert events(told)[before:] == ["rules.broken"]
    rules.accept()
    names.append(name_of(read(rules, context)))

    assert names == ["Invoicing!", "Invoicing!"]


def test_rules_that_were_refused_are_tried_again_after_a_while(
    folder: Path, context: Context
) -> None:
    names = []
    for seconds in (600.0, 0.0):
        rules = ServedRules(folder, refused_for=seconds)
        write(folder, "Billing")
        read(rules, context)
        rules.refuse(NO_FIELD)
        names.append(name_of(read(rules, context)))
        write(folder, "Invoicing")

    assert names == ["Invoicing!", "Billing"]
    assert timedelta(seconds=REFUSED_FOR) == timedelta(hours=20)


def test_where_the_last_good_rules_are_refused_there_are_no_others(
    folder: Path, context: Context, told: list[Any]
) -> None:
    rules = ServedRules(folder)
    read(rules, context)

    assert not rules.refuse(NO_FIELD)
    assert name_of(read(rules, context)) == "Invoicing"
    assert events(told) == []


def test_files_are_gone_into_once_nobody_writes_them_any_more(
    folder: Path, context: Context
) -> None:
    rules = ServedRules(folder)
    looks = [rules.has_changed(), rules.has_changed()]
    rules.take()
    looks.append(rules.has_changed())
    write(folder, "Bill")
    looks.append(rules.has_changed())
    write(folder, "Billing")
    looks += [rules.has_changed(), rules.has_changed()]
    rules.take()
    looks.append(rules.has_changed())
    rules.put_back()
    looks.append(rules.has_changed())

    assert looks == [True, True, False, False, False, True, False, True]
