"""A snapshot says of rules what the databases say, in one file that needs none of them."""

import hashlib
import json
import os
import re
import shutil
import stat
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sync.cli import run
from sync.sample.company.issues import Level
from sync.store.snapshot.blocks import FORMAT, MAGIC, BlockWriter, read_blocks
from sync.store.snapshot.contents import PARTS, Header, describe_parts
from tests.architecture.repository import ROOT
from tests.runs.place import Place, Said


def take_snapshot(place: Place, name: str = "rules.snapshot") -> Path:
    path = place.folder / name
    said = place.headway("snapshot", str(path))
    assert (said.code, said.err) == (0, "")
    return path


def without_databases(place: Place, *arguments: str) -> Said:
    """A command without any setting, in a folder where no database is."""
    place.capture.readouterr()
    code = run(arguments)
    said = place.capture.readouterr()
    return Said(code, said.out, said.err)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder to be in, and an environment that names no setting."""
    for name in [name for name in os.environ if name.startswith("HEADWAY_")]:
        monkeypatch.delenv(name)
    folder = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(folder)
    return folder


def leave_as_it_is(_place: Place) -> None:
    """The rule book in force."""


def claim_otherwise(place: Place) -> None:
    place.rules("capabilities.yaml", "summary has: [passkey*]", "summary has: [scim]")


def measure_otherwise(place: Place) -> None:
    text = "effort: {team: {component: [SSO, Roles, Search]}, edges: [1, 2, 3, 4]}\n"
    (place.folder / "config" / "effort.yaml").write_text(text, "utf-8")


def misspell_a_field(place: Place) -> None:
    place.rules("screening.yaml", "- work category: [Obligation]", "- wrok category: [Obligation]")


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(leave_as_it_is, marks=pytest.mark.all),
        claim_otherwise,
        measure_otherwise,
        misspell_a_field,
    ],
    ids=lambda change: change.__name__,
)
def test_check_and_plan_say_the_same_with_no_database_and_no_setting(
    each_published: Place, elsewhere: Path, change: Callable[[Place], None]
) -> None:
    place = each_published
    path = str(take_snapshot(place))
    change(place)

    for command in ("check", "plan"):
        words = (command, "--json", "--config", str(place.folder / "config"))
        here = place.headway(*words)
        there = without_databases(place, *words, "--snapshot", path)
        assert (there.code, there.out, there.err) == (here.code, here.out, here.err)
    assert list(elsewhere.iterdir()) == []


def test_the_same_state_makes_the_same_file_again(published: Place) -> None:
    first, second = take_snapshot(published, "a"), take_snapshot(published, "b")

    assert first.read_bytes() == second.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert sorted(path.name for path in published.folder.iterdir() if "." not in path.name) == [
        *("a", "b", "config", "env", "internal"),
    ]


def test_the_hash_that_is_told_is_that_of_the_content(published: Place) -> None:
    path = published.folder / "rules.snapshot"
    told = json.loads(published.headway("snapshot", str(path), "--json").out)

    content = path.read_bytes()
    assert told["written"]["sha256"] == hashlib.sha256(content[:-33]).hexdigest()
    assert told["written"]["size"] == len(content)
    assert (
        told["written"]["issues"]
        == published.state_rows("SELECT count(*) AS n FROM {t}issue")[0]["n"]
    )


def read_plain(path: Path) -> bytes:
    """All that a snapshot holds, unpacked."""
    content = path.read_bytes()
    place, plain = content.index(b"\n") + 1, b""
    while content[place] != 255:
        size = int.from_bytes(content[place + 5 : place + 9], "big")
        plain += zlib.decompress(content[place + 9 : place + 9 + size])
        place += 9 + size
    return plain


def test_it_holds_no_secret_no_address_no_person_and_no_restricted_title(published: Place) -> None:
    site = published.state_rows("SELECT hash_key, profile FROM {t}site")[0]
    people = {
        row["contributor"]
        for row in published.state_rows("SELECT DISTINCT contributor FROM {t}issue")
        if row["contributor"]
    }
    profile = json.loads(site["profile"])
    titled = published.state_rows("SELECT id, summary FROM {t}issue WHERE hierarchy_level = 1")[0]
    assert people

    plain = read_plain(take_snapshot(published))

    identity = profile["identity"]
    private = [site["hash_key"], *people, published.jira.token, identity["account"]]
    private += [identity["name"], profile["address"], profile["reached"]]
    assert [each for each in private if each.encode() in plain] == []
    assert titled["summary"].encode() in plain
    assert set(re.findall(rb"\w://[\w.-]+", plain)) <= {b"s://docs.example.com"}


def test_a_title_that_got_a_security_level_is_blank(published: Place) -> None:
    place = published
    epic = next(i for i in place.company.issues.values() if i.level is Level.EPIC)
    place.company.edit(epic.id, summary="Zanzibar telescope", description="Seen from Pemba")
    place.company.now += timedelta(minutes=5)
    assert place.headway("sync").code == 0
    before = read_plain(take_snapshot(place, "before"))
    place.company.edit(epic.id, security_level="Board only")
    place.company.now += timedelta(minutes=5)
    assert place.headway("sync").code in (0, 3)

    after = read_plain(take_snapshot(place, "after"))

    for text in (b"Zanzibar", b"Pemba"):
        assert (text in before, text in after) == (True, False)


def sealed(content: bytes) -> bytes:
    return content + b"\xff" + hashlib.sha256(content).digest()


def block(kind: int, plain: bytes, size: int | None = None) -> bytes:
    packed = zlib.compress(plain)
    told = len(plain) if size is None else size
    return bytes([kind]) + told.to_bytes(4, "big") + len(packed).to_bytes(4, "big") + packed


FIRST_LINE = MAGIC + FORMAT + b"\n"
HEADER = Header({"main": ()}, describe_parts())


def header(value: object = HEADER) -> bytes:
    return block(len(PARTS), msgspec.msgpack.encode(value))


def a_bomb(size: int) -> bytes:
    """A file that unpacks to much more than it takes, and that tells this size of itself."""
    return sealed(FIRST_LINE + header() + block(2, bytes(6_000_000), size))


BAD: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "empty": (b"", "is empty"),
    "text": (b"capabilities: []\n", "is no snapshot of Headway's"),
    "sqlite": (b"SQLite format 3\0" + bytes(4000), "is no snapshot of Headway's"),
    "one long line": (b"x" * 5_000_000, "is no snapshot of Headway's"),
    "another format": (MAGIC + b"9\n" + bytes(99), "is a snapshot of format '9'"),
    "line ends of Windows": (
        sealed(FIRST_LINE + header()).replace(b"\n", b"\r\n"),
        "had its line ends changed on its way",
    ),
    "first line alone": (FIRST_LINE, "was cut short"),
    "no header": (sealed(FIRST_LINE), "does not begin as a snapshot does"),
    "other columns": (
        sealed(FIRST_LINE + header(Header({"main": ()}, {"issue": ["id"]}))),
        "was written by another version of Headway",
    ),
    "a bomb": (lambda: a_bomb(4_000_000_000), "is larger than any"),
    "a bomb that lies": (lambda: a_bomb(100), "does not unpack to what it says"),
    "not packed": (
        sealed(FIRST_LINE + header() + bytes([2, 0, 0, 0, 9, 0, 0, 0, 4]) + b"abcd"),
        "does not unpack to what it says",
    ),
    "a block that is cut": (
        sealed(FIRST_LINE + header() + bytes([2, 0, 0, 0, 9, 0, 0, 0, 99]) + b"abcd"),
        "does not unpack to what it says",
    ),
    "an unknown kind": (sealed(FIRST_LINE + header() + block(77, b"\x90")), "of no known kind"),
    "other rows": (
        sealed(FIRST_LINE + header() + block(2, msgspec.msgpack.encode([[1, 2]]))),
        "holds what Headway does not write, in issue",
    ),
    "no rows at all": (
        sealed(FIRST_LINE + header() + block(2, bytes(1_000_000))),
        "holds what Headway does not write, in issue",
    ),
    "nothing in it": (sealed(FIRST_LINE + header()), "holds no backlog"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_snapshot_is_refused_in_words(
    name: str, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, words = BAD[name]
    path = elsewhere / "bad"
    path.write_bytes(content if isinstance(content, bytes) else content())

    for command in ("check", "plan"):
        code = run([command, "--snapshot", str(path), "--config", str(ROOT / "sync/sample/config")])
        said = capsys.readouterr()
        assert code == 2
        assert f"headway: {path}: " in said.err
        assert words in said.err
        assert "Traceback" not in said.err


FORGED: list[tuple[str, str, object]] = [
    ("site", "profile", "garbage"),
    ("site", "profile", "7"),
    ("site", "fields", "-1"),
    ("site", "reread_at", "2026-13-45T00:00:00Z"),
    ("issue", "status_category", "nowhere"),
    ("issue", "labels", "{}}"),
    ("issue", "id", 2**80),
    ("issue", "summary", None),
    ("team_window", "points", "1/0"),
    ("team_window", "finished_by", "null]"),
]
"""A table, a column of it, and a value that Headway never wrote there."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a snapshot is kept for all who only read it."""
    return tmp_path_factory.mktemp("kept") / "rules.snapshot"


@pytest.fixture
def snapshot(published: Place, kept: Path) -> Path:
    """The snapshot of a published place."""
    if not kept.exists():
        shutil.copy(take_snapshot(published), kept)
    return kept


@pytest.mark.parametrize(("table", "column", "value"), FORGED)
def test_contents_that_were_forged_under_a_right_hash_are_refused_in_words(
    snapshot: Path,
    elsewhere: Path,
    capsys: pytest.CaptureFixture[str],
    table: str,
    column: str,
    value: object,
) -> None:
    path = elsewhere / "forged"
    kind, part = next((n, each) for n, each in enumerate(PARTS) if each.table.name == table)
    with path.open("wb") as file:
        writer = BlockWriter(file)
        for number, written in read_blocks(snapshot):
            plain, rows = written, msgspec.msgpack.decode(written)
            if number == kind and column in part.kept:
                for row in rows:
                    row[part.kept.index(column)] = value
                try:
                    plain = msgspec.msgpack.encode(rows)
                except OverflowError:
                    plain = b"\x91\xcb" + bytes(8)
            writer.add(number, plain)
        writer.finish()

    config = str(ROOT / "sync/sample/config")
    codes = [run([each, "--config", config, "--snapshot", str(path)]) for each in ("check", "plan")]

    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert codes[1] == 2, said
    assert not said or said.startswith(f"headway: {path}: ")


@pytest.mark.parametrize("missing", ["nowhere", ".", "nowhere/at-all"])
def test_a_file_that_is_not_there_is_said(
    missing: str, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["plan", "--snapshot", missing, "--config", str(ROOT / "sync/sample/config")])

    assert code == 2
    assert capsys.readouterr().err.startswith(f"headway: {missing}: ")


@pytest.mark.published
def test_a_file_that_was_cut_or_changed_anywhere_is_refused(
    published: Place, elsewhere: Path
) -> None:
    content = take_snapshot(published).read_bytes()
    path = elsewhere / "bad"
    config = str(published.folder / "config")
    places = range(19, len(content), max(1, len(content) // 12))
    changed = [content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] for at in places]

    for bad in [*(content[:at] for at in places), *changed, content + b"x", content * 2]:
        path.write_bytes(bad)
        said = without_databases(published, "plan", "--config", config, "--snapshot", str(path))
        assert (said.code, "Traceback" in said.err) == (2, False)
        assert any(
            w in said.err
            for w in ("was cut short", "was changed or damaged", "no folder", "not there")
        )


@pytest.mark.parametrize("target", ["clean.db", "internal/clean.db", "config", "config/pins.yaml"])
def test_what_stands_there_and_is_no_snapshot_is_left_alone(published: Place, target: str) -> None:
    path = published.folder / target
    before = path.read_bytes() if path.is_file() else None

    said = published.headway("snapshot", str(path))

    assert said.code == 2
    assert said.err.startswith(f"headway: {path}: is ")
    assert before is None or path.read_bytes() == before


def test_a_folder_that_is_not_there_is_said(published: Place) -> None:
    said = published.headway("snapshot", str(published.folder / "nowhere" / "file"))

    assert said.code == 74
    assert "cannot be written: No such file or directory" in said.err


def test_there_is_nothing_to_write_before_the_first_sync(tiny_place: Place) -> None:
    said = tiny_place.headway("snapshot", str(tiny_place.folder / "file"))

    assert (said.code, said.err) == (2, "headway: mirror: is empty\n  Run `headway sync` first.\n")
    assert not (tiny_place.folder / "file").exists()
