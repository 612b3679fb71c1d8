"""A line of a rule, written so that it can be pasted: YAML that says what it did."""

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from models.conditions import Comparison, Line, Operator
from translators.rules.condition_trace import format_yaml

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(texts, st.lists(texts, min_size=1, max_size=4))
@example("component", ["iOS", "Android OS"])
@example("component", ["iOS, Android OS"])
@example("labels", ["yes", "null", "1.0", "#tag", "a: b", "C #1", "it's", '"x"', "- x", "*y"])
@example("summary", ["\u2028", "\x85", "tab\tend ", " lead", "\U0001f389"])
def test_what_is_printed_is_read_as_it_was(field: str, values: list[str]) -> None:
    for operator, suffix in ((Operator.EQUALS, ""), (Operator.HAS, " has")):
        line = Comparison(field=field, operator=operator, values=tuple(values), at=Line("r", 1))

        read = yaml.load(format_yaml(line), yaml.BaseLoader)

        expected = values[0] if len(values) == 1 else values
        assert read == {f"{field}{suffix}": expected}


@pytest.mark.parametrize("value", ["Audit log", "tech-debt", "R2.1", "CI/CD", "node.js"])
def test_ordinary_words_need_no_quotes(value: str) -> None:
    line = Comparison(field="component", operator=Operator.EQUALS, values=(value,), at=Line("r", 1))
    assert format_yaml(line) == f"component: {value}"
