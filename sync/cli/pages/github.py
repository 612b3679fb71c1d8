"""Commands in a log by which GitHub Actions puts words beside the line that they are about."""

import os
from pathlib import Path


def format_annotation(
    kind: str, text: str, *, title: str, file: str, line: int | None, column: int | None = None
) -> str:
    """One line: an `error` or `warning` beside a place. No text in it is a command of its own."""
    told = {"file": _relate(file), "line": line, "col": column}
    marks = {key: value for key, value in told.items() if value} | {"title": title}
    listed = ",".join(f"{key}={_escape_property(str(value))}" for key, value in marks.items())
    return f"::{kind} {listed}::{_escape_data(text)}"


def disarm(line: str) -> str:
    """A plain line of a log, in which an older form of a command is none, wherever it stands."""
    return line.replace("##[", "# #[")


def _relate(file: str) -> str:
    """A file as it is named in the repository that this is run in."""
    path = Path(file)
    return os.path.relpath(path) if path.is_absolute() and path.is_relative_to(Path.cwd()) else file


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
