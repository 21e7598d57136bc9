"""Puts the service together: one process that serves residents, professionals and the assistant's own calls."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import httpx
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import API_VERSION, api_docs, health
from api.background import Background
from api.body_size import LimitedBody
from api.case_systems import endpoints as case_systems
from api.case_systems.build import build_case_systems
from api.channels import endpoints as channels
from api.channels.telegram import endpoints as telegram_webhook
from api.channels.telegram.service import open_telegram
from api.conversations import endpoints as conversations
from api.conversations.assistant import Assistant
from api.conversations.left_behind import LeftBehind
from api.conversations.live import LiveHub
from api.conversations.live_postgresql import PostgresqlLive
from api.conversations.live_redis import RedisLive
from api.conversations.sweep import Sweep
from api.conversations.turns import TurnTaker
from api.database import Database
from api.dependencies import Runtime, SetUpFirst, mark_seen
from api.description import BASE, describe
from api.errors import install_error_handlers
from api.headers import with_headers
from api.insight import pages as insight
from api.insight.pages import INSIGHT
from api.intakes import access_endpoints, for_the_assistant
from api.intakes import endpoints as intakes
from api.intakes.delivering import Delivering
from api.intakes.escalation import Escalations
from api.limits import Limits
from api.logs import configure_logs
from api.mail import Mailer
from api.notices.sending import NoticeSender
from api.people import absence
from api.people import endpoints as people
from api.people import repository as people_rows
from api.people.provider import Provider
from api.privacy import endpoints as audit
from api.privacy.detection.lists import warm_up
from api.privacy.keys import SHORTEST_KEY, open_keys
from api.rendering import WEB_FILES
from api.request_id import new_request_id
from api.rights import endpoints as rights
from api.rights.forgetting import Forgetter
from api.rights.retention import Retention
from api.settings import Settings, stored_secret
from api.site import endpoints as organisation
from api.site import pages as site
from api.site import showing, without_script
from api.workspace import pages
from api.workspace.single_sign_on_page import BACK
from organisation import load_catalogue


def _routes() -> APIRouter:
    v1 = APIRouter(prefix=BASE)
    for part in (
        channels.router,
        conversations.router,
        for_the_assistant.router,
        intakes.router,
        case_systems.router,
        organisation.router,
        people.router,
        absence.router,
        rights.router,
        access_endpoints.router,
        audit.router,
    ):
        v1.include_router(part)
    routes = APIRouter()
    for part in (
        health.router,
        telegram_webhook.router,
        v1,
        api_docs.router,
        pages.router,
        insight.router,
        site.router,
        without_script.router,
    ):
        routes.include_router(part)
    return routes


ROUTES = _routes()
"""Every operation, put together once for the process: a test run makes a thousand applications of them."""


class UnsafeForProduction(Exception):
    """Production mode refuses to start; the message says what to change."""


def build_runtime(settings: Settings, assistant: Assistant | None = None) -> Runtime:
    """Everything one process needs; tests bring an assistant of their own. Raises `CatalogueError` when the catalogue is broken."""
    for name in ("key", "audit_key"):
        keys_given = (getattr(settings, name) or "").split()
        if settings.production and not (keys_given and all(len(key) >= SHORTEST_KEY for key in keys_given)):
            raise UnsafeForProduction(
                f"VOORDEUR_{name.upper()} is not set, or too short. Give production a key of its own: openssl rand -base64 32"
            )
    check_single_sign_on(settings)
    keys = settings.data / "keys"
    open_keys(settings)
    catalogue = load_catalogue(settings.catalogue)
    database = Database(settings.database_address)
    live = choose_live(settings)
    if assistant is None:
        client = httpx.AsyncClient(base_url=settings.assistant_address, timeout=settings.assistant_timeout_seconds)
        assistant = Assistant(client, settings.assistant_token or stored_secret(keys, "assistant"))
    background = Background()
    turns = TurnTaker(database, assistant, catalogue, live, settings.assistant_timeout_seconds)
    mailer = Mailer(settings.smtp_url, settings.mail_from)
    delivering = Delivering(database, catalogue, live, build_case_systems(catalogue, mailer))
    background.add(turns.worker)
    background.add(turns.late)
    background.add(LeftBehind(database, assistant, turns, settings.assistant_timeout_seconds))
    background.add(Sweep(database, live))
    background.add(Forgetter(database, assistant).worker)
    background.add(Retention(database, catalogue).worker)
    if mailer.ready:
        background.add(NoticeSender(database, mailer, catalogue, settings.public_address).worker)
    limits = Limits(settings)
    telegram = open_telegram(settings, database, catalogue, live, turns, limits, assistant)
    if telegram is not None:
        telegram.join(background)
    background.add(delivering.worker)
    background.add(Escalations(database, catalogue, live).worker)
    return Runtime(
        settings=settings,
        catalogue=catalogue,
        database=database,
        live=live,
        assistant=assistant,
        turns=turns,
        background=background,
        limits=limits,
        telegram=telegram,
        mailer=mailer,
        delivering=delivering,
        service_token=settings.service_token or stored_secret(keys, "service"),
        provider=Provider(settings, f"{settings.public_address}{BACK}") if settings.oidc_issuer else None,
    )


def check_single_sign_on(settings: Settings) -> None:
    """Raises `UnsafeForProduction` when the organisation's own sign-in is set up by half."""
    if settings.oidc_issuer is None:
        return
    if not settings.oidc_client_id:
        raise UnsafeForProduction(
            "VOORDEUR_OIDC_ISSUER is set: set VOORDEUR_OIDC_CLIENT_ID too, as the provider gave it."
        )
    if not settings.production:
        return
    if not (settings.oidc_issuer.startswith("https://") and (settings.public_url or "").startswith("https://")):
        raise UnsafeForProduction("VOORDEUR_OIDC_ISSUER and VOORDEUR_PUBLIC_URL have to begin with https://.")
    if settings.second_factor_needed and not (settings.oidc_acr or settings.oidc_amr):
        raise UnsafeForProduction(
            "A second factor is needed, and nothing says how the provider tells that it was used. Set VOORDEUR_OIDC_ACR or "
            "VOORDEUR_OIDC_AMR (such as mfa), or VOORDEUR_SECOND_FACTOR=optional when the provider always asks for it."
        )


def choose_live(settings: Settings) -> LiveHub:
    """How news travels between api processes: by Redis when there is one, else by PostgreSQL; SQLite has one process."""
    if settings.redis_url:
        return RedisLive(settings.redis_url)
    if settings.database_address.startswith("postgresql"):
        return PostgresqlLive(settings.database_address)
    return LiveHub()


def create_app(settings: Settings | None = None, assistant: Assistant | None = None) -> FastAPI:
    """The application, with background work that lives as long as it does."""
    runtime = build_runtime(settings or Settings(), assistant)
    configure_logs()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(warm_up)
        if runtime.settings.production:
            async with runtime.database.read() as session:
                if await people_rows.demo_people(session):
                    raise UnsafeForProduction(
                        "This database holds demo people. Use a database of its own for production."
                    )
        news = asyncio.create_task(runtime.live.run())
        runtime.background.start()
        yield
        await runtime.background.stop()
        if runtime.telegram is not None:
            await runtime.telegram.close()
        news.cancel()
        with suppress(asyncio.CancelledError):
            await news
        await runtime.delivering.close()
        await runtime.limits.close()
        if runtime.provider is not None:
            await runtime.provider.close()
        await runtime.database.close()

    app = FastAPI(
        title="Voordeur",
        version=API_VERSION,
        summary="The digital front door of a Dutch welfare organisation",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{BASE}/openapi.json",
        routes=ROUTES.routes,
    )
    app.state.runtime = runtime
    install_error_handlers(app, {"/werk": pages.error_page, INSIGHT: pages.error_page, "/chat": showing.error_page})
    app.add_exception_handler(SetUpFirst, pages.set_up_first)
    app.add_middleware(LimitedBody)
    app.middleware("http")(add_headers)
    if runtime.settings.hosts != "*":
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=runtime.settings.hosts.split(), www_redirect=False)
    if runtime.settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=runtime.settings.trusted_proxies)
    app.mount("/static", StaticFiles(directory=WEB_FILES, check_dir=False), name="static")
    describe(app, runtime.catalogue.organisation, runtime.settings.public_address)
    return app


def serve() -> FastAPI:
    """The application as a server runs it, for the life of a process.

    What is there at the start stays: the collector of rubbish need not look at it again (`gc.freeze`), nor at every 700 new things.
    Reading a long conversation takes half the time, and no answer waits a tenth of a second for the collector.
    """
    app = create_app()
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)
    return app


async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Puts our headers on every answer, and a number on everything that is done for it."""
    with new_request_id() as number:
        response = with_headers(request, await call_next(request))
        await mark_seen(request)
    response.headers["X-Request-ID"] = number
    return response
