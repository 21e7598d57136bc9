"""What is due to go out is found without looking at what was sent or waits behind it"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "message_deliveries"
BEFORE = {"conversation_id": ["conversation_id"], "status": ["status"], "due_at": ["due_at"]}
NOW = {
    "due": ["channel", "status", "due_at", "seq"],
    "order": ["conversation_id", "channel", "status", "seq"],
    "lost": ["status", "created_at"],
}


def upgrade() -> None:
    for name, columns in NOW.items():
        op.create_index(f"ix_{TABLE}_{name}", TABLE, columns)
    for name in BEFORE:
        op.drop_index(f"ix_{TABLE}_{name}", TABLE)


def downgrade() -> None:
    for name, columns in BEFORE.items():
        op.create_index(f"ix_{TABLE}_{name}", TABLE, columns)
    for name in NOW:
        op.drop_index(f"ix_{TABLE}_{name}", TABLE)
