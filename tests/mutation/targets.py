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
    f"{_PLAN}/test_{name}.py"
    for name in ("guard_limits", "guards", "let_through", "rule_diff", "translate")
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
_STATE, _PIPELINE = "tests/sync/store/state", "tests/sync/pipeline"
_RULES = (f"{_PIPELINE}/run/test_new_rules.py", "tests/sync/service/test_served_rules.py")
_HISTORIES = (f"{_PIPELINE}/consistency/test_histories.py",)
_WALK = (f"{_STATE}/site/test_site.py", f"{_STATE}/mirror/test_mirror.py")
_RETRY = tuple(f"{_CLIENT}/test_{name}.py" for name in ("retrying", "http", "both_clients"))

TARGETS = {
    "guards": (
        Target("translators/plan/guards.py", _GUARDS),
        Target("translators/plan/let_through.py", _GUARDS),
        Target("translators/plan/rule_diff.py", _GUARDS),
        Target("translators/backlog/losses.py", ("tests/translators/backlog/test_losses.py",)),
        Target("translators/backlog/emptied.py", ("tests/translators/backlog/test_emptied.py",)),
        Target("sync/pipeline/consistency/clocks.py", (f"{_PIPELINE}/consistency/test_clocks.py",)),
        Target("sync/pipeline/pull/losses.py", _LOSS),
        Target("sync/pipeline/pull/census.py", _LOSS),
        Target("sync/store/state/mirror/losses.py", _LOSS),
        Target("sync/pipeline/run/kept.py", _RULES),
    ),
    "publish": (
        Target("sync/store/clean/publish.py", _LOG),
        Target("sync/store/clean/publication_log.py", _LOG),
        Target("sync/store/clean/freshness.py", _LOG),
    ),
    "lease": (
        Target("sync/store/clean/lease.py", (f"{_CLEAN}/test_lease.py",)),
        Target(
            "sync/store/state/site/site.py",
            _WALK,
            only=tuple(
                f"SiteStore.{name}"
                for name in ("begin_walk", "take_fence", "finish_walk", "_mark_missing", "_accept")
            ),
        ),
        Target("sync/store/state/site/pull_lease.py", (f"{_STATE}/site/test_pull_lease.py",)),
        Target(
            "sync/store/state/rollups.py",
            (f"{_STATE}/mirror/test_mirror.py",),
            only=("is_fenced", "check_fence"),
        ),
    ),
    "recovery": (
        Target("sync/pipeline/consistency/histories.py", _HISTORIES),
        Target("sync/store/clean/epoch.py", _HISTORIES),
        Target("sync/store/state/last_publication.py", _HISTORIES),
    ),
    "rules": (
        Target("sync/pipeline/rules/in_force.py", _RULES),
        Target("sync/pipeline/run/new_rules.py", _RULES),
        Target("sync/service/served_rules.py", _RULES),
    ),
    "telling": (
        Target(
            "sync/store/state/outbox.py",
            (f"{_STATE}/test_outbox_rows.py", f"{_STATE}/test_outbox.py"),
        ),
        Target("sync/notifications/delivery.py", ("tests/sync/notifications/test_delivery.py",)),
    ),
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
