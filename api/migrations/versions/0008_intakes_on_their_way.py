"""Intakes know why they press, by when they are picked up and where they are delivered; their history is only appended to"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATUSES = ("waiting", "delivered", "failed", "erasing", "erase_failed", "erased")
TOLD = ("nothing", "delayed", "failed", "delivered")
TIME = sa.DateTime(timezone=True)
# What is passed on waits for the team that it goes to, also while somebody still has it.
WAITING = "status IN ('new', 'transferred')"
WAITED = "assignee_id IS NULL AND status IN ('new', 'claimed', 'in_progress', 'transferred')"


def closed_list(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    with op.batch_alter_table("people") as batch_op:
        batch_op.add_column(sa.Column("disciplines", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("away_until", TIME, nullable=True))
    with op.batch_alter_table("people") as batch_op:
        batch_op.alter_column("disciplines", server_default=None)
    with op.batch_alter_table("intakes") as batch_op:
        for name in ("reasons", "facts", "concerns"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))
        for name in ("amber_at", "legal_due_at", "claim_by", "escalated_at", "contacted_at", "referral_consent_at"):
            batch_op.add_column(sa.Column(name, TIME, nullable=True))
        batch_op.add_column(sa.Column("closed_seq", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("referral", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("reserved_for_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_intakes_reserved_for_id_people"), "people", ["reserved_for_id"], ["id"]
        )
    fill_in_what_is_known()
    with op.batch_alter_table("intakes") as batch_op:
        batch_op.alter_column("amber_at", existing_type=TIME, nullable=False)
        batch_op.create_index(batch_op.f("ix_intakes_claim_by"), ["claim_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_intakes_reserved_for_id"), ["reserved_for_id"], unique=False)
    index_of_waiting(WAITING)
    op.create_table(
        "service_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("heard", sa.String(length=40), nullable=True),
        sa.Column("right", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intakes.id"], name=op.f("fk_service_corrections_intake_id_intakes"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_corrections")),
    )
    with op.batch_alter_table("service_corrections") as batch_op:
        batch_op.create_index(batch_op.f("ix_service_corrections_intake_id"), ["intake_id"], unique=False)
    take_over_corrections()
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("system", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("status", closed_list("deliverystatus", STATUSES), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", TIME, nullable=True),
        sa.Column("leased_until", TIME, nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.Column("told", closed_list("told", TOLD), nullable=False),
        sa.Column("remote_status", sa.String(length=100), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("delivered_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intakes.id"], name=op.f("fk_deliveries_intake_id_intakes"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("reference", "system", name=op.f("uq_deliveries_reference_system")),
    )
    with op.batch_alter_table("deliveries") as batch_op:
        for column in ("intake_id", "next_at", "external_id"):
            batch_op.create_index(batch_op.f(f"ix_deliveries_{column}"), [column], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER intake_events_fixed BEFORE UPDATE ON intake_events"
            " BEGIN SELECT RAISE(ABORT, 'the history of an intake is only appended to'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION intake_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the history of an intake is only appended to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER intake_events_fixed BEFORE UPDATE ON intake_events"
            " FOR EACH ROW EXECUTE FUNCTION intake_events_only_grow()"
        )


def index_of_waiting(rows: str) -> None:
    for suffix, team in (("", []), ("_of_team", ["team"])):
        op.drop_index(f"ix_intakes_waiting{suffix}", "intakes")
        op.create_index(
            f"ix_intakes_waiting{suffix}",
            "intakes",
            [*team, "urgency", "due_at", "id"],
            sqlite_where=sa.text(rows),
            postgresql_where=sa.text(rows),
        )


def fill_in_what_is_known() -> None:
    """Terms of old intakes stay as they were; the first answer and the last message of who closed it are in history and conversation."""
    op.execute("UPDATE intakes SET amber_at = due_at")
    op.execute("UPDATE intakes SET claim_by = due_at WHERE assignee_id IS NULL AND status IN ('new', 'transferred')")
    op.execute(
        "UPDATE intakes SET contacted_at = (SELECT min(at) FROM intake_events"
        " WHERE intake_events.intake_id = intakes.id AND action = 'replied')"
    )
    op.execute(
        "UPDATE intakes SET closed_seq = (SELECT last_seq FROM conversations WHERE conversations.id = conversation_id)"
        " WHERE status = 'closed'"
    )


def take_over_corrections() -> None:
    """Corrections so far are in the history as `heard -> right`."""
    connection = op.get_bind()
    events = sa.table(
        "intake_events",
        sa.column("intake_id", sa.Uuid()),
        sa.column("at", TIME),
        sa.column("detail"),
        sa.column("action"),
    )
    intakes = sa.table("intakes", sa.column("id", sa.Uuid()), sa.column("language"))
    corrections = sa.table(
        "service_corrections",
        sa.column("id", sa.Uuid()),
        sa.column("intake_id", sa.Uuid()),
        sa.column("at", TIME),
        sa.column("heard"),
        sa.column("right"),
        sa.column("language"),
    )
    found = connection.execute(
        sa.select(events.c.intake_id, events.c.at, events.c.detail, intakes.c.language)
        .join(intakes, intakes.c.id == events.c.intake_id)
        .where(events.c.action == "service_corrected", events.c.detail.like("% -> %"))
    ).all()
    for intake_id, at, detail, language in found:
        heard, _, right = detail.partition(" -> ")
        connection.execute(
            corrections.insert().values(
                id=uuid.uuid4(),
                intake_id=intake_id,
                at=at,
                heard=None if heard == "None" else heard,
                right=right,
                language=language,
            )
        )


def downgrade() -> None:
    op.execute(
        "DROP TRIGGER intake_events_fixed" + ("" if op.get_bind().dialect.name == "sqlite" else " ON intake_events")
    )
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION intake_events_only_grow()")
    op.drop_table("deliveries")
    op.drop_table("service_corrections")
    with op.batch_alter_table("intakes") as batch_op:
        batch_op.drop_index(batch_op.f("ix_intakes_reserved_for_id"))
        batch_op.drop_index(batch_op.f("ix_intakes_claim_by"))
        batch_op.drop_constraint(batch_op.f("fk_intakes_reserved_for_id_people"), type_="foreignkey")
        for name in (
            "reserved_for_id",
            "referral",
            "closed_seq",
            "referral_consent_at",
            "contacted_at",
            "escalated_at",
            "claim_by",
            "legal_due_at",
            "amber_at",
            "concerns",
            "facts",
            "reasons",
        ):
            batch_op.drop_column(name)
    index_of_waiting(WAITED)
    with op.batch_alter_table("people") as batch_op:
        batch_op.drop_column("away_until")
        batch_op.drop_column("disciplines")
