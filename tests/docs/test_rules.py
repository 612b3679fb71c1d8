"""The guide for people who write rules says what is so.

`python -m tests.docs.test_rules` writes its tables of keys anew.
"""

import re
from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from models.errors import RuleBookError
from models.rulebook import PinAction
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.docs.tables_of_keys import write_tables_of_keys
from translators.rules.fields import BUILT_IN

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
TABLES = re.compile(r"(?s)(?<=-->\n).*?(?=<!-- end of keys -->)")


def blocks(language: str) -> list[str]:
    fences = re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", PAGE.read_text("utf-8"))
    return [block for found, block in fences if found == language]


def write_tables(page: str) -> str:
    return TABLES.sub(lambda _: f"\n{write_tables_of_keys()}\n", page, count=1)


def test_its_tables_of_keys_are_those_of_the_schema() -> None:
    page = PAGE.read_text("utf-8")

    if write_tables(page) != page:
        pytest.fail("docs/rules.md is behind: run `python -m tests.docs.test_rules`")


def test_the_rules_it_shows_can_be_used() -> None:
    rules, items, gone = blocks("yaml")

    assert yaml.safe_load(rules)["capabilities"]
    book = rulebook_from_texts(read_shipped_texts() | {"guide.yaml": rules})
    assert [rule.id for rule in book.capabilities] == ["audit-log"]
    assert "partner-work" in {rule.id for rule in book.screening}
    assert [pin.capability for pin in book.pins] == ["audit-log"]
    book = rulebook_from_texts(read_shipped_texts() | {"items.yaml": items})
    assert [rule.items is not None for rule in book.capabilities] == [True]
    (assertions,) = (block for block in blocks("yml") if "assertions:" in block)
    listed = yaml.safe_load(assertions)["assertions"]
    names = {each.get("counts_toward") or each.get("capability") for each in listed} - {None}
    assert {"at_least", "state", "left_out", "needs_decision"} <= {key for e in listed for key in e}
    rest = (
        "".join(f"  - {{id: {name}, name: A, area: B, summary: C}}\n" for name in sorted(names))
        + "screening:\n  - {id: regulatory, when: {labels: gdpr}}\n"
    )
    text = f"{assertions}\ncapabilities:\n{rest}"
    book = rulebook_from_texts(read_shipped_texts() | {"assertions.yaml": text})
    assert len(book.assertions) == len(listed)
    book = rulebook_from_texts(read_shipped_texts() | {"gone.yaml": gone})
    assert book.gone_places == {(None, "OLD")}
    assert [pin.action for pin in book.pins] == [PinAction.HIDE]


@pytest.mark.parametrize("field", BUILT_IN)
def test_every_field_that_every_jira_has_is_named(field: str) -> None:
    assert f"`{field}`" in PAGE.read_text("utf-8")


def test_the_mistakes_it_shows_are_told_like_this() -> None:
    text = dedent(
        """\
        capabilities:
          - id: invoicing
            name: Invoicing
            area: Billing
            summary: Create and send invoices.
            when:
              all:
                componnt: Invoicing
        pins:
          - issue: PAY-431
            hide: true
            until: "2027-02-30"
            reason: A test
            by: anna
        """
    )
    (shown,) = (block for block in blocks("") if "error:" in block)

    with pytest.raises(RuleBookError) as caught:
        rulebook_from_texts(read_shipped_texts() | {"billing.yaml": text}, "rules")

    assert str(caught.value) == shown.rstrip("\n")


if __name__ == "__main__":
    PAGE.write_text(write_tables(PAGE.read_text("utf-8")), "utf-8")
