"""Alembic's environment of the state database."""

from migrations.environment import run_migrations
from models.tables.indexes import STATE_TABLES

run_migrations(STATE_TABLES)
