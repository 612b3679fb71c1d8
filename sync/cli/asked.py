"""What a person asks about: a key, a name, or an address of one of the Jiras that are read."""

from models.errors import Problem, UsageError
from sync.settings.settings import Settings
from translators.explain.asked import read_address
from translators.plan.several_sites import name_on_site


def read_asked(word: str, settings: Settings) -> str:
    """The key in an address, behind its site where there are several, or the word itself.

    UsageError for an address that is of none of the Jiras, or of no issue.
    """
    refused = None
    for site in settings.sites:
        found = read_address(word.strip(), site.url)
        if isinstance(found, Problem):
            refused = refused or found
        else:
            is_address = found != word.strip() and len(settings.sites) > 1
            return name_on_site(site.name, found) if is_address else found
    if refused is None:
        return word.strip()
    if len(settings.sites) > 1:
        names = ", ".join(settings.site_names)
        refused = refused._replace(what="is of none of the Jiras", remedy=f"They are {names}.")
    raise UsageError(refused)
