"""How one intake is shown: to the one who helps with everything, to who may read along without a way to act, to others the queue fields."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import Response

from api.channels.repository import deliveries_of
from api.conversations.models import DeliveryStatus, Message, Owner
from api.conversations.schemas import MessageRead
from api.errors import BadRequest, Conflict
from api.intakes import access
from api.intakes.lifecycle import OPEN
from api.intakes.models import Intake, IntakeStatus, Outcome
from api.intakes.schemas import Receiver
from api.intakes.service import queue_item, whole
from api.people import repository as people
from api.people.models import Role
from api.reporting_code import repository as reporting_code_rows
from api.reporting_code.service import names_violence
from api.wire import MAX_TEXT
from api.workspace.desk import WORK, Desk, go_to
from api.workspace.forms import Unfinished
from api.workspace.who_is_there import who_is_there, who_looks
from api.workspace.wording import OUTCOMES


@dataclass
class Attempt:
    """A form that was sent: which one, with what in it, and what was wrong with it, if anything."""

    form: str
    values: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None
    field: str | None = None
    status: int = 200


NOTHING_SENT = Attempt("geen")
# Referring has a form of its own, which says to whom.
CLOSING_OUTCOMES = {outcome: word for outcome, word in OUTCOMES.items() if outcome is not Outcome.REFERRED}


def page_of(intake_id: uuid.UUID, said: str | None = None) -> str:
    """The address of an intake, with a word for what the page says at the top."""
    return f"{WORK}/vragen/{intake_id}" + (f"?melding={said}" if said else "")


@asynccontextmanager
async def attempting(desk: Desk, form: str, **values: str) -> AsyncIterator[Attempt]:
    """Does what the block says, wholly or not at all, and keeps what a person can mend so that the page can say it."""
    attempt = Attempt(form, values)
    try:
        async with desk.session.begin_nested():
            yield attempt
    except (BadRequest, Conflict) as problem:
        attempt.problem, attempt.status = problem.detail, problem.status
        attempt.field = problem.field if isinstance(problem, Unfinished) else None


async def answer(desk: Desk, intake_id: uuid.UUID, attempt: Attempt, then: str) -> Response:
    """The next page when it was done, else the intake as it is now, with what was wrong and what was typed."""
    if attempt.problem is None:
        return go_to(then)
    return await show_intake(desk, await desk.intakes.find(desk.person, intake_id), attempt)


async def show_intake(desk: Desk, intake: Intake, attempt: Attempt = NOTHING_SENT) -> Response:
    """The page of an intake, for this person. Who gets to see the story is logged: the transaction must be one that writes."""
    catalogue = desk.runtime.catalogue
    teams = [team for team in catalogue.teams.values() if team.slug != intake.team]
    if intake.assignee_id == desk.person.id:
        desk.intakes.log_reading(desk.person, intake)
        messages = await messages_of(desk, intake)
        return await desk.page(
            "vraag.html",
            attempt.status,
            attempt=attempt,
            teams=teams,
            services=catalogue.services.values(),
            outcomes=CLOSING_OUTCOMES,
            referrals=await desk.intakes.referrals(desk.person, intake.id) if intake.status in OPEN else [],
            answers=ready_answers(desk, intake),
            receivers=await receivers_for(desk, intake),
            **await reporting_code(desk, intake, messages),
            **await own(desk, intake, messages),
        )
    context = await for_team(desk, intake)
    if context["reads"]:
        desk.intakes.log_reading(desk.person, intake)
        context |= {"item": whole(intake), "messages": await read_along(desk, intake)}
    coordinates = desk.person.role is Role.COORDINATOR
    return await desk.page(
        "vraag_van_team.html",
        attempt.status,
        attempt=attempt,
        transferable=coordinates and intake.status in OPEN,
        teams=teams,
        receivers=await receivers_for(desk, intake) if coordinates else [],
        shareable=coordinates and intake.status in OPEN,
        volunteers=await people.with_role(desk.session, Role.VOLUNTEER) if coordinates else [],
        shared=await access.shared_with(desk.session, intake) if coordinates else [],
        **context,
    )


async def own(desk: Desk, intake: Intake, messages: list[Message]) -> dict[str, Any]:
    """What the one who helps sees and what can change by itself, as it is now."""
    read = whole(intake)
    there = await who_is_there(desk, intake)
    pushed = await deliveries_of(desk.session, intake.conversation_id) if intake.conversation_id else {}
    last = messages[-1].seq if messages else 0
    arrived = sum(list(DeliveryStatus).index(delivery.status) for delivery in pushed.values())
    conversation = await desk.intakes.conversation_of(intake)
    stand = f"{last}-{len(read.history)}-{read.conversation_id is None:d}-{len(pushed)}-{arrived}-{there.stand}"
    return {
        "item": read,
        "open": intake.status in OPEN,
        "messages": [MessageRead.model_validate(message) for message in messages],
        "pushed": pushed,
        "there": there,
        "computer_answers": conversation is not None and conversation.owner is Owner.ASSISTANT,
        "stand": stand,
        "address": f"{page_of(intake.id)}/nieuws?stand={stand}",
        "max_text": MAX_TEXT,
    }


async def for_team(desk: Desk, intake: Intake) -> dict[str, Any]:
    """What a colleague, the coordinator or a volunteer sees, as it is now, and who else is looking.

    `stand` begins with whether this person reads along: a page that shows more or less than that is no longer right.
    """
    looks = await who_looks(desk, intake)
    assignee = intake.assignee.name if intake.assignee else ""
    reads = await access.may_read(desk.session, desk.person, intake)
    stand = f"{reads:d}-{intake.status}-{len(intake.history)}-{len(assignee)}-{looks.stand}"
    claimable = desk.may_claim(intake)
    return {
        "item": queue_item(intake),
        "reads": reads,
        "claimable": claimable,
        "breakable": not reads
        and not claimable
        and desk.person.role in access.MAY_BREAK_GLASS
        and intake.status is not IntakeStatus.WITHDRAWN,
        "there": looks,
        "stand": stand,
        "address": f"{page_of(intake.id)}/stand?stand={stand}",
    }


async def messages_of(desk: Desk, intake: Intake) -> list[Message]:
    """What the one who helps, or reads along, may read of the conversation."""
    return list(await desk.intakes.messages(intake))


async def read_along(desk: Desk, intake: Intake) -> list[MessageRead]:
    """The conversation for who only reads."""
    return [MessageRead.model_validate(message) for message in await messages_of(desk, intake)]


async def receivers_for(desk: Desk, intake: Intake) -> list[Receiver]:
    """Colleagues who could take over, the likeliest first; nobody once it is over."""
    return await desk.intakes.receivers(desk.person, intake.id) if intake.status in OPEN else []


def ready_answers(desk: Desk, intake: Intake) -> list[tuple[str, str]]:
    """Title and text of the answers of the catalogue that fit this question, with the names filled in."""
    catalogue = desk.runtime.catalogue
    values = {
        "naam": intake.contact_name or "",
        "medewerker": desk.person.name,
        "team": desk.wording.team(desk.person.team),
        "organisatie": catalogue.organisation.name,
        "telefoon": catalogue.organisation.phone,
    }
    return [(one.title, one.filled(values)) for one in catalogue.answers.values() if one.fits(intake.service)]


async def reporting_code(desk: Desk, intake: Intake, messages: list[Message]) -> dict[str, Any]:
    """The steps of the reporting code with those that were taken; `violence` says whether the resident speaks of it."""
    catalogue = desk.runtime.catalogue
    taken = await reporting_code_rows.taken(desk.session, intake.id)
    return {
        "code": catalogue.reporting_code,
        "code_line": catalogue.help_lines[catalogue.reporting_code.help_line],
        "taken": taken,
        "violence": bool(taken) or names_violence(catalogue, intake, messages),
    }
