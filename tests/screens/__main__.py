"""Writes the golden screens anew."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.screens.shooting import (
    DEMO_WIDTH,
    FOLDER,
    SCENES,
    WIDTHS,
    head_screen,
    open_demo,
    shoot_scene,
)


def main() -> None:
    """One file a command, its screens one below the other."""
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    with TemporaryDirectory() as folder, open_demo(Path(folder)) as page:
        (FOLDER / "demo.txt").write_text(head_screen("demo", DEMO_WIDTH) + page)
        for name, words in SCENES.items():
            screens = [head_screen(words, width) + shoot_scene(words, width) for width in WIDTHS]
            (FOLDER / f"{name}.txt").write_text("".join(screens))


if __name__ == "__main__":
    main()
