"""The commands that show what sales sees."""

from argparse import Namespace

from sync.cli import help as texts
from sync.cli.help import SALES
from sync.cli.parser import word
from sync.cli.registry import AS_JSON, command, read_given_settings


@command(SALES, texts.FIND, word("words", "WORDS...", nargs="+"), AS_JSON)
def find(given: Namespace) -> int:
    """Find what a customer asked for in their own words, and what a rep may say about it.

    WORDS are the customer's; where nothing is close, it says so.
    """
    from sync.cli.commands.find import show_answer

    return show_answer(read_given_settings(given), " ".join(given.words), given.as_json)
