"""The clean database, contract v1.

Until the first release this migration is amended in place and creates the tables as the models
say; at the release it is written out and never touched again.
"""

from alembic import op
from sqlalchemy import insert, text

from models.capability import CONTRACT_VERSION
from models.tables import clean, views

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    clean.metadata.create_all(connection, checkfirst=False)
    connection.execute(
        insert(clean.head).values(
            id=1,
            revision=0,
            change_seq=0,
            fence=0,
            status="failing",
            contract_version=CONTRACT_VERSION,
        )
    )
    connection.execute(insert(clean.lease).values(name="sync", token=0))
    if dialect == "postgresql":
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {clean.VIEWS_SCHEMA}"))
    for statement in views.create_statements(dialect, *clean.prefixes(dialect)):
        connection.execute(text(statement))


def downgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in views.drop_statements(clean.prefixes(dialect)[1]):
        connection.execute(text(statement))
    clean.metadata.drop_all(connection, checkfirst=False)
