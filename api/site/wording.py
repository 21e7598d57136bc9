"""How the pages of the site say it: times, numbers to call, and what became of a question."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from api import clock, dutch
from api.intakes.models import IntakeStatus
from api.intakes.schemas import ResidentIntake
from api.rendering import dialable
from organisation import Catalogue
from organisation.model import Hours, Organisation


def opening_hours(hours: tuple[Hours, ...]) -> list[tuple[str, str]]:
    """Every day of the week with its hours in Dutch form, such as ("maandag", "9.00 – 17.00 uur"); a day without is closed."""
    names = dutch.weekdays()
    by_day = [[slot for slot in hours if slot.weekday == day] for day in range(len(names))]
    return [
        (name, " en ".join(f"{_clock(slot.opens)} – {_clock(slot.closes)} uur" for slot in slots) or "gesloten")
        for name, slots in zip(names, by_day, strict=True)
    ]


def local_time(at: dt.datetime, organisation: Organisation) -> str:
    """`14.05`, where the organisation is."""
    return f"{at.astimezone(ZoneInfo(organisation.timezone)):%H.%M}"


def moment(at: dt.datetime, organisation: Organisation) -> str:
    """`maandag 23 november, 9.00 uur`, where the organisation is."""
    zone = ZoneInfo(organisation.timezone)
    return dutch.moment(at.astimezone(zone), clock.now().astimezone(zone))


def with_phone_links(text: str, catalogue: Catalogue) -> Markup:
    """The text, with links to call the numbers of the catalogue in it. Everything else stays text."""
    numbers = {line.number for line in catalogue.help_lines.values()} | {catalogue.organisation.phone}
    pattern = "|".join(re.escape(number) for number in sorted(numbers, key=len, reverse=True))
    parts = re.split(rf"(?<!\w)({pattern})(?!\w)(?! [A-Z])", text)
    return Markup().join(
        Markup('<a class="nl-link phone" href="tel:{}">{}</a>').format(dialable(part), part)
        if part in numbers
        else escape(part)
        for part in parts
    )


def state_of(intake: ResidentIntake, organisation: Organisation) -> str:
    """What became of the question; the promise comes after the fact."""
    match intake.status:
        case IntakeStatus.CLOSED:
            return "Uw vraag is afgesloten."
        case IntakeStatus.WITHDRAWN:
            return "Uw vraag is ingetrokken."
        case IntakeStatus.CLAIMED | IntakeStatus.IN_PROGRESS:
            return "Een medewerker helpt u."
        case _:
            day = dutch.date(intake.due_at.astimezone(ZoneInfo(organisation.timezone)).date())
            return f"Uw vraag wacht op een medewerker. Uiterlijk {day} hoort u van ons."


def _clock(time: dt.time) -> str:
    return f"{time.hour}.{time:%M}"
