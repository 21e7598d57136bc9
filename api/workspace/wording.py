"""Intakes in the Dutch words that professionals read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from api import dutch
from api.conversations.models import MessageDelivery, Sender
from api.conversations.schemas import MessageRead
from api.intakes.deadlines import Signal
from api.intakes.models import IntakeStatus, Outcome, Urgency
from api.intakes.schemas import DeliveryRead, HistoryItem, IntakeQueueItem, IntakeRead
from api.intakes.service import ASSISTANT, RESIDENT
from api.people.models import Person, Role
from organisation import Catalogue

URGENCIES = {
    Urgency.CRISIS: "Crisis",
    Urgency.URGENT: "Dringend",
    Urgency.SOON: "Met voorrang",
    Urgency.NORMAL: "Gewoon",
}
STATUSES = {
    IntakeStatus.NEW: "Nieuw",
    IntakeStatus.CLAIMED: "Opgepakt",
    IntakeStatus.IN_PROGRESS: "In gesprek",
    IntakeStatus.TRANSFERRED: "Doorgegeven",
    IntakeStatus.CLOSED: "Afgesloten",
    IntakeStatus.WITHDRAWN: "Ingetrokken",
}
OUTCOMES = {
    Outcome.HELPED: "Geholpen",
    Outcome.REFERRED: "Doorverwezen",
    Outcome.NO_CONTACT: "Geen contact gekregen",
    Outcome.NOT_NEEDED: "Niet meer nodig",
}
ROLES = {
    Role.PROFESSIONAL: "professional",
    Role.VOLUNTEER: "vrijwilliger",
    Role.COORDINATOR: "gebiedscoördinator",
    Role.PRIVACY_OFFICER: "functionaris gegevensbescherming",
    Role.ADMINISTRATOR: "beheerder",
}
CHANNELS = {"web": "chat op de website", "telegram": "Telegram", "phone": "telefoon", "email": "e-mail"}
LANGUAGES = {
    "nl": "Nederlands",
    "ar": "Arabisch",
    "de": "Duits",
    "en": "Engels",
    "es": "Spaans",
    "fr": "Frans",
    "pl": "Pools",
    "ti": "Tigrinya",
    "tr": "Turks",
    "uk": "Oekraïens",
}
_EVENTS = {
    "created": "Vraag doorgegeven",
    "claimed": "Opgepakt",
    "offer_ended": "Niet opgepakt: het hele team is gevraagd",
    "released": "Teruggegeven aan het team",
    "handed_back": "De computer geeft weer antwoord",
    "taken_over": "Gesprek weer overgenomen van de computer",
    "taken_back": "Weer zelf opgepakt",
    "left": "Heeft overgedragen",
    "reopened": "Weer geopend",
    "replied": "Eerste antwoord gegeven",
    "withdrawn": "Ingetrokken",
    "erased": "Gesprek gewist en vraag ingetrokken",
    "crisis_heard": "De inwoner noemde gevaar: de vraag is nu een crisis",
    "contact_corrected": "De inwoner verbeterde de contactgegevens",
    "message_uncertain": "Een bericht kwam misschien niet aan",
    "message_undeliverable": "Een bericht kwam niet aan",
}


_ESCALATED = {
    "nobody_in_time": "Te lang niet opgepakt: de coördinator heeft bericht",
    "team_away": "Niemand van het team is er: de coördinator heeft bericht",
}
_CLOCK = {Signal.GREEN: "Op tijd.", Signal.AMBER: "Haast.", Signal.RED: "Te laat.", Signal.MET: "Gehaald."}
_DELIVERIES = {
    "waiting": "onderweg",
    "delivered": "aangekomen",
    "failed": "niet aangekomen",
    "erasing": "wordt gewist",
    "erase_failed": "niet gewist",
    "erased": "gewist",
}
_LOST_CASES = {
    "waiting": "Nog niet aangekomen",
    "failed": "Niet aangekomen",
    "erasing": "Nog niet gewist",
    "erase_failed": "Niet gewist",
}
_PUSHED = {
    "queued": "Onderweg",
    "sent": "Bezorgd",
    "uncertain": "Misschien niet aangekomen. Vraag het na, of bel.",
    "undeliverable": "Niet aangekomen. Neem contact op per telefoon of e-mail.",
}
_LOST = {"uncertain": "Misschien niet aangekomen", "undeliverable": "Niet aangekomen"}
_LOST_BECAUSE = {
    "blocked": "De inwoner heeft Voordeur daar geblokkeerd.",
    "no_chat": "De chat is er niet meer.",
    "rejected": "De dienst weigert dit bericht.",
    "gave_up": "De dienst was te lang niet te bereiken.",
    "interrupted": "Voordeur stopte tijdens het versturen.",
    "timeout": "De dienst antwoordde niet op tijd.",
}


@dataclass(frozen=True)
class Due:
    """By when somebody must have been in touch: a sentence, and `now`, `late`, `today`, `ahead` or `met` for its colour."""

    text: str
    state: str


@dataclass(frozen=True)
class Clock:
    """How a legal term stands: `green`, `amber`, `red` or `met` for its colour, a word for who does not see it, a sentence."""

    state: str
    word: str
    text: str


class Wording:
    """Words that depend on the organisation's catalogue and on what time it is."""

    def __init__(self, catalogue: Catalogue, now: dt.datetime) -> None:
        self._catalogue = catalogue
        self._zone = ZoneInfo(catalogue.organisation.timezone)
        self._now = now.astimezone(self._zone)

    def service(self, slug: str | None) -> str:
        """The name of a service. Without one the resident only asked for a person; an old one keeps its slug."""
        if slug is None:
            return "Algemene vraag"
        service = self._catalogue.services.get(slug)
        return service.name if service else slug

    def due_source(self, slug: str | None) -> str | None:
        """Where the term of a service comes from, when that is a law."""
        service = self._catalogue.services.get(slug or "")
        return service.due_source if service else None

    @property
    def now(self) -> str:
        """Day and time, for what is printed."""
        return dutch.moment(self._now, self._now)

    def legal_clock(self, item: IntakeQueueItem) -> Clock | None:
        """How the term of the law stands: green, amber, red or met, in words too. None when no law sets a term."""
        if item.legal_due_at is None:
            return None
        word = _CLOCK[item.signal]
        if item.signal is Signal.MET:
            return Clock(item.signal, word, "Het eerste contact is geweest.")
        # The term ends at midnight, and nobody calls that the day that begins then.
        last = (item.legal_due_at - dt.timedelta.resolution).astimezone(self._zone)
        sentence = f"Volgens de wet moet het eerste gesprek er zijn uiterlijk {dutch.day(last, self._now)}."
        return Clock(item.signal, word, sentence)

    def until(self, at: dt.datetime) -> str:
        """`uiterlijk vrijdag 18 december, 17.00 uur`."""
        return f"uiterlijk {self.moment(at)}"

    def delivery(self, delivery: DeliveryRead) -> str:
        """How the delivery to another system stands."""
        word = _DELIVERIES.get(delivery.status, delivery.status)
        known = f", kenmerk {delivery.external_id}" if delivery.external_id else ""
        again = f", weer geprobeerd {self.moment(delivery.next_at)}" if delivery.next_at else ""
        return f"{word}{known}{again}"

    def message_delivery(self, delivery: MessageDelivery) -> str:
        """Whether a message that is pushed to the resident came there."""
        return _PUSHED[delivery.status]

    def lost_message(self, delivery: MessageDelivery) -> str:
        """How a message that did not arrive stands, in short."""
        return _LOST[delivery.status]

    def lost_because(self, delivery: MessageDelivery) -> str:
        """Why it did not arrive, as far as that is known."""
        return _LOST_BECAUSE.get(delivery.reason or "", delivery.reason or "")

    def case_delivery(self, status: str) -> str:
        """How a delivery to another system that went wrong stands, in short."""
        return _LOST_CASES[status]

    def area(self, slug: str | None) -> str:
        """The name of an area."""
        area = self._catalogue.areas.get(slug or "")
        return area.name if area else "Gebied onbekend"

    def team(self, slug: str | None) -> str:
        """The name of a team."""
        team = self._catalogue.teams.get(slug or "")
        return team.name if team else "Nog geen team"

    def place_of(self, person: Person) -> str:
        """Where somebody works: the team, or the role of who has none."""
        return self.team(person.team) if person.team else ROLES[person.role].capitalize()

    def urgency(self, urgency: Urgency) -> str:
        """How pressing it is."""
        return URGENCIES[urgency]

    def status(self, status: IntakeStatus) -> str:
        """Where it stands."""
        return STATUSES[status]

    def outcome(self, outcome: Outcome) -> str:
        """How it ended."""
        return OUTCOMES[outcome]

    def channel(self, channel: str | None) -> str:
        """The way a resident came in or wants to be reached."""
        return CHANNELS.get(channel or "", channel or "onbekend")

    def language(self, code: str) -> str:
        """The name of a language."""
        return LANGUAGES.get(code, code)

    def moment(self, at: dt.datetime) -> str:
        """A day and a time where the organisation is."""
        return dutch.moment(at.astimezone(self._zone), self._now)

    def waiting(self, item: IntakeQueueItem) -> str:
        """How long somebody waits for an answer, or, once somebody helps, how long ago they asked."""
        span = self._now - item.created_at
        if span < dt.timedelta(minutes=1):
            return "zojuist"
        return f"{dutch.duration(span)} geleden" if item.assignee else f"wacht {dutch.duration(span)}"

    def due(self, item: IntakeQueueItem) -> Due:
        """By when somebody must have been in touch, and how that stands. After the first answer the term has been met."""
        if item.status is IntakeStatus.IN_PROGRESS:
            return Due("is geweest", "met")
        if item.status in {IntakeStatus.CLOSED, IntakeStatus.WITHDRAWN}:
            return Due(STATUSES[item.status].lower(), "met")
        if item.due_at <= item.created_at:
            return Due("meteen oppakken", "now")
        text = f"uiterlijk {self.moment(item.due_at)}"
        if item.due_at < self._now:
            return Due(text, "late")
        # Terms end at the end of a working day: on that day less than one is left.
        return Due(text, "today" if item.due_at.astimezone(self._zone).date() == self._now.date() else "ahead")

    def event(self, event: HistoryItem) -> str:
        """What happened, in a sentence."""
        match event.action:
            case "transferred":
                return f"Doorgegeven aan {event.detail}"
            case "closed":
                return f"Afgesloten: {OUTCOMES[Outcome(event.detail)].lower()}" if event.detail else "Afgesloten"
            case "offered":
                return f"Eerst aangeboden aan {event.detail}"
            case "referred":
                return f"Doorverwezen naar {event.detail}"
            case "escalated":
                return _ESCALATED.get(event.detail or "", "De coördinator heeft bericht")
            case "case_delivered":
                return f"Aangekomen bij {event.detail}"
            case "case_failed":
                return f"Niet aangekomen bij {event.detail}: de coördinator moet kijken"
            case "case_status":
                return f"Bericht van {event.detail}"
            case "case_handled":
                return f"Afgehandeld in {event.detail}"
            case "case_erased":
                return f"Gewist in {event.detail}"
            case "service_corrected":
                before, _, after = (event.detail or "").partition(" -> ")
                return f"Dienst gewijzigd van {self._known(before)} naar {self._known(after)}"
            case action:
                return _EVENTS.get(action, action)

    def actor(self, name: str) -> str:
        """Who did it."""
        return {
            ASSISTANT: self._catalogue.text("sender_assistant"),
            RESIDENT: "De inwoner",
        }.get(name, name)

    def sender(self, message: MessageRead, intake: IntakeRead) -> str:
        """Who said it. The resident, who is `U` in the own chat, has a name here."""
        return (intake.contact.name or "Inwoner") if message.sender is Sender.RESIDENT else message.sender_name

    def _known(self, slug: str) -> str:
        return self.service(None if slug == "None" else slug)
