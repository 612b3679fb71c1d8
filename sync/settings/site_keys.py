"""Calls a site's settings as the sites file calls them, where that is what a person has to mend."""

import re

from sync.settings.settings import Settings

_OF_A_SITE = re.compile(r"\bHEADWAY_(JIRA_[A-Z_]+|SITE)\b")


def call_by_keys(text: str, settings: Settings) -> str:
    """A message with names of the environment's settings, in the words of the file if there is one.

    The first of them names the site, where it is the only one of these settings.
    """
    if settings.sites_file is None:
        return text
    site = f" of site {settings.site}" if len(settings.sites) == 1 else ""

    def call(found: re.Match[str]) -> str:
        nonlocal site
        if found[1] == "SITE":
            return str(settings.sites_file)
        named, site = f"{found[1].lower()}{site}", ""
        return named

    return _OF_A_SITE.sub(call, text)
