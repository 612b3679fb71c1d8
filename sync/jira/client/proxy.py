"""Knows of the proxy that Jira is reached through, and of those that are set and not looked at."""

import os
from urllib.parse import urlsplit

SETTING = "HEADWAY_JIRA_PROXY"
IGNORED = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")
"""Variables that other programs go by. Whoever can set one could listen, so that we do not."""


def find_ignored_proxy() -> str | None:
    """The first variable of the environment that names a proxy for other programs."""
    return next((name for name in IGNORED if os.environ.get(name)), None)


def describe_proxy(proxy: str) -> str:
    """The host and port of a proxy, for messages: never who we are there."""
    return urlsplit(proxy).netloc.rpartition("@")[2]


def advise_on_proxy() -> str:
    """A sentence for whoever cannot reach Jira while another proxy is set; empty if none is."""
    name = find_ignored_proxy()
    if name is None:
        return ""
    return f" {name} is set in the environment and not looked at: if Jira is reached through a \
proxy alone, set {SETTING}."
