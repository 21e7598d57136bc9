"""The story opens on claim, for the one who claimed; everything that can be done is done with a form."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select

from api.conversations.service import Conversations
from api.dependencies import Runtime
from api.errors import Conflict
from api.intakes.models import Intake, IntakeStatus
from api.people.models import Role
from api.reporting_code.models import TakenStep
from tests.api.people_at_work import Resident, hand_over
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]
HOSTILE = "<img src=x onerror=alert(1)>"
STORY = "De huur is twee maanden niet betaald."


@pytest.fixture
async def asked(resident: Resident) -> dict[str, Any]:
    """A question of a resident in Gemert."""
    contact = {"name": "Truus Bakker", "phone": "06 12 34 56 78", "email": "truus@inwoner.example"}
    consent = {"givenAt": "2026-11-22T09:00:00Z", "text": "Ja, een medewerker mag dit lezen."}
    response = await hand_over(resident, contact=contact, consent=consent, also=["thuisadministratie"])
    return dict(response.json())


@pytest.fixture
async def sanne(at_desk: Desks, asked: dict[str, Any]) -> AtDesk:
    """The professional who helps."""
    sanne = await at_desk("gemert", name="Sanne de Wit")
    assert (await sanne.send(f"/vragen/{asked['id']}/oppakken")).status_code == 303
    return sanne


async def test_story_opens_on_claim(at_desk: Desks, asked: dict[str, Any]) -> None:
    sanne, page = await at_desk("gemert"), f"/vragen/{asked['id']}"
    before = await sanne.get(page)
    assert asked["reference"] in before.text
    assert not [secret for secret in (STORY, "Truus", "06 12", "inwoner.example") if secret in before.text]
    response = await sanne.send(f"{page}/oppakken")
    assert response.headers["Location"] == f"/werk{page}?melding=opgepakt"
    after = await sanne.get(page)
    for part in (STORY, "Truus Bakker", 'href="tel:0612345678"', 'href="mailto:truus@inwoner.example"'):
        assert part in after.text
    assert "Speelt ook Thuisadministratie" in text_of(after)
    assert "Ja, een medewerker mag dit lezen." in text_of(after)


async def test_colleague_sees_who_helps_and_no_story(at_desk: Desks, asked: dict[str, Any], sanne: AtDesk) -> None:
    fatima = await at_desk("gemert", name="Fatima")
    response = await fatima.get(f"/vragen/{asked['id']}")
    assert "Sanne de Wit helpt deze inwoner." in text_of(response)
    assert STORY not in response.text
    assert "Oppakken" not in response.text


async def test_second_claim_says_who_was_first(at_desk: Desks, asked: dict[str, Any], sanne: AtDesk) -> None:
    response = await (await at_desk("gemert", name="Fatima")).send(f"/vragen/{asked['id']}/oppakken")
    assert response.status_code == 409
    assert "Sanne de Wit heeft deze vraag al opgepakt." in text_of(response)
    assert 'role="alert"' in response.text
    assert STORY not in response.text


@pytest.mark.parametrize("action", ["", "/nieuws"])
async def test_other_team_finds_nothing(at_desk: Desks, asked: dict[str, Any], action: str) -> None:
    mehmet = await at_desk("best")
    response = await mehmet.get(f"/vragen/{asked['id']}{action}")
    assert response.status_code in {404, 204}
    assert asked["reference"] not in response.text


ACTIONS: dict[str, dict[str, Any]] = {
    "oppakken": {},
    "teruggeven": {},
    "computer": {},
    "overnemen": {},
    "antwoord": {"text": "Dag"},
    "notitie": {"text": "Gebeld"},
    "doorgeven": {"receiver": "best", "note": "Woont in Best"},
    "dienst": {"service": "taalhuis"},
    "afsluiten": {"outcome": "helped"},
    "doorverwijzen": {"name": "Juridisch Loket", "phone": "0800 8020"},
    "wissen": {"reason": "vroeg het zelf", "sure": "1"},
}


@pytest.mark.parametrize("action", ACTIONS)
async def test_other_team_can_do_nothing(at_desk: Desks, asked: dict[str, Any], action: str) -> None:
    response = await (await at_desk("best")).send(f"/vragen/{asked['id']}/{action}", **ACTIONS[action])
    assert response.status_code == 404
    assert asked["reference"] not in response.text


@pytest.mark.parametrize("action", [action for action in ACTIONS if action != "oppakken"])
async def test_colleague_can_do_nothing_with_what_another_picked_up(
    at_desk: Desks, asked: dict[str, Any], sanne: AtDesk, action: str
) -> None:
    response = await (await at_desk("gemert")).send(f"/vragen/{asked['id']}/{action}", **ACTIONS[action])
    assert response.status_code == 403
    assert "Sanne de Wit helpt deze inwoner." in text_of(response)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("csrf", ["", "van een ander"])
async def test_form_without_our_token_is_refused(asked: dict[str, Any], sanne: AtDesk, action: str, csrf: str) -> None:
    response = await sanne.send(f"/vragen/{asked['id']}/{action}", **{**ACTIONS[action], "csrf": csrf})
    assert response.status_code == 403
    assert "De pagina is verlopen." in text_of(response)


@pytest.mark.parametrize("htmx", [False, True])
async def test_reply_reaches_the_resident(asked: dict[str, Any], sanne: AtDesk, resident: Resident, htmx: bool) -> None:
    response = await sanne.send(f"/vragen/{asked['id']}/antwoord", htmx=htmx, text="Dag Truus.\r\nIk bel u vanmiddag.")
    assert response.status_code == (200 if htmx else 303)
    said = (await resident.messages())[-1]
    assert (said["sender"], said["senderName"]) == ("professional", "Sanne de Wit")
    assert said["text"] == "Dag Truus.\nIk bel u vanmiddag."
    if htmx:
        assert "Ik bel u vanmiddag." in response.text
        assert "Uw antwoord is verstuurd." in response.text
        assert "In gesprek" in response.text


@pytest.mark.parametrize("htmx", [False, True])
async def test_reply_that_is_too_long_is_not_lost(
    asked: dict[str, Any], sanne: AtDesk, resident: Resident, htmx: bool
) -> None:
    long = "Ik leg het u graag uit. " * 200
    before = len(await resident.messages())
    response = await sanne.send(f"/vragen/{asked['id']}/antwoord", htmx=htmx, text=long)
    assert response.status_code == 400
    assert "Schrijf een antwoord van ten hoogste 4000 tekens." in text_of(response)
    assert long in response.text
    assert len(await resident.messages()) == before


async def test_news_brings_what_the_resident_says(asked: dict[str, Any], sanne: AtDesk, resident: Resident) -> None:
    page = f"/vragen/{asked['id']}"
    stand = (await sanne.get(page)).text.partition("nieuws?stand=")[2].partition('"')[0]
    assert (await sanne.get(f"{page}/nieuws", htmx=True, stand=stand)).status_code == 204
    await resident.say("Ja graag, na drie uur")
    news = await sanne.get(f"{page}/nieuws", htmx=True, stand=stand)
    assert "Ja graag, na drie uur" in news.text
    assert "antwoord-text" not in news.text, "a refresh must leave what somebody is typing alone"


async def test_open_page_is_closed_to_who_no_longer_helps(at_desk: Desks, asked: dict[str, Any], sanne: AtDesk) -> None:
    coordinator = await at_desk(None, Role.COORDINATOR, name="Riet")
    await coordinator.send(f"/vragen/{asked['id']}/doorgeven", receiver="best", note="Is verhuisd")
    news = await sanne.get(f"/vragen/{asked['id']}/nieuws", htmx=True)
    assert news.headers["HX-Refresh"] == "true"
    assert news.text == ""
    assert (await sanne.get(f"/vragen/{asked['id']}")).status_code == 404


async def test_open_page_is_closed_to_who_gave_the_question_back(asked: dict[str, Any], sanne: AtDesk) -> None:
    await sanne.send(f"/vragen/{asked['id']}/teruggeven")
    news = await sanne.get(f"/vragen/{asked['id']}/nieuws", htmx=True)
    assert news.headers["HX-Refresh"] == "true"
    assert news.text == ""


async def test_what_fails_half_way_is_not_done_at_all(
    at_desk: Desks, asked: dict[str, Any], runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise Conflict("Iemand anders was net eerder.")

    monkeypatch.setattr(Conversations, "pass_to", fail)
    sanne = await at_desk("gemert")
    response = await sanne.send(f"/vragen/{asked['id']}/oppakken")
    assert response.status_code == 409
    async with runtime.database.read() as session:
        intake = (await session.scalars(select(Intake))).one()
        assert (intake.assignee_id, intake.status) == (None, IntakeStatus.NEW)


async def test_hostile_text_is_shown_as_text(at_desk: Desks, resident: Resident) -> None:
    await resident.say(HOSTILE)
    contact = dict.fromkeys(("name", "phone", "email", "preference"), HOSTILE)
    consent = {"givenAt": "2026-11-22T09:00:00Z", "text": HOSTILE}
    asked = (await hand_over(resident, summary=HOSTILE, contact=contact, consent=consent)).json()
    sanne, page = await at_desk("gemert"), f"/vragen/{asked['id']}"
    await sanne.send(f"{page}/oppakken")
    await sanne.send(f"{page}/notitie", text=HOSTILE)
    await sanne.send(f"{page}/antwoord", text=HOSTILE)
    for response in (
        await sanne.get(page),
        await sanne.get(f"{page}/nieuws", htmx=True),
        await sanne.send(f"{page}/antwoord", htmx=True, text=HOSTILE),
        await sanne.send(f"{page}/doorgeven", receiver="", note=HOSTILE),
        await sanne.get(dienst=HOSTILE, gebied=HOSTILE),
        await sanne.get("/inloggen", naar=HOSTILE),
    ):
        assert "<img" not in response.text
    assert (await sanne.get(page)).text.count("&lt;img src=x onerror=alert(1)&gt;") >= 7


async def test_note_is_for_colleagues_only(asked: dict[str, Any], sanne: AtDesk, resident: Resident) -> None:
    page = f"/vragen/{asked['id']}"
    response = await sanne.send(f"{page}/notitie", text="Voorzichtig bellen")
    assert response.headers["Location"] == f"/werk{page}?melding=notitie#notities"
    assert "Voorzichtig bellen" in (await sanne.get(page)).text
    assert "Voorzichtig bellen" not in str(await resident.messages())


async def test_transfer_needs_team_and_note_and_says_so_at_the_field(asked: dict[str, Any], sanne: AtDesk) -> None:
    path = f"/vragen/{asked['id']}/doorgeven"
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"note": "Woont in Best"}, "receiver", "Kies een collega of een team."),
        ({"receiver": "best", "note": " "}, "note", "Schrijf voor uw collega op waarom u de vraag doorgeeft."),
    ]
    for fields, field, sentence in wrong:
        response = await sanne.send(path, **fields)
        assert response.status_code == 400
        assert f'<a class="nl-link" href="#doorgeven-{field}">{sentence}</a>' in response.text
        assert f'id="doorgeven-{field}-fout"' in response.text
        assert "<title>Fout: " in response.text


async def test_transferred_question_goes_to_the_other_team_with_the_note(
    at_desk: Desks, asked: dict[str, Any], sanne: AtDesk
) -> None:
    page = f"/vragen/{asked['id']}"
    response = await sanne.send(f"{page}/doorgeven", receiver="best", note="Woont in Best")
    assert response.headers["Location"] == "/werk?melding=doorgegeven"
    mehmet = await at_desk("best", name="Mehmet")
    assert asked["reference"] in (await mehmet.get()).text
    await mehmet.send(f"{page}/oppakken")
    assert "Woont in Best" in (await mehmet.get(page)).text
    assert "Doorgegeven aan Team Best" in text_of(await mehmet.get(page))


async def test_released_question_waits_again(at_desk: Desks, asked: dict[str, Any], sanne: AtDesk) -> None:
    page = f"/vragen/{asked['id']}"
    assert (await sanne.send(f"{page}/teruggeven")).headers["Location"] == "/werk?melding=teruggegeven"
    assert STORY not in (await sanne.get(page)).text
    assert (await (await at_desk("gemert", name="Fatima")).send(f"{page}/oppakken")).status_code == 303


async def test_corrected_service_stays_in_the_history(asked: dict[str, Any], sanne: AtDesk) -> None:
    page = f"/vragen/{asked['id']}"
    assert (await sanne.send(f"{page}/dienst", service="geen")).status_code == 400
    assert (await sanne.send(f"{page}/dienst", service="taalhuis")).status_code == 303
    assert "Dienst gewijzigd van Schuldhulpverlening naar Taalhuis" in text_of(await sanne.get(page))


async def test_closed_question_can_be_read_and_not_changed(
    asked: dict[str, Any], sanne: AtDesk, resident: Resident
) -> None:
    page = f"/vragen/{asked['id']}"
    assert "Kies hoe het is afgelopen." in text_of(await sanne.send(f"{page}/afsluiten"))
    assert (await sanne.send(f"{page}/afsluiten", outcome="helped", note="")).status_code == 303
    after = await sanne.get(page)
    assert "Afgesloten: geholpen" in text_of(after)
    assert STORY in after.text
    forms = re.findall(rf'action="/werk{page}/(\w+)"', after.text)
    # What a resident may ask does not end with the help.
    assert set(forms) <= {"heropenen", "meldcode", "wissen"}
    assert 'type="checkbox"' in after.text and after.text.count("disabled") >= 5
    late = await sanne.send(f"{page}/antwoord", text="Nog iets")
    assert late.status_code == 409
    assert "Nog iets" not in str(await resident.messages())


async def test_withdrawn_question_leaves_the_open_page(
    asked: dict[str, Any], sanne: AtDesk, resident: Resident
) -> None:
    await resident.client.delete(f"{resident.path}/intake", headers=resident.headers)
    assert (await sanne.get(f"/vragen/{asked['id']}/nieuws", htmx=True)).headers["HX-Refresh"] == "true"
    after = await sanne.get(f"/vragen/{asked['id']}")
    assert "Ingetrokken" in text_of(after)
    assert not [secret for secret in (STORY, "Truus", "06 12") if secret in after.text]


async def test_coordinator_gives_a_question_without_team_to_one(at_desk: Desks, resident: Resident) -> None:
    asked = (await hand_over(resident, place=None)).json()
    riet, page = await at_desk(None, Role.COORDINATOR, name="Riet"), f"/vragen/{asked['id']}"
    before = await riet.get(page)
    assert "Aan wie geeft u de vraag door?" in text_of(before)
    assert STORY not in before.text
    assert (await riet.send(f"{page}/doorgeven", receiver="son", note="Woont in Son")).status_code == 303
    assert asked["reference"] in (await (await at_desk("son")).get()).text


async def test_question_goes_to_one_colleague_and_the_sender_stays_until_then(
    at_desk: Desks, asked: dict[str, Any], sanne: AtDesk
) -> None:
    page = f"/vragen/{asked['id']}"
    mehmet, fatima = await at_desk("best", name="Mehmet Kaya"), await at_desk("best", name="Fatima")
    assert f'<option value="{mehmet.professional.id}"' in (await sanne.get(page)).text
    await sanne.send(f"{page}/doorgeven", receiver=str(mehmet.professional.id), note="Kent dit goed")
    assert STORY in (await sanne.get(page)).text
    assert "Mehmet Kaya" in text_of(await fatima.get(page))
    assert (await fatima.send(f"{page}/oppakken")).status_code == 409
    assert (await mehmet.send(f"{page}/oppakken")).status_code == 303
    assert "Kent dit goed" in (await mehmet.get(page)).text
    assert STORY not in (await sanne.get(page)).text


async def test_closed_question_goes_on_in_the_same_conversation(
    asked: dict[str, Any], sanne: AtDesk, resident: Resident
) -> None:
    page = f"/vragen/{asked['id']}"
    await sanne.send(f"{page}/afsluiten", outcome="helped", goodbye="Het beste, Truus.")
    assert "Het beste, Truus." in str(await resident.messages())
    assert (await sanne.send(f"{page}/heropenen", note="  ")).status_code == 400
    assert (await sanne.send(f"{page}/heropenen", note="Belt terug over de brief")).status_code == 303
    await sanne.send(f"{page}/antwoord", text="Dag Truus, ik heb de brief gelezen.")
    assert "ik heb de brief gelezen" in str(await resident.messages())
    assert (await resident.read())["owner"] == "professional"


async def test_answers_that_are_ready_have_the_names_filled_in(asked: dict[str, Any], sanne: AtDesk) -> None:
    page = text_of(await sanne.get(f"/vragen/{asked['id']}"))
    html = (await sanne.get(f"/vragen/{asked['id']}")).text
    assert "Dag Truus Bakker, ik ben Sanne de Wit van Team Gemert-Bakel." in html
    assert "Welke papieren meenemen" in page
    assert "Opschrijven wanneer u last heeft" not in page


async def test_reporting_code_opens_by_itself_when_violence_is_named(
    asked: dict[str, Any], sanne: AtDesk, resident: Resident
) -> None:
    page = f"/vragen/{asked['id']}"
    assert "De inwoner noemt misschien geweld." not in text_of(await sanne.get(page))
    await resident.say("mijn man slaat mij")
    shown = text_of(await sanne.get(page))
    assert "De inwoner noemt misschien geweld." in shown
    assert "Veilig Thuis : 0800-2000" in shown.replace("Veilig Thuis:", "Veilig Thuis :")


async def test_steps_of_the_reporting_code_are_remembered_with_who_and_when(
    at_desk: Desks, asked: dict[str, Any], sanne: AtDesk, resident: Resident, runtime: Runtime
) -> None:
    page = f"/vragen/{asked['id']}"
    await sanne.send(f"{page}/meldcode", steps="signalen")
    shown = text_of(await sanne.get(page))
    assert "1 van 5 gezet" in shown
    assert "Gezet door Sanne de Wit" in shown
    assert (await (await at_desk("gemert")).send(f"{page}/meldcode", steps="gesprek")).status_code == 403
    await sanne.send(f"{page}/meldcode")
    assert "0 van 5 gezet" in text_of(await sanne.get(page))
    await sanne.send(f"{page}/meldcode", steps="overleg")
    await resident.client.delete(f"{resident.path}/intake", headers=resident.headers)
    async with runtime.database.read() as session:
        assert (await session.scalars(select(TakenStep))).all() == []


async def test_paper_holds_everything_for_the_one_who_helps_only(
    at_desk: Desks, asked: dict[str, Any], sanne: AtDesk
) -> None:
    page = f"/vragen/{asked['id']}/afdruk"
    paper = await sanne.get(page)
    assert STORY in paper.text
    assert "Afgedrukt door Sanne de Wit" in text_of(paper)
    assert (await (await at_desk("gemert", name="Fatima")).get(page)).status_code == 403


async def test_who_types_is_seen_by_both_sides_and_never_what(
    asked: dict[str, Any], sanne: AtDesk, resident: Resident
) -> None:
    page = f"/vragen/{asked['id']}"
    assert (await resident.read())["professionalTyping"] is False
    assert (await sanne.send(f"{page}/typt")).status_code == 204
    assert (await resident.read())["professionalTyping"] is True
    await sanne.send(f"{page}/antwoord", text="Dag")
    assert (await resident.read())["professionalTyping"] is False
    response = await resident.client.post(f"{resident.path}/typing", headers=resident.headers)
    assert response.status_code == 204
    assert "De inwoner typt" in text_of(await sanne.get(f"{page}/nieuws", htmx=True))


async def test_typing_needs_the_token_of_the_page_and_the_own_intake(
    at_desk: Desks, asked: dict[str, Any], sanne: AtDesk, resident: Resident
) -> None:
    page = f"/vragen/{asked['id']}/typt"
    assert (await sanne.send(page, csrf="x")).status_code == 403
    assert (await (await at_desk("gemert")).send(page)).status_code == 403
    assert (await resident.read())["professionalTyping"] is False


async def test_colleague_who_looks_at_the_same_question_is_named(at_desk: Desks, asked: dict[str, Any]) -> None:
    page = f"/vragen/{asked['id']}"
    fatima, noor = await at_desk("gemert", name="Fatima"), await at_desk("gemert", name="Noor")
    assert "bekijkt" not in text_of(await fatima.get(page))
    assert "Fatima bekijkt deze vraag nu ook." in text_of(await noor.get(page))
    assert "Noor bekijkt deze vraag nu ook." in text_of(await fatima.get(f"{page}/stand", htmx=True))


async def owner_of(resident: Resident) -> str:
    return str((await resident.read())["owner"])


async def notices_of(resident: Resident) -> list[str]:
    return [message["text"] for message in await resident.messages() if message["kind"] == "notice"]


async def test_computer_answers_again_while_the_question_stays_with_who_helps(
    asked: dict[str, Any], sanne: AtDesk, resident: Resident
) -> None:
    page = f"/vragen/{asked['id']}"
    response = await sanne.send(f"{page}/computer")
    assert response.headers["Location"] == f"/werk{page}?melding=computer"
    assert await owner_of(resident) == "assistant"
    assert (
        "Vanaf nu geeft de computer u weer antwoord. Uw vraag blijft bij Sanne de Wit."
        in (await notices_of(resident))[-1]
    )
    shown = await sanne.get(page)
    assert STORY in shown.text
    assert "De computer geeft nu antwoord." in text_of(shown)
    assert "De computer geeft weer antwoord" in text_of(shown)  # what happened
    assert (await sanne.send(f"{page}/computer")).status_code == 409
    await sanne.send(f"{page}/overnemen")
    assert await owner_of(resident) == "professional"
    assert "leest nu met u mee" in (await notices_of(resident))[-1]
    assert (await sanne.send(f"{page}/overnemen")).status_code == 409
    assert "De computer geeft nu antwoord." not in text_of(await sanne.get(page))


async def test_who_writes_has_the_conversation_again(asked: dict[str, Any], sanne: AtDesk, resident: Resident) -> None:
    page = f"/vragen/{asked['id']}"
    await sanne.send(f"{page}/computer")
    await sanne.send(f"{page}/antwoord", text="Ik ben er weer.")
    assert await owner_of(resident) == "professional"
    notice, said = (await resident.messages())[-2:]
    assert "leest nu met u mee" in notice["text"]
    assert said["text"] == "Ik ben er weer."


async def test_organisation_that_does_it_there_is_on_the_page_with_how_to_reach_it(
    asked: dict[str, Any], sanne: AtDesk, runtime: Runtime
) -> None:
    page = f"/vragen/{asked['id']}"
    assert "Een andere organisatie" not in text_of(await sanne.get(page))
    other = {"name": "Stichting Elders", "phone": "0492 12 34 56", "website": "https://elders.example"}
    async with runtime.database.write() as session:
        row = (await session.scalars(select(Intake))).one()
        row.referral = other
    shown = await sanne.get(page)
    assert "Stichting Elders" in text_of(shown)
    assert 'href="tel:0492123456"' in shown.text
    assert 'href="https://elders.example"' in shown.text
    assert "Daar is nog geen toestemming voor." in text_of(shown)
