"""What conditions see of an issue: its fields by name, folded and parted into words, each once."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from models.backlog import Issue, StatusCategory
from translators.words import fold_label, fold_value, space_words

ALIASES: Mapping[str, str] = {
    "label": "labels",
    "components": "component",
    "issue type": "type",
    "issuetype": "type",
    "types": "type",
    "projects": "project",
    "project key": "project",
    "sites": "site",
    "fix versions": "fix version",
    "fixversion": "fix version",
    "fixversions": "fix version",
    "statuses": "status",
    "statuscategory": "status category",
    "resolutions": "resolution",
    "title": "summary",
    "issue key": "key",
}
"""Other spellings of fields that every Jira has."""

_CATEGORIES: Mapping[StatusCategory, tuple[str, ...]] = {
    StatusCategory.NEW: ("To Do", "new"),
    StatusCategory.INDETERMINATE: ("In Progress", "indeterminate"),
    StatusCategory.DONE: ("Done",),
    StatusCategory.UNDEFINED: ("undefined",),
}
"""As people see them in Jira, and as its interface calls them."""

BUILT_IN: Mapping[str, Callable[[Issue], tuple[str, ...]]] = {
    "project": lambda issue: (issue.project,),
    "site": lambda issue: (issue.site,),
    "type": lambda issue: (issue.type,),
    "labels": lambda issue: issue.labels,
    "component": lambda issue: issue.components,
    "fix version": lambda issue: tuple(version.name for version in issue.fix_versions),
    "status": lambda issue: (issue.status,),
    "status category": lambda issue: _CATEGORIES[issue.status_category],
    "resolution": lambda issue: (issue.resolution,) if issue.resolution else (),
    "summary": lambda issue: (issue.summary,) if issue.summary else (),
    "description": lambda issue: (issue.description,) if issue.description else (),
    "key": lambda issue: (issue.key, *issue.former_keys),
    "parent": lambda issue: (issue.parent.key,) if issue.parent and issue.parent.key else (),
}
"""Fields that every Jira has; any other name is a custom field's."""


def name_category(code: str) -> tuple[str, ...]:
    """What rules may call a status category, by its code."""
    return _CATEGORIES[StatusCategory(code)]


def field_name(name: str) -> str:
    """The one spelling under which a field is known."""
    folded = name.strip().casefold()
    return ALIASES.get(folded, folded)


LETTERS = 3
"""By so many of them the beginnings and endings of words are looked up."""


class IssueView:
    """An issue as conditions see it: each field folded once, however many rules ask for it.

    A field is asked for by the one spelling that `field_name` gives.
    """

    __slots__ = ("_endings", "_folded", "_heads", "_issue", "_met", "_spaced", "_words")

    def __init__(self, issue: Issue) -> None:
        self._issue = issue
        self._folded: dict[str, tuple[str, ...]] = {}
        self._spaced: dict[str, str] = {}
        self._words: dict[str, frozenset[str]] = {}
        self._heads: dict[str, frozenset[str]] = {}
        self._endings: dict[str, frozenset[str]] = {}
        self._met: dict[Callable[[IssueView], bool], bool] = {}

    def meets(self, matcher: "Callable[[IssueView], bool]") -> bool:
        """The verdict of a compiled condition, which is asked once, whichever rules share it."""
        met = self._met.get(matcher)
        if met is None:
            met = self._met[matcher] = matcher(self)
        return met

    def read_values(self, field: str) -> tuple[str, ...]:
        """The field's values as Jira has them; () where it has none."""
        read = BUILT_IN.get(field)
        return read(self._issue) if read else self._issue.extra.get(field, ())

    def fold_values(self, field: str) -> tuple[str, ...]:
        """The field's values as rules compare them."""
        folded = self._folded.get(field)
        if folded is None:
            folded = self._folded[field] = _fold_tuple(field, self.read_values(field))
        return folded

    def space_text(self, field: str) -> str:
        """All of the field's values as spaced words; no phrase reaches from one into the next."""
        text = self._spaced.get(field)
        if text is None:
            values = self.read_values(field)
            text = (
                space_words(values[0]) if len(values) == 1 else "\n".join(map(space_words, values))
            )
            self._spaced[field] = text
        return text

    def split_words(self, field: str) -> frozenset[str]:
        """The words of all the field's values."""
        words = self._words.get(field)
        if words is None:
            words = self._words[field] = frozenset(self.space_text(field).split())
        return words

    def cut_heads(self, field: str) -> frozenset[str]:
        """The first letters of the words of all the field's values."""
        heads = self._heads.get(field)
        if heads is None:
            heads = frozenset([word[:LETTERS] for word in self.split_words(field)])
            self._heads[field] = heads
        return heads

    def cut_endings(self, field: str) -> frozenset[str]:
        """The last letters of the words of all the field's values."""
        endings = self._endings.get(field)
        if endings is None:
            endings = frozenset([word[-LETTERS:] for word in self.split_words(field)])
            self._endings[field] = endings
        return endings


def fold_values(field: str, values: Iterable[str]) -> tuple[str, ...]:
    """The values of a field as rules compare them, of labels the part behind a scope too."""
    if field == "labels":
        return tuple(part for value in values for part in fold_label(value))
    return tuple(map(fold_value, values))


@lru_cache(100_000)
def _fold_tuple(field: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Types and labels recur: most issues have the same few."""
    return fold_values(field, values)
