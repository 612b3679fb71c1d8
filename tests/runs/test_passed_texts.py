"""Texts in which nothing was found are not searched again to answer, and always to publish."""

import msgspec
import pytest

from models.promises import PassedTexts
from sync.pipeline.translation_cache import read_passed_texts
from sync.store.db.engines import open_writer
from sync.store.state.rollups import save_cached_translation
from tests.runs.place import Place
from translators.promises.passed_texts import digest_text

CAPABILITIES = "capabilities.yaml"
NAME, PROMISE = "name: User provisioning", "User provisioning by March"
EDITS = {
    "nothing": ("name: Audit log", "name: Audit log"),
    "a name": ("name: Audit log", "name: Activity log"),
    "a promise": (NAME, f"name: {PROMISE}"),
    "what is refused": (
        "capabilities:",
        "promises:\n  - {id: trails, tier: block, what: a trail, says: audit log}\ncapabilities:",
    ),
    "an id": ("- id: audit-log", "- id: audit-log-soon"),
}


def note(place: Place, passed: PassedTexts) -> None:
    """Leave this of the last run, and all else of it as it is."""
    with place.open_context() as context:
        kept = context.site_store.read_cached_translation()
        assert kept is not None
        told = {"lists": passed.lists, "texts": sorted(passed.texts)}
        with open_writer(context.state) as connection:
            save_cached_translation(connection, "main", kept | {"passed": told})


def read(place: Place) -> PassedTexts:
    with place.open_context() as context:
        return read_passed_texts(context.site_store)


@pytest.mark.parametrize("edit", EDITS)
def test_an_answer_is_the_same_whether_texts_passed_before_or_are_searched_again(
    each_published: Place, edit: str
) -> None:
    each_published.rules(CAPABILITIES, *EDITS[edit])
    passed = read(each_published)

    quick = {name: each_published.headway(*name.split()) for name in ("plan --json", "check")}
    note(each_published, PassedTexts())
    slow = {name: each_published.headway(*name.split()) for name in quick}

    assert len(passed.texts) > 100
    assert quick == slow
    assert ("March" in quick["check"].out) == (edit == "a promise")


def test_what_is_noted_is_believed_to_answer_and_never_to_publish(published: Place) -> None:
    """Whoever can write to the state database cannot have a promise published by that."""
    published.rules(CAPABILITIES, NAME, f"name: {PROMISE}")
    passed = read(published)
    statement = f"A moderate amount of engineering work has gone into {PROMISE}."
    forged = frozenset({digest_text(PROMISE), digest_text(statement)})
    note(published, msgspec.structs.replace(passed, texts=passed.texts | forged))

    planned, synced = published.headway("plan"), published.headway("sync")

    assert "1 reworded" in planned.out
    assert f"User provisioning -> {PROMISE}" in planned.out
    assert "name says 'by March'" in synced.out
    assert PROMISE not in {row["name"] for row in published.published()}


def test_what_a_run_did_not_search_is_kept_from_the_runs_before(published: Place) -> None:
    before = read(published)
    texts = before.texts | {digest_text("A text that no run of this test searches")}
    note(published, msgspec.structs.replace(before, texts=texts))

    assert published.headway("sync").code == 0

    assert read(published).texts >= texts
