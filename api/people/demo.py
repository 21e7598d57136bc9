"""The people of the demo organisation, made by `make run` and refused in production."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from api.people import passwords, repository, service
from api.people.models import Role

DOMAIN = "voordeur.example"
PEOPLE = (
    ("demo.gemert", "Sanne de Wit", Role.PROFESSIONAL, "gemert"),
    ("demo.best", "Mehmet Kaya", Role.PROFESSIONAL, "best"),
    ("demo.centraal", "Fleur Janssen", Role.PROFESSIONAL, "centraal"),
    ("vrijwilliger", "Wim Verhoeven", Role.VOLUNTEER, "gemert"),
    ("coordinator", "Riet van den Elzen", Role.COORDINATOR, None),
    ("privacy", "Joris Maas", Role.PRIVACY_OFFICER, None),
    ("admin", "Anouk Claassen", Role.ADMINISTRATOR, None),
)


async def load_demo_people(session: AsyncSession, password: str) -> list[str]:
    """Makes sure the demo people are there with this password; gives their addresses."""
    addresses = []
    for local_part, name, role, team in PEOPLE:
        email = f"{local_part}@{DOMAIN}"
        person = await repository.by_email(session, email)
        if person is None:
            await service.add_person(
                session, email=email, name=name, password=password, role=role, team=team, demo=True
            )
        else:
            passwords.keep(person, password)
        addresses.append(email)
    return addresses
