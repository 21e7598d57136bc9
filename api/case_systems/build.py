"""Makes the case systems of the catalogue, with their secrets from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping

from api.case_systems.interface import CaseSystem
from api.case_systems.mail import MailBox, ReferralMail
from api.case_systems.models import REFERRAL
from api.case_systems.openklant import OpenKlant
from api.case_systems.webhook import Webhook
from api.case_systems.zaken import Zaken
from api.mail import Mailer
from organisation import Catalogue
from organisation.case_systems import CaseSystemSettings

SHORTEST_SIGNING_KEY = 32


class NoSecret(Exception):
    """A case system cannot be used without its secret; the message says which variable to set."""


def build_case_systems(
    catalogue: Catalogue, mailer: Mailer, environment: Mapping[str, str] = os.environ
) -> dict[str, CaseSystem]:
    """Every system of the catalogue, by its slug, and the mail to who is referred to. Raises `NoSecret`."""
    systems = catalogue.case_systems.systems
    return {
        REFERRAL: ReferralMail(catalogue.organisation, mailer),
        **{slug: _build(settings, mailer, environment) for slug, settings in systems.items()},
    }


def secret_of(settings: CaseSystemSettings, environment: Mapping[str, str] = os.environ) -> str:
    """The secret of a system. Raises `NoSecret` when it is not there, or is too short to sign with (RFC 7518, 3.2)."""
    secret = environment.get(settings.secret_name, "")
    if not secret:
        raise NoSecret(f"{settings.secret_name} is not set. It is the secret of {settings.slug} in case_systems.yml.")
    if settings.kind != "openklant" and len(secret) < SHORTEST_SIGNING_KEY:
        raise NoSecret(
            f"{settings.secret_name} is too short to sign with: use {SHORTEST_SIGNING_KEY} characters or more."
        )
    return secret


def callback_secret_of(settings: CaseSystemSettings, environment: Mapping[str, str] = os.environ) -> str:
    """The token that a system has for its notifications to us. Raises `NoSecret` when it may send none."""
    name = f"{settings.secret_name}_CALLBACK"
    secret = environment.get(name, "")
    if len(secret) < SHORTEST_SIGNING_KEY:
        raise NoSecret(f"{name} is not set, or shorter than {SHORTEST_SIGNING_KEY} characters.")
    return secret


def _build(settings: CaseSystemSettings, mailer: Mailer, environment: Mapping[str, str]) -> CaseSystem:
    match settings.kind:
        case "openklant":
            return OpenKlant(settings, secret_of(settings, environment))
        case "zaken":
            return Zaken(settings, secret_of(settings, environment))
        case "webhook":
            return Webhook(settings, secret_of(settings, environment))
        case "mail":
            return MailBox(settings, mailer)
