"""Alembic's environment of the state database."""

from migrations.environment import run
from models.tables.indexes import STATE_TABLES
from models.tables.state import SCHEMA

run(STATE_TABLES, SCHEMA)
