"""Open Klant 2 (Klantinteracties API 0.9): a klantcontact with the resident, and an interne taak that KISS and ITA show.

The API has no idempotency key. So before anything is made we look whether it is there already, by our reference: in the onderwerpobject
of the klantcontact, and below it in what the klantcontact says it has. The limits are those of Open Klant 2.18, measured.
"""

from __future__ import annotations

import zlib
from typing import Any

from api.case_systems.contact import email_of, phone_of
from api.case_systems.http import CaseSystemHttp
from api.case_systems.interface import Case, Refused, RemoteStatus, Steps, cut
from organisation.case_systems import CaseSystemSettings, SystemActor

REGISTER, OBJECT_TYPE, OBJECT_ID_KIND = "voordeur", "intake", "reference"
ASKED = "Contact opnemen met betrokkene"
MAX_SUBJECT, MAX_CONTENT, MAX_EXPLANATION, MAX_ADDRESS = 200, 1000, 1000, 80
OUR_NAME = "Voordeur"
HANDLED, TO_DO = "verwerkt", "te_verwerken"
ADDRESS_KINDS = ("email", "telefoonnummer")
NUMBER_TAKEN = "nummer unique"
# ISO 639-2/T, as KISS and Open Inwoner write it.
LANGUAGES = {
    "nl": "nld",
    "en": "eng",
    "de": "deu",
    "fr": "fra",
    "pl": "pol",
    "tr": "tur",
    "ar": "ara",
    "uk": "ukr",
    "es": "spa",
    "ti": "tir",
}


class OpenKlant:
    """One Open Klant."""

    def __init__(self, settings: CaseSystemSettings, secret: str) -> None:
        assert settings.actor is not None, "checked with the catalogue"
        self._settings = settings
        self._actor = settings.actor
        self._http = CaseSystemHttp(settings.address, {"Authorization": f"Token {secret}"})

    async def deliver(self, case: Case, steps: Steps) -> str:
        """Klantcontact, addresses, the assistant and the team as actors, and the task: each looked up before it is made."""
        contact = await steps.once("klantcontact", lambda: self._contact(case))
        there = await self._read(contact)
        await steps.keep("betrokkene", there["hadBetrokkenen"][0]["uuid"])
        await self._addresses(case, steps)
        us = await steps.once("actor_voordeur", lambda: self._actor_uuid(_OURSELVES, "geautomatiseerde_actor"))
        if us not in {actor["uuid"] for actor in there["hadBetrokkenActoren"]}:
            await steps.once("actorklantcontact", lambda: self._made("/actorklantcontacten", _pair(us, contact)))
        team = await steps.once("actor_team", lambda: self._actor_uuid(self._actor, _kind_of(self._actor)))
        if there["leiddeTotInterneTaken"]:
            await steps.keep("internetaak", there["leiddeTotInterneTaken"][0]["uuid"])
        await steps.once("internetaak", lambda: self._made("/internetaken", _task(case, contact, team)))
        return contact

    async def erase(self, reference: str, steps: Steps) -> None:
        """Deletes the addresses, then every klantcontact with our reference; betrokkene and task go with it.

        The addresses first: Open Klant 2.18 keeps them when their betrokkene goes, without anything left to find them by.
        """
        for contact in {*await self._find(reference), *filter(None, [steps.get("klantcontact")])}:
            there = await self._http.ask("GET", f"/klantcontacten/{contact}", missing_is_fine=True)
            for betrokkene in there["hadBetrokkenen"] if there else []:
                for address in await self._addresses_of(betrokkene["uuid"]):
                    await self._http.ask("DELETE", f"/digitaleadressen/{address['uuid']}", missing_is_fine=True)
            await self._http.ask("DELETE", f"/klantcontacten/{contact}", missing_is_fine=True)
        for kind in ADDRESS_KINDS:
            if kept := steps.get(f"adres_{kind}"):
                await self._http.ask("DELETE", f"/digitaleadressen/{kept}", missing_is_fine=True)

    async def status(self, steps: Steps) -> RemoteStatus | None:
        """Whether the task was handled; that it still has to be is no news, nor that a person took it away."""
        task = await self._http.ask("GET", f"/internetaken/{steps.get('internetaak')}", missing_is_fine=True)
        return RemoteStatus(HANDLED, handled=True) if task and task["status"] == HANDLED else None

    async def stands(self, reference: str, steps: Steps, *, closed: bool) -> None:
        """The task is done when the question is closed here, and to be done again when it goes on."""
        if task := steps.get("internetaak"):
            status = HANDLED if closed else TO_DO
            await self._http.ask("PATCH", f"/internetaken/{task}", json={"status": status}, missing_is_fine=True)

    async def close(self) -> None:
        """Gives its connections back."""
        await self._http.close()

    async def _contact(self, case: Case) -> str:
        found = await self._find(case.reference)
        if found:
            return found[0]
        for number in _numbers(case.reference):
            try:
                made = await self._http.ask("POST", "/maak-klantcontact", json=self._body(case, number))
                return str(made["klantcontact"]["uuid"])
            except Refused as refused:
                if NUMBER_TAKEN not in str(refused):
                    raise
        raise Refused("every number is taken")

    async def _find(self, reference: str) -> list[str]:
        page = await self._http.ask(
            "GET",
            "/klantcontacten",
            params={"onderwerpobject__onderwerpobjectidentificatorObjectId": reference},
        )
        return [contact["uuid"] for contact in page["results"]]

    async def _read(self, contact: str) -> dict[str, Any]:
        answer = await self._http.ask("GET", f"/klantcontacten/{contact}")
        return dict(answer)

    async def _addresses(self, case: Case, steps: Steps) -> None:
        betrokkene = steps.get("betrokkene")
        assert betrokkene is not None
        known = {address["soortDigitaalAdres"]: address["uuid"] for address in await self._addresses_of(betrokkene)}
        for kind, address in _addresses(case):
            if kind in known:
                await steps.keep(f"adres_{kind}", known[kind])
                continue
            body = {
                "adres": address,
                "soortDigitaalAdres": kind,
                "verstrektDoorBetrokkene": {"uuid": betrokkene},
                # The specification does not ask for it, the server does.
                "verstrektDoorPartij": None,
                "omschrijving": "",
            }
            await steps.keep(f"adres_{kind}", await self._made("/digitaleadressen", body))

    async def _addresses_of(self, betrokkene: str) -> list[dict[str, Any]]:
        page = await self._http.ask("GET", "/digitaleadressen", params={"verstrektDoorBetrokkene__uuid": betrokkene})
        return list(page["results"])

    async def _actor_uuid(self, actor: SystemActor, kind: str) -> str:
        """The actor as KISS and ITA know it, by its codes; made when nobody made it yet."""
        codes = {
            "objectId": actor.object_id,
            "codeObjecttype": actor.object_type,
            "codeRegister": actor.register,
            "codeSoortObjectId": actor.id_kind,
        }
        page = await self._http.ask(
            "GET",
            "/actoren",
            params={f"actoridentificator{name[0].upper()}{name[1:]}": value for name, value in codes.items()},
        )
        if page["results"]:
            return str(page["results"][0]["uuid"])
        body = {"naam": actor.name, "soortActor": kind, "indicatieActief": True, "actoridentificator": codes}
        return await self._made("/actoren", body)

    async def _made(self, path: str, body: dict[str, Any]) -> str:
        made = await self._http.ask("POST", path, json=body)
        return str(made["uuid"])

    def _body(self, case: Case, number: str) -> dict[str, Any]:
        names = (case.name or "").split(maxsplit=1)
        return {
            "klantcontact": {
                # ITA shows this number. It is only for people: we look up by our reference.
                "nummer": number,
                "kanaal": self._settings.channel,
                "onderwerp": cut(case.subject, MAX_SUBJECT),
                "inhoud": cut(case.summary, MAX_CONTENT),
                "indicatieContactGelukt": True,
                "taal": LANGUAGES.get(case.language, "und"),
                "vertrouwelijk": True,
                "plaatsgevondenOp": case.created_at.isoformat(),
                "metadata": {"kenmerk": case.reference},
            },
            "betrokkene": {
                "rol": "klant",
                "initiator": True,
                "contactnaam": {
                    "voornaam": cut(names[0], 200) if names else "",
                    "achternaam": cut(names[1], 200) if len(names) > 1 else "",
                },
            },
            "onderwerpobject": {
                "onderwerpobjectidentificator": {
                    "objectId": case.reference,
                    "codeObjecttype": OBJECT_TYPE,
                    "codeRegister": REGISTER,
                    "codeSoortObjectId": OBJECT_ID_KIND,
                }
            },
        }


_OURSELVES = SystemActor(OUR_NAME, "app", REGISTER, "idf", "voordeur")


def _pair(actor: str, contact: str) -> dict[str, Any]:
    return {"actor": {"uuid": actor}, "klantcontact": {"uuid": contact}}


def _task(case: Case, contact: str, team: str) -> dict[str, Any]:
    told = f"{case.urgency} Uiterlijk {case.due_at:%d-%m-%Y %H:%M} UTC. Kenmerk {case.reference}."
    if case.contact_preference:
        told += f" Voorkeur: {case.contact_preference}."
    return {
        "gevraagdeHandeling": ASKED,
        "aanleidinggevendKlantcontact": {"uuid": contact},
        "toegewezenAanActoren": [{"uuid": team}],
        "toelichting": cut(told, MAX_EXPLANATION),
        "status": TO_DO,
    }


def _addresses(case: Case) -> list[tuple[str, str]]:
    """Kind and address of what Open Klant takes; a number or address that it would refuse stays with us."""
    found = []
    if email := email_of(case.email, MAX_ADDRESS):
        found.append(("email", email))
    if phone := phone_of(case.phone):
        found.append(("telefoonnummer", phone))
    return found


def _numbers(reference: str) -> list[str]:
    """Numbers to try, ten digits at most, always the same ones for a reference. Somebody else may have given one out already."""
    return [f"{zlib.crc32(f'{reference}{again}'.encode()):010d}" for again in ("", "-2", "-3")]


def _kind_of(actor: SystemActor) -> str:
    return "medewerker" if actor.object_type == "mdw" else "organisatorische_eenheid"
