"""The fields and picklists that a CRM needs for `v1_crm`, from the contract and the shipped words.

`python -m sync.cli.crm_package FOLDER` writes them; docs/crm/ has what it writes, and a test says
when it has not. Limits of field types: Salesforce has Text up to 255 letters and Long Text Area
from 256 (Salesforce object reference, "Field Types"); HubSpot's names are its property types.
"""

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from models.rulebook import TodayBy, WithdrawnReason
from models.tables.contract import ColumnType, ContractColumn, list_columns
from models.tables.views import VIEWS
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts

VIEW, OBJECT = "v1_crm", "Headway_Capability__c"
_LONGEST_TEXT = 255
_MAY_BE_EMPTY = ("summary", "product_area")
"""Texts that a redacted row has empty, which a CRM takes for missing."""
_TERM_KINDS = {"state_code": "state", "effort_code": "effort"}
_OTHER_LABELS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "today_by": {
        TodayBy.PRODUCT: ("By the product", "It does so as it is."),
        TodayBy.CONFIGURATION: ("By configuration", "It does so once it is set up; no new code."),
        TodayBy.NONE: ("Nothing today", "There is nothing to tell of today."),
    },
    "withdrawn_reason": {
        WithdrawnReason.MERGED: ("Merged", "It is part of the entry that replaced_by names."),
        WithdrawnReason.NOT_FOR_SALE: ("Not for sale", "It is not, or is no longer, sold."),
        WithdrawnReason.MISTAKE: ("Mistake", "It should never have been on the list."),
    },
}


class CrmField(Struct, frozen=True, kw_only=True):
    """A field for a column of the view; `length` is the most letters of a text."""

    column: str
    label: str
    salesforce_name: str
    salesforce_type: str
    hubspot_name: str
    hubspot_type: str
    length: int | None
    required: bool
    unique: bool
    meaning: str


class PicklistValue(Struct, frozen=True, kw_only=True):
    """A value of a closed set: the code is for ever, the label is what people see."""

    column: str
    position: int
    code: str
    label: str
    meaning: str


def list_fields() -> list[CrmField]:
    """A field for each column of the view, in its order."""
    return [_describe_field(column) for column in _list_columns()]


def list_picklist_values() -> list[PicklistValue]:
    """All values that the view's closed sets can have, in the order in which to show them."""
    return [
        PicklistValue(column=column.name, position=at, code=code, label=label, meaning=meaning)
        for column in _list_columns()
        for at, (code, (label, meaning)) in enumerate(_label_codes(column), 1)
    ]


def write_package(folder: Path) -> None:
    """Write all of it: two tables, and both as one JSON document."""
    for name, text in describe_package().items():
        (folder / name).write_text(text, "utf-8")


def describe_package() -> dict[str, str]:
    """The text of each file, by its name."""
    fields, values = list_fields(), list_picklist_values()
    document = {"object": OBJECT, "view": VIEW, "fields": fields, "picklist_values": values}
    return {
        "fields.csv": _write_table(map(asdict, fields)),
        "picklists.csv": _write_table(map(asdict, values)),
        "v1_crm.json": msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n",
    }


def _list_columns() -> tuple[ContractColumn, ...]:
    return next(list_columns(view) for view in VIEWS if view.name == VIEW)


def _describe_field(column: ContractColumn) -> CrmField:
    salesforce, hubspot = _choose_types(column)
    name = "_".join(part.capitalize() for part in column.name.split("_"))
    return CrmField(
        column=column.name,
        label=column.name.replace("_", " ").capitalize(),
        salesforce_name="Name" if column.name == "name" else f"{name}__c",
        salesforce_type=salesforce,
        hubspot_name=f"headway_{column.name}",
        hubspot_type=hubspot,
        length=column.length,
        required=column.is_required and column.name not in _MAY_BE_EMPTY,
        unique=column.is_key,
        meaning=column.meaning,
    )


def _choose_types(column: ContractColumn) -> tuple[str, str]:
    """What Salesforce calls the type, and HubSpot: type, and type of field."""
    if column.codes:
        return "Picklist, restricted", "enumeration, select"
    if column.type is ColumnType.BOOLEAN:
        return "Checkbox", "bool, booleancheckbox"
    if column.type is not ColumnType.TEXT:
        return "Number(18, 0)", "number, number"
    if (column.length or 0) > _LONGEST_TEXT:
        return f"Long Text Area({column.length})", "string, textarea"
    outer = ", External ID" if column.is_key else ""
    return f"Text({column.length}){outer}", "string, text"


def _label_codes(column: ContractColumn) -> Iterator[tuple[str, tuple[str, str]]]:
    """The label of each code and what it means: the words that come with Headway, else ours."""
    kind = _TERM_KINDS.get(column.name)
    terms = rulebook_from_texts(read_shipped_texts()).terms if kind else ()
    words = {term.code: (term.label, term.meaning) for term in terms if term.kind == kind}
    for code in column.codes:
        yield code, (words or _OTHER_LABELS[column.name])[code]


def _write_table(rows: Iterable[Mapping[str, object]]) -> str:
    listed = list(rows)
    page = io.StringIO(newline="")
    writer = csv.DictWriter(page, [*listed[0]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in row.items()
        }
        for row in listed
    )
    return page.getvalue()


if __name__ == "__main__":
    write_package(Path(sys.argv[1]))
