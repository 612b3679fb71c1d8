"""How many entries of the list are in which state, and which history it tells."""

from sqlalchemy import Engine, func, select

from models.capability import State
from models.tables import clean
from sync.store.db.engines import open_reader


def count_entries(engine: Engine) -> tuple[str, dict[str, int]]:
    """The epoch, and every state with how many entries are in it."""
    c = clean.capability.c
    query = select(c.state_code, func.count()).group_by(c.state_code)
    with open_reader(engine) as connection:
        epoch: str = connection.execute(select(clean.head.c.epoch)).scalar_one()
        counted: dict[str, int] = dict(connection.execute(query).all())
    return epoch, {state: counted.get(state, 0) for state in State}
