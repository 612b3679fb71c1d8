"""Whether the engine is installed, which is an extra."""

from importlib.util import find_spec

from models.errors import Problem, UsageError


def check_scale_installed(command: str) -> None:
    """UsageError where the extra is not there."""
    for package in ("procrastinate", "psycopg_pool"):
        if find_spec(package) is None:
            what = f"needs the package {package}, which is not there"
            remedy = "Install Headway with its extra: pip install 'headway-sync[scale]'"
            raise UsageError(Problem(command, what, remedy))
