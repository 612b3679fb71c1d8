"""A comment behind a text cuts it off without a word: it is a mistake, with the way out."""

import pytest

from sync.rulebook.yaml.reading import read_tree


@pytest.mark.parametrize(
    "line",
    [
        "name: C #1 invoices",
        "summary: Works with F #sharp",
        "summary: The number # of seats",
        "name: Audit log  # the one for sales",
        "area: Billing	# tab",
        "component: Team #4",
        "component: Audit log # one space",
        "by: anna #2",
    ],
)
def test_what_stands_behind_a_text_is_told(line: str) -> None:
    _, mistakes = read_tree("rules.yaml", f"{line}\n")

    assert any("a comment begins here" in mistake.what for mistake in mistakes)
    found = next(mistake for mistake in mistakes if "a comment" in mistake.what)
    assert found.at == ("rules.yaml", 1, line.index("#") + 1)
    assert "quotes" in found.remedy


@pytest.mark.parametrize(
    "text",
    [
        "# alone\nname: x\n",
        'name: "C #1 invoices"\n',
        "name: 'C #1 invoices'  # said in quotes\n",
        "id: audit-log   # stable for ever\n",
        "scheme: 3  # pinned\n",
        "aliases: [SIEM, Splunk]  # the customer's words\n",
        "component: Audit log    # equals any of these\n",
        "name: C#1 and F#\n",
        "summary: >\n  the number # of seats\n",
        "capabilities:  # all of them\n  - id: x\n",
    ],
)
def test_comments_that_cut_nothing_off_are_left_alone(text: str) -> None:
    _, mistakes = read_tree("rules.yaml", text)
    assert mistakes == []


def test_within_brackets_too_nothing_is_cut_off_in_silence() -> None:
    assert read_tree("rules.yaml", "aliases: [C #1, D]\n")[1]
    assert read_tree("rules.yaml", "aliases: [C #1,\n  D]\n")[1]
