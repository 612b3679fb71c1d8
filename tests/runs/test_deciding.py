"""Deciding without an editor: the rule book is edited in place, after its effect was shown."""

from tests.runs.place import Place

WHY = ("--reason", "Sold as part of it", "--by", "@anna")


def test_an_epic_is_pinned_in_place_after_its_effect_was_shown(published: Place) -> None:
    pins = published.folder / "config" / "pins.yaml"
    before = pins.read_text("utf-8")

    said = published.headway("decide", "ID-140", "audit-log", *WHY, "--yes")
    print(said.out, said.err)
    assert said.code == 0
    assert pins.read_text("utf-8") == before + (
        "  - issue: ID-140\n    capability: audit-log\n"
        '    reason: Sold as part of it\n    by: "@anna"\n'
    )
    assert 0
