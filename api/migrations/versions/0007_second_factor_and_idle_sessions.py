"""A second factor, a lock after failed tries, sessions that end when they are not used, single sign-on"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# No batch mode: on SQLite that makes the table again, and dropping the old one takes with it what refers to it.
PEOPLE: tuple[sa.Column[Any], ...] = (
    sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("failed_attempts", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
    sa.Column("totp_secret", sa.Text(), nullable=True),
    sa.Column("second_factor_since", sa.DateTime(timezone=True), nullable=True),
    sa.Column("totp_last_step", sa.BigInteger(), nullable=False, server_default="0"),
    sa.Column("single_sign_on", sa.String(length=400), nullable=True),
)


def upgrade() -> None:
    for column in PEOPLE:
        op.add_column("people", column.copy())
    op.create_index("ix_people_single_sign_on", "people", ["single_sign_on"], unique=True)
    # Nobody knows when sessions of before were last used: everybody signs in again.
    op.execute("DELETE FROM sign_ins")
    long_ago = sa.text("'2026-01-01 00:00:00+00:00'")
    op.add_column(
        "sign_ins", sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False, server_default=long_ago)
    )
    op.add_column("sign_ins", sa.Column("device", sa.String(length=60), nullable=False, server_default=""))
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index("ix_recovery_codes_person_id", "recovery_codes", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_column("sign_ins", "device")
    op.drop_column("sign_ins", "last_seen_at")
    op.drop_index("ix_people_single_sign_on", "people")
    for column in reversed(PEOPLE):
        op.drop_column("people", column.name)
