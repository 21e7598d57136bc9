"""A stand-in for Open Klant 2.18 (Klantinteracties 0.9) with every rule that was measured on the real one."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from starlette.requests import Request

from tests.case_systems.serving import Problem, StandIn, check_lengths, check_query, page, specification

BASE = "/klantinteracties/api/v1"
SPEC = specification("openklant-klantinteracties")
TOKEN = "0123456789abcdef0123456789abcdef01234567"
CONTACT: dict[str, Any] = {
    "nummer": None,
    "referentienummer": None,
    "inhoud": "",
    "reactie": "",
    "indicatieContactGelukt": None,
    "hoofdOnderwerpType": "",
    "verdereActieOndernomen": False,
    "metadata": {},
}
ADDRESS_LINES = {
    "nummeraanduidingId": "",
    "straatnaam": "",
    "huisnummer": None,
    "huisnummertoevoeging": "",
    "postcode": "",
    "stad": "",
    "adresregel1": "",
    "adresregel2": "",
    "adresregel3": "",
    "land": "",
}
NO_CODES = {"objectId": "", "codeObjecttype": "", "codeRegister": "", "codeSoortObjectId": ""}


class OpenKlant(StandIn):
    """The part of Open Klant that we use."""

    name, version = "openklant", "0.9.0"

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[str, dict[str, Any]] = {}
        self.parties: dict[str, dict[str, Any]] = {}
        self.subjects: dict[str, dict[str, Any]] = {}
        self.addresses: dict[str, dict[str, Any]] = {}
        self.actors: dict[str, dict[str, Any]] = {}
        self.tasks: dict[str, dict[str, Any]] = {}
        self.actors_of: list[tuple[str, str]] = []

    async def answer(self, request: Request, body: Any) -> tuple[int, Any]:
        if request.headers.get("authorization") != f"Token {TOKEN}":
            raise Problem(401, "not_authenticated")
        _, _, path = request.url.path.partition(BASE)
        collection, _, one = path.strip("/").partition("/")
        if request.method == "GET" and not one:
            check_query(SPEC, f"/{collection}", list(request.query_params))
        match request.method, collection, one:
            case "POST", "klantcontacten", "":
                return 201, self._contact(body, "")
            case "POST", "maak-klantcontact", "":
                return 201, self._make(body)
            case "GET", "klantcontacten", "":
                return 200, page([self._shown(uuid_) for uuid_ in self._found(request)])
            case "GET", "klantcontacten", _ if one in self.contacts:
                return 200, self._shown(one)
            case "DELETE", "klantcontacten", _ if one in self.contacts:
                self._delete(one)
                return 204, None
            case "GET", "betrokkenen", _ if one in self.parties:
                return 200, self.parties[one]
            case "POST", "digitaleadressen", "":
                return 201, self._address(body)
            case "GET", "digitaleadressen", "":
                party = request.query_params.get("verstrektDoorBetrokkene__uuid")
                return 200, page(
                    [
                        row
                        for row in self.addresses.values()
                        if (row["verstrektDoorBetrokkene"] or {}).get("uuid") == party
                    ]
                )
            case "DELETE", "digitaleadressen", _ if one in self.addresses:
                del self.addresses[one]
                return 204, None
            case "POST", "actoren", "":
                return 201, self._actor(body)
            case "GET", "actoren", "":
                return 200, page([row for row in self.actors.values() if _has_codes(row, request)])
            case "POST", "actorklantcontacten", "":
                return 201, self._actor_of(body)
            case "POST", "internetaken", "":
                return 201, self._task(body)
            case "GET", "internetaken", "":
                status = request.query_params.get("status")
                return 200, page([row for row in self.tasks.values() if status in {None, row["status"]}])
            case "GET", "internetaken", _ if one in self.tasks:
                return 200, self.tasks[one]
            case "PATCH", "internetaken", _ if one in self.tasks:
                self.tasks[one] |= body
                if body.get("status") == "verwerkt":
                    self.tasks[one]["afgehandeldOp"] = _now()
                return 200, self.tasks[one]
            case "POST", "partijen", "":
                return 201, {}
        raise Problem(404, "not_found")

    def _contact(self, body: dict[str, Any], under: str) -> dict[str, Any]:
        problems = [
            (f"{under}{name}", "required")
            for name in ("kanaal", "onderwerp", "taal", "vertrouwelijk")
            if name not in body
        ]
        problems += check_lengths(SPEC, "Klantcontact", body, under)
        for name in ("nummer", "referentienummer"):
            if body.get(name) and not body[name].isdigit():
                problems.append((f"{under}{name}", "invalid"))
        if body.get("nummer") and body["nummer"] in {row["nummer"] for row in self.contacts.values()}:
            problems.append((f"{under}nummer", "unique"))
        _raise(problems)
        row = {**CONTACT, "plaatsgevondenOp": _now(), **body, **self._new("klantcontacten")}
        self.contacts[row["uuid"]] = row
        return self._shown(row["uuid"])

    def _make(self, body: dict[str, Any]) -> dict[str, Any]:
        contact = self._contact(body["klantcontact"], "klantcontact.")
        party, subject = body["betrokkene"], body["onderwerpobject"]
        _raise([(f"betrokkene.{name}", "required") for name in ("rol", "initiator") if name not in party])
        key = {name: contact[name] for name in ("uuid", "url")}
        name = {
            "voorletters": "",
            "voornaam": "",
            "voorvoegselAchternaam": "",
            "achternaam": "",
            **party.get("contactnaam", {}),
        }
        made = {
            **self._new("betrokkenen"),
            "wasPartij": None,
            "hadKlantcontact": key,
            "digitaleAdressen": [],
            "bezoekadres": ADDRESS_LINES,
            "correspondentieadres": ADDRESS_LINES,
            "organisatienaam": "",
            **party,
            "contactnaam": name,
            "volledigeNaam": f"{name['voornaam']} {name['achternaam']}".strip(),
        }
        self.parties[made["uuid"]] = made
        about = {**self._new("onderwerpobjecten"), "klantcontact": key, "wasKlantcontact": None, **subject}
        self.subjects[about["uuid"]] = about
        return {"klantcontact": self._shown(contact["uuid"]), "betrokkene": made, "onderwerpobject": about}

    def _shown(self, contact: str) -> dict[str, Any]:
        def of(rows: dict[str, dict[str, Any]], field: str) -> list[dict[str, Any]]:
            return [{"uuid": row["uuid"], "url": row["url"]} for row in rows.values() if row[field]["uuid"] == contact]

        return {
            **self.contacts[contact],
            "gingOverOnderwerpobjecten": of(self.subjects, "klantcontact"),
            "hadBetrokkenActoren": [self.actors[actor] for actor, one in self.actors_of if one == contact],
            "omvatteBijlagen": [],
            "hadBetrokkenen": of(self.parties, "hadKlantcontact"),
            "leiddeTotInterneTaken": of(self.tasks, "aanleidinggevendKlantcontact"),
        }

    def _found(self, request: Request) -> list[str]:
        wanted = request.query_params.get("onderwerpobject__onderwerpobjectidentificatorObjectId")
        reference = request.query_params.get("referentienummer")
        about = {
            row["klantcontact"]["uuid"]
            for row in self.subjects.values()
            if row["onderwerpobjectidentificator"]["objectId"] == wanted
        }
        return [
            one
            for one, row in self.contacts.items()
            if (wanted is None or one in about) and (reference is None or row["referentienummer"] == reference)
        ]

    def _delete(self, contact: str) -> None:
        """Takes betrokkenen, onderwerpobjecten and tasks along. Addresses stay, without a betrokkene."""
        del self.contacts[contact]
        gone = {one for one, row in self.parties.items() if row["hadKlantcontact"]["uuid"] == contact}
        self.parties = {one: row for one, row in self.parties.items() if one not in gone}
        self.subjects = {one: row for one, row in self.subjects.items() if row["klantcontact"]["uuid"] != contact}
        self.tasks = {
            one: row for one, row in self.tasks.items() if row["aanleidinggevendKlantcontact"]["uuid"] != contact
        }
        for row in self.addresses.values():
            if (row["verstrektDoorBetrokkene"] or {}).get("uuid") in gone:
                row["verstrektDoorBetrokkene"] = None

    def _address(self, body: dict[str, Any]) -> dict[str, Any]:
        asked = ("verstrektDoorBetrokkene", "verstrektDoorPartij", "adres", "soortDigitaalAdres")
        _raise([(name, "required") for name in asked if name not in body])
        problems = check_lengths(SPEC, "DigitaalAdres", body)
        kind, address = body["soortDigitaalAdres"], body["adres"]
        if kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
            problems.append(("adres", "invalid"))
        if kind == "telefoonnummer" and not re.fullmatch(r"(\+|00)?[0-9]{8,15}", address):
            problems.append(("adres", "invalid"))
        _raise(problems)
        party = self.parties[body["verstrektDoorBetrokkene"]["uuid"]]
        row = {
            "isStandaardAdres": False,
            "omschrijving": "",
            "referentie": "",
            "verificatieDatum": None,
            **body,
            **self._new("digitaleadressen"),
            "verstrektDoorBetrokkene": {"uuid": party["uuid"], "url": party["url"]},
        }
        self.addresses[row["uuid"]] = row
        return row

    def _actor(self, body: dict[str, Any]) -> dict[str, Any]:
        _raise([(name, "required") for name in ("naam", "soortActor") if name not in body])
        row = {
            "indicatieActief": True,
            "actoridentificator": NO_CODES,
            "actorIdentificatie": None,
            **body,
            **self._new("actoren"),
        }
        self.actors[row["uuid"]] = row
        return row

    def _actor_of(self, body: dict[str, Any]) -> dict[str, Any]:
        actor, contact = self.actors[body["actor"]["uuid"]], self.contacts[body["klantcontact"]["uuid"]]
        self.actors_of.append((actor["uuid"], contact["uuid"]))
        return {
            **self._new("actorklantcontacten"),
            "actor": {"uuid": actor["uuid"], "url": actor["url"]},
            "klantcontact": {"uuid": contact["uuid"], "url": contact["url"]},
        }

    def _task(self, body: dict[str, Any]) -> dict[str, Any]:
        asked = ("gevraagdeHandeling", "aanleidinggevendKlantcontact", "status")
        problems = [(name, "required") for name in asked if name not in body]
        if ("toegewezenAanActor" in body) == ("toegewezenAanActoren" in body):
            problems.append(("nonFieldErrors", "invalid"))
        _raise([*problems, *check_lengths(SPEC, "InterneTaak", body)])
        actors = body.get("toegewezenAanActoren") or [body["toegewezenAanActor"]]
        keys = [{"uuid": one["uuid"], "url": self.actors[one["uuid"]]["url"]} for one in actors]
        contact = self.contacts[body["aanleidinggevendKlantcontact"]["uuid"]]
        row = {
            "nummer": None,
            "referentienummer": None,
            "toelichting": "",
            "afgehandeldOp": None,
            **body,
            **self._new("internetaken"),
            "aanleidinggevendKlantcontact": {"uuid": contact["uuid"], "url": contact["url"]},
            "toegewezenAanActor": keys[0],
            "toegewezenAanActoren": keys,
            "toegewezenOp": _now(),
        }
        self.tasks[row["uuid"]] = row
        return row

    def _new(self, collection: str) -> dict[str, str]:
        one = str(uuid.uuid4())
        return {"uuid": one, "url": f"{self.address}{BASE}/{collection}/{one}"}


def _has_codes(actor: dict[str, Any], request: Request) -> bool:
    codes = actor["actoridentificator"]
    return all(
        codes[name[len("actoridentificator") :][0].lower() + name[len("actoridentificator") + 1 :]] == value
        for name, value in request.query_params.items()
        if name.startswith("actoridentificator")
    )


def _raise(problems: list[tuple[str, str]]) -> None:
    if problems:
        raise Problem(400, "invalid", problems)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z")
