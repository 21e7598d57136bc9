"""One intake: what is the matter, the conversation, and everything that its professional can do."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Response

from api.conversations.schemas import MessageRead
from api.errors import BadRequest, Conflict, Forbidden, NotFound
from api.intakes.lifecycle import OPEN
from api.intakes.models import Intake, Outcome
from api.intakes.schemas import Closing, NoteCreate, Reply, ServiceCorrection, Transfer
from api.intakes.service import queue_item, whole
from api.people.models import Role
from api.wire import MAX_TEXT
from api.workspace.desk import (
    WORK,
    Desk,
    ReadAndLogDesk,
    ReadDesk,
    WriteDesk,
    from_page,
    go_to,
    load_again,
    nothing_new,
)
from api.workspace.forms import Unfinished, checked
from api.workspace.wording import OUTCOMES

router = APIRouter(prefix=f"{WORK}/vragen/{{intake_id}}")

Text = Annotated[str, Form()]


@dataclass
class Attempt:
    """A form that was sent: which one, with what in it, and what was wrong with it, if anything."""

    form: str
    values: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None
    field: str | None = None
    status: int = 200


@router.get("")
async def intake_page(intake_id: uuid.UUID, desk: ReadAndLogDesk) -> Response:
    """Everything for the one who helps, and the reading is logged; the queue fields for a colleague or the coordinator."""
    intake = await desk.intakes.find(desk.person, intake_id)
    if intake.assignee_id == desk.person.id:
        desk.intakes.log_reading(desk.person, intake)
    return await _show(desk, intake, Attempt("geen"))


@router.get("/nieuws")
async def intake_news(
    intake_id: uuid.UUID, desk: ReadDesk, stand: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """The conversation and what else can change by itself, when it differs from what the page has (`stand`)."""
    try:
        intake = await desk.intakes.find_own(desk.person, intake_id)
    except (Forbidden, NotFound):
        return load_again()
    if intake.status not in OPEN:
        return load_again()
    context = await _own(desk, intake)
    return nothing_new() if context["stand"] == stand else desk.part("_nieuws.html", **context)


@router.post("/oppakken")
async def claim(intake_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Picks the intake up; when a colleague was first, the page says who."""
    async with _attempt(desk, "oppakken") as attempt:
        await desk.intakes.claim(desk.person, intake_id)
    return await _answer(desk, intake_id, attempt, _page(intake_id, "opgepakt"))


@router.post("/teruggeven")
async def release(intake_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Puts the intake back in the queue of the team."""
    async with _attempt(desk, "teruggeven") as attempt:
        await desk.intakes.release(desk.person, intake_id)
    return await _answer(desk, intake_id, attempt, f"{WORK}?melding=teruggegeven")


@router.post("/antwoord")
async def reply(intake_id: uuid.UUID, desk: WriteDesk, text: Text = "") -> Response:
    """Says something to the resident. What was typed stays when it could not be sent."""
    async with _attempt(desk, "antwoord", text=text) as attempt:
        body = checked(Reply, {"text": f"Schrijf een antwoord van ten hoogste {MAX_TEXT} tekens."}, text=text)
        await desk.intakes.reply(desk.person, intake_id, body.text)
    if not from_page(desk.request):
        return await _answer(desk, intake_id, attempt, f"{_page(intake_id)}#gesprek")
    context = await _own(desk, await desk.intakes.find_own(desk.person, intake_id))
    return desk.part("_antwoord_verstuurd.html", attempt.status, attempt=attempt, **context)


@router.post("/notitie")
async def add_note(intake_id: uuid.UUID, desk: WriteDesk, text: Text = "") -> Response:
    """Keeps a note that the resident does not see."""
    async with _attempt(desk, "notitie", text=text) as attempt:
        body = checked(NoteCreate, {"text": f"Schrijf een notitie van ten hoogste {MAX_TEXT} tekens."}, text=text)
        await desk.intakes.add_note(desk.person, intake_id, body.text)
    if not from_page(desk.request):
        return await _answer(desk, intake_id, attempt, f"{_page(intake_id, 'notitie')}#notities")
    context = await _own(desk, await desk.intakes.find_own(desk.person, intake_id))
    return desk.part("_notitie_bewaard.html", attempt.status, attempt=attempt, **context)


@router.post("/doorgeven")
async def transfer(intake_id: uuid.UUID, desk: WriteDesk, team: Text = "", note: Text = "") -> Response:
    """Passes the intake on to another team, with a note for the colleague there."""
    async with _attempt(desk, "doorgeven", team=team, note=note) as attempt:
        if team not in desk.runtime.catalogue.teams:
            raise Unfinished("team", "Kies een team.")
        sentences = {"note": "Schrijf voor uw collega op waarom u de vraag doorgeeft."}
        body = checked(Transfer, sentences, team=team, note=note)
        await desk.intakes.transfer(desk.person, intake_id, team=body.team, to=body.person, note=body.note)
    return await _answer(desk, intake_id, attempt, f"{WORK}?melding=doorgegeven")


@router.post("/dienst")
async def correct_service(intake_id: uuid.UUID, desk: WriteDesk, service: Text = "") -> Response:
    """Corrects the service that the assistant chose."""
    async with _attempt(desk, "dienst", service=service) as attempt:
        if service not in desk.runtime.catalogue.services:
            raise Unfinished("service", "Kies een dienst.")
        body = checked(ServiceCorrection, {}, service=service)
        await desk.intakes.correct_service(desk.person, intake_id, body.service)
    return await _answer(desk, intake_id, attempt, _page(intake_id, "dienst"))


@router.post("/afsluiten")
async def close(intake_id: uuid.UUID, desk: WriteDesk, outcome: Text = "", note: Text = "") -> Response:
    """Ends the help."""
    async with _attempt(desk, "afsluiten", outcome=outcome, note=note) as attempt:
        if outcome not in set(Outcome):
            raise Unfinished("outcome", "Kies hoe het is afgelopen.")
        sentences = {"note": f"Schrijf een notitie van ten hoogste {MAX_TEXT} tekens."}
        body = checked(Closing, sentences, outcome=outcome, note=note.strip() or None)
        await desk.intakes.close(desk.person, intake_id, body.outcome, body.note)
    return await _answer(desk, intake_id, attempt, _page(intake_id, "afgesloten"))


def _page(intake_id: uuid.UUID, said: str | None = None) -> str:
    return f"{WORK}/vragen/{intake_id}" + (f"?melding={said}" if said else "")


@asynccontextmanager
async def _attempt(desk: Desk, form: str, **values: str) -> AsyncIterator[Attempt]:
    """Does what the block says, wholly or not at all, and keeps what a person can mend so that the page can say it."""
    attempt = Attempt(form, values)
    try:
        async with desk.session.begin_nested():
            yield attempt
    except (BadRequest, Conflict) as problem:
        attempt.problem, attempt.status = problem.detail, problem.status
        attempt.field = problem.field if isinstance(problem, Unfinished) else None


async def _answer(desk: Desk, intake_id: uuid.UUID, attempt: Attempt, then: str) -> Response:
    """The next page when it was done, else the intake as it is now, with what was wrong and what was typed."""
    if attempt.problem is None:
        return go_to(then)
    return await _show(desk, await desk.intakes.find(desk.person, intake_id), attempt)


async def _show(desk: Desk, intake: Intake, attempt: Attempt) -> Response:
    catalogue = desk.runtime.catalogue
    teams = [team for team in catalogue.teams.values() if team.slug != intake.team]
    if intake.assignee_id == desk.person.id:
        return await desk.page(
            "vraag.html",
            attempt.status,
            attempt=attempt,
            open=intake.status in OPEN,
            teams=teams,
            services=catalogue.services.values(),
            outcomes=OUTCOMES,
            **await _own(desk, intake),
        )
    return await desk.page(
        "vraag_van_team.html",
        attempt.status,
        attempt=attempt,
        item=queue_item(intake),
        claimable=desk.may_claim(intake),
        transferable=desk.person.role is Role.COORDINATOR and intake.status in OPEN,
        teams=teams,
    )


async def _own(desk: Desk, intake: Intake) -> dict[str, Any]:
    """What the one who helps sees, as it is now."""
    read = whole(intake)
    messages = [MessageRead.model_validate(row) for row in await desk.intakes.messages(intake)]
    last = messages[-1].seq if messages else 0
    stand = f"{last}-{len(read.history)}-{read.conversation_id is None:d}"
    return {
        "item": read,
        "messages": messages,
        "stand": stand,
        "address": f"{_page(intake.id)}/nieuws?stand={stand}",
        "max_text": MAX_TEXT,
    }
