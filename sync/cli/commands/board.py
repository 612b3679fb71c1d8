"""`headway board`: the page that sales opens."""

import sys
from pathlib import Path

from sync.board_page.render import render_board
from sync.cli.output import print_json, print_page
from sync.pipeline.board import read_board, write_board
from sync.settings.settings import Settings
from translators.plurals import count_noun

USUAL = Path("var/board.html")
"""Where the board goes if nobody says where."""
STDOUT = Path("-")


def make_board(settings: Settings, output: Path | None, as_json: bool) -> int:
    """Write the board to `output`, else to HEADWAY_BOARD_PATH, else to USUAL; `-` is stdout."""
    path = output or settings.board_path or USUAL
    if path == STDOUT:
        sys.stdout.buffer.write(render_board(read_board(settings.clean_url)))
        sys.stdout.buffer.flush()
        return 0
    written = write_board(settings, path)
    if as_json:
        print_json({"path": str(written.path), "entries": written.entries})
    else:
        entries = count_noun(written.entries, "entry")
        print_page([f"{path}: {entries}. Open it in any browser, or put it where sales finds it."])
    return 0
