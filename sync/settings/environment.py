"""What the environment and `--env-file` give: the values of settings, and named secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from models.errors import Problem, SettingsError
from sync.settings.definitions import PARSERS
from sync.settings.env_file import read_env_file
from sync.settings.sources import PREFIX, Sources, find_setting, read_sources

NOT_OURS = {"HEADWAY_TEST_DATA", "HEADWAY_TEST_CONTRACTS"}
"""Names that begin like settings and are read by the project's own tests."""


class Environment(NamedTuple):
    """What is given, by setting: `values` that are right, `entered` all that were tried.

    `files` are where those stand that a file gives. `named` has the names that are no settings of
    ours, as `--env-file` and the environment give them: what a sites file may ask for.
    """

    values: Mapping[str, Any]
    entered: frozenset[str]
    files: Mapping[str, Path]
    named: tuple[Mapping[str, str], Mapping[str, str]]
    problems: tuple[Problem, ...]
    is_readable: bool


def read_environment(environment: Mapping[str, str], env_file: Path | None) -> Environment:
    """What is given, that of `env_file` (if any) taking precedence, and all that is wrong with it.

    Raises SettingsError where the file cannot be read at all.
    """
    written, problems = read_env_file(env_file) if env_file else ({}, [])
    in_file = {name: value for name, value in written.items() if name.startswith(PREFIX)}
    overruled = {find_setting(name, PARSERS) for name in in_file} - {None}
    entries = in_file | {
        name: value
        for name, value in environment.items()
        if name.startswith(PREFIX)
        and name not in NOT_OURS
        and find_setting(name, PARSERS) not in overruled
    }
    entries = {name: value for name, value in entries.items() if value.strip()}
    sources, misread = read_sources(entries, PARSERS, overruled)
    values, refused = _parse_texts(sources)
    entered = {find_setting(name, PARSERS) for name in entries} | set(sources.texts)
    return Environment(
        values=values,
        entered=frozenset(name for name in entered if name),
        files=sources.files,
        named=(
            _leave_out_settings(written),
            {name: value for name, value in _leave_out_settings(environment).items() if value},
        ),
        problems=(*problems, *misread, *refused),
        is_readable=not refused,
    )


def name_setting_place(setting: str) -> str:
    """The name by which the environment gives a setting."""
    return f"{PREFIX}{setting.upper()}"


def _leave_out_settings(entries: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in entries.items() if not name.startswith(PREFIX)}


def _parse_texts(sources: Sources) -> tuple[dict[str, Any], list[Problem]]:
    """The values by setting, and what is wrong with texts that are none."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for setting, text in sources.texts.items():
        try:
            values[setting] = PARSERS[setting](text)
        except SettingsError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(Problem(name_setting_place(setting), str(error)))
    return values, problems
