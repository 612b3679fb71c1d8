"""`headway init`: a starter rule book where there is none, and both databases."""

from importlib.resources import files

from models.errors import Problem, UsageError
from sync.cli.commands.migrate import migrate_databases
from sync.cli.output import print_page
from sync.settings.settings import Settings


def write_starter(settings: Settings) -> None:
    """Write the starter and migrate; UsageError where a rule book is there already."""
    folder = settings.config_dir
    target = folder / "capabilities.yaml"
    if target.exists():
        remedy = "Edit it, or move it away to begin anew."
        raise UsageError(Problem(str(target), "is there already", remedy))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        starter = files("sync.rulebook.starter") / "capabilities.yaml"
        target.write_text(starter.read_text("utf-8"), "utf-8")
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise UsageError(Problem(str(target), what, "Choose another HEADWAY_CONFIG_DIR.")) from None
    print_page([f"Wrote {target}."])
    migrate_databases(settings)
    print_page(["Name your capabilities in it, then run `headway sync`."])
