"""Which steps of the reporting code were taken for an intake"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "taken_steps",
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intakes.id"], name=op.f("fk_taken_steps_intake_id_intakes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("intake_id", "step", name=op.f("pk_taken_steps")),
    )


def downgrade() -> None:
    op.drop_table("taken_steps")
