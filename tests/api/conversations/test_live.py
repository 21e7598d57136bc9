"""News reaches readers in other processes at once, and when it is lost on the way it only comes later."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from api.app import choose_live
from api.conversations.live import LiveHub
from api.conversations.live_postgresql import APPLICATION, PostgresqlLive
from api.conversations.live_redis import RedisLive
from api.database import Database
from api.settings import Settings
from tests.api.databases import POSTGRESQL, SQLITE, PostgreSQL

SOON, LONG = 5.0, 60.0


@pytest.fixture
def database_kind() -> str:
    """Between processes there is only PostgreSQL."""
    return POSTGRESQL


@asynccontextmanager
async def running(*hubs: Any) -> Any:
    """Hubs that listen, each as in a process of its own."""
    tasks = [asyncio.create_task(hub.run()) for hub in hubs]
    for hub in hubs:
        await asyncio.wait_for(hub.listening.wait(), SOON)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def heard(hub: LiveHub, topic: str, tell: Any) -> bool:
    """Whether a reader of `hub` wakes because of what `tell` does, long before it would look for itself."""
    with hub.listen(topic) as listener:
        reader = asyncio.create_task(listener.wait(LONG))
        await tell()
        done, _ = await asyncio.wait([reader], timeout=SOON)
        reader.cancel()
        return bool(done)


async def test_commit_in_one_process_wakes_a_reader_in_another(settings: Settings) -> None:
    here, there = PostgresqlLive(settings.database_address), PostgresqlLive(settings.database_address)
    database = Database(settings.database_address)

    async def commit() -> None:
        async with database.write() as session:
            here.tell_on_commit(session, "a")

    async with running(here, there):
        assert await heard(there, "a", commit)
        assert await heard(here, "a", commit)
    await database.close()


async def test_what_is_rolled_back_is_not_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = PostgresqlLive(settings.database_address)
    database = Database(settings.database_address)
    told: list[str] = []
    monkeypatch.setattr(hub, "tell", told.append)
    async with running(hub):
        with pytest.raises(ZeroDivisionError):
            async with database.write() as session:
                hub.tell_on_commit(session, "undone")
                raise ZeroDivisionError
        async with database.write() as session:
            hub.tell_on_commit(session, "done")
        async with asyncio.timeout(SOON):
            while not told:  # noqa: ASYNC110  notifications come in the order of the commits: the first one decides
                await asyncio.sleep(0)
    assert told == ["done"]
    await database.close()


async def test_lost_connection_is_made_again(
    settings: Settings, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.conversations.live_postgresql.RETRY_SECONDS", 0.01)
    hub = PostgresqlLive(settings.database_address)

    async def cut() -> None:
        await asyncio.to_thread(postgresql.cut_connections, APPLICATION)

    async with running(hub):
        assert await heard(hub, "whatever", cut), "after a gap every reader must look for itself"


async def test_redis_tells_the_other_process(redis: str) -> None:
    here, there = RedisLive(redis), RedisLive(redis)

    async def tell() -> None:
        here.tell("a")

    async with running(here, there):
        assert await heard(there, "a", tell)
        assert await heard(here, "a", tell)


async def test_without_redis_the_own_process_still_hears(tmp_path: Path) -> None:
    hub = RedisLive(f"unix://{tmp_path}/nobody.sock")
    task = asyncio.create_task(hub.run())

    async def tell() -> None:
        hub.tell("a")

    assert await heard(hub, "a", tell)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    ("kind", "options", "hub"),
    [
        (SQLITE, {}, LiveHub),
        (POSTGRESQL, {}, PostgresqlLive),
        (POSTGRESQL, {"redis_url": "redis://127.0.0.1:1"}, RedisLive),
    ],
)
def test_what_is_configured_decides(tmp_path: Path, kind: str, options: dict[str, Any], hub: type[LiveHub]) -> None:
    address = None if kind == SQLITE else "postgresql+asyncpg://postgres@/x"
    assert type(choose_live(Settings(data=tmp_path, database_url=address, **options))) is hub
