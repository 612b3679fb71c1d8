"""Carries requests to Jira: one retry policy, bounded replies, errors in plain words."""

import sys

# httpx loads a command line of its own, with click, pygments and rich wherever they are there;
# known to be missing, it costs nothing.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
