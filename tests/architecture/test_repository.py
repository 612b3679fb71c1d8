import re

import pytest

from tests.architecture.repository import ROOT, our_files

REGISTRY = re.compile(r"\bpypi[.]org|pythonhosted[.]org|(?<!no-emit)-index[-]url|--find[-]links")
MOCK = re.compile(
    r"^\s*(from|import)\s+(unittest[.])?mock\b|unittest[ ]import mock\b", re.MULTILINE
)
MACHINE = re.compile(r"(?m)(^|[\s\"'=])(/home/\w+|/root|/Users/\w+|/tmp/\w+)/")


def found_in_our_files(pattern: re.Pattern[str], suffixes: tuple[str, ...] = ()) -> list[str]:
    """Each place, as file:line."""
    places = []
    for file in our_files():
        if suffixes and file.suffix not in suffixes:
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.end()) + 1
            places.append(f"{file.relative_to(ROOT)}:{line}")
    return places


def test_no_file_names_a_package_registry() -> None:
    """Whoever installs Headway chooses the registry; the hashes say that it is the right thing."""
    assert found_in_our_files(REGISTRY) == []


def test_no_test_replaces_what_it_tests() -> None:
    assert found_in_our_files(MOCK, (".py",)) == []


def test_no_requirement_file_names_a_place_on_one_machine() -> None:
    assert found_in_our_files(MACHINE, (".txt", ".toml")) == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-build"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text().replace("\\\n", "")

    requirements = [
        line for line in text.splitlines() if line and not line.lstrip().startswith("#")
    ]

    assert requirements
    assert [line for line in requirements if "==" not in line or "--hash=sha256:" not in line] == []
