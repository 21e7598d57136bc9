"""Messages go out through channels that push, and residents come in by Telegram"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sent",
                "uncertain",
                "undeliverable",
                name="deliverystatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("parts_sent", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending", sa.Boolean(), nullable=False),
        sa.Column("external_id", sa.String(length=40), nullable=True),
        sa.Column("keyboard", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_message_deliveries_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_message_deliveries_message_id_messages"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_deliveries")),
        sa.UniqueConstraint("message_id", "channel", name=op.f("uq_message_deliveries_message_id_channel")),
    )
    op.create_index(op.f("ix_message_deliveries_conversation_id"), "message_deliveries", ["conversation_id"])
    op.create_index(op.f("ix_message_deliveries_status"), "message_deliveries", ["status"])
    op.create_index(op.f("ix_message_deliveries_due_at"), "message_deliveries", ["due_at"])
    op.create_table(
        "telegram_chats",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_to_stop_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_telegram_chats_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_chats")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_telegram_chats_conversation_id")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_telegram_chats_fingerprint")),
    )
    op.create_table(
        "telegram_updates",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name=op.f("pk_telegram_updates")),
    )
    op.create_index(op.f("ix_telegram_updates_heard_at"), "telegram_updates", ["heard_at"])
    kind = sa.Enum("answer", "watch", name="turnkind", native_enum=False, create_constraint=True, length=20)
    with op.batch_alter_table("turns") as batch_op:
        batch_op.add_column(sa.Column("kind", kind, nullable=False, server_default="answer"))
    with op.batch_alter_table("turns") as batch_op:
        batch_op.alter_column("kind", server_default=None)


def downgrade() -> None:
    # The version before answers every turn it finds: what only had to be watched must not be there.
    op.execute("DELETE FROM turns WHERE kind = 'watch'")
    with op.batch_alter_table("turns") as batch_op:
        batch_op.drop_constraint(op.f("ck_turns_turnkind"), type_="check")
        batch_op.drop_column("kind")
    op.drop_table("telegram_updates")
    op.drop_table("telegram_chats")
    op.drop_table("message_deliveries")
