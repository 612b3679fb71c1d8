"""Reads a file of NAME=value lines, as `--env-file` names it."""

from pathlib import Path

from models.errors import Problem, SettingsError


def read_env_file(path: Path) -> tuple[dict[str, str], list[Problem]]:
    """The values of the names in it, and what is wrong with the file.

    Blank lines, # comments, `export` and quotes are understood. Raises SettingsError where the
    file cannot be read at all.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError(Problem(f"--env-file {path}", f"cannot be read: {reason}")) from None
    values: dict[str, str] = {}
    problems = []
    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("export ").strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals:
            problems.append(Problem(f"{path}:{number}", "is not NAME=value"))
        else:
            values[name.strip()] = _strip_quotes(value.strip())
    return values, problems


def _strip_quotes(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value
