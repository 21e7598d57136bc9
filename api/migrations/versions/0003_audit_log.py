"""An audit log that only grows: the database itself refuses to change a line"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FIXED = "seq, at, actor, verb, object_kind, object_id, changed_from, changed_to, request_id, previous, hash"


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=80), nullable=True),
        sa.Column("changed_from", sa.String(length=200), nullable=True),
        sa.Column("changed_to", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.String(length=40), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
    )
    with op.batch_alter_table("audit_events") as batch_op:
        for column in ("at", "actor", "verb", "object_id"):
            batch_op.create_index(batch_op.f(f"ix_audit_events_{column}"), [column], unique=False)
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("start_seq", sa.Integer(), nullable=False),
        sa.Column("start_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64, "start_seq": 0, "start_hash": "0" * 64}])
    # Lines past their term go from the front only, after the start of the chain has been moved behind them. The reason may be
    # encrypted again with a new key; that its words stay the same is for the chain to say.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER audit_events_fixed BEFORE UPDATE OF {FIXED} ON audit_events"
            " BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
        )
        op.execute(
            "CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events"
            " WHEN OLD.seq > (SELECT start_seq FROM audit_head)"
            " BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION audit_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF TG_OP = 'DELETE' AND OLD.seq <= (SELECT start_seq FROM audit_head) THEN RETURN OLD; END IF;"
            " RAISE EXCEPTION 'the audit log only grows'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER audit_events_fixed BEFORE UPDATE OF {FIXED} ON audit_events"
            " FOR EACH ROW EXECUTE FUNCTION audit_events_only_grow()"
        )
        op.execute(
            "CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events"
            " FOR EACH ROW EXECUTE FUNCTION audit_events_only_grow()"
        )


def downgrade() -> None:
    op.drop_table("audit_events")
    op.drop_table("audit_head")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_events_only_grow()")
