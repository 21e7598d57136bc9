"""What goes to another case system of an intake."""

from __future__ import annotations

from dataclasses import replace

from api.case_systems.interface import Case
from api.intakes.models import Intake, Urgency
from organisation import Catalogue

ELSEWHERE = "De inhoud staat in Voordeur."
URGENCY_WORDS = {
    Urgency.NORMAL: "Gewoon.",
    Urgency.SOON: "Met voorrang.",
    Urgency.URGENT: "Dringend.",
    Urgency.CRISIS: "Crisis: nu.",
}


def case_of(catalogue: Catalogue, intake: Intake, system: str) -> Case:
    """What goes to this system, as the intake is now; without story and contact data where `case_systems.yml` says so."""
    service = catalogue.services.get(intake.service or "")
    team = catalogue.teams.get(intake.team or "")
    case = Case(
        reference=intake.reference,
        subject=service.name if service else "Vraag om een medewerker",
        service=intake.service,
        area=intake.area,
        team=intake.team,
        team_name=team.name if team else None,
        urgency=" ".join([URGENCY_WORDS[intake.urgency], *(intake.reasons or [])]),
        due_at=intake.due_at,
        created_at=intake.created_at,
        language=intake.language,
        summary=intake.summary,
        name=intake.contact_name,
        phone=intake.contact_phone,
        email=intake.contact_email,
        contact_preference=intake.contact_preference,
    )
    settings = catalogue.case_systems.systems.get(system)
    return case if settings is not None and settings.content else _without_content(case, intake)


def _without_content(case: Case, intake: Intake) -> Case:
    return replace(
        case,
        urgency=URGENCY_WORDS[intake.urgency],
        summary=ELSEWHERE,
        name=None,
        phone=None,
        email=None,
        contact_preference=None,
    )
