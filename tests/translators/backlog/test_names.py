"""By which names an issue may be called, where one site has its key and where two have."""

from models.backlog import IDS_A_SITE
from tests.builders import an_epic
from translators.backlog.names import find_ambiguous, index_by_name, list_names

MAIN = an_epic(id=1, key="PAY-1", former_keys=("OLD-7",))
EAST = an_epic(id=IDS_A_SITE + 1, key="PAY-1", site="east")


def test_an_issue_is_called_by_each_key_alone_and_behind_its_site() -> None:
    assert list_names(MAIN) == ("PAY-1", "OLD-7", "MAIN/PAY-1", "MAIN/OLD-7")


def test_a_key_that_two_sites_have_names_neither_and_its_site_tells() -> None:
    by_name = index_by_name([MAIN, EAST])

    assert "PAY-1" not in by_name
    assert by_name["MAIN/PAY-1"] is MAIN
    assert by_name["EAST/PAY-1"] is EAST
    assert by_name["OLD-7"] is MAIN
    assert find_ambiguous([MAIN, EAST]) == {"PAY-1": ("east", "main")}


def test_where_one_site_has_a_key_it_is_enough_and_one_of_now_goes_before_one_of_old() -> None:
    other = an_epic(id=2, key="OLD-7")

    by_name = index_by_name([MAIN, other])

    assert (by_name["PAY-1"], by_name["OLD-7"]) == (MAIN, other)
    assert find_ambiguous([MAIN, other]) == {}
