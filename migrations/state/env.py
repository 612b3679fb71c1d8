"""Alembic's environment of the state database."""

from migrations.environment import run
from models.tables import state

run(state.metadata, state.SCHEMA)
