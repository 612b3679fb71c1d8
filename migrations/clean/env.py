"""Alembic's environment of the clean database."""

from migrations.environment import run
from models.tables import clean

run(clean.metadata, clean.SCHEMA)
