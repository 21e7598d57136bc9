"""The organisation's own sign-in, by OpenID Connect: authorization code with PKCE (S256), state and nonce.

Authlib and joserfc speak the protocol; requests go by the same HTTP client as all others. What an answer must hold: OpenID Connect
Core 1.0 §3.1.3.7, RFC 7636 (PKCE) and RFC 9207 (the issuer in the answer).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from api.settings import Settings

SCOPE = "openid profile email"
SECONDS = 10.0
# How far the clocks of the provider and of this machine may be apart.
LEEWAY_SECONDS = 60
# Only signatures that need the provider's private key. HMAC would make everybody who knows our secret the provider.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class ProviderDown(Exception):
    """The provider does not answer, or not as a provider does."""


class NotProved(Exception):
    """What came back does not prove who somebody is. The message says why, without who it was."""


@dataclass(frozen=True)
class Attempt:
    """One try to sign in, kept by the browser (encrypted) until it comes back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is: `subject` (with the issuer) never changes, `name` is the claim that finds a person the first time."""

    subject: str
    name: str


class Provider:
    """One OpenID Connect provider, found by its address (discovery), and our registration there."""

    def __init__(self, settings: Settings, return_address: str) -> None:
        assert settings.oidc_issuer is not None
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
        self._claim = settings.oidc_claim
        self._acr = settings.oidc_acr.split()
        self._amr = frozenset(settings.oidc_amr.split())
        self._return_address = return_address
        self._client = httpx.AsyncClient(timeout=SECONDS)
        self._known: dict[str, Any] | None = None
        self._keys: KeySet | None = None

    async def close(self) -> None:
        """Gives the connections back."""
        await self._client.aclose()

    async def begin(self) -> tuple[str, Attempt]:
        """Where the browser goes now, and what it keeps until it comes back. Raises `ProviderDown`."""
        attempt = Attempt(generate_token(43), generate_token(43), generate_token(64))
        parameters = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._return_address,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        if self._acr:
            parameters["acr_values"] = " ".join(self._acr)
        known = await self._discovered()
        return str(add_params_to_uri(known["authorization_endpoint"], list(parameters.items()))), attempt

    async def finish(self, attempt: Attempt, state: str, code: str, issuer: str | None) -> Identity:
        """Who came back, by the code that the browser brought. Raises `ProviderDown` and `NotProved`."""
        if not secrets.compare_digest(attempt.state.encode(), state.encode()):
            raise NotProved("another state")
        known = await self._discovered()
        told = issuer or (self._issuer if not known.get("authorization_response_iss_parameter_supported") else None)
        if told != self._issuer:
            raise NotProved("another issuer in the answer")
        token = await self._exchange(known, code, attempt.verifier)
        claims = await self._claims(token, attempt.nonce)
        self._require_second_factor(claims)
        return Identity(f"{self._issuer} {claims['sub']}", await self._name(known, claims, token.get("access_token")))

    async def end_address(self, after: str) -> str | None:
        """Where somebody ends the session at the provider too, to come back at `after`; None when it has no such page."""
        known = await self._discovered()
        if "end_session_endpoint" not in known:
            return None
        parameters = {"client_id": self._client_id, "post_logout_redirect_uri": after}
        return str(add_params_to_uri(known["end_session_endpoint"], list(parameters.items())))

    async def _discovered(self) -> dict[str, Any]:
        if self._known is None:
            known = await self._ask("GET", get_well_known_url(self._issuer, external=True))
            try:
                metadata = OpenIDProviderMetadata(known)
                for name in ("issuer", "authorization_endpoint", "jwks_uri"):
                    getattr(metadata, f"validate_{name}")()
            except ValueError as error:
                raise ProviderDown(str(error)) from error
            if known["issuer"] != self._issuer:
                raise ProviderDown("it calls itself by another name")
            self._known = known
        return self._known

    async def _exchange(self, known: dict[str, Any], code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._return_address,
            "code_verifier": verifier,
        }
        auth: httpx.BasicAuth | None = None
        methods = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self._secret and "client_secret_basic" in methods:
            auth = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._secret, safe=""))
        else:
            form["client_id"] = self._client_id
            form |= {"client_secret": self._secret} if self._secret else {}
        return await self._ask("POST", known["token_endpoint"], data=form, auth=auth)

    async def _claims(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        try:
            try:
                read = jwt.decode(token["id_token"], await self._signing_keys(), algorithms=ALGORITHMS)
            except InvalidKeyIdError:
                # The provider has new keys since we looked.
                read = jwt.decode(token["id_token"], await self._signing_keys(again=True), algorithms=ALGORITHMS)
            options = {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._client_id},
            }
            parameters = {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(read.claims, read.header, options, parameters)
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, AuthlibBaseError, ValueError, KeyError) as error:
            raise NotProved(type(error).__name__) from error
        return dict(claims)

    async def _signing_keys(self, *, again: bool = False) -> KeySet:
        if self._keys is None or again:
            known = await self._discovered()
            self._keys = KeySet.import_key_set(cast(KeySetSerialization, await self._ask("GET", known["jwks_uri"])))
        return self._keys

    def _require_second_factor(self, claims: dict[str, Any]) -> None:
        if self._acr and claims.get("acr") not in self._acr:
            raise NotProved("no second factor (acr)")
        if self._amr and not self._amr & set(claims.get("amr") or ()):
            raise NotProved("no second factor (amr)")

    async def _name(self, known: dict[str, Any], claims: dict[str, Any], access_token: str | None) -> str:
        told = claims
        if self._claim not in told and access_token and "userinfo_endpoint" in known:
            headers = {"Authorization": f"Bearer {access_token}"}
            told = await self._ask("GET", known["userinfo_endpoint"], headers=headers)
            if told.get("sub") != claims["sub"]:
                raise NotProved("the information is about somebody else")
        # Who may choose an address at the provider without showing that it is theirs, could choose a colleague's.
        if self._claim == "email" and told.get("email_verified") is False:
            raise NotProved("an address that was not verified")
        return str(told.get(self._claim) or "")

    async def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        try:
            response = await self._client.request(method, address, **more)
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderDown(type(error).__name__) from error
        if response.status_code >= 500 or not isinstance(answer, dict):
            raise ProviderDown(f"status {response.status_code}")
        if response.is_error:
            # RFC 6749 §5.2: a word such as `invalid_grant`, for a code that was used or has expired.
            raise NotProved(f"refused: {str(answer.get('error'))[:60]}")
        return answer
