"""Takes secrets out of what leaves this machine, wherever an error may have quoted them."""

import base64
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from sync.settings.settings import Settings
from sync.store.db.schema_names import drop_schema

HIDDEN = "***"
TELLING = 6
"""Letters; a shorter part of an address tells nobody where it is, and stands in many words."""


def hide_secrets(text: str, settings: Settings) -> str:
    """The text without any secret that is set, in each form in which one is written."""
    for secret in sorted(set(_list_secrets(settings)), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _list_secrets(settings: Settings) -> Iterator[str]:
    plain = [settings.webhook_url, settings.heartbeat_url]
    for site in settings.sites:
        plain += [site.token, site.proxy, site.proxy and urlsplit(site.proxy).password]
        if site.email and site.token:
            plain.append(base64.b64encode(f"{site.email}:{site.token}".encode()).decode())
    for key in settings.webhook_secret or ():
        plain.append(base64.b64encode(key).decode())
    for url in (settings.clean_url, settings.state_url, settings.workers_url):
        if url is not None and url.get_backend_name() != "sqlite":
            plain += [drop_schema(url).render_as_string(hide_password=False), url.password]
    for address in (settings.webhook_url, settings.heartbeat_url):
        parts = urlsplit(address or "")
        plain += [part for part in (parts.path.strip("/"), parts.query) if len(part) >= TELLING]
    for secret in plain:
        if secret:
            yield secret
            yield quote(secret, safe="")
