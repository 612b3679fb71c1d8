"""The modules that keep the list whole, each with the tests that guard it."""

from typing import NamedTuple


class Target(NamedTuple):
    """A module, and the files of quick tests that have to notice a mistake in it.

    `only` names the functions that are looked at where the rest is another's business.
    """

    module: str
    tests: tuple[str, ...]
    only: tuple[str, ...] = ()


_PLAN, _CLEAN = "tests/translators/plan", "tests/sync/store/clean"
_CLIENT, _PULL = "tests/sync/jira/client", "tests/sync/pipeline/pull"
_GUARDS = tuple(
    f"{_PLAN}/test_{name}.py" for name in ("guard_limits", "guards", "rule_diff", "translate")
)
_LOSS = (f"{_PULL}/test_partial_loss.py", f"{_PULL}/test_loss.py")
_LOG = tuple(
    f"{_CLEAN}/test_{name}.py"
    for name in (
        "publish",
        "publication_log",
        "chain",
        "past_list",
        "readers_file",
        "evidence_page",
    )
)
_RETRY = tuple(f"{_CLIENT}/test_{name}.py" for name in ("retrying", "http", "both_clients"))

TARGETS = {
    "guards": (
        Target("translators/plan/guards.py", _GUARDS),
        Target("translators/plan/rule_diff.py", _GUARDS),
        Target("translators/backlog/losses.py", ("tests/translators/backlog/test_losses.py",)),
        Target("sync/pipeline/pull/losses.py", _LOSS),
        Target("sync/pipeline/pull/census.py", _LOSS),
        Target("sync/store/state/losses.py", _LOSS),
    ),
    "publish": (
        Target("sync/store/clean/publish.py", _LOG),
        Target("sync/store/clean/publication_log.py", _LOG),
        Target("sync/store/clean/freshness.py", _LOG),
    ),
    "lease": (Target("sync/store/clean/lease.py", (f"{_CLEAN}/test_lease.py",)),),
    "retry": (
        Target("sync/jira/client/retry.py", _RETRY),
        Target("sync/jira/client/rate_headers.py", _RETRY),
        Target("sync/jira/client/adaptive_limit.py", _RETRY),
        Target(
            "sync/jira/client/run_limits.py", (*_RETRY, "tests/sync/jira/read/test_run_limits.py")
        ),
        Target(
            "sync/jira/client/http.py",
            _RETRY,
            only=tuple(
                f"JiraClient.{name}"
                for name in ("is_spent", "ask", "_ask_once", "_send", "_check_reply", "_keep_pace")
            ),
        ),
    ),
}
"""By what they do."""
