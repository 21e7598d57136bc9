"""Inrichting and systeem, for an administrator: what the catalogue says and lacks, and how the installation does. Reading only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Response

from api.case_systems import repository as case_rows
from api.case_systems.models import DeliveryStatus
from api.channels import repository as message_rows
from api.conversations import repository as conversation_rows
from api.errors import Forbidden
from api.health import parts_of
from api.notices import repository as notice_rows
from api.people import repository as people
from api.people.models import Person, Role
from api.rights import repository as rights_rows
from api.settings import Settings
from api.workspace.desk import WORK, ReadDesk
from api.workspace.wording import URGENCIES
from organisation import Catalogue
from organisation.wording import DUTCH

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

KEPT = {
    "conversations": "Gesprekken",
    "conversations_handed_over": "Gesprekken met een vraag",
    "intakes": "Vragen die zijn afgesloten",
    "feedback": "Wat inwoners ervan vonden",
    "sessions": "Sessies van medewerkers",
    "mails_to_people": "E-mails aan medewerkers",
    "audit_log": "Logboek",
}


async def _require_administrator(desk: ReadDesk) -> None:
    """Raises `Forbidden` for anybody else."""
    if desk.person.role is not Role.ADMINISTRATOR:
        raise Forbidden("Alleen een beheerder ziet dit.")


router = APIRouter(prefix=WORK, dependencies=[Depends(_require_administrator)])


@router.get("/inrichting")
async def catalogue_page(desk: ReadDesk) -> Response:
    """The catalogue as it is in use, beginning with what is missing."""
    catalogue = desk.runtime.catalogue
    staff = [person for person in await people.everybody(desk.session) if person.active]
    return await desk.page(
        "inrichting.html",
        catalogue=catalogue,
        missing=list(missing(catalogue, staff)),
        staff={slug: sum(person.team == slug for person in staff) for slug in catalogue.teams},
        untranslated={code: untranslated(catalogue, code) for code in catalogue.languages},
        urgencies=URGENCIES,
        weekdays=WEEKDAYS,
        kept=KEPT,
    )


@router.get("/systeem")
async def system_page(desk: ReadDesk) -> Response:
    """Whether everything answers, what waits in each queue, and the settings without their secrets."""
    session, runtime = desk.session, desk.runtime
    cases = await case_rows.count_by_status(session)
    waiting = {
        "Antwoorden van de computer": await conversation_rows.count_turns_under_way(session),
        "Berichten naar Telegram": await message_rows.count_queued(session),
        "E-mails aan medewerkers": await notice_rows.count_waiting(session),
        "Vragen naar andere systemen": cases.get(DeliveryStatus.WAITING, 0),
        "Wissen in andere systemen": cases.get(DeliveryStatus.ERASING, 0),
    }
    return await desk.page(
        "systeem.html",
        parts=await parts_of(runtime),
        waiting=waiting,
        failed=await case_rows.count_failed(session),
        night=await rights_rows.last_retention_run(session),
        settings=safe_settings(runtime.settings),
    )


def missing(catalogue: Catalogue, staff: Sequence[Person]) -> Iterator[str]:
    """What an organisation may have forgotten, each as a sentence."""
    helping = {person.team for person in staff if person.role is Role.PROFESSIONAL}
    for team in catalogue.teams.values():
        if team.slug not in helping:
            yield f"{team.name} heeft geen professional: vragen voor dit team gaan naar de coördinator."
    if not any(person.role is Role.COORDINATOR for person in staff):
        yield "Er is geen coördinator: niemand hoort wat te lang wacht."
    if not any(person.role is Role.PRIVACY_OFFICER for person in staff):
        yield "Er is geen functionaris gegevensbescherming: niemand ziet wie meelas in een noodgeval."
    if catalogue.central_team is None:
        yield "Er is geen centraal team: vragen zonder bekende woonplaats ziet alleen de coördinator."
    for area in catalogue.areas.values():
        for other in area.referrals.values():
            if not other.email:
                yield f"{other.name} ({area.name}) heeft geen e-mailadres: daar gaat bij doorverwijzen geen bericht heen."
    for language in catalogue.languages.values():
        lacking = untranslated(catalogue, language.code)
        if language.whole and lacking:
            yield f"{language.name}: {lacking} teksten zijn er alleen in het Nederlands."
        if not language.reviewed:
            yield f"{language.name}: niemand die deze taal spreekt heeft de teksten nagekeken."


def untranslated(catalogue: Catalogue, code: str) -> int:
    """How many texts a language lacks, compared with Dutch."""
    return len(catalogue.languages[DUTCH].texts.keys() - catalogue.languages[code].texts.keys())


def safe_settings(settings: Settings) -> dict[str, Any]:
    """The settings in words. Of what holds a secret only whether it is there."""
    return {
        "Soort installatie": "productie" if settings.production else "proef",
        "Adres": settings.public_address,
        "Database": "PostgreSQL" if settings.database_address.startswith("postgresql") else "SQLite",
        "Redis": _set(settings.redis_url),
        "E-mail": _set(settings.smtp_url and settings.mail_from),
        "Telegram": settings.telegram_mode if settings.telegram_token else "uit",
        "Tweede stap bij inloggen": "verplicht" if settings.second_factor_needed else "naar keuze",
        "Inloggen met het werkaccount": _set(settings.oidc_issuer),
        "Eigen sleutel voor teksten": _set(settings.key),
        "Eigen sleutel voor het logboek": _set(settings.audit_key),
        "Map van de inrichting": settings.catalogue.name,
    }


def _set(value: object) -> str:
    return "aan" if value else "uit"
