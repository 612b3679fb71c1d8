"""Real backlogs, replayed by the sample Jira: what their JSON says is what the mirror says."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from models.backlog import HierarchyLevel, Issue
from sync.jira.describe.field_plan import plan_fields
from sync.jira.describe.profile import profile_site
from sync.jira.read.decode import IssueDecoder
from tests.contracts.sharpening import Dialect
from tests.recorded.facts import mirrored, recorded
from tests.recorded.recording import Recording, Shape, devlake, tidev
from tests.recorded.replaying import replayed
from tests.runs.place import Place
from tests.sync.jira.reading import HASH_KEY, ONCE, site_of
from tests.sync.pipeline.pull.site import MirroredSite, kept
from translators.backlog.hierarchy import resolve_epics

pytestmark = pytest.mark.all

DIALECT: dict[Shape, Dialect] = {"v2": "datacenter", "v3": "cloud"}
DIALECTS = pytest.mark.parametrize("dialect", ["cloud", "datacenter"])
CAPABILITIES = """
capabilities:
  - {id: android, name: Android, area: Phones, summary: Android phones., when: {component: Android}}
  - {id: ios, name: Apple phones, area: Phones, summary: Apple phones., when: {component: iOS}}
  - {id: command-line, name: Command line, area: Tools, summary: Tools., when: {component: CLI}}
"""
PUBLISHED = """
SELECT capability_id, state_code, effort_code, statement, content_hash FROM {v}v1_capability
ORDER BY capability_id
"""
SHAPES = pytest.mark.parametrize("shape", ["v2", "v3"])


@contextmanager
def mirror_of(recording: Recording, dialect: Dialect, folder: Path) -> Iterator[MirroredSite]:
    """A replayed Jira, and a mirror that was read from it once."""
    with replayed(recording, dialect) as jira, kept(jira, folder / dialect) as found:
        found.pull()
        yield found


@SHAPES
def test_the_mirror_says_what_the_recorded_issues_say(shape: Shape, tmp_path: Path) -> None:
    recording = tidev(shape)

    with mirror_of(recording, DIALECT[shape], tmp_path) as found:
        facts = mirrored(found.mirror.read_issues())

    assert len(facts) == 1_120
    assert facts == recorded(recording)


def test_both_kinds_of_jira_give_the_same_mirror(tmp_path: Path) -> None:
    with mirror_of(tidev("v3"), "cloud", tmp_path) as found:
        cloud = list(found.mirror.read_issues())
    with mirror_of(tidev("v2"), "datacenter", tmp_path) as found:
        datacenter = list(found.mirror.read_issues())

    assert mirrored(cloud) == mirrored(datacenter)
    assert _sharing(cloud) == _sharing(datacenter)
    assert _words(cloud) == _words(datacenter)
    assert sum(map(bool, _words(cloud).values())) == 125


def test_a_real_backlog_comes_to_the_same_list_for_sales_from_either_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tallies, lists = [], []

    for shape, dialect in DIALECT.items():
        folder = tmp_path / dialect
        (folder / "config").mkdir(parents=True)
        (folder / "config" / "capabilities.yaml").write_text(CAPABILITIES)
        urls = (f"sqlite:///{folder}/clean.db", f"sqlite:///{folder}/internal/state.db")
        with replayed(tidev(shape), dialect) as jira:
            place = Place(folder, *urls, jira, jira.company, capsys)
            place.headway("migrate")
            said = place.headway("sync", "--json")
            tallies.append(json.loads(said.out)["tally"])
            lists.append(place.rows(PUBLISHED))

    assert tallies[0] == tallies[1]
    assert tallies[0]["epics"] == 134
    assert lists[0] == lists[1]
    assert [row["capability_id"] for row in lists[0]] == ["android", "command-line", "ios"]


def test_the_traps_of_a_real_backlog_are_seen(tmp_path: Path) -> None:
    with mirror_of(tidev("v2"), "datacenter", tmp_path) as found:
        issues = {issue.id: issue for issue in found.mirror.read_issues()}

    resolved = resolve_epics(issues.values())
    epics = resolved.epics
    known = {issue.id for issue in issues.values() if issue.hierarchy_level is HierarchyLevel.EPIC}
    of_items = {
        epics[issue.id] for issue in issues.values() if issue.hierarchy_level is HierarchyLevel.BASE
    }
    with_points = {each for each in known if issues[each].points is not None}
    assert len(known) == 134
    assert len(known - of_items) == 56
    assert len(known - set(epics.values())) == 43  # the other 13 have sub-tasks of their own
    assert len(with_points) == 16
    assert Counter(resolved.orphaned.values()) == {"dangling-parent": 212}


@DIALECTS
def test_a_backlog_in_another_language_is_mirrored_word_for_word(
    dialect: Dialect, tmp_path: Path
) -> None:
    recording = devlake()

    with mirror_of(recording, dialect, tmp_path) as found:
        facts = mirrored(found.mirror.read_issues())
        findings = {finding.code for finding in found.site_store.ensure_record().noticed}

    assert facts == recorded(recording)
    assert len(facts) == 33
    assert {"故事", "子任务", "缺陷", "任务"} < {fact.type[1] for fact in facts.values()}
    assert facts[10063].points is None
    assert "points-negative" in findings


@pytest.mark.parametrize(
    ("recording", "dialect"),
    [
        pytest.param(lambda: tidev("v2"), "datacenter", id="v2"),
        pytest.param(lambda: tidev("v3"), "cloud", id="v3"),
        pytest.param(devlake, "cloud", id="devlake"),
    ],
)
def test_every_recorded_issue_can_be_read_with_all_its_fields(
    recording: Callable[[], Recording], dialect: Dialect
) -> None:
    found = recording()

    issues = decoded(found, dialect)

    assert [issue.id for issue in issues] == [int(raw["id"]) for raw in found.issues]
    assert [issue.key for issue in issues] == [raw["key"] for raw in found.issues]


def test_sprints_are_the_same_words_as_strings_and_as_objects() -> None:
    strings, objects = tidev("v2"), tidev("v3")

    told = {issue.id: issue.extra.get("sprint", ()) for issue in decoded(strings, "datacenter")}
    shown = {issue.id: issue.extra.get("sprint", ()) for issue in decoded(objects, "cloud")}

    names = {
        int(raw["id"]): tuple(
            dict.fromkeys(each["name"] for each in raw["fields"]["customfield_10020"] or ())
        )
        for raw in objects.issues
    }
    assert told == shown == names
    assert sum(map(bool, names.values())) == 673


def decoded(recording: Recording, dialect: Dialect) -> list[Issue]:
    """The recorded lines, straight through the decoder; sprints too, where the site has any."""
    with replayed(recording, dialect) as jira:
        profile = profile_site(site_of(jira), ONCE)
    named = {field.name for field in profile.fields} & {"Sprint"}
    decoder = IssueDecoder("main", profile, plan_fields(profile, named), HASH_KEY)
    return [decoder.decode_issue(msgspec.Raw(msgspec.json.encode(raw))) for raw in recording.issues]


def _sharing(issues: list[Issue]) -> set[frozenset[int]]:
    """Which issues have one contributor; the names are hashed under a key of each mirror's own."""
    work: dict[str | None, set[int]] = {}
    for issue in issues:
        work.setdefault(issue.contributor, set()).add(issue.id)
    return {frozenset(ids) for ids in work.values()}


def _words(issues: list[Issue]) -> dict[int, list[str]]:
    """The words of descriptions, wherever wiki markup or a document tree breaks their lines."""
    return {issue.id: (issue.description or "").split() for issue in issues}
