"""Indexes from which a page of the queue is read in order"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STILL_OPEN = "status IN ('new', 'claimed', 'in_progress', 'transferred')"
QUEUES = {
    "waiting": f"assignee_id IS NULL AND {STILL_OPEN}",
    "taken": f"assignee_id IS NOT NULL AND {STILL_OPEN}",
}


def upgrade() -> None:
    for name, rows in QUEUES.items():
        for suffix, team in (("", []), ("_of_team", ["team"])):
            op.create_index(
                f"ix_intakes_{name}{suffix}",
                "intakes",
                [*team, "urgency", "due_at", "id"],
                sqlite_where=sa.text(rows),
                postgresql_where=sa.text(rows),
            )


def downgrade() -> None:
    for name in QUEUES:
        for suffix in ("", "_of_team"):
            op.drop_index(f"ix_intakes_{name}{suffix}", "intakes")
