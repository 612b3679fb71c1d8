"""The commands that show what sales sees."""

import re
from argparse import ArgumentTypeError, Namespace
from datetime import date

from sync.cli.help import sales as texts
from sync.cli.help.shared import SALES
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
    from sync.cli.commands.sales.find import show_answer, show_answers

    if bool(given.words) == bool(given.file):
        what = "takes what a customer asked for: words, or --file with an ask a line"
        raise UsageError(Problem("find", what, "See `headway find --help`."))
    settings = read_given_settings(given)
    if given.file:
        return show_answers(settings, given.file, given.as_json)
    return show_answer(settings, " ".join(given.words), given.as_json)


@command(SALES, texts.DIGEST, AS_JSON)
def digest(given: Namespace) -> int:
    """Tell what is available, what changed and what waits.

    And how fresh the list is: for a fortnight, or as long as HEADWAY_DIGEST has it. `headway serve`
    sends the same to HEADWAY_WEBHOOK_URL. No date is in it, and nothing that is not published.
    """
    from sync.cli.commands.sales.digest import show_digest

    return show_digest(read_given_settings(given), given.as_json)


@command(
    SALES,
    texts.EVIDENCE,
    word("capability_id", "CAPABILITY"),
    option("--on", metavar="DATE", required=True, help="The day, or the moment, that it is about."),
    option("--output", metavar="F", type=named_path, help="Write the page to F."),
    option("--with-removed", dest="shows_removed", help="Show words that were redacted since."),
    AS_JSON,
)
def evidence(given: Namespace) -> int:
    """Show what sales could see of one capability on a day, in one file that proves it.

    DATE is a day such as 2026-11-23, or a moment such as 2026-11-23T14:30, in HEADWAY_TIMEZONE. The
    page holds the words, what they meant, how the list stood, and the chain of hashes up to then:
    of other capabilities no word. With --json a file is written only where --output names one.
    """
    from sync.cli.commands.sales.evidence import show_evidence

    return show_evidence(
        read_given_settings(given),
        given.capability_id,
        given.on,
        output=given.output,
        shows_removed=given.shows_removed,
        as_json=given.as_json,
    )


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


@command(
    SALES,
    texts.EXPORT,
    option("--view", metavar="VIEW", default="v1_crm", help="Which view: v1_crm unless given."),
    option(
        "--format",
        dest="shape",
        metavar="csv|jsonl",
        choices=("csv", "jsonl"),
        help="csv, or jsonl: an object a line. Else by the name of F; csv where that tells none.",
    ),
    option("--since", metavar="N", type=_whole_number, help="Only what changed after N."),
    option("--epoch", metavar="E", help="With --since: the epoch that N is of."),
    option("--cursor-file", metavar="F", type=named_path, help="Keep how far one has read in F."),
    option("--output", metavar="F", type=named_path, help="Write to F, whole or not at all."),
    option("--excel", help="Begin with the mark by which Excel knows UTF-8."),
    AS_JSON,
)
def export(given: Namespace) -> int:
    """Write a view as CSV or JSON Lines: all of it, or what changed since a cursor.

    What was taken off the list is told as a row that says so. Where a database was restored the
    whole view is written anew, and it says so. No cell of a CSV is a formula. Needs a reader's
    rights alone; --json tells of a file what was written to it, and the next cursor.
    """
    from models.errors import Problem, UsageError
    from sync.cli.commands.sales.export import ExportOptions, choose_cursor, export_view

    if given.as_json and not given.output:
        raise UsageError(Problem("--json", "tells of a file: give --output too"))
    options = ExportOptions(
        view=given.view,
        shape=given.shape,
        cursor=choose_cursor(given.since, given.epoch, given.cursor_file),
        cursor_file=given.cursor_file,
        output=given.output,
        for_excel=given.excel,
        as_json=given.as_json,
    )
    return export_view(read_given_settings(given), options)


@command(
    SALES,
    texts.BOARD,
    option("--on", metavar="DATE", help="Write the page as it stood on that day, or at a moment."),
    option(
        "--output",
        metavar="F",
        type=named_path,
        help="Write the page to F, - for standard output; else to HEADWAY_BOARD_PATH, else to "
        "var/board.html. One of a past day goes to var/board-DATE.html.",
    ),
    AS_JSON,
)
def board(given: Namespace) -> int:
    """Write the sales board: the list as one page for any browser, with all that may be said.

    It needs nothing else and asks nobody. Every run writes it anew where HEADWAY_BOARD_PATH says;
    `headway serve` shows it at HEADWAY_HTTP_ADDRESS. With --on it is the page that stood that day
    in HEADWAY_TIMEZONE, by the publication log, under a banner that says so; words that were
    redacted since stand on it as they read then. DATE is 2026-11-23, or 2026-11-23T14:30.
    """
    from sync.cli.commands.sales.board import make_board, make_past_board

    settings = read_given_settings(given)
    if given.on is not None:
        return make_past_board(settings, given.on, given.output, given.as_json)
    return make_board(settings, given.output, given.as_json)


def _named_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date such as 2026-11-23") from None


@command(
    SALES,
    texts.LINT,
    word("files", "FILE...", nargs="+"),
    option(
        "--as-of",
        metavar="DATE",
        type=_named_day,
        help="Hold promises against what could be read on DATE, whatever a document's own date is.",
    ),
    option(
        "--column",
        dest="columns",
        metavar="NAME",
        action="append",
        default=[],
        help="Of tables (CSV) read this column alone; may be given several times.",
    ),
    option(
        "--exclude",
        metavar="PATTERN",
        action="append",
        default=[],
        help="Pass over files and folders of such a name, as drafts or *.csv; likewise.",
    ),
    option("--config", metavar="DIR", type=named_path, help="Lint by the rules in DIR."),
    option(
        "--format",
        dest="shape",
        metavar="text|json|sarif|markdown|github",
        choices=("text", "json", "sarif", "markdown", "github"),
        default="text",
        help="How to say it; sarif is what code hosts and viewers read.",
    ),
    AS_JSON,
)
def lint(given: Namespace) -> int:
    """Find promises and leaks in what was written already, and what they were promises of.

    FILE is a text, Markdown or HTML page, table (CSV), mail (.eml), docx, pptx, xlsx or pdf; a
    folder of such; or - for standard input. Each promise is held against what the list said on the
    document's day.
    """
    from sync.cli.commands.sales.lint import LintOptions, lint_documents

    options = LintOptions(
        files=given.files,
        exclude=given.exclude,
        columns=frozenset(given.columns),
        as_of=given.as_of,
        config=given.config,
        shape="json" if given.as_json else given.shape,
    )
    return lint_documents(read_given_settings(given), options)


@command(
    SALES,
    texts.MCP,
    option(
        "--http",
        metavar="HOST:PORT",
        help="Serve over HTTP there, such as 127.0.0.1:8321, in place of stdin and stdout.",
    ),
    option(
        "--allow-host",
        dest="names",
        metavar="NAME",
        action="append",
        default=[],
        help="With --http: a name that callers give this machine; may be given several times.",
    ),
)
def mcp(given: Namespace) -> int:
    """Answer assistants, by the Model Context Protocol: what the list has, and what to say of it.

    A process of its own with a reader's rights: it reaches the list and HEADWAY_REQUESTS_FILE,
    nothing else. An assistant starts it and speaks over stdin and stdout; with --http, many do.
    """
    from models.errors import Problem, UsageError
    from sync.cli.commands.sales.mcp import serve_assistants

    if given.names and not given.http:
        raise UsageError(Problem("--allow-host", "goes with --http", "See `headway mcp --help`."))
    return serve_assistants(read_given_settings(given), given.http, given.names)
