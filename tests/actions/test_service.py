"""The client of the service: one key for one intake, and no promise without an answer that holds."""

import datetime as dt
import json
from typing import Any

import httpx
import pytest
from rasa_sdk import Tracker

from actions.service import (
    Made,
    Opening,
    ServiceFailed,
    find_route,
    idempotency_key,
    make_intake,
    opening,
    own_intake,
    withdraw_intakes,
)

ANSWER = {"reference": "V-2222-3333", "team": "gemert", "dueAt": "2026-12-18T16:00:00Z"}


def tracker(**slots: Any) -> Tracker:
    return Tracker("conversation-1", slots, {}, [], False, None, {}, "action_listen")


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOORDEUR_SERVICE_TOKEN", "a token")


def service_that(monkeypatch: pytest.MonkeyPatch, answer: httpx.Response | Exception) -> list[httpx.Request]:
    """Puts a service in place that gives this answer; gives the list of what it was asked."""
    asked: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = httpx.AsyncClient
    monkeypatch.setattr(
        httpx, "AsyncClient", lambda **options: client(**options, transport=httpx.MockTransport(respond))
    )
    return asked


async def test_made_intake_is_told_with_number_team_and_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = service_that(monkeypatch, httpx.Response(201, json=ANSWER))
    made = await make_intake(tracker(intakes_made=2), {"summary": "x"})
    assert made == Made("V-2222-3333", "gemert", dt.datetime(2026, 12, 18, 16, tzinfo=dt.UTC))
    (request,) = asked
    assert request.headers["authorization"] == "Bearer a token"
    assert request.headers["idempotency-key"] == "conversation-1:2"
    assert json.loads(request.content) == {"conversationId": "conversation-1", "summary": "x"}


async def test_nothing_handed_over_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    service_that(monkeypatch, httpx.Response(404))
    assert await own_intake(tracker()) is None
    assert await withdraw_intakes(tracker()) is False


async def test_taking_back_is_confirmed_by_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = service_that(monkeypatch, httpx.Response(204))
    assert await withdraw_intakes(tracker()) is True
    assert (asked[0].method, asked[0].url.path) == ("DELETE", "/api/v1/intakes/of-conversation/conversation-1")


async def test_opening_hours_come_from_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    service_that(monkeypatch, httpx.Response(200, json={"open": False, "opensAt": "2026-11-23T08:00:00Z"}))
    assert await opening() == Opening(False, dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(400, json={"title": "nee"}),
        httpx.Response(201, text="not json"),
        httpx.Response(201, json={}),
        httpx.ConnectError("nobody there"),
        httpx.ReadTimeout("too slow"),
    ],
)
async def test_anything_but_a_good_answer_is_no_intake(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response | Exception
) -> None:
    service_that(monkeypatch, answer)
    with pytest.raises(ServiceFailed):
        await make_intake(tracker(), {})


def test_key_is_the_same_for_a_retry_and_another_for_the_next_intake() -> None:
    assert idempotency_key(tracker()) == idempotency_key(tracker())
    assert idempotency_key(tracker()) != idempotency_key(tracker(intakes_made=1))


async def test_route_is_told_with_what_there_is_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    candidate = {"place": "De Mortel", "area": "gemert-bakel", "name": "Gemert-Bakel"}
    answer = {"candidates": [candidate], "referral": None, "areaName": None, "team": "centraal"}
    asked = service_that(monkeypatch, httpx.Response(200, json=answer))
    assert await find_route("de moordel" + "!" * 300, None) == {
        "candidates": ["De Mortel"],
        "referral": None,
        "area": None,
    }
    assert len(json.loads(asked[0].content)["place"]) == 200


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(200, json={}), httpx.ConnectError("away")])
async def test_route_that_is_not_told_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response | Exception
) -> None:
    service_that(monkeypatch, answer)
    with pytest.raises(ServiceFailed):
        await find_route("Gemert", None)
