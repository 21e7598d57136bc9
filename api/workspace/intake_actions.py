"""What can be done with an intake, each by a form: the page says what went wrong and keeps what was typed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Response

from api.channels.service import MessageDeliveries
from api.conversations.presence import Doing, Sign
from api.intakes.schemas import (
    Closing,
    NoteCreate,
    Organisation,
    Referred,
    Referring,
    Reopening,
    Reply,
    ServiceCorrection,
    Transfer,
)
from api.reporting_code.service import tick_off
from api.wire import MAX_TEXT
from api.workspace.desk import WORK, Desk, WriteDesk, from_page, go_to
from api.workspace.forms import Unfinished, checked
from api.workspace.intake_view import CLOSING_OUTCOMES, answer, attempting, messages_of, own, page_of, ready_answers
from organisation.model import Referral

router = APIRouter(prefix=f"{WORK}/vragen/{{intake_id}}")

Text = Annotated[str, Form()]


@router.post("/oppakken")
async def claim(intake_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Picks the intake up; when a colleague was first, the page says who."""
    async with attempting(desk, "oppakken") as attempt:
        await desk.intakes.claim(desk.person, intake_id)
    return await answer(desk, intake_id, attempt, page_of(intake_id, "opgepakt"))


@router.post("/teruggeven")
async def release(intake_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Puts the intake back in the queue of the team."""
    async with attempting(desk, "teruggeven") as attempt:
        await desk.intakes.release(desk.person, intake_id)
    return await answer(desk, intake_id, attempt, f"{WORK}?melding=teruggegeven")


@router.post("/computer")
async def hand_back(intake_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Lets the computer answer again; the intake stays with who helps."""
    async with attempting(desk, "computer") as attempt:
        intake = await desk.intakes.hand_back(desk.person, intake_id)
        _stopped_typing(desk, intake.conversation_id)
    return await answer(desk, intake_id, attempt, page_of(intake_id, "computer"))


@router.post("/overnemen")
async def take_over(intake_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Takes the conversation from the computer again."""
    async with attempting(desk, "overnemen") as attempt:
        await desk.intakes.take_over(desk.person, intake_id)
    return await answer(desk, intake_id, attempt, page_of(intake_id, "overgenomen"))


@router.post("/antwoord")
async def reply(intake_id: uuid.UUID, desk: WriteDesk, text: Text = "") -> Response:
    """Says something to the resident. What was typed stays when it could not be sent."""
    async with attempting(desk, "antwoord", text=text) as attempt:
        body = checked(Reply, {"text": f"Schrijf een antwoord van ten hoogste {MAX_TEXT} tekens."}, text=text)
        intake = await desk.intakes.reply(desk.person, intake_id, body.text)
        _stopped_typing(desk, intake.conversation_id)
    if not from_page(desk.request):
        return await answer(desk, intake_id, attempt, f"{page_of(intake_id)}#gesprek")
    intake = await desk.intakes.find_own(desk.person, intake_id)
    context = await own(desk, intake, await messages_of(desk, intake))
    answers = ready_answers(desk, intake)
    return desk.part("_antwoord_verstuurd.html", attempt.status, attempt=attempt, answers=answers, **context)


@router.post("/berichten/{delivery_id}")
async def retry_message(intake_id: uuid.UUID, delivery_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Sends a message that did not arrive once more."""
    async with attempting(desk, "bericht") as attempt:
        await desk.intakes.find_own(desk.person, intake_id)
        await MessageDeliveries(desk.session, desk.runtime.live).retry(desk.person, delivery_id)
    return await answer(desk, intake_id, attempt, f"{page_of(intake_id, 'bericht-opnieuw')}#gesprek")


@router.post("/doorgestuurd/{delivery_id}")
async def retry_delivery(intake_id: uuid.UUID, delivery_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Offers the question to another system again."""
    async with attempting(desk, "doorgestuurd") as attempt:
        await desk.intakes.retry_delivery(desk.person, intake_id, delivery_id)
        desk.runtime.delivering.worker.wake()
    return await answer(desk, intake_id, attempt, f"{page_of(intake_id, 'doorgestuurd')}#kop-bezorgd")


@router.post("/notitie")
async def add_note(intake_id: uuid.UUID, desk: WriteDesk, text: Text = "") -> Response:
    """Keeps a note that the resident does not see."""
    async with attempting(desk, "notitie", text=text) as attempt:
        body = checked(NoteCreate, {"text": f"Schrijf een notitie van ten hoogste {MAX_TEXT} tekens."}, text=text)
        await desk.intakes.add_note(desk.person, intake_id, body.text)
    if not from_page(desk.request):
        return await answer(desk, intake_id, attempt, f"{page_of(intake_id, 'notitie')}#notities")
    intake = await desk.intakes.find_own(desk.person, intake_id)
    context = await own(desk, intake, await messages_of(desk, intake))
    return desk.part("_notitie_bewaard.html", attempt.status, attempt=attempt, **context)


@router.post("/meldcode")
async def tick_off_steps(
    intake_id: uuid.UUID, desk: WriteDesk, steps: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Remembers which steps of the reporting code were taken."""
    intake = await desk.intakes.find_own(desk.person, intake_id)
    await tick_off(desk.session, desk.runtime.catalogue, desk.person, intake, set(steps or ()))
    return go_to(f"{page_of(intake_id, 'meldcode')}#meldcode")


@router.post("/doorgeven")
async def transfer(intake_id: uuid.UUID, desk: WriteDesk, receiver: Text = "", note: Text = "") -> Response:
    """Passes the intake on to a team or a colleague, with a note; who helps stays until the receiver has come."""
    async with attempting(desk, "doorgeven", receiver=receiver, note=note) as attempt:
        team = receiver if receiver in desk.runtime.catalogue.teams else None
        if team is None and not _is_id(receiver):
            raise Unfinished("receiver", "Kies een collega of een team.")
        sentences = {"note": "Schrijf voor uw collega op waarom u de vraag doorgeeft."}
        body = checked(Transfer, sentences, team=team, person=None if team else receiver, note=note)
        await desk.intakes.transfer(desk.person, intake_id, team=body.team, to=body.person, note=body.note)
    return await answer(desk, intake_id, attempt, f"{WORK}?melding=doorgegeven")


@router.post("/doorverwijzen")
async def refer(
    intake_id: uuid.UUID,
    desk: WriteDesk,
    known: Text = "",
    name: Text = "",
    phone: Text = "",
    email: Text = "",
    website: Text = "",
    consent: Text = "",
    note: Text = "",
) -> Response:
    """Ends the help here because another organisation does it: one of the list (`known`), or one that is filled in."""
    filled_in = {"name": name.strip(), "phone": phone.strip(), "email": email.strip(), "website": website.strip()}
    async with attempting(desk, "doorverwijzen", known=known, consent=consent, note=note, **filled_in) as attempt:
        listed = {other.name: other for other in await desk.intakes.referrals(desk.person, intake_id)}
        sentences = {"note": f"Schrijf een notitie van ten hoogste {MAX_TEXT} tekens."}
        body = checked(Referring, sentences, note=note.strip() or None)
        await desk.intakes.refer(
            desk.person,
            intake_id,
            organisation=_other(listed, known, filled_in),
            consent=consent == "1",
            note=body.note,
        )
    return await answer(desk, intake_id, attempt, page_of(intake_id, "doorverwezen"))


@router.post("/heropenen")
async def reopen(intake_id: uuid.UUID, desk: WriteDesk, note: Text = "") -> Response:
    """Goes on in the same conversation after the intake was closed."""
    async with attempting(desk, "heropenen", note=note) as attempt:
        body = checked(Reopening, {"note": "Schrijf op waarom u verder gaat."}, note=note)
        await desk.intakes.reopen(desk.person, intake_id, body.note)
    return await answer(desk, intake_id, attempt, page_of(intake_id, "heropend"))


@router.post("/dienst")
async def correct_service(intake_id: uuid.UUID, desk: WriteDesk, service: Text = "") -> Response:
    """Corrects the service that the assistant chose."""
    async with attempting(desk, "dienst", service=service) as attempt:
        if service not in desk.runtime.catalogue.services:
            raise Unfinished("service", "Kies een dienst.")
        body = checked(ServiceCorrection, {}, service=service)
        await desk.intakes.correct_service(desk.person, intake_id, body.service)
    return await answer(desk, intake_id, attempt, page_of(intake_id, "dienst"))


@router.post("/afsluiten")
async def close(
    intake_id: uuid.UUID, desk: WriteDesk, outcome: Text = "", note: Text = "", goodbye: Text = ""
) -> Response:
    """Ends the help, with a last sentence to the resident when there is one."""
    async with attempting(desk, "afsluiten", outcome=outcome, note=note, goodbye=goodbye) as attempt:
        if outcome not in CLOSING_OUTCOMES:
            raise Unfinished("outcome", "Kies hoe het is afgelopen.")
        sentences = {"note": f"Schrijf een notitie van ten hoogste {MAX_TEXT} tekens."}
        body = checked(Closing, sentences, outcome=outcome, note=note.strip() or None)
        if goodbye.strip():
            last = checked(Reply, {"text": f"Schrijf ten hoogste {MAX_TEXT} tekens."}, text=goodbye)
            await desk.intakes.reply(desk.person, intake_id, last.text)
        intake = await desk.intakes.close(desk.person, intake_id, body.outcome, body.note)
        _stopped_typing(desk, intake.conversation_id)
    return await answer(desk, intake_id, attempt, page_of(intake_id, "afgesloten"))


def _other(listed: Mapping[str, Referred], known: str, filled_in: Mapping[str, str]) -> Referral:
    """The organisation of the form. Raises `Unfinished`."""
    if known:
        if known not in listed:
            raise Unfinished("known", "Kies een organisatie uit de lijst, of vul hieronder een andere in.")
        other = listed[known]
        return Referral(name=other.name, phone=other.phone, email=other.email, website=other.website)
    if not filled_in["name"]:
        raise Unfinished("name", "Vul in naar welke organisatie u doorverwijst.")
    if not (filled_in["phone"] or filled_in["email"] or filled_in["website"]):
        raise Unfinished(
            "phone", "Vul in hoe de organisatie te bereiken is: een nummer, een e-mailadres of een website."
        )
    sentences = dict.fromkeys(filled_in, "Houd het korter.")
    body = checked(Organisation, sentences, **{field: text or None for field, text in filled_in.items()})
    return Referral(**body.model_dump())


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _stopped_typing(desk: Desk, conversation_id: uuid.UUID | None) -> None:
    sign = Sign(str(conversation_id), str(desk.person.id), Doing.SILENT)
    desk.runtime.live.tell_on_commit(desk.session, str(sign))
