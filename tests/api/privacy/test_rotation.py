"""A new key comes while the service goes on: nothing is lost, nothing stays under the old key, and it can be thrown away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Text, select, type_coerce

from api.dependencies import Runtime
from api.privacy import encryption, keys
from api.privacy.encryption import KeyRing
from api.privacy.keys import KeyFile, NoNewKey, add_key, drop_old_keys, open_keys
from api.privacy.rotation import encrypted_columns, rotate
from api.settings import Settings
from tests.api.databases import both_databases
from tests.api.people_at_work import Resident, hand_over


async def ids_of_keys(runtime: Runtime) -> set[str]:
    found: set[str] = set()
    async with runtime.database.read() as session:
        for _, column in encrypted_columns():
            stored = await session.scalars(select(type_coerce(column, Text)).where(column.is_not(None)))
            found |= {value.partition(":")[0] for value in stored}
    return found


def test_every_table_with_texts_is_known() -> None:
    names = {f"{table.name}.{column.name}" for table, column in encrypted_columns()}
    assert names >= {
        "messages.text",
        "vault_entries.value",
        "intakes.summary",
        "intakes.contact_phone",
        "notes.text",
        "feedback.text",
        "people.totp_secret",
        "audit_events.reason",
        "telegram_chats.chat_id",
    }


@both_databases
async def test_key_is_replaced_under_load(resident: Resident, runtime: Runtime) -> None:
    await hand_over(resident, summary="voor de wissel")
    old, new = KeyRing(["only-for-tests"]), KeyRing(["new", "only-for-tests"])
    busy = asyncio.Event()
    said: list[str] = []

    async def talk() -> None:
        for number in range(25):
            said.append(f"bericht {number}, bel 0612345678")
            await resident.say(said[-1])
            if number == 10:
                busy.set()

    async with asyncio.timeout(60):
        talking = asyncio.create_task(talk())
        await busy.wait()
        encryption.use_keys(new)  # as a running process does that sees the file change
        done = await rotate(runtime.database, new)
        await talking
    assert done.values > 10
    assert (await rotate(runtime.database, new)).left == 0
    assert await ids_of_keys(runtime) == {new.current}
    encryption.use_keys(KeyRing(["new"]))  # the old one is thrown away
    told = [message["text"] for message in await resident.answered() if message["sender"] == "resident"]
    assert told == said
    assert old.current != new.current


@pytest.fixture
def in_files(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation whose keys are in files, and whose processes look all the time."""
    monkeypatch.setattr(keys, "LOOK_AGAIN_SECONDS", 0.0)
    return settings.model_copy(update={"key": None})


def test_running_process_follows_the_file(in_files: Settings) -> None:
    running = open_keys(in_files)
    before = running.encrypt("voor")
    add_key(in_files)
    other = open_keys(in_files)
    assert other.current != running.current
    assert running.decrypt(other.encrypt("van een ander")) == "van een ander"
    assert running.encrypt("na").startswith(other.current)
    assert drop_old_keys(in_files)
    assert running.decrypt(running.encrypt("nieuw")) == "nieuw"
    with pytest.raises(KeyError):
        open_keys(in_files).decrypt(before)


def test_key_file_can_be_read_by_its_owner_only(in_files: Settings) -> None:
    open_keys(in_files)
    add_key(in_files)
    path = Path(in_files.data / "keys" / "encryption")
    assert path.stat().st_mode & 0o077 == 0
    assert len(KeyFile(path).keys()) == 2


def test_fingerprints_outlive_the_key(in_files: Settings) -> None:
    before = open_keys(in_files).fingerprint("chat 1")
    add_key(in_files)
    assert open_keys(in_files).fingerprint("chat 1") == before


def test_one_key_in_the_environment_is_not_replaced_by_itself(settings: Settings) -> None:
    with pytest.raises(NoNewKey, match="in front of it"):
        add_key(settings)
    two = settings.model_copy(update={"key": "new old"})
    add_key(two)
    assert open_keys(two).current == KeyRing(["new"]).current
