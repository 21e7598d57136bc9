"""Who may read a story without being the one who helps"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_accesses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("shared", "glass", name="accesskind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intakes.id"], name=op.f("fk_intake_accesses_intake_id_intakes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_intake_accesses_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_accesses")),
        sa.UniqueConstraint("intake_id", "person_id", "kind", name=op.f("uq_intake_accesses_intake_id_person_id_kind")),
    )
    op.create_index("ix_intake_accesses_intake_id", "intake_accesses", ["intake_id"], unique=False)
    op.create_index("ix_intake_accesses_person_id", "intake_accesses", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("intake_accesses")
