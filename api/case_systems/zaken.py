"""The Zaken API of ZGW, as Open Zaak serves it: a zaak with the resident as initiator and its first status.

`identificatie` (our reference) is unique for a bronorganisatie, so it is the key by which we look up and by which a double is refused.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import jwt

from api import clock
from api.case_systems.contact import email_of
from api.case_systems.http import CaseSystemHttp
from api.case_systems.interface import Case, NotNow, Refused, RemoteStatus, Steps, cut
from organisation.case_systems import CaseSystemSettings

ZAKEN, CATALOGI = "/zaken/api/v1", "/catalogi/api/v1"
# Without these Open Zaak answers 412, also where nothing has a place on the map.
CRS = {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}
SOURCE = "voordeur"
DUTCH_DAY = ZoneInfo("Europe/Amsterdam")
MAX_SUBJECT, MAX_CONTENT, MAX_EMAIL = 80, 1000, 254
USER, USER_NAME = "voordeur", "Voordeur"


class Zaken:
    """One Open Zaak, or another system with the same API."""

    def __init__(self, settings: CaseSystemSettings, secret: str) -> None:
        self._settings = settings
        self._secret = secret
        self._http = CaseSystemHttp(settings.address, CRS)

    async def deliver(self, case: Case, steps: Steps) -> str:
        """Zaak, initiator and first status: each looked up before it is made."""
        zaak = await steps.once("zaak", lambda: self._zaak(case))
        there = await self._ask("GET", zaak)
        if not there["rollen"]:
            await steps.once("rol", lambda: self._rol(case, zaak, there["zaaktype"]))
        if there["status"] is None:
            await steps.once("status", lambda: self._status(zaak, there["zaaktype"]))
        return str(there["identificatie"])

    async def erase(self, reference: str, steps: Steps) -> None:
        """Deletes the zaak with our reference; its rollen and statussen go with it."""
        for zaak in {*await self._find(reference), *filter(None, [steps.get("zaak")])}:
            await self._ask("DELETE", zaak, missing_is_fine=True)

    async def status(self, steps: Steps) -> RemoteStatus | None:
        """The status that a person gave the zaak; the first one, our own, is no news."""
        zaak = await self._ask("GET", steps.get("zaak") or "", missing_is_fine=True)
        if zaak is None or zaak["status"] is None or zaak["status"] == steps.get("status"):
            return None
        status = await self._ask("GET", zaak["status"])
        kind = await self._ask("GET", status["statustype"])
        return RemoteStatus(kind["statustekst"] or kind["omschrijving"], bool(kind["isEindstatus"]))

    async def stands(self, reference: str, steps: Steps, *, closed: bool) -> None:
        """Nothing: a last status needs a result with a term of the archive, and that is for the people who work there."""

    async def close(self) -> None:
        """Gives its connections back."""
        await self._http.close()

    async def _zaak(self, case: Case) -> str:
        found = await self._find(case.reference)
        if found:
            return found[0]
        started = case.created_at.astimezone(DUTCH_DAY).date()
        kind = await self._one(
            f"{CATALOGI}/zaaktypen",
            {"identificatie": self._settings.case_type, "datumGeldigheid": started.isoformat()},
            f"zaaktype {self._settings.case_type}",
        )
        body = {
            "identificatie": case.reference,
            "zaaktype": kind["url"],
            "bronorganisatie": self._settings.organisation,
            "verantwoordelijkeOrganisatie": self._settings.organisation,
            "startdatum": started.isoformat(),
            "omschrijving": cut(case.subject, MAX_SUBJECT),
            "toelichting": cut(_content(case), MAX_CONTENT),
            "communicatiekanaalNaam": self._settings.channel,
            "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
            "kenmerken": [{"kenmerk": case.reference, "bron": SOURCE}],
        }
        made = await self._ask("POST", f"{ZAKEN}/zaken", json=body)
        return str(made["url"])

    async def _find(self, reference: str) -> list[str]:
        params = {"identificatie": reference, "bronorganisatie": self._settings.organisation}
        page = await self._ask("GET", f"{ZAKEN}/zaken", params=params)
        return [zaak["url"] for zaak in page["results"]]

    async def _rol(self, case: Case, zaak: str, kind: str) -> str:
        role = await self._one(
            f"{CATALOGI}/roltypen", {"zaaktype": kind, "omschrijvingGeneriek": "initiator"}, "roltype initiator"
        )
        names = (case.name or "").rsplit(maxsplit=1)
        contact = {
            "naam": cut(case.name or "", 40),
            "emailadres": email_of(case.email, MAX_EMAIL) or "",
            "telefoonnummer": cut(case.phone or "", 20),
        }
        body = {
            "zaak": zaak,
            "betrokkeneType": "natuurlijk_persoon",
            "roltype": role["url"],
            "roltoelichting": "inwoner, via Voordeur",
            "betrokkeneIdentificatie": {
                "voornamen": cut(names[0], 200) if len(names) > 1 else "",
                "geslachtsnaam": cut(names[-1], 200) if names else "onbekend",
            },
            "contactpersoonRol": contact,
        }
        made = await self._ask("POST", f"{ZAKEN}/rollen", json=body)
        return str(made["url"])

    async def _status(self, zaak: str, kind: str) -> str:
        page = await self._ask("GET", f"{CATALOGI}/statustypen", params={"zaaktype": kind})
        if not page["results"]:
            raise Refused("the zaaktype has no statustype")
        first = min(page["results"], key=lambda one: one["volgnummer"])
        body = {"zaak": zaak, "statustype": first["url"], "datumStatusGezet": clock.now().isoformat()}
        made = await self._ask("POST", f"{ZAKEN}/statussen", json=body)
        return str(made["url"])

    async def _one(self, path: str, params: dict[str, str], what: str) -> dict[str, Any]:
        """The first of what the catalogue has. Without it a person must set the other system right, so we keep trying."""
        page = await self._ask("GET", path, params=params)
        if not page["results"]:
            raise NotNow(f"there is no {what}")
        return dict(page["results"][0])

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        # Signed for each request: a token of an hour old is refused (jwt-expired).
        claims = {
            "iss": self._settings.client_id,
            "iat": int(clock.now().timestamp()),
            "client_id": self._settings.client_id,
            "user_id": USER,
            "user_representation": USER_NAME,
        }
        token = jwt.encode(claims, self._secret, algorithm="HS256")
        return await self._http.ask(method, path, headers={"Authorization": f"Bearer {token}"}, **options)


def _content(case: Case) -> str:
    return f"{case.urgency} Uiterlijk {case.due_at:%d-%m-%Y %H:%M} UTC.\n{case.summary}"
