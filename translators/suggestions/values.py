"""What of epics may be offered to a rule, and which epics have it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from models.backlog import Issue
from translators.rules.fields import IssueView
from translators.suggestions.telling_words import find_title_phrases, is_telling_value
from translators.words import find_forms, fold_value

Value = tuple[str, str]
"""A field, and a value as rules compare it."""


def list_values(
    epics: Iterable[Issue], private: Collection[int], projects: Collection[str]
) -> dict[Value, str]:
    """Components, labels and title words to offer, each as the first of these epics writes it.

    Of the `private` epics no word of the title is, and the key of none of the `projects`.
    """
    keys = {project.casefold() for project in projects}
    values: dict[Value, str] = {}
    for epic in epics:
        for field, own in (("component", epic.components), ("labels", epic.labels)):
            for value in filter(is_telling_value, own):
                values.setdefault((field, fold_value(value)), value)
        for phrase in () if epic.id in private else find_title_phrases(epic.summary):
            if keys.isdisjoint(phrase.split()):
                values.setdefault(("summary", phrase), phrase)
    return values


def index_values(
    values: Collection[Value], views: Mapping[int, IssueView]
) -> dict[Value, list[int]]:
    """The epics that have each value, among all."""
    forms: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for field, text in values:
        for form in find_forms(text) if field == "summary" else ():
            forms[form.split()[0]].append((form, text))
    having: dict[Value, list[int]] = defaultdict(list)
    for epic_id, view in views.items():
        for field in ("component", "labels"):
            for folded in dict.fromkeys(view.fold_values(field)):
                if (field, folded) in values:
                    having[field, folded].append(epic_id)
        spaced = view.space_text("summary")
        present = view.split_words("summary") & forms.keys()
        found = {text for word in present for form, text in forms[word] if form in spaced}
        for text in sorted(found):
            having["summary", text].append(epic_id)
    return having
