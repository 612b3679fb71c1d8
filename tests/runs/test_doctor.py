"""Whatever is broken is told, with what to do; all the rest is looked at, and nothing changed."""

import json
import re
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from models.tables import clean, state
from sync.sample.protocol.exchange import as_json
from sync.sample.server.faults import Fault
from sync.sample.server.server import SampleJira
from sync.settings.settings import PARSERS
from sync.settings.site import SITE_FIELDS
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_writer
from tests.architecture.repository import ROOT
from tests.forging import remove_last_publication, rewrite_chain
from tests.runs.examining import Checks, examine, texts, wrongs
from tests.runs.place import Dialect, Place, Places, Said, a_place

CANARY = "canary-51ab-not-a-real-token"
SUBJECTS = (
    "Settings",
    "Rule book",
    "Databases",
    "What was published",
    "Runs",
    "Notifications",
    "Workers",
    "Mirror",
    "Rules",
    "Values of rules",
    "Jira",
    "Projects",
    "Issue types",
    "Fields",
    "Probes",
)
OF_JIRA = ("Mirror", "Jira", "Projects", "Issue types", "Fields", "Probes")
"""What Jira is asked about, in the order in which it is."""


def found(place: Place, **settings: str | None) -> dict[str, Checks]:
    """The checks by subject; the exit code is the highest of theirs."""
    said = place.headway("doctor", "--json", **settings)
    assert said.out, said.err
    document = json.loads(said.out)
    sections = {section["subject"]: section["checks"] for section in document["sections"]}
    assert tuple(sections) == SUBJECTS
    codes = [check["exit_code"] for checks in sections.values() for check in checks]
    assert said.code == document["exit_code"] == max(codes)
    return sections


def change(place: Place, name: str, statement: str) -> None:
    """Write to a database as nobody should."""
    tables = clean if name == "clean" else state
    url = place.truth_url if name == "clean" else place.state_url
    engine = build_engine(parse_url(url, "test"), tables.SCHEMA)
    prefix = f"{tables.SCHEMA}." if engine.dialect.name == "postgresql" else ""
    try:
        with open_writer(engine) as connection:
            connection.execute(text(statement.format(t=prefix)))
    finally:
        engine.dispose()


@pytest.mark.published
def test_a_sound_place_has_nothing_wrong(place: Place) -> None:
    sections = found(place)

    assert wrongs(sections) == []
    assert "25 rows, each as it was last published" in texts(sections["What was published"])
    issues = len(place.company.issues)
    assert f"{issues} issues in Jira, {issues} in the mirror" in texts(sections["Probes"])
    assert "6 projects, all of them read" in texts(sections["Projects"])
    assert "the same fields" in texts(sections["Fields"])


def test_room_on_the_disks_of_both_files_is_told(published: Place) -> None:
    told = texts(examine(published)["Databases"])

    assert told.count("MB are free in ") == 2
    assert told.count("the next run may need ") == 2


def test_a_page_has_a_line_a_check_and_says_what_to_do(published: Place) -> None:
    said = published.headway("doctor", "--all", jira_projects="ID,PAYS")

    assert said.code == 77
    for subject in SUBJECTS:
        assert f"\n{subject}\n" in f"\n{said.out}"
    assert "  wrong  HEADWAY_JIRA_PROJECTS  names project PAYS" in said.out
    assert "         -> Did you mean " in said.out
    assert said.out.startswith("1 wrong, ")


@pytest.mark.every_kind
def test_each_kind_of_jira_says_how_things_are_known(
    dialect: Dialect, places: Places, tmp_path: Path
) -> None:
    cloud = dialect == "cloud"
    with places.open_place(tmp_path, dialect, projects=("ID",)) as place:
        before = examine(place, *OF_JIRA)
        place.headway("sync")
        after = examine(place, *OF_JIRA)

    types, fields = texts(after["Issue types"]), texts(after["Fields"])
    told = "Jira says so" if cloud else "concluded from its issues"
    assert wrongs(before) == wrongs(after) == []
    assert "no reading came through yet" in texts(before["Mirror"])
    assert ("no issue type is known to be an epic" in texts(before["Issue types"])) is not cloud
    assert any(line.startswith("epics: Epic (10000") and told in line for line in types.split("\n"))
    assert ("called otherwise here, and known all the same: Épopée" in types) is cloud
    assert ("Story point estimate (customfield_10016): Jira's own kind" in fields) is cloud
    assert ("Epic Link (customfield_10101), by its kind" in fields) is not cloud
    assert ("those of 3 projects add up Story Points" in fields) is cloud
    assert ("paging: by id" in texts(after["Probes"])) is not cloud


def test_nothing_is_changed(published: Place) -> None:
    def files() -> dict[str, tuple[int, bytes]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.read_bytes())
            for path in sorted(published.folder.rglob("*"))
            if path.is_file() and path.name != "env"
        }

    before = files()
    found(published)
    found(published, jira_token=CANARY)

    assert files() == before
    assert published.headway("sync").code == 0


def test_no_database_is_made_where_there_is_none(published: Place) -> None:
    elsewhere = published.folder / "nowhere" / "clean.db"

    sections = examine(published, "Jira", clean_url=f"sqlite:///{elsewhere}")

    assert wrongs(sections) == [("Databases", 74)]
    assert not elsewhere.parent.exists()
    assert "Headway Reader" in texts(sections["Jira"])


def test_a_file_that_is_no_database_of_ours_stays_as_it_is(published: Place) -> None:
    path = published.folder / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name)")
    other.close()
    before = path.read_bytes()

    sections = examine(published, state_url=f"sqlite:///{path}")

    assert wrongs(sections) == [("Databases", 74)]
    assert "a database of something else" in texts(sections["Databases"])
    assert path.read_bytes() == before


def test_a_jira_that_is_down_hides_none_of_the_rest(published: Place) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"

        sections = found(published, jira_url=url)

    assert wrongs(sections) == [("Jira", 75)]
    assert "each hash up to revision 1" in texts(sections["What was published"])
    assert "not looked at" in texts(sections["Fields"])


def test_a_token_that_is_not_taken_is_told_and_never_shown(published: Place) -> None:
    said = published.headway("doctor", jira_token=CANARY)

    assert said.code == 77
    assert "does not accept the token" in said.out
    assert CANARY not in said.out + said.err


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (None, "nobody said when it ends"),
        ("2001-01-01", "it should have ended"),
        ("2999-01-01", "accepted; ends 2999-01-01"),
    ],
)
def test_the_end_of_the_token_is_told(published: Place, ends: str | None, words: str) -> None:
    assert words in texts(examine(published, "Jira", jira_token_expires=ends)["Jira"])


def test_settings_that_are_missing_hide_none_of_the_rest(published: Place) -> None:
    sections = found(published, jira_token=None, jira_url=None)

    assert wrongs(sections) == [("Settings", 2), ("Settings", 2)]
    assert "finds it whole" in texts(sections["Databases"])


def test_settings_that_cannot_be_read_are_told_as_ever(published: Place) -> None:
    said = published.headway("doctor", timezone="Mars/Olympus")

    assert (said.code, said.out) == (2, "")
    assert "HEADWAY_TIMEZONE" in said.err


def test_a_rule_book_with_mistakes_hides_none_of_the_rest(published: Place) -> None:
    published.rules("capabilities.yaml", "beats: [roles-and-permissions]", "beats: [rolls]")

    sections = found(published)

    assert wrongs(sections) == [("Rule book", 2)]
    assert "rolls" in texts(sections["Rule book"])
    assert "Story point estimate" in texts(sections["Fields"])


def test_every_setting_is_read_by_the_product() -> None:
    own = ROOT / "sync" / "settings"
    sources = [path for path in (ROOT / "sync").rglob("*.py") if path.parent != own]
    code = "\n".join(path.read_text("utf-8") for path in sources)
    within = "\n".join(path.read_text("utf-8") for path in own.glob("*.py"))

    read = {
        name
        for name in PARSERS
        if f"settings.{name}" in code or f"self.{SITE_FIELDS.get(name, name)}" in within
    }
    by_name = {"clean_url", "state_url", "secrets_dir", "sites_file"}  # the doctor; `sources`
    by_name |= {"work_memory"}  # of workers, which have the settings of no list

    assert set(PARSERS) - read - by_name == set()


def test_a_published_capability_that_the_rule_book_lacks_is_told(published: Place) -> None:
    config = published.folder / "config"
    for path in config.glob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace("id: audit-log", "id: audit-trail"))

    sections = examine(published, "What was published")

    assert ("What was published", 2) in wrongs(sections)
    assert "lacks the published capability 'audit-log'" in texts(sections["What was published"])


def test_another_rule_book_than_the_one_that_was_published_is_told_in_a_line(
    published: Place,
) -> None:
    for path in (published.folder / "config").glob("*.yaml"):
        path.unlink()
    rule = "{id: other, name: Other, area: Web, summary: Texts., when: {component: X}}"
    (published.folder / "config" / "rules.yaml").write_text(f"version: '1'\ncapabilities: [{rule}]")

    told = texts(examine(published, "What was published")["What was published"])

    assert "has none of the" in told
    assert "lacks the published capability" not in told


def test_a_field_that_rules_name_and_jira_lacks_is_told(published: Place) -> None:
    published.rules("capabilities.yaml", "- component: Audit log", "- Wrok category: x")

    sections = examine(published, "Rules", *OF_JIRA)

    assert wrongs(sections) == [("Rules", 2), ("Fields", 2)]


def test_what_cannot_be_fixed_by_one_is_told_of_both(published: Place) -> None:
    sections = found(published, jira_token=CANARY, clean_url="sqlite:///nowhere/clean.db")

    assert wrongs(sections) == [("Databases", 74), ("Jira", 77)]


def test_one_file_for_both_databases_is_told(published: Place) -> None:
    sections = examine(published, state_url=published.clean_url)

    assert ("Databases", 74) in wrongs(sections)
    assert "names the same file as HEADWAY_CLEAN_URL" in texts(sections["Databases"])


def test_a_damaged_database_is_told(published: Place) -> None:
    path = Path(published.state_url.removeprefix("sqlite:///"))
    content = bytearray(path.read_bytes())
    for page in range(8, len(content) // 4096 - 1):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(bytes(content))

    sections = found(published)

    assert ("Databases", 74) in wrongs(sections)
    assert "Headway Reader" in texts(sections["Jira"])


def test_a_state_database_that_others_may_read_is_noted(published: Place) -> None:
    Path(published.state_url.removeprefix("sqlite:///")).chmod(0o644)

    assert "may be read by other users" in texts(examine(published)["Databases"])


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE {t}capability SET name = 'Free beer' WHERE capability_id = 'audit-log'", "row"),
        ("DELETE FROM {t}alias WHERE capability_id = 'audit-log'", "row audit-log"),
        (
            "UPDATE {t}publication_part SET content = replace(content, 'Audit', 'Adit')",
            "revision 1 does not hold the",
        ),
        (
            "DELETE FROM {t}publication_part WHERE kind = 'row' AND subject = 'audit-log'",
            "revision 1 has not the parts that it was written with",
        ),
        ("UPDATE {t}publication SET run_id = 'mine'", "revision 1 is not as it was written"),
        ("UPDATE {t}change SET changed_month = '2020-01'", "v1_change"),
        ("UPDATE {t}head SET revision = 7", "readers see 7"),
        ("UPDATE {t}term SET meaning = 'Soon' WHERE kind = 'asked_when'", "v1_term"),
    ],
)
def test_whatever_readers_see_otherwise_than_it_was_published_is_told(
    each_published: Place, statement: str, words: str
) -> None:
    change(each_published, "clean", statement)

    sections = examine(each_published, "What was published")

    assert ("What was published", 74) in wrongs(sections)
    assert words in texts(sections["What was published"])


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (remove_last_publication, "publication log: ends at revision 0, and readers see 1"),
        (rewrite_chain, "tells another history of revision 1 than the one that was published"),
    ],
)
def test_a_past_that_was_changed_and_hashed_anew_is_told_by_the_state_database(
    each_published: Place, forge: Callable[[Engine], None], words: str
) -> None:
    with each_published.open_context() as context:
        forge(context.clean)

    sections = examine(each_published, "What was published")

    assert ("What was published", 74) in wrongs(sections)
    assert words in texts(sections["What was published"])


def test_what_it_says_to_do_about_a_row_helps(published: Place) -> None:
    statement = "UPDATE {t}capability SET name = 'Free beer' WHERE capability_id = 'audit-log'"
    change(published, "clean", statement)

    assert published.headway("sync", "--full").code == 0

    assert wrongs(examine(published, "What was published")) == []


def test_a_project_that_fed_the_list_and_got_lost_is_named(published: Place) -> None:
    published.jira.view.hidden_projects = {"ID"}

    subjects = ("What was published", "Mirror", "Jira", "Projects")
    hidden = examine(published, *subjects)
    published.jira.view.hidden_projects = set()
    left_out = examine(published, *subjects, jira_projects="PAY")

    assert wrongs(hidden) == wrongs(left_out) == [("Projects", 77)]
    assert "project ID: fed the last publication and cannot be seen" in texts(hidden["Projects"])
    assert "is not among HEADWAY_JIRA_PROJECTS" in texts(left_out["Projects"])


def test_another_jira_is_told_and_a_run_publishes_nothing_of_it(published: Place) -> None:
    before = published.published()
    for key in list(published.company.projects):
        published.company.rename_project(key, f"{key}X")
    published.company.former_keys.clear()
    with SampleJira(published.company) as other:
        settings = {"jira_url": other.url, "jira_token": other.token, "jira_email": other.email}
        sections = examine(published, "Mirror", "Jira", **settings)
        said = published.headway("sync", **settings)

    assert ("Jira", 77) in wrongs(sections)
    assert "is another Jira than site 'main' was read from" in texts(sections["Jira"])
    assert said.code == 77
    assert "Put HEADWAY_JIRA_URL back" in said.err
    assert published.published() == before


def test_a_jira_that_moved_is_noted_by_doctor_and_said_by_the_next_run(published: Place) -> None:
    with SampleJira(published.company) as moved:
        settings = {"jira_url": moved.url, "jira_token": moved.token, "jira_email": moved.email}
        sections = examine(published, "Mirror", "Jira", **settings)
        said = published.headway("sync", **settings)

    assert wrongs(sections) == []
    assert "it is the same Jira: " in texts(sections["Jira"])
    assert said.code == 0
    assert f"gives its address as {moved.url}" in said.out + said.err


def test_the_same_jira_under_another_name_is_refused(published: Place) -> None:
    before = published.published()

    sections = examine(published, "Mirror", "Jira", site="emea")
    said = published.headway("sync", site="emea")

    assert ("Jira", 2) in wrongs(sections)
    assert said.code == 2
    assert "HEADWAY_SITE: says 'emea', and the list in the clean database is that of" in said.err
    assert published.published() == before


def test_a_project_we_may_not_browse_is_named(published: Place) -> None:
    denied = {"permissions": {"BROWSE_PROJECTS": {"havePermission": False}}}
    published.jira.faults.append(Fault("/mypermissions", as_json(denied), nth=1))

    sections = examine(published, "Jira", "Projects")

    assert wrongs(sections) == [("Projects", 77)]
    assert "does not let this account browse CORE" in texts(sections["Projects"])


def test_other_story_point_fields_than_last_time_are_told(published: Place) -> None:
    rules = 'version: "1"\neffort: {points_fields: [Business value]}\n'
    (published.folder / "config" / "effort.yaml").write_text(rules)

    sections = examine(published, "Mirror", "Jira", "Fields")

    fields = texts(sections["Fields"])
    assert wrongs(sections) == []
    assert "story points, 1.: Business value (customfield_10041): the rule book names it" in fields
    assert "and would come from customfield_10041, customfield_10016" in fields
    assert "other fields are to be read, or not any more: customfield_10041" in fields


def test_times_that_jira_does_not_understand_are_noted(published: Place) -> None:
    published.jira.faults.append(Fault("search/jql", as_json({"issues": [], "isLast": True})))

    assert "every run reads everything" in texts(examine(published, *OF_JIRA)["Probes"])


def test_a_mirror_far_from_what_jira_counts_is_noted(published: Place) -> None:
    published.jira.faults.append(Fault("approximate-count", as_json({"count": 9999})))

    size = examine(published, *OF_JIRA)["Probes"][0]

    assert (size["verdict"], size["name"]) == ("note", "size")


def test_a_search_that_jira_refuses_is_told(published: Place) -> None:
    published.jira.faults.append(Fault("approximate-count", as_json({}, 400)))

    assert wrongs(examine(published, *OF_JIRA)) == [("Probes", 75)]


def test_a_server_that_nobody_reaches_is_told(published: Place) -> None:
    said: Said = published.headway(
        "doctor", "--all", clean_url=f"postgresql://headway:{CANARY}@127.0.0.1:1/headway"
    )

    assert said.code == 74
    assert CANARY not in said.out + said.err
    assert "Headway Reader" in said.out


def test_a_role_that_may_not_write_is_told(
    tmp_path: Path, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = (postgres_url, f"sqlite:///{tmp_path}/internal/state.db")
    with a_place(tmp_path, urls, capsys, projects=("ID",)) as place:
        assert place.headway("migrate").code == 0
        change(place, "clean", "CREATE ROLE onlooker LOGIN PASSWORD 'onlooker'")
        try:
            change(place, "clean", "GRANT USAGE ON SCHEMA headway TO onlooker")
            change(place, "clean", "GRANT SELECT ON ALL TABLES IN SCHEMA headway TO onlooker")
            onlooker = make_url(postgres_url).set(username="onlooker", password="onlooker")

            sections = examine(place, clean_url=onlooker.render_as_string(hide_password=False))
        finally:
            change(place, "clean", "DROP OWNED BY onlooker")
            change(place, "clean", "DROP ROLE onlooker")

    assert wrongs(sections) == [("Databases", 74)]
    assert "does not let us read and write alias, capability" in texts(sections["Databases"])


def test_values_that_a_rule_all_but_names_or_that_nobody_has_are_told(published: Place) -> None:
    (published.folder / "config" / "more.yaml").write_text(
        "capabilities:\n  - id: phones\n    name: Phones\n    area: Mobile\n"
        "    summary: Work from a phone.\n    when: {component: Androyd, status: In Progres}\n",
        "utf-8",
    )

    sections = examine(published, "Rules", "Values of rules")
    checked = published.headway("check").out
    run = published.headway("sync")
    status = published.headway("status").out

    absent = "phones asks for component Androyd, which no issue has"
    assert absent in texts(sections["Values of rules"])
    told = r"status 'In Progres' of 'phones': 0 of [\d,]+ issues; \d+ issues have 'In Progress'"
    assert re.search(told, texts(sections["Rules"]))
    assert re.search(rf"more\.yaml:6:\d+: warning: {told}", checked)
    assert (
        "rules: 1 value matches nothing, one typo or sign away from a rule's: 'In Progress'; "
        "headway check lists them" in status
    )
    assert run.code == 0
    assert "1 value matches nothing, one typo or sign away" in run.out
