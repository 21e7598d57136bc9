"""Finding what is due costs the same when thousands wait: it looks neither at what was sent nor at what waits behind another message."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.channels import repository
from api.conversations.models import Conversation, DeliveryStatus, Kind, Message, MessageDelivery, Sender
from api.database import Database
from api.privacy.keys import open_keys
from api.settings import Settings
from tests.api.databases import SQLITE, both_databases

CHANNEL = "telegram"
CHATS, WAITING, SENT = 100, 20, 20
BEING_SENT = 8
LIMIT = 4
# What is being sent has others behind it; each row taken is a few looks. All that is queued would be 2,000.
MOST_ROWS = BEING_SENT + 4 * LIMIT
# Of SQLite's own machine: a row looked at takes some tens of its steps.
MOST_STEPS = 100 * MOST_ROWS


@pytest.fixture
async def database(settings: Settings) -> Any:
    open_keys(settings)
    database = Database(settings.database_address)
    yield database
    await database.close()


async def fill(session: AsyncSession, now: dt.datetime) -> None:
    """Chats that all wait: long sent messages, one being sent in some of them, and a row of messages behind it."""
    conversations, messages, deliveries = [], [], []
    for chat in range(CHATS):
        conversation = uuid.uuid4()
        conversations.append(
            {"id": conversation, "token_hash": conversation.hex, "channel": CHANNEL, "language": "nl", "last_seq": 40}
        )
        for seq in range(1, SENT + WAITING + 1):
            message, sent = uuid.uuid4(), seq <= SENT
            messages.append(
                {
                    "id": message,
                    "conversation_id": conversation,
                    "seq": seq,
                    "sender": Sender.ASSISTANT,
                    "sender_name": "Voordeur",
                    "kind": Kind.TEXT,
                    "text": "x",
                }
            )
            sending = seq == SENT + 1 and chat < BEING_SENT
            deliveries.append(
                {
                    "conversation_id": conversation,
                    "message_id": message,
                    "channel": CHANNEL,
                    "seq": seq,
                    "status": DeliveryStatus.SENT if sent else DeliveryStatus.QUEUED,
                    "sending": sending,
                    "due_at": now + dt.timedelta(minutes=1) if sending else now - dt.timedelta(seconds=100 - seq),
                }
            )
    await session.execute(insert(Conversation), conversations)
    await session.execute(insert(Message), messages)
    await session.execute(insert(MessageDelivery), deliveries)


async def steps_of_sqlite(session: AsyncSession, now: dt.datetime) -> int:
    """How many steps SQLite's machine takes to find what is due."""
    connection = await (await session.connection()).get_raw_connection()
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    driver = connection.driver_connection
    assert driver is not None
    await driver.set_progress_handler(step, 1)
    rows = list(await session.scalars(repository.due(CHANNEL, now, LIMIT)))
    await driver.set_progress_handler(None, 1)
    assert len(rows) == LIMIT
    return steps


async def rows_of_postgresql(session: AsyncSession, now: dt.datetime) -> int:
    """How many rows PostgreSQL reads from its tables and indexes to find what is due."""
    compiled = repository.due(CHANNEL, now, LIMIT).compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    found = await session.scalar(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}".replace(":", "\\:")))
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]

    def looked_at(node: dict[str, Any]) -> int:
        removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
        own = int((node["Actual Rows"] + removed) * node["Actual Loops"]) if "Scan" in node["Node Type"] else 0
        return own + sum(looked_at(child) for child in node.get("Plans", []))

    return looked_at(plan)


@both_databases
async def test_cost_of_finding_what_is_due_does_not_grow_with_what_waits(
    database: Database, database_kind: str
) -> None:
    now = clock.now()
    async with database.write() as session:
        await fill(session, now)
    async with database.read() as session:
        if database_kind == SQLITE:
            assert await steps_of_sqlite(session, now) < MOST_STEPS
        else:
            await session.execute(text("ANALYZE message_deliveries"))
            assert await rows_of_postgresql(session, now) < MOST_ROWS


async def test_oldest_of_each_conversation_goes_first(database: Database) -> None:
    now = clock.now()
    async with database.write() as session:
        await fill(session, now)
    async with database.write() as session:
        taken = [delivery for delivery, _ in await repository.take_due(session, CHANNEL, now, 120, CHATS)]
    assert len(taken) == CHATS - BEING_SENT
    assert {delivery.seq for delivery in taken} == {SENT + 1}
    assert len({delivery.conversation_id for delivery in taken}) == len(taken)
