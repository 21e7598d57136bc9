"""What the mails say: that there is work, where to find it, and nothing about anybody."""

from __future__ import annotations

from api.mail import Mail
from api.notices.models import Notice, NoticeKind
from api.people.models import Person
from organisation import Catalogue

_SUBJECTS = {
    NoticeKind.NEW_QUESTION: "Er is een nieuwe vraag voor uw team",
    NoticeKind.TRANSFERRED: "Een collega geeft u een vraag door",
    NoticeKind.CRISIS: "Met spoed: iemand wacht nu op een medewerker",
    NoticeKind.ESCALATED: "Een vraag wacht te lang",
    NoticeKind.GLASS: "Iemand opende met spoed een vraag van een collega",
    NoticeKind.DAILY: "Uw werk van vandaag",
}
_SENTENCES = {
    NoticeKind.NEW_QUESTION: "Er staat een nieuwe vraag in de wachtrij. Het kenmerk is {reference}.",
    NoticeKind.TRANSFERRED: "Een collega heeft een vraag doorgegeven. Het kenmerk is {reference}.",
    NoticeKind.CRISIS: "Iemand is misschien in gevaar en wacht op een medewerker. Het kenmerk is {reference}.",
    NoticeKind.ESCALATED: "Niemand heeft deze vraag op tijd opgepakt, of niemand van het team is er. Het kenmerk is {reference}.",
    NoticeKind.GLASS: "Een medewerker opende met spoed een vraag. Wie en waarom staat in het logboek. Het kenmerk is {reference}.",
    NoticeKind.DAILY: "Vragen waarbij u nog voor het eerst contact moet opnemen: {due}.",
}


def mail_for(notice: Notice, person: Person, catalogue: Catalogue, address: str) -> Mail:
    """The mail that a notice becomes. `address` is where this installation is reached, without a slash at the end."""
    due = " en ".join(
        f"{count} {words}" for count, words in ((notice.late, "te laat"), (notice.today, "voor vandaag")) if count
    )
    sentence = _SENTENCES[notice.kind].format(reference=notice.reference, due=due)
    text = (
        f"Dag {person.name},\n\n{sentence}\n\nLog in om te zien wat er speelt. Dat staat niet in deze mail.\n{address}/werk\n\n"
        f"{catalogue.organisation.name}\n"
    )
    return Mail(person.email, _SUBJECTS[notice.kind], text, notice.id.hex)
