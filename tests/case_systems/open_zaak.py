"""A stand-in for Open Zaak (Zaken 1.5.1, Catalogi 1.3.1) with every rule that was measured on the real one."""

from __future__ import annotations

import datetime as dt
import re
import time
import uuid
from typing import Any

import jwt
from starlette.requests import Request

from tests.case_systems.serving import Problem, StandIn, check_lengths, check_query, page, specification

ZAKEN, CATALOGI = "/zaken/api/v1", "/catalogi/api/v1"
SPEC, CATALOGUE_SPEC = specification("openzaak-zaken"), specification("openzaak-catalogi")
CLIENT, SECRET = "voordeur", "a secret of at least thirty-two characters"
LONGEST_TOKEN_SECONDS = 3600
RSIN = "517439943"
CASE_TYPE = "INTAKE"
ASKED = ("bronorganisatie", "zaaktype", "verantwoordelijkeOrganisatie", "startdatum")
STATUSES = ("Ontvangen", "In behandeling", "Afgerond")
NEW_CASE: dict[str, Any] = {
    "omschrijving": "",
    "toelichting": "",
    "einddatum": None,
    "communicatiekanaalNaam": "",
    "kenmerken": [],
    "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
}


class OpenZaak(StandIn):
    """The part of Open Zaak that we use, with one zaaktype."""

    name, version = "openzaak", "1.5.1"

    def __init__(self) -> None:
        super().__init__()
        self.cases: dict[str, dict[str, Any]] = {}
        self.roles: dict[str, dict[str, Any]] = {}
        self.statuses: dict[str, dict[str, Any]] = {}
        self.users: list[str] = []

    async def answer(self, request: Request, body: Any) -> tuple[int, Any]:
        self._authorise(request)
        path = request.url.path
        if path.startswith(ZAKEN) and not {"accept-crs", "content-crs"} <= set(request.headers):
            raise Problem(412, "precondition_failed")
        collection, _, one = path.removeprefix(ZAKEN).removeprefix(CATALOGI).strip("/").partition("/")
        if request.method == "GET" and not one:
            check_query(
                SPEC if path.startswith(ZAKEN) else CATALOGUE_SPEC, f"/{collection}", list(request.query_params)
            )
        url = f"{self.address}{path}"
        match request.method, collection, one:
            case "GET", "zaaktypen", "":
                wanted = request.query_params.get("identificatie")
                return 200, page([self._case_type()] if wanted in {None, CASE_TYPE} else [])
            case "GET", "roltypen", "":
                return 200, page(
                    [self._role_type()] if request.query_params.get("omschrijvingGeneriek") == "initiator" else []
                )
            case "GET", "statustypen", "":
                return 200, page([self._status_type(number) for number in (3, 2, 1)])
            case "GET", "statustypen", _:
                return 200, self._status_type(int(one[-1]))
            case "GET", "zaken", "":
                identification = request.query_params.get("identificatie")
                return 200, page(
                    [
                        self._shown(key)
                        for key, row in self.cases.items()
                        if identification in {None, row["identificatie"]}
                    ]
                )
            case "POST", "zaken", "":
                return 201, self._case(body)
            case "GET", "zaken", _ if url in self.cases:
                return 200, self._shown(url)
            case "DELETE", "zaken", _ if url in self.cases:
                del self.cases[url]
                self.roles = {key: row for key, row in self.roles.items() if row["zaak"] != url}
                self.statuses = {key: row for key, row in self.statuses.items() if row["zaak"] != url}
                return 204, None
            case "POST", "rollen", "":
                return 201, self._role(body)
            case "POST", "statussen", "":
                return 201, self.give_status(body["zaak"], body["statustype"])
            case "GET", "statussen", _ if url in self.statuses:
                return 200, self.statuses[url]
        raise Problem(404, "not_found")

    def give_status(self, case: str, kind: str) -> dict[str, Any]:
        """What a person does over there; `kind` is the address of a statustype."""
        row = {"url": self._new("statussen"), "zaak": case, "statustype": kind, "statustoelichting": ""}
        row["uuid"] = row["url"].rpartition("/")[2]
        self.statuses[row["url"]] = row
        return {
            **row,
            "indicatieLaatstGezetteStatus": True,
            "gezetdoor": None,
            "zaakinformatieobjecten": [],
            "datumStatusGezet": _now(),
        }

    def status_type(self, number: int) -> str:
        """The address of a statustype, from 1."""
        return str(self._status_type(number)["url"])

    def _authorise(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer":
            raise Problem(403, "not_authenticated")
        try:
            claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
        except jwt.InvalidTokenError:
            raise Problem(403, "invalid-jwt-signature") from None
        if claims["client_id"] != CLIENT or claims["iss"] != CLIENT:
            raise Problem(403, "permission_denied")
        if time.time() - claims["iat"] > LONGEST_TOKEN_SECONDS:
            raise Problem(403, "jwt-expired")
        self.users.append(claims["user_id"])

    def _case(self, body: dict[str, Any]) -> dict[str, Any]:
        problems = [(name, "required") for name in ASKED if name not in body]
        problems += check_lengths(SPEC, "ZaakRequest", body)
        for name in ("bronorganisatie", "verantwoordelijkeOrganisatie"):
            if name in body and not _eleven_proof(body[name]):
                problems.append((name, "invalid"))
        same = body.get("identificatie")
        if same and any(
            row["identificatie"] == same and row["bronorganisatie"] == body.get("bronorganisatie")
            for row in self.cases.values()
        ):
            problems.append(("identificatie", "identificatie-niet-uniek"))
        if problems:
            raise Problem(400, "invalid", problems)
        url = self._new("zaken")
        number = f"ZAAK-2026-{len(self.cases) + 1:010d}"
        self.cases[url] = {**NEW_CASE, "identificatie": number, **body, "url": url, "uuid": url.rpartition("/")[2]}
        return self._shown(url)

    def _role(self, body: dict[str, Any]) -> dict[str, Any]:
        if "zaak" not in body:
            raise Problem(400, "invalid", [("zaak", "required")])
        if not body.get("betrokkene") and not body.get("betrokkeneIdentificatie"):
            raise Problem(400, "invalid", [("nonFieldErrors", "invalid-betrokkene")])
        email = body.get("contactpersoonRol", {}).get("emailadres")
        if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            raise Problem(400, "invalid", [("contactpersoonRol.emailadres", "invalid")])
        row = {**body, "url": self._new("rollen"), "omschrijvingGeneriek": "initiator"}
        self.roles[row["url"]] = row
        return row

    def _shown(self, case: str) -> dict[str, Any]:
        given = [row["url"] for row in self.statuses.values() if row["zaak"] == case]
        return {
            **self.cases[case],
            "rollen": [row["url"] for row in self.roles.values() if row["zaak"] == case],
            "status": given[-1] if given else None,
        }

    def _case_type(self) -> dict[str, Any]:
        return {"url": f"{self.address}{CATALOGI}/zaaktypen/type-1", "identificatie": CASE_TYPE}

    def _role_type(self) -> dict[str, Any]:
        return {"url": f"{self.address}{CATALOGI}/roltypen/role-1", "omschrijvingGeneriek": "initiator"}

    def _status_type(self, number: int) -> dict[str, Any]:
        return {
            "url": f"{self.address}{CATALOGI}/statustypen/status-{number}",
            "omschrijving": STATUSES[number - 1],
            "statustekst": "",
            "volgnummer": number,
            "isEindstatus": number == len(STATUSES),
        }

    def _new(self, collection: str) -> str:
        return f"{self.address}{ZAKEN}/{collection}/{uuid.uuid4()}"


def _eleven_proof(rsin: str) -> bool:
    """The test of the Dutch tax service on RSIN and BSN."""
    return (
        len(rsin) == 9
        and sum(int(digit) * weight for digit, weight in zip(rsin, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0
    )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z")
