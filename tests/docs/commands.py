"""The commands of `headway` as its own parser reads them; nothing of them is run."""

import typer

from sync.cli.app import app

GROUP = typer.main.get_group(app)
COMMANDS = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]


def check_command(words: list[str]) -> None:
    """Raise click's own error where `headway` would not take these words behind its name."""
    with GROUP.make_context("headway", words) as context:
        name, found, arguments = GROUP.resolve_command(
            context, [*context._protected_args, *context.args]
        )
        assert found is not None
        assert found.make_context(name, arguments, parent=context).command is found
