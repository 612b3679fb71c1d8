"""A held epic is explained by the lines that hold it, not by all that a long rule asks."""

from datetime import date

from sync.cli.pages.rules.explanation import format_issue
from tests.builders import an_epic
from tests.rules import a_book
from translators.explain.issue_account import IssueExplanation
from translators.rules.decide import CompiledRules

HELD = an_epic(summary="Internal migration", labels=("partner",))
FEW = """
    screening:
      - id: partners
        then: hold
        when: {any: [{labels: partner}, {labels: agency}, {labels: reseller}]}
      - {id: looks-internal, off: true}
"""
MANY = f"""
    screening:
      - id: partners
        then: hold
        when: {{any: [{", ".join(f"{{labels: {each}}}" for each in ["partner", *"abcdefghijkl"])}]}}
      - {{id: looks-internal, off: true}}
"""


def page(compiled: CompiledRules, *, show_all: bool) -> list[str]:
    explained = IssueExplanation(
        key=HELD.key,
        summary=HELD.summary,
        type=HELD.type,
        in_force=True,
        epic=None,
        outcome="needs a decision",
        decision=compiled.decide(HELD, date(2026, 11, 23)),
        noticed=(),
        traces=compiled.trace_rules(HELD),
        advice=None,
        credits=(),
    )
    return [str(line) for line in format_issue(explained, show_all=show_all)]


def test_of_a_long_rule_the_lines_that_are_met_are_shown_and_the_others_counted() -> None:
    compiled = CompiledRules(a_book(rest=MANY))

    folded, whole = page(compiled, show_all=False), page(compiled, show_all=True)

    assert any(line.lstrip().startswith("YES  ") for line in folded), folded
    assert sum(line.lstrip().startswith("- ") for line in folded) == 1
    assert folded[-1].endswith("lines are not met; --all shows them")
    assert [line for line in folded[:-1] if line not in whole] == []
    unmet = sum(line.lstrip().startswith("- ") for line in whole)
    assert unmet >= int(folded[-1].split()[1]) > 4
    assert len(folded) < 12 < len(whole)


def test_the_few_lines_of_a_rule_are_all_shown() -> None:
    compiled = CompiledRules(a_book(rest=FEW))

    assert page(compiled, show_all=False) == page(compiled, show_all=True)
