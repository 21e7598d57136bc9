"""One professional helps: claim, answer, note, pass on, close; everybody else is told who, and no more."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from api.dependencies import Runtime
from api.intakes.lifecycle import ALLOWED, CLAIMABLE, OPEN, Change
from api.intakes.models import Intake, IntakeStatus
from api.people.models import Person, Role
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
STORY = "De huur is twee maanden niet betaald."
ACTIONS: dict[str, dict[str, Any]] = {
    "claim": {},
    "release": {},
    "reply": {"text": "Dag, ik ben Sanne."},
    "notes": {"text": "Belt liever 's avonds."},
    "transfer": {"team": "best", "note": "Woont in Best."},
    "close": {"outcome": "helped"},
    "service": {"service": "taalhuis"},
    "reopen": {"note": "De afspraak ging niet door."},
    "hand-back": {},
    "take-over": {},
}
RECEIVERS = (
    ("Weg", "gemert"),
    ("Ander", "best"),
    ("Kenner elders", "best"),
    ("Collega", "gemert"),
    ("Kenner", "gemert"),
)
# These know their caller by a token of their own, which no browser sends by itself.
WITHOUT_COOKIE = {
    "createTypingSign",
    "createConversation",
    "changeConversation",
    "createMessage",
    "createFeedback",
    "closeConversation",
    "deleteConversation",
    "withdrawOwnIntake",
    "correctOwnIntake",
    "createIntake",
    "withdrawIntakeOfConversation",
    "createSession",
    "createRoute",
    "createNotification",
    "createCaseStatus",
}
# What a person does to make each change; the others happen elsewhere (tests/api/intakes/test_delivering.py, test_ending.py).
BY_HAND = {
    Change.CLAIM: "claim",
    Change.RELEASE: "release",
    Change.REPLY: "reply",
    Change.TRANSFER: "transfer",
    Change.CLOSE: "close",
    Change.REOPEN: "reopen",
    Change.WITHDRAW: "withdraw",
}


@pytest.fixture
async def intake(resident: Resident) -> str:
    """The path of a question that waits in Gemert."""
    contact = {"name": "Truus Bakker", "phone": "0612345678"}
    consent = {"givenAt": "2026-11-22T09:00:00Z", "text": "Ja, een medewerker mag dit lezen."}
    response = await hand_over(resident, also=["thuisadministratie"], contact=contact, consent=consent)
    return f"/intakes/{response.json()['id']}"


@pytest.fixture
async def sanne(professional: SignIn) -> Professional:
    """A professional of the team in Gemert."""
    return await professional("gemert", name="Sanne de Wit")


async def do(person: Professional, intake: str, action: str, **body: Any) -> httpx.Response:
    return await person.post(f"{intake}/{action}", **(body or ACTIONS[action]))


async def done(person: Professional, intake: str, action: str, **body: Any) -> dict[str, Any]:
    response = await do(person, intake, action, **body)
    assert response.status_code in {200, 204}, response.text
    return dict(response.json()) if response.content else {}


async def pass_to(person: Professional, intake: str, receiver: uuid.UUID) -> httpx.Response:
    return await person.post(f"{intake}/transfer", person=str(receiver), note="Kent de familie.")


async def whole(person: Professional, intake: str) -> dict[str, Any]:
    response = await person.get(intake)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_story_opens_on_claim(intake: str, sanne: Professional, resident: Resident) -> None:
    before = await sanne.get(intake)
    assert before.status_code == 403
    assert "Pak de vraag eerst op" in before.json()["detail"]
    assert "huur" not in before.text
    claimed = await done(sanne, intake, "claim")
    assert claimed == await whole(sanne, intake)
    assert (claimed["status"], claimed["assignee"]) == ("claimed", "Sanne de Wit")
    assert (claimed["summary"], claimed["place"]) == (STORY, "Gemert")
    assert (claimed["also"], claimed["language"]) == (["thuisadministratie"], "nl")
    assert (claimed["contact"]["name"], claimed["contact"]["phone"]) == ("Truus Bakker", "0612345678")
    assert claimed["consent"] == {"givenAt": "2026-11-22T09:00:00Z", "text": "Ja, een medewerker mag dit lezen."}
    assert claimed["conversationId"] == str(resident.id)
    assert (claimed["deliveries"], claimed["notes"], claimed["outcome"]) == ([], [], None)


async def test_resident_hears_who_reads_along(intake: str, sanne: Professional, resident: Resident) -> None:
    await done(sanne, intake, "claim")
    page = await resident.read()
    assert page["owner"] == "professional"
    assert page["messages"][-1]["kind"] == "notice"
    assert "Sanne de Wit van Team Gemert-Bakel" in page["messages"][-1]["text"]


async def test_resident_is_told_who_has_the_conversation_as_long_as_somebody_has(
    intake: str, sanne: Professional, resident: Resident
) -> None:
    assert (await resident.read())["professional"] is None
    await done(sanne, intake, "claim")
    assert (await resident.read())["professional"] == {"name": "Sanne de Wit", "team": "Team Gemert-Bakel"}
    await done(sanne, intake, "release")
    assert (await resident.read())["professional"] is None


async def test_colleague_hears_who_helps_and_reads_nothing(
    intake: str, sanne: Professional, professional: SignIn
) -> None:
    await done(sanne, intake, "claim")
    fatima = await professional("gemert", name="Fatima")
    for response in (await fatima.get(intake), *[await do(fatima, intake, action) for action in ACTIONS]):
        assert response.status_code in {403, 409}
        assert "Sanne de Wit" in response.json()["detail"]
        assert "huur" not in response.text
    assert (await whole(sanne, intake))["status"] == "claimed"


async def test_other_team_does_not_know_it_is_there(intake: str, sanne: Professional, professional: SignIn) -> None:
    await done(sanne, intake, "claim")
    mehmet = await professional("best")
    unknown = f"/intakes/{uuid.uuid4()}"
    for path in (intake, unknown):
        for response in (await mehmet.get(path), *[await do(mehmet, path, action) for action in ACTIONS]):
            assert response.status_code == 404
    assert (await mehmet.get(intake)).json() == (await mehmet.get(unknown)).json()


async def test_nothing_can_be_done_without_signing_in(intake: str, client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/api/v1{intake}")).status_code == 401
    for action, body in ACTIONS.items():
        assert (await client.post(f"/api/v1{intake}/{action}", json=body)).status_code == 401


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - {"claim"}))
async def test_nothing_can_be_done_before_the_claim(intake: str, sanne: Professional, action: str) -> None:
    response = await do(sanne, intake, action)
    assert response.status_code == 403
    assert "Pak de vraag eerst op" in response.json()["detail"]


async def test_coordinator_reads_no_story_and_claims_nothing(intake: str, professional: SignIn) -> None:
    riet = await professional(None, Role.COORDINATOR)
    for response in (await riet.get(intake), await do(riet, intake, "claim")):
        assert response.status_code == 403
        assert "huur" not in response.text


@both_databases
async def test_twenty_claim_at_once_and_one_helps(
    intake: str, resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    people = [await professional("gemert", name=f"Collega {number}") for number in range(20)]
    responses = await asyncio.gather(*(do(person, intake, "claim") for person in people))
    assert sorted(response.status_code for response in responses) == [200] + [409] * 19
    (winner,) = [response.json() for response in responses if response.status_code == 200]
    for response in responses:
        if response.status_code == 409:
            assert response.json()["detail"] == f"{winner['assignee']} heeft deze vraag al opgepakt."
    assert [event["action"] for event in winner["history"]] == ["created", "claimed"]
    (owner,) = [person for person in people if (await person.get(intake)).status_code == 200]
    assert (await whole(owner, intake))["assignee"] == winner["assignee"]
    joined = [message for message in await resident.messages() if "leest nu met u mee" in message["text"]]
    assert len(joined) == 1


async def test_reply_reaches_the_resident_under_the_own_name(
    intake: str, sanne: Professional, resident: Resident
) -> None:
    await done(sanne, intake, "claim")
    seq = (await resident.messages())[-1]["seq"]
    waiting = asyncio.create_task(resident.read(after=seq, wait=10))
    replied = await done(sanne, intake, "reply", text="Dag, wanneer kan ik u bellen?")
    page = await asyncio.wait_for(waiting, 10)
    (message,) = page["messages"]
    assert (message["sender"], message["senderName"]) == ("professional", "Sanne de Wit")
    assert message["text"] == "Dag, wanneer kan ik u bellen?"
    assert page["owner"] == "professional"
    assert replied["status"] == "in_progress"
    assert (await done(sanne, intake, "reply"))["status"] == "in_progress"
    actions = [event["action"] for event in (await whole(sanne, intake))["history"]]
    assert actions == ["created", "claimed", "replied"]


@pytest.mark.parametrize("text", ["", "  \n", "a" * 4001])
async def test_unusable_reply_is_refused(intake: str, sanne: Professional, resident: Resident, text: str) -> None:
    await done(sanne, intake, "claim")
    before = await resident.messages()
    assert (await do(sanne, intake, "reply", text=text)).status_code == 400
    assert await resident.messages() == before


async def test_note_is_not_for_the_resident(intake: str, sanne: Professional, resident: Resident) -> None:
    await done(sanne, intake, "claim")
    noted = await done(sanne, intake, "notes", text="Voorzichtig bellen")
    assert [(note["author"], note["text"]) for note in noted["notes"]] == [("Sanne de Wit", "Voorzichtig bellen")]
    assert noted["status"] == "claimed"
    assert "Voorzichtig" not in str(await resident.messages())


async def test_released_intake_waits_for_a_colleague(
    intake: str, sanne: Professional, resident: Resident, professional: SignIn
) -> None:
    await done(sanne, intake, "claim")
    await do(sanne, intake, "release")
    assert (await sanne.get(intake)).status_code == 403
    page = await resident.read()
    assert page["owner"] == "waiting"
    assert "Sanne de Wit heeft het gesprek verlaten" in page["messages"][-1]["text"]
    fatima = await professional("gemert", name="Fatima")
    claimed = await done(fatima, intake, "claim")
    assert [event["action"] for event in claimed["history"]] == ["created", "claimed", "released", "claimed"]
    assert (await resident.read())["owner"] == "professional"


async def test_who_passes_on_stays_until_the_receiver_has_come(
    intake: str, sanne: Professional, resident: Resident, professional: SignIn
) -> None:
    await done(sanne, intake, "claim")
    assert (await do(sanne, intake, "transfer")).status_code == 204
    page = await resident.read()
    assert page["owner"] == "professional"
    assert page["messages"][-1]["text"].startswith("Sanne de Wit geeft uw vraag door aan Team Best.")
    assert (await whole(sanne, intake))["status"] == "transferred"
    assert (await done(sanne, intake, "reply", text="Mijn collega leest zo mee."))["status"] == "transferred"
    mehmet = await professional("best", name="Mehmet")
    (item,) = (await mehmet.get("/intakes")).json()["items"]
    assert (item["status"], item["team"], item["assignee"]) == ("transferred", "best", "Sanne de Wit")
    claimed = await done(mehmet, intake, "claim")
    assert [note["text"] for note in claimed["notes"]] == ["Woont in Best."]
    assert [(event["action"], event["actor"], event["detail"]) for event in claimed["history"][2:]] == [
        ("transferred", "Sanne de Wit", "Team Best"),
        ("claimed", "Mehmet", None),
        ("left", "Sanne de Wit", None),
    ]
    assert (await sanne.get(intake)).status_code == 404
    joined, left = [message["text"] for message in (await resident.messages())[-2:]]
    assert joined.startswith("Mehmet van Team Best leest nu")
    assert left == "Sanne de Wit heeft het gesprek verlaten."
    assert (await done(mehmet, intake, "reply"))["status"] == "in_progress"


async def test_transfer_to_a_colleague_is_for_that_colleague_alone(
    intake: str, sanne: Professional, professional: SignIn
) -> None:
    await done(sanne, intake, "claim")
    mehmet, joop = await professional("best", name="Mehmet"), await professional("best", name="Joop")
    assert (await pass_to(sanne, intake, mehmet.id)).status_code == 204
    refused = await do(joop, intake, "claim")
    assert refused.status_code == 409
    assert refused.json()["detail"] == "Deze vraag is doorgegeven aan Mehmet."
    assert (await done(mehmet, intake, "claim"))["assignee"] == "Mehmet"


async def test_sender_takes_back_what_nobody_has_come_for(
    intake: str, sanne: Professional, resident: Resident, professional: SignIn
) -> None:
    await done(sanne, intake, "claim")
    await do(sanne, intake, "transfer")
    before = await resident.messages()
    back = await done(sanne, intake, "claim")
    assert (back["status"], back["team"], back["history"][-1]["action"]) == ("claimed", "gemert", "taken_back")
    assert await resident.messages() == before, "for the resident nothing has changed"
    assert (await (await professional("best")).get("/intakes")).json()["items"] == []


@pytest.mark.parametrize("who", ["nobody", "coordinator", "myself", "away"])
async def test_transfer_to_who_cannot_take_it_is_refused(
    intake: str, sanne: Professional, professional: SignIn, who: str
) -> None:
    await done(sanne, intake, "claim")
    person = sanne.id
    if who == "nobody":
        person = uuid.uuid4()
    elif who == "coordinator":
        person = (await professional(None, Role.COORDINATOR)).id
    elif who == "away":
        joop = await professional("best", name="Joop")
        person = joop.id
        until = {"until": "2099-01-01T00:00:00Z"}
        response = await joop.client.put(
            "/api/v1/people/current/absence", json=until, headers={"X-CSRF-Token": joop.csrf}
        )
        assert response.status_code == 200, response.text
    response = await pass_to(sanne, intake, person)
    assert response.status_code == 400
    assert "Kies een ander" in response.json()["detail"]
    assert (await whole(sanne, intake))["status"] == "claimed"


async def test_likeliest_receiver_comes_first(
    intake: str, sanne: Professional, professional: SignIn, runtime: Runtime
) -> None:
    await done(sanne, intake, "claim")
    people = {name: await professional(team, name=name) for name, team in RECEIVERS}
    async with runtime.database.write() as session:
        for name in ("Kenner", "Kenner elders"):
            await session.execute(update(Person).where(Person.id == people[name].id).values(disciplines=["geld"]))
        away = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
        await session.execute(update(Person).where(Person.id == people["Weg"].id).values(away_until=away))
    found = (await sanne.get(f"{intake}/receivers")).json()["items"]
    assert [one["name"] for one in found] == ["Kenner", "Collega", "Kenner elders", "Ander", "Weg"]
    assert (await people["Collega"].get(f"{intake}/receivers")).status_code == 403


async def test_coordinator_gives_an_intake_without_team_to_one(resident: Resident, professional: SignIn) -> None:
    intake = f"/intakes/{(await hand_over(resident, place='Eindhoven')).json()['id']}"
    riet, mehmet = await professional(None, Role.COORDINATOR), await professional("best")
    assert (await mehmet.get(intake)).status_code == 404
    response = await do(riet, intake, "transfer")
    assert (response.status_code, response.content) == (204, b"")
    assert (await done(mehmet, intake, "claim"))["team"] == "best"


async def test_coordinator_takes_an_intake_from_who_has_it(
    intake: str, sanne: Professional, resident: Resident, professional: SignIn
) -> None:
    await done(sanne, intake, "claim")
    assert (await do(await professional(None, Role.COORDINATOR), intake, "transfer")).status_code == 204
    assert (await sanne.get(intake)).status_code == 404
    page = await resident.read()
    assert page["owner"] == "waiting", "somebody who cannot answer any more must not own the conversation"
    assert "Sanne de Wit heeft het gesprek verlaten" in page["messages"][-1]["text"]


@pytest.mark.parametrize("body", [{"team": "best"}, {"team": "best", "note": " "}, {"note": "x"}])
async def test_transfer_needs_team_and_note(intake: str, sanne: Professional, body: dict[str, str]) -> None:
    await done(sanne, intake, "claim")
    assert (await do(sanne, intake, "transfer", **body)).status_code == 400


async def test_unknown_team_is_refused_with_the_list(intake: str, sanne: Professional) -> None:
    await done(sanne, intake, "claim")
    response = await do(sanne, intake, "transfer", team="eindhoven", note="x")
    assert response.status_code == 400
    assert all(team in response.json()["detail"] for team in ("eindhoven", "gemert", "best", "son"))
    assert (await whole(sanne, intake))["status"] == "claimed"


async def test_resident_can_write_again_after_closing(intake: str, sanne: Professional, resident: Resident) -> None:
    await done(sanne, intake, "claim")
    closed = await done(sanne, intake, "close", outcome="referred", note="Doorverwezen naar Geldfit")
    assert (closed["status"], closed["outcome"]) == ("closed", "referred")
    assert [note["text"] for note in closed["notes"]] == ["Doorverwezen naar Geldfit"]
    page = await resident.read()
    assert (page["owner"], page["status"]) == ("assistant", "open")
    assert "Sanne de Wit heeft uw vraag afgesloten" in page["messages"][-1]["text"]
    await resident.say("dank u wel")
    assert (await resident.answered())[-1]["text"] == "Ik hoorde: dank u wel"
    assert (await hand_over(resident)).status_code == 201


async def test_corrected_service_stays_in_the_history(intake: str, sanne: Professional) -> None:
    await done(sanne, intake, "claim")
    corrected = await done(sanne, intake, "service", service="taalhuis")
    assert corrected["service"] == "taalhuis"
    last = corrected["history"][-1]
    assert (last["action"], last["actor"]) == ("service_corrected", "Sanne de Wit")
    assert last["detail"] == "schuldhulpverlening -> taalhuis"
    response = await do(sanne, intake, "service", service="toverij")
    assert response.status_code == 400
    assert "schuldhulpverlening" in response.json()["detail"]


async def test_history_holds_no_story(intake: str, sanne: Professional) -> None:
    await done(sanne, intake, "claim")
    for action in ("reply", "notes", "service", "close"):
        await done(sanne, intake, action)
    history = str((await whole(sanne, intake))["history"])
    assert not [word for word in ("huur", "Truus", "Dag, ik", "avonds") if word in history]


async def test_every_unsafe_request_by_cookie_needs_the_csrf_token(
    app: FastAPI, intake: str, sanne: Professional
) -> None:
    await done(sanne, intake, "claim")
    intake_id = intake.removeprefix("/intakes/")
    tried = 0
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            if method in ("get", "servers") or operation["operationId"] in WITHOUT_COOKIE:
                continue
            address = "/api/v1" + re.sub(r"\{\w+_id\}", intake_id, path)
            body = ACTIONS.get(path.rpartition("/")[2])
            for token in (None, "", "é" * 8, sanne.csrf[:-1]):
                headers = [(b"X-CSRF-Token", token.encode())] if token is not None else []
                response = await sanne.client.request(method, address, json=body or None, headers=headers)
                assert response.status_code == 403, f"{method} {address}"
                tried += 1
    assert tried >= 4 * (len(ACTIONS) + 1)
    unchanged = await whole(sanne, intake)
    assert (unchanged["status"], unchanged["notes"]) == ("claimed", [])


@pytest.mark.parametrize("change", BY_HAND)
@pytest.mark.parametrize("before", IntakeStatus)
async def test_status_changes_as_the_table_says_and_not_otherwise(
    before: IntakeStatus,
    change: Change,
    intake: str,
    sanne: Professional,
    resident: Resident,
    runtime: Runtime,
) -> None:
    assignee = None if change is Change.CLAIM else sanne.id
    async with runtime.database.write() as session:
        await session.execute(update(Intake).values(status=before, assignee_id=assignee))
    if change is Change.WITHDRAW:
        response = await resident.client.delete(f"{resident.path}/intake", headers=resident.headers)
    else:
        response = await do(sanne, intake, BY_HAND[change])
    allowed = before in ALLOWED[change].before
    async with runtime.database.read() as session:
        row = (await session.scalars(select(Intake))).one()
    assert row.status == (ALLOWED[change].after if allowed else before)
    # A resident may always take back, and who helps may always answer: what has ended keeps its status.
    if change is Change.WITHDRAW or (change is Change.REPLY and before in OPEN - {IntakeStatus.NEW}):
        return
    assert (response.status_code in {200, 204}) == allowed
    assert response.status_code in {200, 204, 403, 409}


def test_every_open_intake_can_be_withdrawn_and_ends_are_ends() -> None:
    assert ALLOWED[Change.WITHDRAW].before == OPEN
    assert {IntakeStatus.NEW, IntakeStatus.TRANSFERRED} == CLAIMABLE
    assert not [change for change in Change if IntakeStatus.WITHDRAWN in ALLOWED[change].before]
    assert {change for change in Change if IntakeStatus.CLOSED in ALLOWED[change].before} == {
        Change.REOPEN,
        Change.REOPEN_FOR_TEAM,
    }


@both_databases
async def test_assistant_answers_again_until_the_helper_comes_back(
    intake: str, sanne: Professional, resident: Resident
) -> None:
    await sanne.post(f"{intake}/claim")
    handed_back = await sanne.post(f"{intake}/hand-back")
    assert (handed_back.status_code, handed_back.json()["assignee"]) == (200, "Sanne de Wit")
    assert handed_back.json()["history"][-1]["action"] == "handed_back"
    state = await resident.read()
    assert state["owner"] == "assistant"
    told = state["messages"][-1]["text"]
    assert told.startswith("Vanaf nu geeft de computer u weer antwoord. Uw vraag blijft bij Sanne de Wit.")
    assert (await sanne.post(f"{intake}/hand-back")).status_code == 409
    back = await sanne.post(f"{intake}/take-over")
    assert back.json()["history"][-1]["action"] == "taken_over"
    assert (await resident.read())["owner"] == "professional"
    assert (await sanne.post(f"{intake}/take-over")).status_code == 409
