"""Turns what Jira answers instead of an answer into words a person can act on.

Nothing of a reply's body, headers or our request is repeated, so no secret can slip out.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from models.errors import (
    HeadwayError,
    IdentityError,
    IncompleteWalkError,
    JiraUnreachableError,
    Problem,
    RefusedError,
    TryLaterError,
)
from sync.jira.client.proxy import SETTING, advise_on_proxy, describe_proxy
from sync.jira.client.site import Site

CHECK_ADDRESS = "Check HEADWAY_JIRA_URL: it must be the address of Jira itself."
BAD_LOGINS = ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED", "OUT")
_CAPTCHA = "CAPTCHA"

_TOKEN_CLOUD = (
    "Check HEADWAY_JIRA_EMAIL and HEADWAY_JIRA_TOKEN, and whether the token has expired. "
    "A scoped token needs HEADWAY_JIRA_API_URL."
)
_TOKEN_DATACENTER = (
    "Check HEADWAY_JIRA_TOKEN: it must be a personal access token that has not expired."
)


class NotOfferedError(IdentityError):
    """What was asked is no question that this Jira answers. Where it has to, it is no Jira."""


class NotThereError(NotOfferedError):
    """What was asked for is not there. Where it has to be, the address is no Jira's."""


def check_login(
    site: Site, status: int, headers: Mapping[str, str], account: str | None = None
) -> None:
    """Raise IdentityError if a reply was not given to us as ourselves.

    `account` is the account id that Cloud must name, if it names any. A web page is a login page
    only where data should be: with 502 it is a proxy's excuse.
    """
    reason = headers.get("x-seraph-loginreason", "").upper()
    if _CAPTCHA in headers.get("x-authentication-denied-reason", "").upper():
        what = "asks for a captcha after failed logins"
        remedy = "Log in once in a browser as that user, then check the token."
        raise IdentityError(Problem(site.where, what, remedy))
    if any(bad in reason for bad in BAD_LOGINS):
        what = "answers as to nobody it knows: it does not accept the token"
        raise IdentityError(Problem(site.where, what, _advise_on_token(site)))
    if status == 200 and headers.get("x-ausername", "").lower() == "anonymous":
        what = "answers as to nobody it knows: the token is not looked at"
        raise IdentityError(Problem(site.where, what, _advise_on_token(site)))
    named = unquote(headers.get("x-aaccountid", ""))
    if account and named and named != account:
        raise explain_other_account(site)
    if status == 200 and "html" in headers.get("content-type", "").lower():
        raise IdentityError(_describe_web_page(site))


def check_markup(site: Site, body: bytes) -> None:
    """Raise IdentityError for a web page that passes itself off as data."""
    if body.lstrip()[:1] == b"<":
        raise IdentityError(_describe_web_page(site))


def explain_refusal(site: Site, status: int, asked: str) -> HeadwayError:
    """The error for a status that is not 200; `asked` says what we wanted, in plain words."""
    if status == 401:
        what = f"does not accept the token ({asked}: 401)"
        return IdentityError(Problem(site.where, what, _advise_on_token(site)))
    if status == 403:
        what = f"knows us and refuses {asked} (403)"
        remedy = "Give the account permission to browse the projects it is to read."
        return RefusedError(Problem(site.where, what, remedy))
    if status in (404, 405, 501):
        what = f"does not look like a Jira: {asked} is not there ({status})"
        remedy = "Check HEADWAY_JIRA_URL; a Data Center's context path belongs to it."
        kind = NotThereError if status == 404 else NotOfferedError
        return kind(Problem(site.where, what, remedy))
    if status == 410:
        what = f"says that {asked} was removed (410)"
        remedy = "If this is Jira Cloud, set HEADWAY_JIRA_EMAIL beside the token."
        return NotOfferedError(Problem(site.where, what, remedy))
    if 300 <= status < 400:
        what = f"sends us elsewhere ({status}) instead of answering"
        remedy = "Set HEADWAY_JIRA_URL to the address where Jira itself answers."
        return IdentityError(Problem(site.where, what, remedy))
    if status == 429 or status >= 500:
        what = f"cannot answer now ({asked}: {status})"
        return JiraUnreachableError(Problem(site.where, what, _TRY_LATER))
    what = f"does not understand us ({asked}: {status})"
    return TryLaterError(Problem(site.where, what, "If it stays, please report it."))


def explain_wait(site: Site, seconds: float) -> TryLaterError:
    """The error for a Jira that will not be asked again for longer than a run can wait."""
    what = f"asks not to be asked again for {seconds:.0f} seconds"
    return TryLaterError(Problem(site.where, what, _TRY_LATER))


def explain_too_large(site: Site) -> IncompleteWalkError:
    """The error for a reply that does not come to an end, or would not once it is unpacked."""
    what = "sends a reply larger than any that makes sense"
    return IncompleteWalkError(Problem(site.where, what, "Please report this."))


def explain_excess(site: Site, asked: str, excess: str) -> JiraUnreachableError:
    """The error for a Jira that cost a run more than any may take; `excess` says of what."""
    remedy = "What was read so far is kept. Find out what is slow: Jira, or a proxy before it."
    return JiraUnreachableError(Problem(site.where, f"{excess}; not asked for {asked}", remedy))


def explain_strange_answer(site: Site, asked: str) -> IdentityError:
    """The error for an answer that no Jira would give."""
    what = f"does not look like a Jira: it answers {asked} with something else"
    return IdentityError(Problem(site.where, what, CHECK_ADDRESS))


def explain_other_account(site: Site) -> IdentityError:
    """The error for a Jira that knows us under another account than when the walk began."""
    what = "takes us for somebody else than at the start of the walk"
    remedy = "Check whether the token was replaced during the run; run again."
    return IdentityError(Problem(site.where, what, remedy))


def explain_unreachable(site: Site, error: BaseException, asked: str) -> JiraUnreachableError:
    """The error for a connection that did not come about or broke."""
    text = " ".join(_list_causes(error)).lower()
    what, remedy = next(
        ((what.format(asked), remedy) for sign, what, remedy in _CONNECTIONS if sign in text),
        (f"does not answer ({asked})", _TRY_LATER),
    )
    if "connecterror" not in text and "connecttimeout" not in text and "proxyerror" not in text:
        return JiraUnreachableError(Problem(site.where, what, remedy))
    if site.proxy and ("certificate" not in text or site.proxy.startswith("https:")):
        remedy = remedy.replace("HEADWAY_JIRA_URL", SETTING).replace("that Jira", "that it")
        where = f"proxy {describe_proxy(site.proxy)}"
        return JiraUnreachableError(Problem(where, what, remedy))
    hint = "" if site.proxy else advise_on_proxy()
    return JiraUnreachableError(Problem(site.where, what, f"{remedy}{hint}"))


def _list_causes(error: BaseException) -> Iterator[str]:
    """The error and all that it came of: the last of them alone says what the system said."""
    yield f"{type(error).__name__} {error}"
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _list_causes(part)
    if earlier := error.__cause__ or error.__context__:
        yield from _list_causes(earlier)


def _describe_web_page(site: Site) -> Problem:
    what = "answers with a web page (a login page or a proxy) instead of data"
    remedy = "Check HEADWAY_JIRA_URL, and that no single sign-on stands before /rest."
    return Problem(site.where, what, remedy)


def _advise_on_token(site: Site) -> str:
    return _TOKEN_CLOUD if site.speaks_cloud else _TOKEN_DATACENTER


_TRY_LATER = "Nothing was changed; the next run tries again."
_CONNECTIONS = (
    (
        "proxyerror 407",
        "asks who we are",
        f"Write it into {SETTING}: http://user:password@host:port.",
    ),
    (
        "proxyerror",
        "does not let us through to Jira",
        "Ask whoever runs it to let this machine connect to Jira's host and port.",
    ),
    (
        "certificate",
        "shows a certificate that we do not trust",
        "If it comes from your own authority, name its file in HEADWAY_JIRA_CA_FILE.",
    ),
    (
        "name or service",
        "is a host that nobody knows",
        "Check the spelling of HEADWAY_JIRA_URL.",
    ),
    (
        "resolve",
        "is a host that nobody knows",
        "Check the spelling of HEADWAY_JIRA_URL.",
    ),
    (
        "refused",
        "refuses the connection",
        "Check HEADWAY_JIRA_URL, its port included, and that Jira runs.",
    ),
    ("timeout", "does not answer in time ({})", _TRY_LATER),
)
