"""What is printed to say that something is gone for good is YAML that says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import RuleBookError
from models.rulebook import PinAction, RuleBook
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from translators.rules.gone import write_gone_line, write_pin_line


def read(text: str) -> RuleBook:
    return rulebook_from_texts(read_shipped_texts() | {"gone.yaml": text})


@given(project=st.sampled_from(["PAY", "NO", "Y", "NULL", "A1_B", "OLD2"]), number=st.integers(1))
def test_the_lines_that_are_printed_do_what_they_say(project: str, number: int) -> None:
    key = f"{project}-{number}"

    book = read(f"gone:\n  {write_gone_line(project)}\npins:\n  {write_pin_line(key)}\n")

    assert [each.project for each in book.gone] == [project]
    assert [(pin.issue, pin.action) for pin in book.pins] == [(key, PinAction.HIDE)]


def test_a_project_is_said_to_be_gone_once_and_by_somebody() -> None:
    line = write_gone_line("PAY")

    with pytest.raises(RuleBookError, match="'PAY' stands in the rule book twice"):
        read(f"gone:\n  {line}\n  {line}\n")
    with pytest.raises(RuleBookError, match="'by' is missing"):
        read("gone:\n  - {project: PAY, reason: sold}\n")
