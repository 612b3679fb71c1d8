"""All lists that one installation keeps, each with the settings of its own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from models.errors import Problem, SettingsError, UsageError
from sync.settings.definitions import Settings
from translators.spelling import suggest_spelling


@dataclass(frozen=True)
class Installation:
    """The settings of each list by its name, in order; those of one are just one.

    `unset` are secrets that a list names and that are not set here: nobody but who works on that
    list needs them. `warnings` are odd, and no mistakes.
    """

    lists: Mapping[str, Settings]
    unset: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    def narrow(self, name: str | None) -> Self:
        """The same with one list alone, or as it is where none is named; UsageError if unknown."""
        if name is None:
            return self
        return replace(self, lists={name: self.lists[self._check_name(name)]})

    def find_fed_by(self, site: str) -> tuple[str, ...]:
        """The lists that a site feeds; UsageError where it feeds none of them."""
        fed = {name: settings.site_names for name, settings in self.lists.items()}
        found = tuple(name for name, sites in fed.items() if site in sites)
        if not found:
            known = sorted({each for sites in fed.values() for each in sites})
            raise UsageError(Problem("SITE", f"{site!r} is no site{_hint(site, known)}"))
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """What the lists are called."""
        return (*self.lists,)

    def select_list(self, name: str | None = None, *, for_jira: bool = False) -> Settings:
        """The settings of one list, the only one unless it is named.

        UsageError where several are set and none is named, or none is called so. SettingsError for
        what is not set and needed: `for_jira`, to read Jira too.
        """
        if name is None:
            name = self._find_only_name()
        settings = self.lists[self._check_name(name)]
        problems = list(self.unset.get(name, ()))
        if for_jira:
            problems += (problem for site in settings.sites for problem in site.missing)
        if problems:
            raise SettingsError(problems)
        return settings

    def _check_name(self, name: str) -> str:
        if name not in self.lists:
            raise UsageError(Problem("--list", f"{name!r} is no list{_hint(name, self.names)}"))
        return name

    def _find_only_name(self) -> str:
        if len(self.lists) > 1:
            what = f"is not given, and there are {len(self.lists)} lists: {', '.join(self.names)}"
            raise UsageError(Problem("--list", what, "Say which, like `--list NAME`."))
        return self.names[0]


def _hint(name: str, known: Collection[str]) -> str:
    return suggest_spelling(name, known) or f"; known are {', '.join(known)}"
