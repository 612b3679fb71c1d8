"""Asks what every run has to know anew: what the site is, what time it has, who we are there.

Over httpx like the walk, and on its connection: the `jira` package takes 0.2 s to load, and a run
that describes nothing does without it.
"""

from dataclasses import replace
from datetime import datetime

from msgspec import Struct

from models.backlog import Identity, SiteProfile
from models.errors import IdentityError, RefusedError, SettingsError, TryLaterError
from sync.jira.client.addresses import normalise_address
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.errors import explain_other_account
from sync.jira.client.texts import clean_name
from sync.jira.describe import metadata
from sync.jira.describe.answers import ServerInfo, decode_answer


class SiteInfo(Struct, frozen=True, kw_only=True):
    """What a site answers to two questions: what it is, and who we are.

    `address` is the one it gives as its own, which need not be the one it is `reached` at.
    """

    address: str
    reached: str
    deployment: str
    version: str
    server_time: datetime
    identity: Identity


def fetch_site_info(jira: BlockingJiraClient) -> SiteInfo:
    """Ask what the site is and who we are there: two requests.

    A question that Jira cannot answer now is asked again, as the retry policy says. Raises
    JiraUnreachableError, IdentityError, RefusedError or SettingsError in plain words.
    """
    site = jira.site
    metadata.check_email(site)
    reached = normalise_address(site.base) or site.where
    info = _fetch_server_info(jira)
    return SiteInfo(
        address=normalise_address(info.baseUrl) or reached,
        reached=reached,
        deployment=metadata.check_deployment(site, info),
        version=clean_name(info.version),
        server_time=metadata.read_server_time(site, info),
        identity=_fetch_identity(jira),
    )


def check_identity(jira: BlockingJiraClient, profile: SiteProfile) -> None:
    """Ask again who we are; IdentityError if that is not who we were at the beginning."""
    if _fetch_identity(jira).account != profile.identity.account:
        raise explain_other_account(jira.site)


def _fetch_identity(jira: BlockingJiraClient) -> Identity:
    answer = jira.ask_json(f"{jira.site.api}/myself", "who we are")
    return metadata.read_identity(jira.site, answer)


def _fetch_server_info(jira: BlockingJiraClient) -> ServerInfo:
    """What the server says of itself.

    One kind of Jira refuses the other kind's credentials before it says what it is. Then it is
    asked once more without any, to tell a wrong setting from a wrong token.
    """
    try:
        return _read_server_info(jira)
    except IdentityError as refused:
        _check_settings(jira)
        raise refused


def _check_settings(jira: BlockingJiraClient) -> None:
    """SettingsError if the settings are for the other kind of Jira, as far as it tells anybody."""
    site = jira.site
    once = replace(jira.retry_policy, attempts=1)
    try:
        with BlockingJiraClient(site.without_login(), once) as anonymous:
            metadata.check_deployment(site, _read_server_info(anonymous))
    except SettingsError as mistaken:
        raise mistaken from None
    except (RefusedError, TryLaterError):
        return


def _read_server_info(jira: BlockingJiraClient) -> ServerInfo:
    what = "its server information"
    answer = jira.ask_json(f"{jira.site.api}/serverInfo", what)
    return decode_answer(jira.site, what, answer, ServerInfo)
