"""An assistant that needs no training: it walks one resident from a story to a reference, as the real one does."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Callable

import httpx

from api.conversations.assistant import Assistant, AssistantDown, Button, Reply, Understanding
from organisation import Catalogue
from organisation.crisis import find_crisis

SERVICE_TOKEN = "service-token-for-tests"
PERSON = ("ik wil een mens", "i want a person")


class StandIn(Assistant):
    """Stands where Rasa stands. `script` says things of a test's own; `slow` keeps everybody waiting until it is set."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.catalogue: Catalogue | None = None
        self.script: Callable[[str], list[Reply] | None] = lambda text: None
        self.patience = asyncio.Event()
        self.patience.set()
        self.down = False
        self.handed_over: Callable[[str], dict[str, str]] = lambda story: {}
        """What else a test wants in the intake of a story: its service, how pressing it is."""
        self._asked: dict[uuid.UUID, str] = defaultdict(str)
        self._story: dict[uuid.UUID, str] = {}

    async def say(
        self, conversation_id: uuid.UUID, turn_id: uuid.UUID, text: str, payload: str | None, language: str
    ) -> list[Reply]:
        await self.patience.wait()
        if self.down:
            raise AssistantDown("told to be down")
        scripted = self.script(text)
        if scripted is not None:
            return scripted
        assert self.catalogue is not None
        if danger := find_crisis(text, self.catalogue.crisis_rules):
            return self._crisis(conversation_id, danger, text)
        if payload == "/person" or text.lower() in PERSON:
            return [await self._ask_a_person(conversation_id, turn_id, text)]
        if text.lower() == "stop":
            self._asked.pop(conversation_id, None)
            return [Reply("Goed, we stoppen. Er is niets doorgegeven.")]
        return await self._next(conversation_id, turn_id, text, payload)

    async def understand(self, text: str) -> Understanding:
        return Understanding("name", 0.9)

    async def forget(self, conversation_id: uuid.UUID) -> None:
        if self.down:
            raise AssistantDown("told to be down")

    async def ready(self) -> bool:
        return not self.down

    def _crisis(self, conversation: uuid.UUID, kind: str, text: str) -> list[Reply]:
        assert self.catalogue is not None
        self._asked[conversation] = "crisis"
        self._story[conversation] = text
        buttons = (Button("Ja, graag", "/person"), Button("Nee, dank u", "/no"))
        return [
            Reply(self.catalogue.crisis_text(kind), kind="crisis"),
            Reply("Zal ik een medewerker vragen om nu met u mee te lezen?", buttons),
        ]

    async def _next(self, conversation: uuid.UUID, turn: uuid.UUID, text: str, payload: str | None) -> list[Reply]:
        """The way of the intake: story, service, consent, place, name, contact, summary, reference."""
        asked = self._asked[conversation]
        if payload == "/no":
            self._asked[conversation] = ""
            return [Reply("Dat is goed. Vertel het gerust in andere woorden.")]
        if asked in {"", "crisis"}:
            self._story[conversation] = text
            return self._ask(
                conversation,
                "service",
                "U heeft zorgen over schulden of rekeningen. Klopt dat?",
                "Ja, dat klopt",
                "Nee, iets anders",
            )
        if asked == "service":
            return self._ask(
                conversation,
                "consent",
                "Mag ik uw vraag doorgeven aan een medewerker?",
                "Ja, dat is goed",
                "Nee, liever niet",
            )
        questions = {
            "consent": ("place", "In welk dorp of welke stad woont u? Uw postcode mag ook."),
            "place": ("name", "Hoe mogen we u noemen? Uw voornaam is genoeg."),
            "name": ("contact", "Hoe kunnen we u bereiken?"),
        }
        if asked in questions:
            if asked == "name":
                self._story[conversation] += f"\nNaam: {text}"
            return self._ask(conversation, *questions[asked])
        if asked == "contact":
            summary = f"Dit geef ik door:\n{self._story[conversation]}\nBereikbaar: {text}"
            self._asked[conversation] = "summary"
            return [Reply(summary, (Button("Dit klopt", "/yes"), Button("Iets klopt niet", "/no")), kind="summary")]
        self._asked[conversation] = ""
        reference = await self._intake(conversation, turn, self._story[conversation])
        return [
            Reply(
                f"Uw vraag is doorgegeven. Uw nummer is {reference}. Een medewerker neemt contact met u op.",
                kind="reference",
                reference=reference,
            )
        ]

    def _ask(self, conversation: uuid.UUID, asks: str, question: str, *labels: str) -> list[Reply]:
        self._asked[conversation] = asks
        buttons = tuple(Button(label, payload) for label, payload in zip(labels, ("/yes", "/no"), strict=False))
        return [Reply(question, buttons, asked_for=asks if asks == "name" else None)]

    async def _ask_a_person(self, conversation: uuid.UUID, turn: uuid.UUID, text: str) -> Reply:
        assert self.catalogue is not None
        reference = await self._intake(conversation, turn, self._story.get(conversation, text))
        said = self.catalogue.text("person_asked", reference=reference)
        return Reply(said, kind="reference", reference=reference, hand_over=True)

    async def _intake(self, conversation: uuid.UUID, turn: uuid.UUID, summary: str) -> str:
        """Asks the service for an intake, over HTTP, as the actions do."""
        async with httpx.AsyncClient(base_url=self._address, timeout=30) as client:
            response = await client.post(
                "/api/v1/intakes",
                headers={"Authorization": f"Bearer {SERVICE_TOKEN}", "Idempotency-Key": f"stand-in-{turn}"},
                json={
                    "conversationId": str(conversation),
                    "service": "schuldhulpverlening",
                    "summary": summary,
                    "place": "Gemert",
                    **self.handed_over(summary),
                },
            )
        return str(response.raise_for_status().json()["reference"])
