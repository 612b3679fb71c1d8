"""Alembic's environment of the clean database."""

from migrations.environment import run_migrations
from models.tables import clean

run_migrations(clean.metadata)
