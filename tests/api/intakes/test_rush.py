"""Everybody at once: each question gets one helper, and nobody waits for a lock that never opens."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select

from api import clock
from api.dependencies import Runtime
from api.intakes.models import Intake, IntakeEvent, IntakeStatus
from tests.api.databases import POSTGRESQL
from tests.api.people_at_work import Professional

SignIn = Callable[..., Awaitable[Professional]]
QUESTIONS, HELPERS = 200, 20
TRIES = 3
"""How many of them want the same question."""


@pytest.mark.parametrize("database_kind", [POSTGRESQL])
async def test_twenty_professionals_claim_two_hundred_questions_and_each_has_one_winner(
    runtime: Runtime, professional: SignIn
) -> None:
    ids = [uuid.uuid4() for _ in range(QUESTIONS)]
    async with runtime.database.write() as session:
        session.add_all(
            Intake(
                id=one,
                reference=f"V-{number:04d}",
                idempotency_key=one.hex,
                service="taalhuis",
                team="gemert",
                due_at=clock.now(),
                amber_at=clock.now(),
                language="nl",
                summary="Een verhaal.",
            )
            for number, one in enumerate(ids)
        )
    people = [await professional("gemert", name=f"Collega {number}") for number in range(HELPERS)]

    async def claim_all(person: Professional, order: list[uuid.UUID]) -> Counter[int]:
        answers: Counter[int] = Counter()
        for one in order:
            answers[(await person.post(f"/intakes/{one}/claim")).status_code] += 1
        return answers

    # Each question is wanted by three, who come to it at the same moment.
    orders: list[list[uuid.UUID]] = [[] for _ in people]
    for number, one in enumerate(ids):
        for helper in random.Random(number).sample(range(HELPERS), TRIES):
            orders[helper].append(one)
    answers = await asyncio.gather(*(claim_all(one, order) for one, order in zip(people, orders, strict=True)))
    assert sum(answers, Counter()) == {200: QUESTIONS, 409: QUESTIONS * (TRIES - 1)}
    async with runtime.database.read() as session:
        claimed = (await session.scalars(select(Intake))).all()
        events = await session.scalar(select(func.count()).where(IntakeEvent.action == "claimed"))
    assert {intake.status for intake in claimed} == {IntakeStatus.CLAIMED}
    assert all(intake.assignee_id is not None for intake in claimed)
    assert events == QUESTIONS
