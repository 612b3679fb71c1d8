from typing import Any

import pytest

from sync.jira.read.texts import extract_words, flatten_document


def node(kind: str, *content: Any, **attributes: Any) -> dict[str, Any]:
    return {"type": kind, "content": list(content), "attrs": attributes}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words, "marks": [{"type": "strong"}]}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, ""),
        ("h1. wiki *stays*", "h1. wiki *stays*"),
        (node("doc", node("paragraph", text("one")), node("heading", text("two"))), "one\ntwo"),
        (node("paragraph", text("a"), {"type": "hardBreak"}, text("b")), "a\nb"),
        (node("paragraph", node("mention", text="@Ada")), "@Ada"),
        (node("paragraph", node("emoji", shortName=":tada:")), ":tada:"),
        (node("paragraph", node("inlineCard", url="https://x.invalid")), "https://x.invalid"),
        (node("paragraph", node("status", text="DONE")), "DONE"),
        (node("paragraph", node("date", timestamp="1764028800000")), "2025-11-25"),
        (node("paragraph", node("date", timestamp="soon")), ""),
        (node("codeBlock", text("a  <b>\n  c")), "a  <b>\n  c"),
        (node("mediaSingle", node("media", id="1")), "[media]"),
        (node("brandNewNode", node("paragraph", text("inside"))), "inside"),
        ({"type": "doc", "content": "text", "attrs": []}, ""),
        ({"type": "doc", "content": 5}, ""),
        ({"type": "text", "text": 5}, ""),
        (["a"], ""),
    ],
)
def test_documents_become_text(document: Any, expected: str) -> None:
    assert flatten_document(document).strip() == expected


def test_what_lies_too_deep_is_left_out() -> None:
    document: dict[str, Any] = text("bottom")
    for _ in range(500):
        document = node("panel", document)

    assert flatten_document(document) == ""


SPRINT = (
    "com.atlassian.greenhopper.service.sprint.Sprint@1bf75fd[id=1,rapidViewId=1,state=CLOSED,"
    "name=Sprint 1, the [first],startDate=2016-01-01T00:00:00.000Z,endDate=<null>,goal=a,\nb]"
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, []),
        ("", []),
        ("plain", ["plain"]),
        (5, ["5"]),
        (5.0, ["5"]),
        (2.5, ["2.5"]),
        (True, ["true"]),
        ({"value": "Cost"}, ["Cost"]),
        ({"value": "Europe", "child": {"value": "Norway"}}, ["Europe", "Norway"]),
        ([{"value": "a"}, {"value": "b"}, None], ["a", "b"]),
        ({"id": "7", "name": "Team A", "title": None}, ["Team A"]),
        ({"accountId": "1", "name": "ada"}, []),
        ({"key": "JIRAUSER1", "name": "ada", "displayName": "Ada L"}, []),
        ([{"name": "ada", "emailAddress": "ada@x.invalid"}], []),
        (node("doc", node("paragraph", text("rich"))) | {"version": 1}, ["rich"]),
        ([SPRINT], ["Sprint 1, the [first]"]),
        ([{"id": 1, "name": "Sprint 2", "state": "active"}], ["Sprint 2"]),
    ],
)
def test_custom_fields_become_words_and_never_people(value: Any, words: list[str]) -> None:
    assert list(extract_words(value)) == words
