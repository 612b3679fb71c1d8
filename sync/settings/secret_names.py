"""Finds what the names of secrets stand for, as a sites file gives them: never the secrets."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from models.errors import SettingsError
from sync.settings.sources import read_file


class Secret(NamedTuple):
    """What a name stands for, and the file that it stands in, if one."""

    value: Any
    file: Path | None = None


class Secrets:
    """The named secrets of an installation: those of earlier `layers` before those of later ones.

    Each is NAME in a layer, or NAME_FILE, the path of a file; or a file of that name in `folder`.
    One that is empty in an earlier layer is not set, whatever follows.
    """

    def __init__(self, layers: Sequence[Mapping[str, str]], folder: Path | None) -> None:
        self._layers, self._folder = layers, folder

    def find(self, name: str, parse: Callable[[str], Any]) -> Secret | str | None:
        """What a name stands for; words on what is wrong with it; None where it is not set."""
        try:
            text, file = self._find_text(name)
            return None if text is None else Secret(parse(text), file)
        except SettingsError as error:
            return error.problems[0].what
        except ValueError as error:
            return str(error)

    def _find_text(self, name: str) -> tuple[str | None, Path | None]:
        """The text and its file; ValueError where it is given twice or cannot be read."""
        in_folder = self._find_in_folder(name)
        for number, layer in enumerate(self._layers):
            forms = [form for form in (name, f"{name}_FILE") if form in layer]
            given = [form for form in forms if layer[form].strip()]
            if len(given) > 1 or (given and in_folder and number == len(self._layers) - 1):
                raise ValueError("is given twice: leave one of the two")
            if given == [name]:
                return layer[name].strip(), None
            if given:
                return read_file(Path(layer[given[0]])), Path(layer[given[0]])
            if forms:
                return None, None
        return (read_file(in_folder), in_folder) if in_folder else (None, None)

    def _find_in_folder(self, name: str) -> Path | None:
        if self._folder is None:
            return None
        places = (self._folder / each for each in (name, name.lower()))
        return next((place for place in places if place.exists()), None)
