"""`headway completion`: scripts by which shells complete commands, options, and ids of rules.

Ids are read by the shell itself, from the rule book's files: Python would take longer to start
than a person waits for a Tab. What cannot be read completes to nothing.
"""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from sync.cli.marks import Meaning
from sync.cli.output import print_page
from sync.cli.parser import Argument
from sync.cli.registry import COMMANDS

SHELLS = ("bash", "zsh", "fish")
IDS = {"explain": (1,), "decide": (2,), "merge": (1, 2), "withdraw": (1,), "redact": (1,)}
"""Which word of a command is the id of a capability."""
DRAFTS = {"name": (1,)}
FILES = {"snapshot": (1,)}
FOLDERS = {"--config"}
