"""Lines of the audit log in the Dutch words that the privacy officer reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from api.intakes.models import IntakeStatus
from api.privacy import audit
from api.privacy.audit import Verb
from api.privacy.models import AuditEvent
from api.workspace.wording import STATUSES, Wording

ACTORS = {audit.RESIDENT: "De inwoner", audit.ASSISTANT: "De computer", audit.SYSTEM: "Voordeur zelf"}
VERBS = {
    Verb.READ: "Gelezen",
    Verb.CREATED: "Gemaakt",
    Verb.CLAIMED: "Opgepakt",
    Verb.RELEASED: "Teruggegeven",
    Verb.TRANSFERRED: "Doorgegeven",
    Verb.REPLIED: "Geantwoord",
    Verb.NOTED: "Notitie gemaakt",
    Verb.CORRECTED: "Verbeterd",
    Verb.CLOSED: "Afgesloten",
    Verb.REOPENED: "Weer geopend",
    Verb.ESCALATED: "Naar de coördinator",
    Verb.REFERRED: "Doorverwezen",
    Verb.RETRIED: "Opnieuw bezorgd",
    Verb.WITHDRAWN: "Ingetrokken",
    Verb.SHARED: "Gedeeld",
    Verb.UNSHARED: "Niet meer gedeeld",
    Verb.BROKE_GLASS: "Meegelezen in een noodgeval",
    Verb.EXPORTED: "Meegegeven",
    Verb.ERASED: "Gewist",
    Verb.EXPIRED: "Gewist na de bewaartermijn",
    Verb.DELIVERED: "Bezorgd",
    Verb.SIGNED_IN: "Ingelogd",
    Verb.SIGN_IN_FAILED: "Inloggen mislukt",
    Verb.LOCKED: "Account op slot",
    Verb.SIGNED_OUT: "Uitgelogd",
    Verb.CHANGED: "Gewijzigd",
    Verb.REFUSED: "Geweigerd",
    Verb.KEYS_ROTATED: "Sleutels vernieuwd",
}
_KINDS = {
    "intake": "vraag",
    "conversation": "gesprek",
    "person": "medewerker",
    "delivery": "bezorging",
    "message": "bericht",
    "keys": "sleutels",
}
_PERSON = "person "
# What `audit.verify` says of a log that is not whole.
_BROKEN = {
    r"line (\d+) is missing": "Regel {} ontbreekt.",
    r"line (\d+) does not follow the one before it": "Regel {} past niet op de regel ervoor.",
    r"line (\d+) was changed": "Regel {} is veranderd.",
    r"the last lines are gone: the chain ends at (\d+), and should at (\d+)": (
        "De laatste regels zijn weg: de keten eindigt bij regel {} en hoort te eindigen bij regel {}."
    ),
}


@dataclass(frozen=True)
class AuditLine:
    """One line: `number` is its place in the chain, `object` what it was done to, `object_id` what to look for to see more of it."""

    number: int
    at: str
    actor: str
    verb: str
    object: str
    object_id: str
    change: str
    reason: str


def line_for(row: AuditEvent, names: Mapping[str, str], references: Mapping[str, str], words: Wording) -> AuditLine:
    """A line with names of people and references of questions where those are still known."""
    known = names if row.object_kind == "person" else references
    kind, number = _KINDS.get(row.object_kind, row.object_kind), row.object_id or ""
    return AuditLine(
        number=row.seq,
        at=words.moment(row.at),
        actor=ACTORS.get(row.actor) or names.get(row.actor, row.actor),
        verb=VERBS[Verb(row.verb)] if row.verb in set(Verb) else row.verb,
        object=f"{kind} {known.get(number, number)}".strip(),
        object_id=number,
        change=_change(row, names),
        reason=row.reason or "",
    )


def broken(problem: str) -> str:
    """What is wrong with the log, in a sentence."""
    for pattern, sentence in _BROKEN.items():
        if found := re.fullmatch(pattern, problem):
            return sentence.format(*found.groups())
    raise ValueError(f"no sentence for {problem!r}")


def _change(row: AuditEvent, names: Mapping[str, str]) -> str:
    before, after = (_word(value, names) for value in (row.changed_from, row.changed_to))
    if before and after:
        return f"van {before} naar {after}"
    return after or (f"niet meer {before}" if before else "")


def _word(value: str | None, names: Mapping[str, str]) -> str:
    if value in set(IntakeStatus):
        return STATUSES[IntakeStatus(value)].lower()
    if value and value.startswith(_PERSON):
        return names.get(value.removeprefix(_PERSON), value)
    return value or ""
