import codecs
import os
from datetime import date
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest

from models.conditions import All, Comparison, Line, Not, Operator, Some
from models.decision import Cause
from models.errors import RuleBookError, UsageError
from models.promises import NONE_PASSED, PassedTexts
from models.rulebook import (
    Availability,
    EffortRules,
    Example,
    Extent,
    PinAction,
    Release,
    Rescale,
    Ruling,
    TeamAlias,
    TeamRule,
    Then,
    TodayBy,
    WithdrawnReason,
)
from sync.rulebook import named_fields, read_rulebook, rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.builders import an_epic
from tests.rules import INVOICING, SEARCH, a_book, changed
from translators.promises.passed_texts import digest_lists, digest_text
from translators.rules.decide import compile_rules

SHIPPED = Path(str(files("config")))


def a_folder(at: Path, **contents: str) -> Path:
    for name, text in contents.items():
        (at / f"{name}.yaml").write_text(text, "utf-8")
    return at


def problem_of(folder: Path) -> str:
    with pytest.raises(RuleBookError) as caught:
        read_rulebook(folder)
    (only,) = caught.value.problems
    return str(only).replace(f"{folder}/", "")


def test_every_field_of_a_capability_is_read_with_its_line(tmp_path: Path) -> None:
    text = """
capabilities:
  - id: invoicing
    name: Invoicing
    area: Billing
    aliases: [bills, bills, credit notes]
    summary: Create invoices.
    owner: "@pm-billing"
    available: {state: part, by: "@pm-billing", since: 2026-03}
    today: PDF and e-mail.
    today_by: configuration
    beats: fax
    effort: withhold
    when: {component: Invoicing, not: {labels: [internal]}}
    tests:
      match: PAY-120
      no_match: [{component: Invoicing, labels: [internal]}]
  - id: fax
    name: Fax
    area: Messaging
    summary: Send faxes.
    draft: yes
    withdrawn: {reason: merged, use: invoicing}
    redact: true
"""
    invoicing, fax = read_rulebook(a_folder(tmp_path, rules=text)).capabilities

    assert (invoicing.name, invoicing.area, invoicing.owner) == (
        "Invoicing",
        "Billing",
        "@pm-billing",
    )
    assert invoicing.at == Line("rules.yaml", 3)
    assert invoicing.aliases == ("bills", "credit notes")
    assert invoicing.beats == ("fax",)
    assert invoicing.withhold_effort
    assert invoicing.available == Availability(
        Extent.PART, "@pm-billing", "2026-03", Line("rules.yaml", 9)
    )
    assert (invoicing.today, invoicing.today_by) == ("PDF and e-mail.", TodayBy.CONFIGURATION)
    assert invoicing.examples == (
        Example("PAY-120", {}, True, Line("rules.yaml", 16)),
        Example(
            None,
            {"component": ("Invoicing",), "labels": ("internal",)},
            False,
            Line("rules.yaml", 17),
        ),
    )
    assert fax.draft
    assert fax.redact
    assert fax.withdrawn
    assert (fax.withdrawn.reason, fax.withdrawn.use) == (WithdrawnReason.MERGED, "invoicing")


def test_lines_of_a_block_are_all_and_values_any_with_the_line_of_each() -> None:
    more = """
    screening:
      - id: debt
        then: hold
        when:
          Labels: [a, B]
          any:
            - summary Has: ["two words", x*]
            - resolution is: Empty
          not:
            work category: KTLO
    """
    rule = a_book(rest=more).screening[-1]

    first = rule.at.line
    assert rule.when == All(
        (
            Comparison("labels", Operator.EQUALS, ("a", "B"), Line("rules.yaml", first + 3)),
            Some(
                (
                    Comparison(
                        "summary", Operator.HAS, ("two words", "x*"), Line("rules.yaml", first + 5)
                    ),
                    Comparison("resolution", Operator.EMPTY, (), Line("rules.yaml", first + 6)),
                ),
                Line("rules.yaml", first + 4),
            ),
            Not(
                Comparison(
                    "work category", Operator.EQUALS, ("KTLO",), Line("rules.yaml", first + 8)
                ),
                Line("rules.yaml", first + 7),
            ),
        ),
        Line("rules.yaml", first + 3),
    )


def test_a_custom_field_may_be_called_like_a_built_in_one_and_more() -> None:
    more = "    screening:\n      - {id: debt, when: {Project type: x, Fix version (planned): y}}\n"

    assert named_fields(a_book(rest=more)) == {"project type", "fix version (planned)"}


def test_the_field_that_names_teams_is_looked_up_in_jira_too() -> None:
    assert named_fields(a_book(rest="effort: {team: {field: Squad}}")) == {"squad"}


def test_pins_are_read_with_their_day() -> None:
    pins = """
    pins:
      - {issue: PAY-1, capability: invoicing, reason: r, by: b, until: 2027-03-31}
      - {issue: PAY-2, hide: true, reason: r, by: b}
      - {issue: PAY-3, hold: true, hide: false, reason: r, by: b}
    """
    book = a_book(rest=pins)

    assert [pin.action for pin in book.pins] == [
        PinAction.CAPABILITY,
        PinAction.HIDE,
        PinAction.HOLD,
    ]
    assert book.pins[0].until == date(2027, 3, 31)


def test_an_own_rule_replaces_the_shipped_one_of_its_id_and_off_drops_it() -> None:
    own = """
    screening:
      - {id: tech-debt, reason: chores, then: hold, when: {labels: chore}}
      - {id: weak-words, off: true}
    """
    shipped = {rule.id for rule in a_book().screening}
    rules = {rule.id: rule for rule in a_book(rest=own).screening}

    assert rules.keys() == shipped - {"weak-words"}
    assert (rules["tech-debt"].reason, rules["tech-debt"].then) == ("chores", Then.HOLD)


def test_own_maps_are_laid_over_the_shipped_ones_key_by_key() -> None:
    own = """
    effort:
      edges: [1, 2, 3, 4]
      cancelled: {statuses: [Dropped]}
      void: [{issue: PAY-9, reason: booked twice, by: b}]
    guards: {level_jumps: 7}
    wording:
      states: {recent: {label: Fresh, meaning: Work was finished lately.}}
    """
    plain, book = a_book(), a_book(rest=own)
    labels = {term.code: term.label for term in book.terms if term.kind == "state"}

    assert book.effort.edges == (1, 2, 3, 4)
    assert book.effort.cancelled_statuses == ("Dropped",)
    assert book.effort.cancelled_resolutions == plain.effort.cancelled_resolutions
    assert book.effort.void[0].at.line > book.capabilities[0].at.line
    assert book.guards.level_jumps == 7
    assert book.guards.undecided_percent == plain.guards.undecided_percent
    assert (labels["recent"], labels["earlier"]) == ("Fresh", "Worked on earlier")


def test_every_key_of_effort_is_read() -> None:
    own = """
    effort:
      team: {component: [Payments, Identity]}
      team_aliases:
        - {team: SHOP, is: PAY, from: 2026-05-04, until: 2026-06-30}
        - {team: OLD, is: NEW}
      rescaled: [{team: PAY, from: "2026-05-04", times: 1/3}]
      points_fields: customfield_10016
      scheme: 2
      edges: [1, 2, 3, 4]
      points_from_percent: 50
      minimum_people: 4
      minimum_people_of: capability
      cancelled: {resolutions: [Gone], statuses: []}
      void: [{issue: PAY-1, reason: A test, by: anna}]
      release:
        - {issue: PAY-2, reason: It was work, by: anna}
        - {team: PAY, day: "2026-05-02", reason: It was work, by: anna}
    """
    book = a_book(rest=own)
    first = next(
        number
        for number, line in enumerate(book.texts["rules.yaml"].splitlines(), 1)
        if line.startswith("effort:")
    )

    assert book.effort == EffortRules(
        team=TeamRule("component", ("Payments", "Identity")),
        aliases=(
            TeamAlias("SHOP", "PAY", date(2026, 5, 4), date(2026, 6, 30)),
            TeamAlias("OLD", "NEW", None, None),
        ),
        rescaled=(Rescale("PAY", date(2026, 5, 4), Fraction(1, 3)),),
        points_fields=("customfield_10016",),
        scheme=2,
        edges=(1, 2, 3, 4),
        points_from_percent=50,
        minimum_people=4,
        minimum_people_of="capability",
        cancelled_resolutions=("Gone",),
        cancelled_statuses=(),
        void=(Ruling("PAY-1", "A test", "anna", Line("rules.yaml", first + 13)),),
        release=(
            Ruling("PAY-2", "It was work", "anna", Line("rules.yaml", first + 15)),
            Release("PAY", date(2026, 5, 2), "It was work", "anna", Line("rules.yaml", first + 16)),
        ),
    )


def test_a_section_may_be_spread_over_files(tmp_path: Path) -> None:
    folder = a_folder(
        tmp_path,
        billing=f"capabilities:\n{INVOICING}\nwording: {{guide: []}}\n",
        search=f"capabilities:\n{SEARCH}\nwording: {{states: {{}}}}\n",
    )

    assert {rule.id for rule in read_rulebook(folder).capabilities} == {"invoicing", "search"}


def test_a_key_given_in_two_files_is_told_with_both_places(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, a="guards: {level_jumps: 1}\n", b="guards: {level_jumps: 2}\n")

    assert problem_of(folder).startswith(
        "b.yaml:1:10: error: guards: level_jumps stands in two places, first at a.yaml:1"
    )


def test_the_stored_texts_of_a_book_give_the_same_book(tmp_path: Path) -> None:
    book = read_rulebook(a_folder(tmp_path, rules=f"capabilities:\n{INVOICING}\n"))

    assert rulebook_from_texts(book.texts) == book


def test_one_changed_letter_changes_the_digest() -> None:
    assert a_book().digest != a_book(rest="# a comment").digest


def test_the_shipped_folder_is_not_laid_over_itself() -> None:
    book = read_rulebook(SHIPPED)

    assert set(book.texts) == set(read_shipped_texts())
    assert not book.capabilities


def test_the_shipped_folder_may_hold_own_files_beside(tmp_path: Path) -> None:
    (tmp_path / "config").symlink_to(SHIPPED)

    assert read_rulebook(tmp_path / "config") == read_rulebook(SHIPPED)


@pytest.mark.parametrize("name", ["missing", "file.txt", "nul\0"])
def test_where_there_is_no_folder_init_is_recommended(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("")

    with pytest.raises(UsageError, match="headway init"):
        read_rulebook(tmp_path / name)


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    text = f"capabilities:\n{INVOICING}\n".replace("\n", "\r\n")
    (tmp_path / "rules.yaml").write_bytes(codecs.BOM_UTF8 + text.encode())

    assert [rule.at.line for rule in read_rulebook(tmp_path).capabilities] == [3]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.yaml", "pins: []\n# é".encode("latin-1"), "a.yaml:2:3: error: has a letter"),
        ("a.yaml", "pins: []".encode("utf-16"), "a.yaml: error: is UTF-16 text"),
        ("a.yaml", b"#" * 2_000_001, "a.yaml: error: is larger than 2 MB"),
        ("a.yml", b"pins: []", "a.yml: error: ends in .yml and would not be read"),
        ("a.YAML", b"pins: []", "a.YAML: error: ends in .YAML and would not be read"),
    ],
)
def test_a_file_that_cannot_be_read_as_text_is_told(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    (tmp_path / name).write_bytes(content)

    assert problem_of(tmp_path).startswith(expected)


def test_a_folder_that_is_called_like_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").mkdir()

    assert problem_of(tmp_path).startswith("rules.yaml: error: cannot be read: Is a directory")


def test_rule_files_in_the_folders_below_are_read_and_named_by_their_way(tmp_path: Path) -> None:
    path = tmp_path / "team" / "billing" / "rules.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(f"capabilities:\n{INVOICING}\n")
    (tmp_path / "team" / "round").symlink_to(tmp_path)

    [rule] = read_rulebook(tmp_path).capabilities

    assert str(rule.at) == "team/billing/rules.yaml:3"

    (tmp_path / "again.yaml").write_text(path.read_text())
    told = problem_of(tmp_path)
    assert told.startswith("team/billing/rules.yaml:3:")
    assert "first at again.yaml:3" in told


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("team/a.yml", "team/a.yml: error: ends in .yml and would not be read"),
        ("1/2/3/4/5/a.yaml", "1/2/3/4/5: error: is more than 4 folders down, and would not"),
        ("1/2/3/4/5/6/7/8/a.yaml", "1/2/3/4/5: error: is more than 4 folders down, and would"),
    ],
)
def test_rule_files_below_are_never_passed_over(tmp_path: Path, name: str, expected: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("pins: []")

    assert problem_of(tmp_path).startswith(expected)


def test_a_folder_without_rules_in_it_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "read.me").write_text("{")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.yaml").write_text("{")

    assert not read_rulebook(tmp_path).capabilities


def test_what_cannot_be_read_hides_no_mistake_of_the_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("pins: []")
    (tmp_path / "b.yaml").write_text("pinz: []")

    with pytest.raises(RuleBookError) as caught:
        read_rulebook(tmp_path)

    assert len(caught.value.problems) == 2


def test_the_leavings_of_editors_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".#rules.yaml").symlink_to("nowhere")
    (tmp_path / "rules.yaml~").write_text("{")
    (tmp_path / "notes.txt").write_text("{")

    assert not read_rulebook(tmp_path).capabilities


def test_the_sample_rule_book_and_the_starter_can_be_compiled() -> None:
    assert read_rulebook(Path(str(files("sync.sample") / "config"))).capabilities
    assert all(
        rule.draft for rule in read_rulebook(Path(str(files("sync.rulebook.starter")))).capabilities
    )


@pytest.mark.parametrize("title", ["Begin making a list", "A word of welcome", "Two words"])
def test_the_example_of_the_starter_claims_nothing(title: str) -> None:
    compiled = compile_rules(read_rulebook(Path(str(files("sync.rulebook.starter")))))

    decision = compiled.decide(an_epic(summary=title), date(2026, 11, 23))

    assert decision.reasons[0].cause is not Cause.DRAFT


def test_a_capability_without_a_condition_stands_by_the_product_teams_word_alone() -> None:
    text = changed(SEARCH.replace("    when: {component: Search}\n", ""), "draft: true")

    assert a_book(text).capabilities[0].when is None


@pytest.mark.parametrize("name", ["pipe.yaml", "caf\udce9.yaml"])
def test_a_pipe_or_a_name_that_is_no_text_is_told_and_not_read(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)

    with pytest.raises(RuleBookError, match="is no file"):
        read_rulebook(tmp_path)


def test_the_same_texts_elsewhere_are_the_same_book_and_their_mistakes_name_the_place(
    tmp_path: Path,
) -> None:
    one, other = (tmp_path / name for name in ("one", "other"))
    for folder in (one, other):
        folder.mkdir()
        a_folder(folder, rules=f"capabilities:\n{INVOICING}")
    first, second = read_rulebook(one), read_rulebook(other)

    told = []
    for folder in (one, other):
        a_folder(folder, rules=f"capabilities:\n{INVOICING}    nme: Bills\n")
        with pytest.raises(RuleBookError) as caught:
            read_rulebook(folder)
        told.append([problem.where for problem in caught.value.problems])

    assert first is second
    assert compile_rules(first) is compile_rules(second)
    assert told[0] == [f"{one}/rules.yaml:9:5"]
    assert told[1] == [where.replace(str(one), str(other)) for where in told[0]]


def test_ids_that_passed_by_the_same_lists_are_not_searched_again(tmp_path: Path) -> None:
    """The linter takes longer to compile than an unchanged run has."""
    promising = INVOICING.replace("id: invoicing", "id: coming-soon")
    texts = frozenset({digest_text("coming soon")})
    lists = digest_lists(rulebook_from_texts(read_shipped_texts()).linting)
    a_folder(tmp_path, rules=f"capabilities:\n{promising}")
    with pytest.raises(RuleBookError, match="says 'coming soon'"):
        read_rulebook(tmp_path, PassedTexts("of other lists", texts))

    a_folder(tmp_path, rules=f"capabilities:\n{promising}\n# another text")
    book = read_rulebook(tmp_path, PassedTexts(lists, texts))

    assert book.capabilities[0].id == "coming-soon"
    assert book.passed == NONE_PASSED, "who publishes by it searches all anew"
