"""The state database.

Until the first release this migration is amended in place and creates the tables as the models
say; at the release it is written out and never touched again.
"""

from alembic import op
from sqlalchemy import text

from models.tables import state

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    state.metadata.create_all(connection, checkfirst=False)
    dialect = connection.dialect.name
    for statement in state.append_only_statements(dialect, state.prefix(dialect)):
        connection.execute(text(statement))


def downgrade() -> None:
    connection = op.get_bind()
    state.metadata.drop_all(connection, checkfirst=False)
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"DROP FUNCTION {state.prefix('postgresql')}refuse_rewriting()"))
