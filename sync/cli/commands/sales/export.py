"""`headway export`: a view as a file for other programs, whole or what changed since."""

import sys
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import asdict

from models.errors import DatabaseError, Problem, UsageError
from models.tables.views import COLUMNS
from sync.cli.commands.sales.export_cursor import read_cursor_file, write_cursor_file
from sync.cli.output import print_json, print_page
from sync.cli.pages.sales.exported import describe_export, write_csv, write_json_lines
from sync.cli.terminal import write_lines
from sync.file_replacement import replace_file
from sync.settings.settings import Settings
from sync.store.clean.exported_rows import Cursor, ExportedRows, read_exported_rows
from translators.spelling import suggest_spelling

READABLE = 0o644
_BEGINNING = 200


class ExportOptions(NamedTuple):
    """What `headway export` was given; `shape` is csv or jsonl, `cursor` where to go on."""

    view: str
    shape: str | None
    cursor: Cursor | None
    cursor_file: Path | None
    output: Path | None
    for_excel: bool
    as_json: bool


def choose_cursor(since: int | None, epoch: str | None, kept: Path | None) -> Cursor | None:
    """The cursor that was given, None where it was not; UsageError for half of one, or for two."""
    if (since is None) != (epoch is None):
        what = "go together: change_seq means nothing without the epoch it is of"
        raise UsageError(Problem("--since and --epoch", what, "Both are told by each export."))
    if since is None or epoch is None:
        return None
    if kept:
        raise UsageError(Problem("--cursor-file", "holds the cursor", "Leave --since out."))
    return Cursor(epoch, since)


def export_view(settings: Settings, options: ExportOptions) -> int:
    """Write the rows, then the cursor: an export that failed is made again from where it began."""
    if options.view not in COLUMNS:
        what = f"knows no view {options.view!r}{suggest_spelling(options.view, COLUMNS)}"
        raise UsageError(Problem("export", what, f"There are {', '.join(COLUMNS)}."))
    shape = _choose_shape(options)
    since = options.cursor
    if options.cursor_file:
        since = read_cursor_file(options.cursor_file, options.view)
    if options.output:
        _check_output(options.output, options.cursor_file)
    exported = read_exported_rows(settings.clean_url, options.view, since)
    written = _lay_out(exported, shape, options.for_excel)
    if options.output:
        _write_file(options.output, written)
    else:
        _write_to_stdout(written)
    if options.cursor_file:
        write_cursor_file(options.cursor_file, options.view, exported.cursor)
    _tell(exported, since, options)
    return 0


def _lay_out(exported: ExportedRows, shape: str, for_excel: bool) -> str:
    columns = COLUMNS[exported.view]
    if shape == "jsonl":
        return write_json_lines(columns, exported.rows)
    return write_csv(columns, exported.rows, marked=for_excel)


def _choose_shape(options: ExportOptions) -> str:
    suffix = options.output.suffix.lower() if options.output else ""
    shape = options.shape or ("jsonl" if suffix in (".jsonl", ".ndjson") else "csv")
    if options.for_excel and shape != "csv":
        raise UsageError(Problem("--excel", "goes with CSV", "See `headway export --help`."))
    return shape


def _tell(exported: ExportedRows, since: Cursor | None, options: ExportOptions) -> None:
    """Beside the rows: on stdout where they went into a file, else on stderr."""
    if options.as_json:
        told = {"view": exported.view, "rows": len(exported.rows), "cursor": exported.cursor}
        told |= {"format": _choose_shape(options), "output": str(options.output)}
        told |= {"is_whole": exported.whole is not None, "whole_because": exported.whole}
        print_json(told | {"list": asdict(exported.head)})
        return
    lines = describe_export(exported, since.change_seq if since else None, options.output)
    if options.output:
        print_page(lines)
    else:
        write_lines(lines, sys.stderr)


def _write_to_stdout(written: str) -> None:
    """As it is into a pipe; on a terminal nothing in it steers that."""
    if sys.stdout is None:
        return
    if sys.stdout.isatty():
        print_page(written.replace("\r\n", "\n").removesuffix("\n").split("\n"))
        return
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        sys.stdout.write(written)
    else:
        sys.stdout.flush()
        raw.write(written.encode())
    sys.stdout.flush()


def _check_output(path: Path, cursor_file: Path | None) -> None:
    """Refuse to write over anything but an export: a slip of the name could cost a database."""
    try:
        if cursor_file and path.resolve() == cursor_file.resolve():
            raise UsageError(Problem(str(path), "cannot hold both", "Name a file for the cursor."))
        if not path.exists():
            return
        if not path.is_file():
            raise UsageError(Problem(str(path), "is no file", "Name another one."))
        with path.open("rb") as file:
            start = file.read(_BEGINNING).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise _refuse(path, error) from None
    starts = [",".join(names[:2]) for names in COLUMNS.values()]
    starts += [f'{{"{names[0]}":' for names in COLUMNS.values()]
    if start and not any(start.startswith(each.encode()) for each in starts):
        what = "is there, and is no export that was written before"
        raise UsageError(Problem(str(path), what, "Name another file, or move this one away."))


def _write_file(path: Path, written: str) -> None:
    try:
        with replace_file(path, READABLE) as fresh:
            fresh.write_text(written, "utf-8", newline="")
    except OSError as error:
        raise _refuse(path, error) from None


def _refuse(path: Path, error: OSError) -> DatabaseError:
    what = f"cannot be written: {error.strerror or error}"
    remedy = "Name a file in a folder that is there and that this user may write to."
    return DatabaseError(Problem(str(path), what, remedy))
