"""The page of settings has every setting, with its default, and no other."""

import re

import pytest

from sync.settings.settings import Settings, read_settings
from sync.settings.site import SITE_FIELDS
from sync.settings.sources import PREFIX
from tests.docs.commands import SETTINGS
from tests.docs.pages import code_spans, page_names, read_page, table_rows

PAGE = read_page("docs/settings.md")
ROWS = {code_spans(row[0])[0]: row for row in table_rows(PAGE)}
READ_AS = {"": None, "all visible": (), "twice the schedule, at least `26h` and at most `8d`": None}
"""Defaults that the page says in words."""


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_described(name: str) -> None:
    assert f"`{PREFIX}{name.upper()}`" in PAGE


@pytest.mark.parametrize("name", page_names())
def test_every_setting_that_a_page_names_exists(name: str) -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", read_page(name)))
    known = {PREFIX + name.upper() for name in SETTINGS}

    assert named - known - {f"{setting}_FILE" for setting in known} == set()


@pytest.mark.parametrize("setting", ROWS)
def test_a_default_is_the_one_that_is_used(setting: str) -> None:
    told = ROWS[setting][2]
    name = setting.removeprefix(PREFIX).lower()

    default = find_value(read_settings({}), name)

    if told in READ_AS:
        assert default == READ_AS[told]
    else:
        (value,) = code_spans(told)
        assert find_value(read_settings({setting: value}), name) == default


def find_value(settings: Settings, name: str) -> object:
    of_site = SITE_FIELDS.get(name)
    return getattr(settings.only_site, of_site) if of_site else getattr(settings, name)
