"""The assistant tells how a question stands and takes it back, in the conversation it is talking in and nowhere else."""

import httpx
import pytest

from tests.api.people_at_work import Resident, hand_over

TOKEN = {"Authorization": "Bearer service-token-for-tests"}


def path(resident: Resident) -> str:
    return f"/api/v1/intakes/of-conversation/{resident.id}"


async def test_assistant_hears_number_status_and_term_and_nothing_else(resident: Resident) -> None:
    made = (await hand_over(resident)).json()
    found = await resident.client.get(path(resident), headers=TOKEN)
    assert found.status_code == 200
    assert found.json() == {
        "reference": made["reference"],
        "team": "gemert",
        "status": "new",
        "dueAt": made["dueAt"],
    }


async def test_nothing_handed_over_is_404(resident: Resident) -> None:
    assert (await resident.client.get(path(resident), headers=TOKEN)).status_code == 404
    assert (await resident.client.delete(path(resident), headers=TOKEN)).status_code == 404


async def test_taken_back_on_the_word_of_the_resident(resident: Resident) -> None:
    await hand_over(resident)
    assert (await resident.client.delete(path(resident), headers=TOKEN)).status_code == 204
    assert (await resident.client.get(path(resident), headers=TOKEN)).json()["status"] == "withdrawn"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
async def test_without_the_service_token_it_is_closed(resident: Resident, headers: dict[str, str]) -> None:
    await hand_over(resident)
    response: httpx.Response = await resident.client.get(path(resident), headers=headers)
    assert response.status_code in (401, 403)
    assert (await resident.client.delete(path(resident), headers=headers)).status_code in (401, 403)


@pytest.mark.parametrize(
    ("place", "service", "candidates", "referral", "area"),
    [
        ("Gemert", "jongerenwerk", [], "Jongerenwerk De Uitdaging", "Gemert-Bakel"),
        ("Gemert", "taalhuis", [], None, "Gemert-Bakel"),
        ("de moordel", "jongerenwerk", ["De Mortel"], None, None),
        ("Bakel of Best", None, ["Bakel", "Best"], None, None),
        ("Amsterdam", "jongerenwerk", [], None, None),
    ],
)
async def test_assistant_hears_what_to_ask_about_a_place(
    client: httpx.AsyncClient,
    place: str,
    service: str | None,
    candidates: list[str],
    referral: str | None,
    area: str | None,
) -> None:
    """What `actions/service.py` reads of the answer."""
    found = (await client.post("/api/v1/routes", json={"place": place, "service": service}, headers=TOKEN)).json()
    assert [one["place"] for one in found["candidates"]] == candidates
    assert (found["referral"] and found["referral"]["name"], found["areaName"]) == (referral, area)
    assert (await client.post("/api/v1/routes", json={"place": place})).status_code == 401
