"""Whatever anybody sends to any address of our API: no fault of ours, and always an answer that the description knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import content_type_conformance, not_a_server_error, response_schema_conformance
from schemathesis.core.result import Ok

from api.app import create_app
from api.settings import Settings
from tests.pages.house import House, running_house
from tests.pages.stand_in import SERVICE_TOKEN

pytestmark = pytest.mark.last

# For each operation. All operations together take about a minute on two cores.
EXAMPLES = 16
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
ENDS_SESSIONS = {"deleteSession", "deleteOtherSession", "changeOwnPassword"}
STREAM = "streamMessages"  # does not end by itself: tests/api/conversations reads it
STAFF = ("demo.gemert", "coordinator", "privacy", "admin")
NOBODY, RESIDENT, SERVICE = "nobody", "a resident", "our own process"


def operations() -> dict[str, Any]:
    """What can be asked of the API, by name."""
    app = create_app(Settings(key="only-for-tests", service_token="x", assistant_token="x"))
    named: dict[str, Any] = {}
    for found in schemathesis.openapi.from_dict(app.openapi()).get_all_operations():
        assert isinstance(found, Ok), "our description is broken"
        operation = found.ok()
        named[operation.definition.raw["operationId"]] = operation
    del named[STREAM]
    return named


OPERATIONS = operations()


class Callers:
    """Everybody who may come by, with a conversation and an intake that are really there."""

    def __init__(self, house: House) -> None:
        self._api = f"{house.address}/api/v1"
        self._house = house
        self.ids: dict[str, str] = {}
        self._bearers: dict[str, str | None] = {NOBODY: None, SERVICE: SERVICE_TOKEN}
        self._desks: dict[str, httpx.Client] = {}
        self.sign_in()

    def sign_in(self) -> None:
        """Everybody who works here begins again."""
        self.close()
        self._desks = {who: self._house.professional(who).client for who in STAFF}

    def begin(self) -> None:
        """Something new to ask about: what was there before may have been closed or erased."""
        opened = httpx.post(f"{self._api}/conversations", json={"channel": "web"}).raise_for_status().json()
        handed_over = httpx.post(
            f"{self._api}/intakes",
            headers={"Authorization": f"Bearer {SERVICE_TOKEN}", "Idempotency-Key": opened["id"]},
            json={
                "conversationId": opened["id"],
                "service": "schuldhulpverlening",
                "summary": "De huur is niet betaald.",
                "place": "Gemert",
            },
        ).raise_for_status()
        self.ids = {"conversation_id": opened["id"], "intake_id": handed_over.json()["id"]}
        self._bearers[RESIDENT] = opened["token"]
        self._desks["demo.gemert"].post(f"/intakes/{self.ids['intake_id']}/claim").raise_for_status()

    def close(self) -> None:
        for desk in self._desks.values():
            desk.close()

    def send(self, case: Case, who: str, *, to_what_is_there: bool) -> Response:
        """Sends what was made up, as this caller would."""
        if to_what_is_there:
            case.path_parameters.update({name: self.ids[name] for name in case.path_parameters if name in self.ids})
        if "wait" in case.query:
            case.query["wait"] = 0
        base = self._api if "/api/v1" in case.operation.base_url else self._api.removesuffix("/api/v1")
        with requests.Session() as session:
            if who in self._desks:
                desk = self._desks[who]
                session.cookies.update(dict(desk.cookies))
                session.headers["X-CSRF-Token"] = desk.headers["X-CSRF-Token"]
            elif bearer := self._bearers[who]:
                session.headers["Authorization"] = f"Bearer {bearer}"
            return case.call(base_url=base, session=session, headers=dict(session.headers), timeout=60)


@pytest.fixture(scope="module")
def callers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    with running_house(tmp_path_factory.mktemp("any_request")) as house:
        callers = Callers(house)
        yield callers
        callers.close()


@pytest.mark.parametrize("name", OPERATIONS)
def test_any_request_gets_an_answer_that_is_described(name: str, callers: Callers) -> None:
    operation = OPERATIONS[name]
    heard: list[int] = []

    @given(
        case=st.one_of(operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)),
        who=st.sampled_from([NOBODY, RESIDENT, SERVICE, *STAFF]),
        to_what_is_there=st.booleans(),
    )
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case, who: str, to_what_is_there: bool) -> None:
        response = callers.send(case, who, to_what_is_there=to_what_is_there)
        heard.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    callers.begin()
    ask()
    assert heard
    if name in ENDS_SESSIONS:
        callers.sign_in()
