"""The made-up company's own rule book keeps to the format's limits and makes no promise."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import sync.sample
from sync.sample.company.company import Company

CONFIG = Path(str(sync.sample.__file__)).parent / "config"
PROMISES = re.compile(
    r"\b(will|shall|plan\w*|soon|roadmap|next|coming|upcoming|expect\w*|schedul\w*|guarantee\w*"
    r"|deadline|target\w*|commit\w*)\b|\d{4}|%|https?:|\b[A-Z][A-Z0-9]+-\d+\b",
    re.IGNORECASE,
)
LIMITS = {"name": 80, "summary": 400, "area": 60, "today": 255}


def section(name: str) -> list[dict[str, Any]]:
    """The entries of one section."""
    document = yaml.safe_load((CONFIG / f"{name}.yaml").read_text(encoding="utf-8"))
    return list(document[name])


CAPABILITIES = section("capabilities")


def test_there_are_about_two_dozen_capabilities_in_six_areas() -> None:
    assert 22 <= len(CAPABILITIES) <= 26
    assert len({each["area"] for each in CAPABILITIES}) == 6
    assert len({each["id"] for each in CAPABILITIES}) == len(CAPABILITIES)


@pytest.mark.parametrize("capability", CAPABILITIES, ids=lambda each: str(each["id"]))
def test_authored_texts_are_short_and_promise_nothing(capability: dict[str, Any]) -> None:
    texts = {name: capability.get(name, "") for name in LIMITS}

    for name, text in texts.items():
        assert len(text) <= LIMITS[name]
    for text in (*texts.values(), *capability.get("aliases", ())):
        assert not PROMISES.search(text)


@pytest.mark.parametrize("name", ["capabilities", "screening"])
def test_every_rule_has_an_owner_and_an_example_each_way(name: str) -> None:
    for rule in section(name):
        assert rule["owner"].startswith("@pm-")
        assert rule["tests"]["match"]
        assert rule["tests"]["no_match"]


def test_components_named_by_the_rules_occur_in_the_backlog(company: Company) -> None:
    used = {name for issue in company.issues.values() for name in issue.components}

    assert set(_components(section("capabilities") + section("screening"))) <= used


def test_pins_name_an_epic_that_exists(company: Company) -> None:
    assert all(company.by_key(pin["issue"]) for pin in section("pins"))


def _components(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for each in node for name in _components(each)]
    if not isinstance(node, dict):
        return []
    own = node.get("component", [])
    rest = [name for key, value in node.items() if key != "tests" for name in _components(value)]
    return (own if isinstance(own, list) else [own]) + rest
