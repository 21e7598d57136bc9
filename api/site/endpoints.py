"""The organisation over HTTP, for the chat and for sites that want to show it."""

from __future__ import annotations

from fastapi import APIRouter

from api import clock
from api.dependencies import RuntimeDep
from api.site.opening import opening
from api.site.schemas import OrganisationRead

router = APIRouter(tags=["organisation"])


@router.get("/organisation", operation_id="getOrganisation")
async def get_organisation(runtime: RuntimeDep) -> OrganisationRead:
    """How to reach the organisation, and whether somebody is at work now: opening hours of the catalogue, public holidays counted."""
    organisation = runtime.catalogue.organisation
    now = opening(organisation, clock.now())
    return OrganisationRead(
        name=organisation.name,
        phone=organisation.phone,
        email=organisation.email,
        address=organisation.address,
        privacy_url=organisation.privacy_url,
        open=now.open,
        closes_at=now.closes_at,
        opens_at=now.opens_at,
    )
