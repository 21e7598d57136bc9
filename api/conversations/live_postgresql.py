"""News between api processes over PostgreSQL's own LISTEN and NOTIFY: no other server is needed."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import structlog
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from api.conversations.live import LiveHub
from api.conversations.presence import Sign

log = structlog.get_logger()

CHANNEL = "voordeur_news"
RETRY_SECONDS = 1.0
APPLICATION = "voordeur-news"


class PostgresqlLive(LiveHub):
    """Notifies within the transaction that makes the news, so that a rollback tells nothing and a commit cannot forget to."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: asyncpg.Connection | None = None
        self.listening = asyncio.Event()
        """Set while the connection is there; without it readers look for themselves."""

    def tell_on_commit(self, session: AsyncSession, topic: str) -> None:
        """Puts the notification into the transaction; PostgreSQL sends it at the commit, to this process too."""

        def notify(of: Session) -> None:
            of.execute(text("SELECT pg_notify(:channel, :topic)"), {"channel": CHANNEL, "topic": topic})

        event.listen(session.sync_session, "before_commit", notify, once=True)

    async def signal(self, sign: Sign) -> None:
        """Sends the sign over the connection that listens. While there is none it reaches this process only."""
        if self._connection is None:
            self.tell(str(sign))
            return
        try:
            await self._connection.execute("SELECT pg_notify($1, $2)", CHANNEL, str(sign))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("sign_not_told", error=type(error).__name__)
            self.tell(str(sign))

    async def run(self) -> None:
        """Listens until cancelled, and connects again when the connection is lost."""
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("news_not_heard", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(self._address, server_settings={"application_name": APPLICATION})
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._heard)
            self._connection = connection
            self.tell_all()
            self.listening.set()
            await lost.wait()
        finally:
            self.listening.clear()
            self._connection = None
            connection.terminate()

    def _heard(self, _connection: Any, _pid: int, _channel: str, topic: object) -> None:
        self.tell(str(topic))
