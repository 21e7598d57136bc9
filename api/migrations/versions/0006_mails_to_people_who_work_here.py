"""Mails to people who work here wait in a table until they are sent"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = ("new_question", "transferred", "crisis", "daily")
STATUSES = ("waiting", "sent", "failed")
WAITING = sa.text("status = 'waiting'")


def words(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", words(*KINDS, name="noticekind"), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("reference", sa.String(20), nullable=True),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("today", sa.Integer(), nullable=False),
        sa.Column("status", words(*STATUSES, name="noticestatus"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notices_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index(op.f("ix_notices_person_id"), "notices", ["person_id"])
    op.create_index("ix_notices_waiting", "notices", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("unwanted", words(*KINDS, name="noticekind"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notice_choices_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "unwanted", name=op.f("pk_notice_choices")),
    )


def downgrade() -> None:
    op.drop_table("notice_choices")
    op.drop_table("notices")
