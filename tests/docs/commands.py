"""The commands of `headway` and its settings, by name; nothing of them is run."""

import typer

from sync.cli.app import app
from sync.settings.settings import Settings

GROUP = typer.main.get_group(app)
COMMANDS = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
SETTINGS = list(Settings.model_fields)


def check_command(words: list[str]) -> None:
    """Raise click's own error where `headway` would not take these words behind its name."""
    with GROUP.make_context("headway", words) as context:
        name, found, arguments = GROUP.resolve_command(
            context, [*context._protected_args, *context.args]
        )
        assert found is not None
        assert found.make_context(name, arguments, parent=context).command is found
