"""Deciding without an editor: the rule book is edited in place, after its effect was shown."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.docs.pages import FENCE, find_section, read_page
from tests.loaded import LoadedProcess, start_loaded
from tests.runs.place import PUBLISHED, Place, Places
from tests.runs.programs import CURSOR_OR_COLOUR, on_a_terminal

WHY = ("--reason", "Sold as part of it", "--by", "@anna")
NEW = (
    *("--new", "traces", "--name", "Access traces", "--area", "Security and access"),
    *("--summary", "Who saw what, and when."),
)
DRAFT = """\
capabilities:

  # drafted from a component
  - id: login-things
    draft: true      # delete this line
    name: Name it
    area: Security and access
    summary: People sign in.
    when: {component: Vault}
    tests: {match: [{component: Vault}], no_match: [{component: Other}]}
"""


def read(place: Place, name: str) -> str:
    return (place.folder / "config" / name).read_bytes().decode()


def contents(place: Place) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in (place.folder / "config").rglob("*") if p.is_file()}


def find_key(place: Place, outcome: str) -> str:
    query = f"SELECT key FROM {{t}}decision WHERE outcome = '{outcome}' ORDER BY key"
    return str(place.state_rows(query)[0]["key"])


@pytest.mark.on_sqlite
def test_an_epic_is_pinned_in_place_after_its_effect_was_shown(each_published: Place) -> None:
    place = each_published
    before = read(place, "pins.yaml")

    said = place.headway("decide", "id-140", "audit-log", *WHY, "--until", "2099-12-31", "--yes")

    assert said.code == 0, said.err
    assert read(place, "pins.yaml") == before + (
        "  - issue: ID-140\n    capability: audit-log\n"
        '    reason: Sold as part of it\n    by: "@anna"\n    until: "2099-12-31"\n'
    )
    assert said.out.startswith(
        "ID-140: pinned to audit-log (pins.yaml)\n  it counts toward audit-log"
    )
    assert "single-sign-on (capabilities.yaml:7) -> audit-log (pins.yaml:9)  ID-140" in said.out
    assert place.headway("sync").code == 0
    assert "counts toward Audit log" in place.headway("explain", "ID-140").out

    written = contents(place)
    again = place.headway("decide", "ID-140", "audit-log", *WHY, "--until", "2099-12-31", "--yes")
    assert again.out.startswith("Nothing to change")
    other = place.headway("decide", "ID-140", "--hide", "--reason", "yes", "--by", "#b", "--yes")
    assert "instead of audit-log, which @anna said: Sold as part of it" in other.out
    assert written != contents(place)
    assert read(place, "pins.yaml") == before + (
        '  - issue: ID-140\n    hide: true\n    reason: "yes"\n    by: "#b"\n'
    )


def test_an_epic_is_known_by_its_address_too(published: Place) -> None:
    address = f"{published.jira.url}/browse/ID-140"

    said = published.headway("decide", address, "audit-log", *WHY, "--yes")
    other = published.headway("decide", "https://else.example/browse/ID-140", "--hide", *WHY)

    assert said.out.startswith("ID-140: pinned to audit-log (pins.yaml)")
    assert (other.code, "is of another Jira" in other.err) == (2, True)


def test_several_epics_are_decided_at_once_and_undone_again(published: Place) -> None:
    before = contents(published)
    address = f"{published.jira.url}/browse/ID-101"

    said = published.headway("decide", "id-140", address, "ID-140", "audit-log", *WHY, "--yes")

    assert said.code == 0, said.err
    assert said.out.startswith(
        "ID-140: pinned to audit-log (pins.yaml)\nID-101: pinned to audit-log (pins.yaml)\n"
        "  ID-140: it counts toward audit-log\n  ID-101: it counts toward audit-log\n"
    )
    assert said.out.count("Sales would read:") == said.out.count("Wrote pins.yaml") == 1
    again = published.headway("decide", "ID-140", "ID-101", "audit-log", *WHY, "--yes")
    assert again.out.startswith("Nothing to change: the rule book says so already.\n  ID-140: it")

    undone = published.headway("decide", "ID-101", "ID-140", "--undo", "--yes")

    assert undone.code == 0, undone.err
    assert (
        "ID-140: no longer pinned to audit-log, which @anna said: Sold as part of it" in undone.out
    )
    assert "  ID-140: it counts toward single-sign-on: " in undone.out
    assert contents(published) == before


def test_a_capability_is_made_for_epics_that_no_rule_claims(published: Place) -> None:
    before = read(published, "capabilities.yaml")

    said = published.headway("decide", "ID-140", "ID-101", *NEW, *WHY, "--yes")

    assert said.code == 0, said.err
    assert said.out.startswith(
        "traces: a capability now, named 'Access traces' (capabilities.yaml)"
    )
    assert "  ID-140: it counts toward traces\n  ID-101: it counts toward traces\n" in said.out
    assert "Wrote capabilities.yaml, pins.yaml." in said.out
    assert [line for line in read(published, "capabilities.yaml").splitlines() if "traces" in line]
    assert read(published, "capabilities.yaml").startswith(before.rstrip("\n"))
    assert published.headway("check").code == 0
    assert published.headway("sync").code == 0
    assert "Access traces" in published.headway("find", "access", "traces").out
    gone = published.headway("decide", "ID-140", *NEW, *WHY)
    assert "traces: is the id of a rule already" in gone.err


def test_without_a_terminal_it_is_shown_and_not_written(published: Place) -> None:
    before = contents(published)

    said = published.headway("decide", "ID-140", "--hold", *WHY)
    shown = published.headway("decide", "ID-140", "--hold", *WHY, "--dry-run")
    told = published.headway("decide", "ID-140", "--hold", *WHY, "--json")

    assert said.code == 2
    assert "Give --yes to write it" in said.err
    assert "-> needs a decision: pinned by a person (pins.yaml:9)" in said.out
    assert shown.code == 0
    assert shown.out.startswith("--- ")
    assert shown.out.endswith('+    by: "@anna"\n')
    assert told.code == 2
    assert json.loads(told.out)["written"] == []
    assert contents(published) == before


REFUSED = (
    (["ID-99999", "audit-log", *WHY], "ID-99999: is no issue that Headway has read"),
    (["ID-140", "audit-lok", *WHY], "is no capability of the rule book (did you mean 'audit-log'"),
    (["ID-140", "Audit log", *WHY], "(did you mean 'audit-log'?)"),
    (["ID-140", "technical-debt", *WHY], "technical-debt: is"),
    (["ID-140", *WHY], "takes one of CAPABILITY, --hide, --hold, --new and --undo"),
    (["ID-140", "audit-log", "--hide", *WHY], "takes one of CAPABILITY"),
    (["ID-140", "audit-log", "--undo"], "takes one of CAPABILITY"),
    (["ID-140", "audit-log", *NEW, *WHY], "takes one of CAPABILITY"),
    (["ID-140", "--hide", "--undo", *WHY], "takes one of CAPABILITY"),
    (["ID-140", "ID-101", *WHY], "ID-101: is no capability of the rule book"),
    (["ID-140", "audit-log", "ID-101", *WHY], "ID-101: is no capability of the rule book"),
    (["ID-140", "ID-99999", "audit-log", *WHY], "ID-99999: is no issue that Headway has read"),
    (["ID-140", "id-99999", "--hold", *WHY], "id-99999: is no issue that Headway has read"),
    (["ID-140", "--undo"], "ID-140: has no pin, so there is none to take out"),
    (["ID-140", "--undo", *WHY], "--reason: has no place with --undo"),
    (["ID-140", "--undo", "--rule"], "--rule: has no place with --undo"),
    (["ID-140", "audit-log", "--name", "x", *WHY], "--name: tells of a capability that --new"),
    (["ID-140", "--new", "traces", *WHY], "--name: is missing: what sales calls it"),
    (["ID-140", *NEW, "--summary", " ", *WHY], "--summary: is missing: what it does"),
    (["ID-140", *NEW], "--reason: is missing: why"),
    (["ID-140", *NEW, "--new", "", *WHY], "--new: is missing: the id"),
    (["ID-140", *NEW, "--rule"], "--rule: needs a CAPABILITY that is there"),
    (["ID-140", *NEW, "--new", "audit-log", *WHY], "audit-log: is the id of a rule already"),
    (["ID-140", *NEW, "--new", "tech-debt", *WHY], "tech-debt: is the id of a rule already"),
    (["ID-140", *NEW, "--new", "Traces", *WHY], "lower-case letters"),
    (["ID-140", *NEW, "--name", "Coming in May", *WHY], "nothing was written"),
    (["ID-140", "audit-log", "--by", "@anna"], "--reason: is missing: why"),
    (["ID-140", "audit-log", "--reason", "x", "--by", " "], "--by: is missing"),
    (["ID-140", "--hide", *WHY, "--until", "2020-01-01"], "--until: 2020-01-01 is over"),
    (["ID-140", "--hide", *WHY, "--until", "31.12.2099"], "Write it as 2027-03-31."),
    (["ID-140", "--hide", *WHY, "--until", "20991231"], "Write it as 2027-03-31."),
    (["ID-140", "audit-log", "--rule", *WHY], "--reason: belongs to a pin"),
    (["ID-140", "audit-log", "--rule", "--value", "zebra"], "ID-140 has no such component"),
    (["ID-140", "--hide", "--rule"], "--rule: needs a CAPABILITY"),
    (["ID-140", "--hide", *WHY, "--value", "x"], "Give --rule with it."),
    (["no key", "--hide", *WHY], "no key: is no issue"),
)


def test_what_cannot_be_decided_is_refused_and_nothing_written(published: Place) -> None:
    before = contents(published)

    for words, expected in REFUSED:
        said = published.headway("decide", *words, "--yes")
        assert (said.code, expected in said.err) == (2, True), (words, said.out, said.err)

    assert contents(published) == before


def test_at_a_terminal_a_person_is_asked(published: Place) -> None:
    published.write_settings()
    words = ("--env-file", "env", "decide", "ID-140", "--hold", *WHY)
    before = read(published, "pins.yaml")

    refused = on_a_terminal(*words, cwd=published.folder, typed="\n")
    kept = read(published, "pins.yaml")
    agreed = on_a_terminal(*words, cwd=published.folder, typed="y\n")

    assert "Write it? [y/N]" in refused
    assert "Nothing was written." in refused
    assert kept == before
    assert "Wrote pins.yaml." in CURSOR_OR_COLOUR.sub("", agreed)
    assert "issue: ID-140" in read(published, "pins.yaml")


def test_a_security_level_is_never_overruled(published: Place) -> None:
    rows = published.state_rows(
        "SELECT key FROM {t}issue WHERE restricted AND hierarchy_level = 1 ORDER BY key"
    )
    if not rows:
        pytest.fail("the sample has no restricted epic in ID")

    said = published.headway("decide", rows[0]["key"], "audit-log", *WHY, "--yes")

    assert said.code == 0
    assert "the epic has a security level and stays left out" in said.out


def test_a_book_with_mistakes_is_shown_and_not_touched(published: Place) -> None:
    published.rules("pins.yaml", "capability: invoicing", "capabilty: invoicing")
    before = contents(published)

    said = published.headway("decide", "ID-140", "audit-log", *WHY, "--yes")

    assert said.code == 2
    assert "capabilty" in said.err
    assert contents(published) == before


def test_line_ends_links_modes_and_marks_stay(published: Place) -> None:
    pins = published.folder / "config" / "pins.yaml"
    real = published.folder / "real.txt"
    real.write_bytes(b"\xef\xbb\xbf" + pins.read_bytes().rstrip().replace(b"\n", b"\r\n"))
    real.chmod(0o640)
    pins.unlink()
    pins.symlink_to(real)

    assert published.headway("decide", "ID-140", "--hide", *WHY, "--yes").code == 0

    assert pins.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    content = real.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfversion: 1\r\n")
    assert content.endswith(b'\r\n    by: "@anna"')
    assert content.count(b"\n") == content.count(b"\r\n")


def test_without_a_backlog_it_says_so(tmp_path: Path, tiny_place: Place) -> None:
    said = tiny_place.headway("decide", "ID-140", "audit-log", *WHY, "--yes")
    other = tiny_place.headway(
        "decide", "ID-1", "audit-log", *WHY, "--yes", state_url=f"sqlite:///{tmp_path}/none/s.db"
    )

    assert said.code == other.code == 0, said.err + other.err
    assert "No backlog was read yet: what sales would read cannot be shown." in said.out
    assert "What sales would read cannot be shown: " in other.out


def test_a_draft_is_named_merged_withdrawn_and_redacted(published: Place) -> None:
    (published.folder / "config" / "team").mkdir()
    (published.folder / "config" / "team" / "drafts.yaml").write_text(DRAFT)
    published.headway("decide", "ID-140", "login-things", *WHY, "--yes")

    words = ["--area", "Security: access", "--id", "vault", "--yes"]
    said = published.headway("name", "login-things", "Vault", *words)

    assert said.code == 0, said.err
    named = (
        DRAFT.replace("id: login-things", "id: vault")
        .replace("    draft: true      # delete this line\n", "")
        .replace("Name it", "Vault")
        .replace("Security and access", '"Security: access"')
    )
    assert read(published, "team/drafts.yaml") == named
    assert "capability: vault" in read(published, "pins.yaml")
    assert published.headway("sync").code == 0
    again = published.headway("name", "vault", "Another", "--yes")
    assert "is no draft: it has a name already" in again.err

    assert published.headway("withdraw", "vault", "--reason", "mistake", "--yes").code == 0
    assert read(published, "team/drafts.yaml") == named + "    withdrawn: {reason: mistake}\n"
    assert published.headway("merge", "vault", "audit-log", "--yes").code == 0
    merged = named + "    withdrawn: {reason: merged, use: audit-log}\n"
    assert read(published, "team/drafts.yaml") == merged
    assert published.headway("redact", "vault", "--yes").code == 0
    assert read(published, "team/drafts.yaml") == merged + "    redact: true\n"


FAILING = """\
  - id: failing
    name: Failing
    area: Security and access
    summary: Its example fails already.
    when: {all: [{component: Nothing}]}
    tests: {match: [{component: Other}], no_match: [{component: Some}]}
"""


def test_a_fault_that_was_there_before_does_not_stand_in_the_way_where_its_line_moves(
    published: Place,
) -> None:
    (published.folder / "config" / "drafts.yaml").write_text(DRAFT + FAILING)

    said = published.headway("name", "login-things", "Vault", "--yes")

    assert said.code == 0, said.err
    assert "name: Vault" in read(published, "drafts.yaml")


UNSAYABLE = (
    (["name", "audit-log", "Log"], "audit-log: is no draft"),
    (["name", "login-things", "Ready in May 2027"], "nothing was written"),
    (["name", "login-things", "Log", "--id", "audit-log"], "was published before"),
    (["name", "login-things", "Log", "--id", "A b"], "Choose another --id."),
    (["name", "login-things", ""], "is empty"),
    (["merge", "audit-log", "audit-log"], "cannot be merged into itself"),
    (["merge", "audit-log", "nothing"], "nothing: is no capability"),
    (["withdraw", "audit-log"], "--reason: is missing"),
    (["withdraw", "audit-log", "--reason", "merged"], "a merger is `headway merge ID INTO`"),
    (["redact", "technical-debt"], "technical-debt: is"),
)


def test_what_cannot_be_said_of_a_capability_is_refused(published: Place) -> None:
    (published.folder / "config" / "drafts.yaml").write_text(DRAFT)
    before = contents(published)

    for words, expected in UNSAYABLE:
        said = published.headway(*words, "--yes")
        assert (said.code, expected in said.err) == (2, True), (words, said.out, said.err)

    assert contents(published) == before


def test_each_command_of_the_page_does_what_it_says(places: Places, tmp_path: Path) -> None:
    section = find_section(read_page("docs/rules.md"), "Deciding without an editor")
    [(_, commands), (_, shown)] = FENCE.findall(section)
    told = ""

    with replace(places, commands=PUBLISHED).open_place(tmp_path, projects=("ID", "PAY")) as place:
        for line in commands.replace("\\\n", "").splitlines():
            said = place.headway(*shlex.split(line, comments=True)[1:], "--yes")
            assert said.code == 0, (line, said.err)
            told += said.out
        assert place.headway("sync").code == 0

    assert shown in told


def decide_apart(folder: Path, key: str) -> LoadedProcess:
    """A process that pins an epic, and says so in files of its key."""
    command = ("--env-file", "env", "decide", key, "--hide", *WHY, "--yes")
    with (folder / f"{key}.out").open("w") as out, (folder / f"{key}.err").open("w") as err:
        return start_loaded(*command, cwd=folder, stdout=out, stderr=err)


def decide_at_once(place: Place, keys: Sequence[str]) -> list[str]:
    """Have each pinned by a process of its own, all at the same moment; which of them were."""
    before = read(place, "pins.yaml")
    started = [decide_apart(place.folder, key) for key in keys]
    codes = [process.wait() for process in started]
    said = [[(place.folder / f"{key}.{way}").read_text() for way in ("out", "err")] for key in keys]

    written = read(place, "pins.yaml")
    assert written.startswith(before)
    won = [key for key, code in zip(keys, codes, strict=True) if code == 0]
    assert won
    for key, code, (out, err) in zip(keys, codes, said, strict=True):
        assert (f"issue: {key}\n" in written) == (key in won)
        if key not in won:
            assert (code, out) == (2, "")
            assert "somebody else" in err
            assert "Run the command again." in err
    return won


def test_two_people_deciding_at_once_lose_nothing(published: Place) -> None:
    published.write_settings()

    decide_at_once(published, ["ID-140", "ID-101"])

    assert published.headway("check").code == 0


@pytest.mark.all
def test_three_people_decide_at_once_again_and_again(published: Place) -> None:
    """In twenty rounds, each in a rule book as it was; somebody has to have lost in some."""
    published.write_settings()
    keys = ["ID-140", "ID-101", "ID-118"]
    before = read(published, "pins.yaml")
    lost = 0

    for _ in range(20):
        lost += len(keys) - len(decide_at_once(published, keys))
        assert published.headway("check").code == 0
        (published.folder / "config" / "pins.yaml").write_text(before, "utf-8")

    assert lost


LONG = "x" * 501
TOO_LONG = (
    ([LONG, "@anna"], "--reason: is 501 characters long"),
    (["Sold", LONG], "--by: is 501 characters long"),
)


@pytest.mark.parametrize(("said", "expected"), TOO_LONG)
def test_nobody_reads_a_reason_without_end(
    published: Place, said: list[str], expected: str
) -> None:
    reason, by = said

    told = published.headway("decide", "ID-140", "--hide", "--reason", reason, "--by", by, "--yes")

    assert (told.code, told.out) == (2, "")
    assert expected in told.err


def test_a_rule_gets_the_value_that_has_it_claim_the_epic(published: Place) -> None:
    """ID-149 has the component Roles, and two claim it; ID-165 has none."""
    beats = "    beats: [single-sign-on, roles-and-permissions]\n"
    vault = DRAFT.replace("    draft: true      # delete this line\n", beats)
    (published.folder / "config" / "vault.yaml").write_text(vault)
    before = read(published, "capabilities.yaml")
    title = published.state_rows("SELECT summary FROM {t}issue WHERE key = 'ID-165'")[0]["summary"]
    word = title.split()[-1]

    said = published.headway("decide", "ID-149", "login-things", "--rule", "--yes")
    told = published.headway("decide", "ID-165", "login-things", "--rule", "--yes")
    titled = published.headway("decide", "ID-165", "audit-log", "--rule", "--value", word, "--yes")
    again = published.headway("decide", "ID-149", "login-things", "--rule", "--yes")

    assert said.out.startswith("ID-149: login-things claims what has component: Roles\n  it counts")
    assert "match two capabilities" in said.out
    widened = vault.replace("when: {component: Vault}", "when: {component: [Vault, Roles]}")
    assert read(published, "vault.yaml") == widened
    assert told.code == 2
    assert "no line of it takes a value that this epic has" in told.err
    assert titled.code == 0, titled.err
    old, new = before.splitlines(), read(published, "capabilities.yaml").splitlines()
    [changed] = [line for line in new if line not in old]
    assert changed == f'        - summary has: ["audit log", "audit trail", "{word}"]'
    assert again.out.startswith("Nothing to change")


def test_a_rule_that_another_disputes_is_not_widened(published: Place) -> None:
    before = contents(published)

    said = published.headway("decide", "ID-140", "audit-log", "--rule", "--value", "OIDC", "--yes")

    assert said.code == 2
    assert (
        "no value more would have 'audit-log' alone claim ID-140: with summary has: OIDC"
        in said.err
    )
    assert "both claim it; one must beat" in said.err
    assert contents(published) == before
