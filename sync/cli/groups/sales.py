"""The commands that show what sales sees."""

from argparse import Namespace

from sync.cli import help as texts
from sync.cli.help import SALES
from sync.cli.parser import named_path, option, word
from sync.cli.registry import AS_JSON, command, read_given_settings


@command(
    SALES,
    texts.FIND,
    word("words", "WORDS...", nargs="*"),
    option("--file", metavar="F", type=named_path, help="Answer every line of F, an ask each."),
    AS_JSON,
)
def find(given: Namespace) -> int:
    """Find what a customer asked for in their own words, and what a rep may say about it.

    WORDS are the customer's. It is it where they are a capability's own name or alias and nothing
    else that tells anything; else up to three are close, to be asked about first, or none is.
    """
    from models.errors import Problem, UsageError
    from sync.cli.commands.find import show_answer, show_answers

    if bool(given.words) == bool(given.file):
        what = "takes what a customer asked for: words, or --file with an ask a line"
        raise UsageError(Problem("find", what, "See `headway find --help`."))
    settings = read_given_settings(given)
    if given.file:
        return show_answers(settings, given.file, given.as_json)
    return show_answer(settings, " ".join(given.words), given.as_json)
