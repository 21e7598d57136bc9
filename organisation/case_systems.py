"""Which other case systems an organisation has, and which questions go there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["openklant", "zaken", "webhook", "mail"]
# What each kind cannot do without.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "openklant": ("address", "actor"),
    "zaken": ("address", "case_type", "organisation", "client_id"),
    "webhook": ("address",),
    "mail": ("to",),
}


@dataclass(frozen=True)
class SystemActor:
    """The department, group or employee who gets the task in Open Klant, as KISS and ITA know it."""

    name: str
    object_type: str
    register: str
    id_kind: str
    object_id: str


@dataclass(frozen=True)
class CaseSystemSettings:
    """One other system. Its secret is in the environment, under `secret_name`."""

    slug: str
    kind: Kind
    name: str
    address: str
    tell_resident: bool
    """Whether the resident hears when it takes long, fails, or changes: yes when people work in that system."""
    content: bool
    channel: str
    actor: SystemActor | None
    case_type: str
    organisation: str
    client_id: str
    to: str

    @property
    def secret_name(self) -> str:
        """The variable that holds the token, key or password of this system."""
        return f"VOORDEUR_SECRET_{self.slug.upper().replace('-', '_')}"


@dataclass(frozen=True)
class CaseRoute:
    """Which questions go to which systems; an empty set is no condition."""

    systems: tuple[str, ...]
    services: frozenset[str]
    areas: frozenset[str]
    teams: frozenset[str]

    def fits(self, service: str | None, area: str | None, team: str | None) -> bool:
        """Whether a question goes along this route."""
        wanted = ((self.services, service), (self.areas, area), (self.teams, team))
        return all(not allowed or value in allowed for allowed, value in wanted)


@dataclass(frozen=True)
class CaseSystems:
    """Everything of `case_systems.yml`."""

    systems: Mapping[str, CaseSystemSettings]
    routes: tuple[CaseRoute, ...]

    def of(self, service: str | None, area: str | None, team: str | None) -> list[CaseSystemSettings]:
        """The systems a question goes to, each once."""
        slugs = dict.fromkeys(
            slug for route in self.routes if route.fits(service, area, team) for slug in route.systems
        )
        return [self.systems[slug] for slug in slugs]


def build_case_systems(data: Mapping[str, Any]) -> CaseSystems:
    """From the checked data of `case_systems.yml`."""
    return CaseSystems(
        systems={slug: _system(slug, entry) for slug, entry in data["systems"].items()},
        routes=tuple(
            CaseRoute(
                systems=tuple(entry["systems"]),
                services=frozenset(entry.get("services", ())),
                areas=frozenset(entry.get("areas", ())),
                teams=frozenset(entry.get("teams", ())),
            )
            for entry in data["routes"]
        ),
    )


def _system(slug: str, entry: Mapping[str, Any]) -> CaseSystemSettings:
    actor = entry.get("actor")
    return CaseSystemSettings(
        slug=slug,
        kind=entry["kind"],
        name=entry["name"],
        address=entry.get("address", ""),
        tell_resident=entry.get("tell_resident", False),
        content=entry.get("content", True),
        channel=entry.get("channel", "chatbot"),
        actor=SystemActor(
            name=actor["name"],
            object_type=actor["object_type"],
            register=actor.get("register", "obj"),
            id_kind=actor.get("id_kind", "idf"),
            object_id=actor["object_id"],
        )
        if actor
        else None,
        case_type=entry.get("case_type", ""),
        organisation=entry.get("organisation", ""),
        client_id=entry.get("client_id", ""),
        to=entry.get("to", ""),
    )
