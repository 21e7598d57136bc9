"""Turns remember when they came, so that who waits longest is answered first"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Turns from before this migration have waited longest. SQLite takes only a constant here.
    arrival = sa.text("'2026-01-01 00:00:00+00:00'")
    with op.batch_alter_table("turns") as batch_op:
        batch_op.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=arrival))
    with op.batch_alter_table("turns") as batch_op:
        batch_op.alter_column("created_at", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("turns") as batch_op:
        batch_op.drop_column("created_at")
