"""Reads the words by which the promise linter goes, and says what is wrong in them where it is."""

from pathlib import Path
from textwrap import dedent

import pytest

from models.errors import RuleBookError
from models.promises import Names
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_folder, read_shipped_texts

WRONG = {
    "a phrase that no shipped class has": (
        """
        promises:
          - id: money
            without: {says: {en: [▸nothing]}}
        """,
        "there is no 'nothing' to take out",
    ),
    "a change of a class that is not shipped": (
        """
        promises:
          - id: ▸nope
            add: {says: {en: [x y]}}
        """,
        "no shipped rule has the id 'nope'",
    ),
    "a phrase that cannot be read": (
        """
        promises:
          - {id: own, class: L6, what: a name, says: {any: ['▸(heron']}}
        """,
        "'(heron' is no pattern: missing )",
    ),
    "a list of words that is not there": (
        """
        promises:
          - id: own
            class: L6
            what: a name
            says: {any: ['▸{bird} team']}
        """,
        "no list of words is called 'bird', or it stands further down",
    ),
    "a word that cannot be read": (
        """
        terms:
          - {id: bird, words: ['▸heron(']}
        """,
        "'heron(' is no pattern: missing )",
    ),
    "a phrase that would be found anywhere": (
        """
        promises:
          - {id: own, class: L6, what: a name, matches: '▸x?'}
        """,
        "'x?' would be found in nearly every text",
    ),
    "an allowed phrase that allows nearly everything": (
        "allow: ['▸[a-w]+']\n",
        "'[a-w]+' would be found in nearly every text",
    ),
    "a phrase of any two words": (
        """
        promises:
          - {id: own, class: L6, what: a name, says: {any: '▸\\w+ \\w+'}}
        """,
        "'\\\\w+ \\\\w+' would be found in nearly every text",
    ),
    "an allowed phrase that cannot be read": ("allow: ['▸(x']\n", "'(x' is no pattern: missing )"),
    "a code that no class has": (
        """
        promises:
          - {id: own, class: ▸P9, what: a name, says: {any: heron}}
        """,
        "must be 'P1'",
    ),
    "a waiver that nobody gave": (
        """
        waivers:
          - ▸{says: a word, by: ada, until: 2027-01-01}
        """,
        "'reason' is missing",
    ),
}


@pytest.mark.parametrize(("marked", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_where_it_stands(marked: str, expected: str) -> None:
    text = dedent(marked).lstrip("\n")
    before = text.partition("▸")[0].split("\n")

    with pytest.raises(RuleBookError) as caught:
        rulebook_from_texts(read_shipped_texts() | {"own.yaml": text.replace("▸", "")})

    problem = caught.value.problems[0]
    assert problem.where == f"own.yaml:{len(before)}:{len(before[-1]) + 1}"
    assert problem.what.startswith(f"error: {expected}")


def test_names_of_all_files_are_joined_and_lists_of_names_are_files_of_their_own(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.yaml").write_text("never: {customers: Hooli, people: [Ada Brandt]}\n")
    (tmp_path / "b.yaml").write_text("never:\n  customers: |\n    Initech\n    Umbrella\n")
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "customers.txt").write_text(
        '# from the CRM\n"Zürich Re"\n\nAcme\n', "utf-8"
    )
    (tmp_path / "notes.txt").write_text("Nobody\n")

    texts, mistakes = read_folder(tmp_path)

    assert not mistakes
    assert rulebook_from_texts(read_shipped_texts() | texts).linting.never == Names(
        customers=("Hooli", "Initech", "Umbrella", "Zürich Re", "Acme"), people=("Ada Brandt",)
    )


def test_a_shipped_list_of_words_that_is_changed_stays_before_those_that_name_it() -> None:
    own = "terms:\n  - {id: span, add: {words: moons}}\n"
    book = rulebook_from_texts(read_shipped_texts() | {"own.yaml": own})
    shipped = rulebook_from_texts(read_shipped_texts())

    assert [each.id for each in book.linting.terms] == [each.id for each in shipped.linting.terms]
    assert next(each for each in book.linting.terms if each.id == "span").words[-1] == "moons"
