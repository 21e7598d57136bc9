"""Fifty residents tell everything about themselves; afterwards the database, the logs and the assistant know nothing of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest

from api.conversations.assistant import Reply
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Professional, Resident, hand_over
from tests.api.privacy.test_at_rest import stored_bytes

FIRST = ["Fatima", "Truus", "Mehmet", "Agnieszka", "Henk", "Samira", "Piet", "Zeynep", "Wim", "Annie"]
LAST = ["el Idrissi", "van den Heuvel", "Yilmaz", "Nowak", "Verhagen"]


def person(number: int) -> dict[str, str]:
    """Somebody invented, with numbers that pass their checks."""
    bsns = [text for text in (str(n) for n in range(123_000_000, 123_002_000)) if _eleven(text)]
    return {
        "name": f"{FIRST[number % 10]} {LAST[number // 10]}",
        "phone": f"06{48_270_000 + number * 137:08d}",
        "email": f"bewoner{number}@post{number}.example",
        "iban": _iban(417_164_300 + number),
        "bsn": bsns[number],
        "street": f"Kerkstraat {200 + number}",
        "letters": f"{chr(65 + number % 26)}{chr(66 + number % 24)}",
        "born": f"{1 + number % 28}-{1 + number % 12}-19{50 + number % 40}",
        "plate": f"{10 + number}-XK-{99 - number}",
    }


def _eleven(text: str) -> bool:
    return sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), text, strict=True)) % 11 == 0


def _iban(account: int) -> str:
    bban = f"ABNA{account:010d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{bban}NL00")
    return f"NL{98 - int(digits) % 97:02d}{bban}"


async def tell(client: object, assistant: FakeAssistant, number: int) -> Resident:
    who = person(number)
    resident = await Resident.arrive(client)  # type: ignore[arg-type]
    for text in (
        f"Ik heet {who['name']}, mijn bsn is {who['bsn']}, geboren op {who['born']}",
        f"bel {who['phone']} of mail {who['email']}, mijn rekening is {who['iban']}",
        f"ik woon op {who['street']}, 5421 {who['letters']} Gemert, kenteken {who['plate']}",
    ):
        await resident.say(text)
    await resident.answered()
    feedback = {"score": 5, "text": f"dank u, {who['name']}"}
    await resident.client.post(f"{resident.path}/feedback", headers=resident.headers, json=feedback)
    return resident


async def test_nothing_of_it_is_found_in_database_logs_or_assistant(
    client: object,
    assistant: FakeAssistant,
    settings: Settings,
    professional: Callable[..., Awaitable[Professional]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    assistant.answer = lambda text: [Reply(f"Ik hoorde: {text}")]
    sanne = await professional()
    residents = [await tell(client, assistant, number) for number in range(50)]
    for resident in residents[:10]:
        contact = {"name": "⟨naam-1⟩", "phone": "⟨telefoon-1⟩", "email": "⟨email-1⟩"}
        made = (await hand_over(resident, contact=contact, summary="⟨naam-1⟩ op ⟨adres-1⟩")).json()["id"]
        await sanne.post(f"/intakes/{made}/claim")
        story = (await sanne.get(f"/intakes/{made}")).json()
        assert story["contact"]["phone"].startswith("06")
        await sanne.post(f"/intakes/{made}/reply", text=f"Dag {story['contact']['name']}")
    told = [value for number in range(50) for value in person(number).values() if len(value) > 2]
    stored = stored_bytes(settings.data)
    heard = json.dumps([text for text, _ in assistant.heard], ensure_ascii=False)
    out, err = capfd.readouterr()
    assert len(assistant.heard) == 150
    assert [value for value in told if value.encode() in stored] == []
    assert [value for value in told if value in heard] == []
    assert [value for value in told if value in out + err] == []


async def test_erasing_removes_one_resident_and_no_other(
    client: object, assistant: FakeAssistant, settings: Settings
) -> None:
    first, second = await tell(client, assistant, 1), await tell(client, assistant, 2)
    assert (await first.client.delete(first.path, headers=first.headers)).status_code == 204
    assert (await first.client.get(f"{first.path}/export", headers=first.headers)).status_code == 404
    kept = (await second.client.get(f"{second.path}/export", headers=second.headers)).text
    assert person(2)["phone"] in kept
    assert person(1)["phone"] not in kept
