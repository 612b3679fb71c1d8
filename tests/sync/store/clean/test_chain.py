from contextlib import suppress
from random import Random

from sqlalchemy import Engine, text

from sync.store.clean.chain import follow_chain
from sync.store.clean.epoch import read_history_end
from sync.store.db.engines import open_reader, open_writer
from tests.databases import name_prefixes
from tests.forging import remove_last_publication, rewrite_chain
from tests.sync.store.clean.publishing import RandomPublisher

FORGERIES = {
    'UPDATE {t}publication_part SET content = replace(content, \'"name":"\', \'"name":"A\') '
    "WHERE revision = 3 AND kind = 'row'": (3, "does not hold the row of"),
    "UPDATE {t}publication_part SET salt = 'other' WHERE revision = 2 AND kind = 'row'": (
        2,
        "does not hold the row of",
    ),
    "DELETE FROM {t}publication_part WHERE revision = 2 AND kind = 'row'": (
        2,
        "has not the parts",
    ),
    "INSERT INTO {t}publication_part SELECT kind, 'another', revision, content, salt, hash "
    "FROM {t}publication_part WHERE revision = 3 AND kind = 'row' LIMIT 1": (
        3,
        "does not hold the row of another",
    ),
    "UPDATE {t}publication SET rulebook_digest = 'other' WHERE revision = 2": (
        2,
        "is not as it was written",
    ),
    "UPDATE {t}publication SET published_at = (SELECT published_at FROM {t}publication "
    "WHERE revision = 1) WHERE revision = 3": (3, "is not as it was written"),
    "UPDATE {t}publication SET hash = 'other' WHERE revision = 1": (1, "is not as it was written"),
}


class _UndoError(Exception):
    """So that the next forgery finds the log as it was."""


def publish_some(engine: Engine) -> None:
    publisher = RandomPublisher(engine, Random(3))
    while publisher.revision < 4:
        publisher.take_step()


def test_a_log_that_nobody_touched_holds_together(clean_engine: Engine) -> None:
    publish_some(clean_engine)
    with open_reader(clean_engine) as connection:
        chain, first = follow_chain(connection), follow_chain(connection, 2)

    end = read_history_end(clean_engine)
    assert (chain.revision, chain.hash, chain.broken) == (end.revision, end.hash, ())
    assert (first.revision, first.broken) == (2, ())


def test_the_first_entry_that_was_touched_is_named(clean_engine: Engine) -> None:
    publish_some(clean_engine)
    tables, _ = name_prefixes(clean_engine.dialect.name)

    told = {}
    for forgery in FORGERIES:
        with suppress(_UndoError), open_writer(clean_engine) as connection:
            connection.execute(text(forgery.format(t=tables)))
            first = follow_chain(connection).broken[0]
            told[forgery] = (first.revision, first.what)
            raise _UndoError

    for forgery, (revision, words) in FORGERIES.items():
        assert told[forgery][0] == revision
        assert told[forgery][1].startswith(words)


def test_an_entry_in_the_midst_that_is_gone_is_missed(clean_engine: Engine) -> None:
    publish_some(clean_engine)
    tables, _ = name_prefixes(clean_engine.dialect.name)
    with open_writer(clean_engine) as connection:
        for table in ("publication_part", "publication"):
            connection.execute(text(f"DELETE FROM {tables}{table} WHERE revision = 2"))

    with open_reader(clean_engine) as connection:
        (broken,) = follow_chain(connection).broken

    assert (broken.revision, broken.what) == (3, "does not follow the entry before it")


def test_a_log_that_was_cut_or_hashed_anew_ends_otherwise(clean_engine: Engine) -> None:
    publish_some(clean_engine)
    end = read_history_end(clean_engine).hash
    rewrite_chain(clean_engine, "thing", "sting")
    with open_reader(clean_engine) as connection:
        rewritten = follow_chain(connection)
    remove_last_publication(clean_engine)
    with open_reader(clean_engine) as connection:
        cut = follow_chain(connection)

    assert rewritten.broken == cut.broken == ()
    assert len({end, rewritten.hash, cut.hash}) == 3
