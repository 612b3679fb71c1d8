"""Words that mean much the same in four languages: for offers to look at, never for an answer."""

from translators.find.lexicon import meanings_first, meanings_second, meanings_third

GROUPS = tuple(
    " ".join(group.split())
    for part in (meanings_first, meanings_second, meanings_third)
    for group in part.GROUPS.replace("\n    ", " ").strip().split("\n")
)
"""Each group's words, parted by spaces; a phrase's words are joined by `_`."""
