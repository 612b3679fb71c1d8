"""What docs/crm says a CRM needs is what `v1_crm` has, and every row of it fits."""

import csv
from random import Random

import pytest
from sqlalchemy import Engine

from models.tables.views import COLUMNS
from sync.cli.crm_package import CrmField, describe_package, list_fields, list_picklist_values
from sync.store.clean.exported_rows import Row, read_exported_rows
from tests.architecture.repository import ROOT
from tests.databases import both_databases, sqlite_urls
from tests.sync.store.clean.exporting import readers_url
from tests.sync.store.clean.publishing import RandomPublisher

FOLDER = ROOT / "docs" / "crm"


@pytest.mark.parametrize("name", describe_package())
def test_the_files_are_as_they_would_be_written_now(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == describe_package()[name]


def test_every_column_has_a_field_and_every_code_a_label() -> None:
    fields, values = list_fields(), list_picklist_values()

    assert tuple(field.column for field in fields) == COLUMNS["v1_crm"]
    assert [field.column for field in fields if field.unique] == ["capability_id"]
    assert {value.column for value in values} == {
        field.column for field in fields if field.salesforce_type.startswith("Picklist")
    }
    assert all(value.label and value.meaning for value in values)
    assert len({(value.column, value.label) for value in values}) == len(values)
    assert len({field.salesforce_name for field in fields}) == len(fields)


def test_the_words_of_the_page_are_those_of_the_tables() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")
    with (FOLDER / "picklists.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file) if row["column"] != "effort_code"}

    reasons = {code for code in codes if f"| `{code}` |" in page}
    assert reasons == {"merged", "not_for_sale", "mistake"}


def refuse(field: CrmField, row: Row) -> str | None:
    """What a CRM with these fields would say against a row."""
    value = row[field.column]
    codes = {each.code for each in list_picklist_values() if each.column == field.column}
    if field.required and value in (None, ""):
        return f"{field.column} is missing"
    if field.length and value is not None and len(value) > field.length:
        return f"{field.column} is too long"
    if codes and value is not None and value not in codes:
        return f"{field.column} does not know {value}"
    return None


@pytest.fixture
def clean_engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    with both_databases(*sqlite_urls(tmp_path_factory.mktemp("crm"))) as (engine, _):
        return engine


def test_no_row_is_refused_withdrawn_and_redacted_ones_too(clean_engine: Engine) -> None:
    publisher = RandomPublisher(clean_engine, Random(5))
    for _ in range(30):
        publisher.take_step()

    rows = read_exported_rows(readers_url(clean_engine), "v1_crm", None).rows

    assert {row["withdrawn_reason"] for row in rows} >= {None, "mistake"}
    refusals = [refuse(field, row) for row in rows for field in list_fields()]
    assert [refusal for refusal in refusals if refusal] == []
