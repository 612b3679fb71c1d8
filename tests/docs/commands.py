"""The commands of `headway` and its settings, by name; nothing of them is run."""

from sync.cli.app import parse_command_line
from sync.cli.registry import COMMANDS
from sync.settings.settings import PARSERS

SETTINGS = list(PARSERS)

__all__ = ["COMMANDS", "SETTINGS", "check_command"]


def check_command(words: list[str]) -> None:
    """Raise UsageError where `headway` would not take these words behind its name."""
    parse_command_line(words)
