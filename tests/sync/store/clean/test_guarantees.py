"""What readers can rely on, while two workers publish and three readers read, on both databases.

docs/querying.md names each guarantee with its tests. What takes a whole run to keep (one that is
held, the linter, a database that was restored) is tested with whole runs.
"""

from collections import defaultdict
from itertools import pairwise

import msgspec
import pytest
from sqlalchemy import Engine, text

from models.capability import Capability
from sync.store.db.engines import open_reader
from tests.conftest import KINDS
from tests.databases import both_databases, name_prefixes, sqlite_urls
from tests.sync.store.clean.under_load import (
    SECRET,
    Load,
    Look,
    as_read,
    run_load,
)

Loaded = tuple[Load, dict[int, list[str]]]
"""What became of a list under load, and its publication log: rows as written, by revision."""


PUBLICATIONS, MANY = 16, 500
"""In make test, where every kind of publication comes twice, and in make test-all besides."""


@pytest.fixture(
    scope="module",
    params=[
        *((kind, PUBLICATIONS) for kind in KINDS),
        *(pytest.param((kind, MANY), marks=pytest.mark.all) for kind in KINDS),
    ],
    ids=lambda param: f"{param[0]}-{param[1]}",
)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """A list that was published and read at once, made once for all tests of this page."""
    kind, publications = request.param
    if kind == "sqlite":
        urls = sqlite_urls(tmp_path_factory.mktemp("load"))
    else:
        server = request.getfixturevalue("postgres_server")
        urls = (server.create_database(),) * 2
    with both_databases(*urls) as (engine, _):
        load = run_load(engine, publications)
        log = read_log(engine)
    assert load.failures == []
    return load, log


def read_log(engine: Engine) -> dict[int, list[str]]:
    """The rows of the publication log as they were written, by revision."""
    tables, _ = name_prefixes(engine.dialect.name)
    query = f"SELECT revision, content FROM {tables}publication_part WHERE kind = 'row'"
    found: dict[int, list[str]] = defaultdict(list)
    with open_reader(engine) as connection:
        for revision, content in connection.execute(text(query)):
            found[revision].append(content)
    return found


def all_looks(load: Load) -> list[Look]:
    return [look for looks in load.looks for look in looks]


def test_there_was_a_load(loaded: Loaded) -> None:
    load, _ = loaded

    assert max(load.truth) >= load.publications
    assert len({look.revision for look in all_looks(load)}) >= 3
    assert load.unchanged


def test_a_reader_sees_all_of_one_revision(loaded: Loaded) -> None:
    load, _ = loaded
    published = {revision: as_read(rows) for revision, rows in load.truth.items()}

    for look in all_looks(load):
        seen = {key: (*row[:2], bool(row[2]), row[4]) for key, row in look.rows.items()}
        truth = load.truth[look.revision]
        assert seen == published[look.revision]
        assert look.row_count == sum(row.is_active for row in truth.values())
        aliases = {(key, alias) for key, row in truth.items() for alias in row.aliases}
        assert set(map(tuple, look.aliases)) == aliases


def test_a_row_moves_with_its_content_and_never_without(loaded: Loaded) -> None:
    load, _ = loaded

    for looks in load.looks:
        for before, after in pairwise(looks):
            for key, row in before.rows.items():
                assert (row[4] == after.rows[key][4]) == (row[3] == after.rows[key][3])
            if before.revision == after.revision:
                assert before.rows == after.rows


def test_change_seq_only_grows_and_a_cursor_misses_nothing(loaded: Loaded) -> None:
    load, _ = loaded

    for looks in load.looks:
        copy: dict[str, tuple[object, ...]] = {}
        cursor = 0
        for look in looks:
            fresh = [row for row in look.rows.values() if row[3] > cursor]
            copy |= {str(row[0]): row for row in fresh}
            cursor = max([cursor, *(row[3] for row in fresh)])
            assert copy == look.rows
            assert len({row[3] for row in look.rows.values()}) == len(look.rows)
        assert [a.revision <= b.revision for a, b in pairwise(looks)].count(False) == 0


def test_no_row_is_ever_deleted_and_no_id_changes(loaded: Loaded) -> None:
    load, _ = loaded

    for looks in load.looks:
        assert all(a.rows.keys() <= b.rows.keys() for a, b in pairwise(looks))
        assert {look.epoch for look in looks} == {looks[0].epoch}


def test_a_held_run_leaves_the_list_and_says_so(loaded: Loaded) -> None:
    load, _ = loaded

    assert load.held
    for revision, look in load.held.items():
        assert (look.status, look.revision) == ("held", revision)
        assert look.rows.keys() == load.truth[revision].keys()


def test_the_log_tells_what_could_be_seen_at_every_revision(loaded: Loaded) -> None:
    load, log = loaded
    rows: dict[str, Capability] = {}

    for revision in range(1, max(load.truth) + 1):
        changed = [msgspec.json.decode(content, type=Capability) for content in log[revision]]
        rows |= {row.capability_id: row for row in changed}
        assert rows == load.truth[revision]
    assert log.keys() == load.truth.keys() - {0}


def test_what_was_redacted_is_nowhere_from_that_revision_on(loaded: Loaded) -> None:
    load, log = loaded
    before = [look for look in all_looks(load) if 0 < look.revision < load.redacted_at]
    after = [look for look in all_looks(load) if look.revision >= load.redacted_at]

    assert after
    assert [look for look in after if SECRET in str(look)] == []
    assert all(SECRET in str(look) for look in before)
    assert SECRET in str(log)
