"""Keeps a copy of the list in step: python keep_copy.py LIST COPY, both addresses of SQLAlchemy.

Rows and cursor are written in one transaction, so a copy that was interrupted goes on where it was.
"""

import sys

import sqlalchemy as sa

KEYS = {
    "v1_crm": {"capability_id"},
    "v1_alias": {"alias", "capability_id"},
    "v1_change": {"change_seq"},
}


def find_views(source: sa.Engine) -> list[sa.Table]:
    views = sa.MetaData(schema="sales" if source.dialect.name == "postgresql" else None)
    return [sa.Table(name, views, autoload_with=source) for name in (*KEYS, "v1_freshness")]


def make_tables(target: sa.Engine, views: list[sa.Table]) -> dict[str, sa.Table]:
    """What the copy holds: a table for each view, and how far it was read."""
    copy = sa.MetaData()
    sa.Table("cursor", copy, sa.Column("epoch", sa.Text), sa.Column("change_seq", sa.BigInteger))
    for view in views:
        columns = [(c.name, c.type.as_generic(), c.name in KEYS[view.name]) for c in view.c]
        made = (sa.Column(name, kind, primary_key=is_key) for name, kind, is_key in columns)
        sa.Table(view.name, copy, *made)
    copy.create_all(target)
    return dict(copy.tables)


def keep_copy(source: sa.Engine, target: sa.Engine) -> str:
    """Bring the copy up to date, and say what was done."""
    crm, alias, change, freshness = find_views(source)
    tables = make_tables(target, [crm, alias, change])
    if crm.schema:
        source = source.execution_options(isolation_level="REPEATABLE READ")
    with source.connect() as reader, target.begin() as writer:
        if not crm.schema:
            reader.exec_driver_sql("BEGIN")  # SQLite: all that follows is of one publication
        fresh = reader.execute(sa.select(freshness)).one()
        if fresh.is_stale:
            return "The list is stale: nothing was copied."
        end = reader.execute(sa.select(sa.func.max(crm.c.change_seq))).scalar() or 0
        kept = writer.execute(sa.select(tables["cursor"])).one_or_none()
        is_whole = kept is None or kept.epoch != fresh.epoch
        since = -1 if is_whole else kept.change_seq
        if since > end:
            return f"The list ends at {end}, before {since}: it is still to be recovered."
        if is_whole:  # what the list knows no more stays as withdrawn: others may link to it
            gone = {"is_active": False, "state_code": "withdrawn"}
            writer.execute(sa.update(tables["v1_crm"]).values(gone))
            writer.execute(sa.delete(tables["v1_alias"]))
            writer.execute(sa.delete(tables["v1_change"]))

        moved = sa.select(crm.c.capability_id).where(crm.c.change_seq > since)
        ids = reader.execute(moved).scalars().all()
        is_reworded = change.c.capability_id.in_(moved) | (change.c.kind == "merged")
        changed = (  # redacting rewords old news, and that of others
            (crm, "capability_id", crm.c.change_seq > since),
            (alias, "capability_id", alias.c.capability_id.in_(moved)),
            (change, "change_seq", (change.c.change_seq > since) | is_reworded),
        )
        for view, key, condition in changed:
            rows = list(map(dict, reader.execute(sa.select(view).where(condition)).mappings()))
            table = tables[view.name]
            for old in {row[key] for row in rows}.union(() if view is change else ids):
                writer.execute(sa.delete(table).where(table.c[key] == old))
            if rows:
                writer.execute(sa.insert(table), rows)
        writer.execute(sa.delete(tables["cursor"]))
        writer.execute(sa.insert(tables["cursor"]), {"epoch": fresh.epoch, "change_seq": end})
        return f"Copied {len(ids)} rows: {'the whole list' if is_whole else f'after {since}'}."


if __name__ == "__main__":
    print(keep_copy(*map(sa.create_engine, sys.argv[1:3])))
