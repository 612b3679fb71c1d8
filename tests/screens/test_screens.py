"""What commands show is what was looked at and kept: `python -m tests.screens` writes it anew."""

from collections.abc import Sequence
from difflib import unified_diff
from itertools import cycle
from pathlib import Path

import pytest

from tests.screens.shooting import (
    DEMO_WIDTH,
    FOLDER,
    SCENES,
    WIDTHS,
    open_demo,
    read_screens,
    shoot_scene,
)
from translators.plain_text import measure_width

SHORTENED = {"check-mistakes"}
"""Source lines are shown there only as far as they go."""


def test_every_screen_is_of_a_scene_at_each_width() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == SCENES.keys() | {"demo"}
    assert {tuple(read_screens(name)) for name in SCENES} == {WIDTHS}


ONE_IN_TURN = [(width,) for width in WIDTHS]


@pytest.mark.parametrize("widths", [ONE_IN_TURN, pytest.param([WIDTHS], marks=pytest.mark.all)])
def test_commands_show_what_was_kept(
    tmp_path: Path, widths: Sequence[tuple[int | None, ...]]
) -> None:
    """In one place and in their order: a sync is one more run that status lists."""
    shown, kept = [], []
    with open_demo(tmp_path) as page:
        shown.append(page)
        kept.append(read_screens("demo")[DEMO_WIDTH])
        for (name, words), of_scene in zip(SCENES.items(), cycle(widths), strict=False):
            shown += [shoot_scene(words, width) for width in of_scene]
            kept += [read_screens(name)[width] for width in of_scene]

    before, now = "".join(kept).splitlines(), "".join(shown).splitlines()
    assert "\n".join(unified_diff(before, now, lineterm="")) == ""


@pytest.mark.parametrize("name", SCENES)
def test_on_every_screen_lines_fit_and_no_word_is_cut_or_lost(name: str) -> None:
    screens = read_screens(name)

    words = screens.pop(None).split()
    for width, screen in screens.items():
        wide = [line for line in screen.splitlines() if measure_width(line) > (width or 0)]
        assert [line for line in wide if len(line.split()) > 1] == []
        assert name in SHORTENED or screen.split() == words
