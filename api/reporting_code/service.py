"""Ticking off the steps. The computer only remembers: whether and when a step is taken is for the professional."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Message, Sender
from api.intakes.models import Intake
from api.people.models import Person
from api.privacy import audit
from api.privacy.audit import Verb
from api.reporting_code import repository
from api.reporting_code.models import TakenStep
from organisation import Catalogue
from organisation.crisis import find_crisis

VIOLENCE = "violence"


def names_violence(catalogue: Catalogue, intake: Intake, messages: Sequence[Message]) -> bool:
    """Whether the resident speaks of violence, by the crisis rules of the catalogue, in the story or later in the conversation."""
    rules = [rule for rule in catalogue.crisis_rules if rule.kind == VIOLENCE]
    said = [intake.summary, *(message.text for message in messages if message.sender is Sender.RESIDENT)]
    return any(find_crisis(text, rules) for text in said)


async def tick_off(
    session: AsyncSession, catalogue: Catalogue, person: Person, intake: Intake, steps: AbstractSet[str]
) -> None:
    """Makes `steps` the ones that were taken. Names that the catalogue does not know are passed over."""
    before = await repository.taken(session, intake.id)
    for step in catalogue.reporting_code.steps:
        if step.slug in steps and step.slug not in before:
            await repository.add(session, TakenStep(intake_id=intake.id, step=step.slug, by=person.name))
        elif step.slug in before and step.slug not in steps:
            await repository.remove(session, intake.id, step.slug)
        else:
            continue
        audit.record(session, by=person.id, verb=Verb.CHANGED, of=("intake", intake.id))
