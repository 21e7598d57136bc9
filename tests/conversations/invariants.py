"""What must hold of every answer, whatever the story: one question at most, nothing said twice in a row, always a way on."""

from __future__ import annotations

import re
from typing import Any

# Numbers and nothing else to say: these may be repeated, for a person in danger reads little.
_HELP_LINE = re.compile(r": (112|113|0800-\d+)\b")
_SENTENCE = re.compile(r"(?<=[.!?։።؟])\s+|\n")
FEWEST_WORDS = 3
MOST_BUTTONS = 9
# What a message without a question or button has to hold for there to be a way on.
_WAY_ON = re.compile(
    r"schrij|bel|vertel|zeg |terug|gesprek|help|verder|daar ben ik|gedaan|nummer|vraag|\d{3}"
    r"|write|call|tell|say |back|welcome|number|open|اكتب|пиш|telefon|pisa|arayab|yaz|zadzwoni",
    re.IGNORECASE,
)


def sentences(answers: list[dict[str, Any]]) -> list[str]:
    """Every sentence of an answer; of a summary only how it begins, for its lines are the resident's own."""
    found = []
    for answer in answers:
        text = answer["text"]
        if answer["custom"].get("kind") == "summary":
            text = text.split("\n\n")[0]
        found += [part.strip() for part in _SENTENCE.split(text) if part.strip()]
    return [part for part in found if len(part.split()) >= FEWEST_WORDS and not _HELP_LINE.search(part)]


def breaches(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[str]:
    """What is wrong with the answer `now` after the answer `before`, one line each; nothing when all is well."""
    wrong = [f"said twice in a row: {part!r}" for part in sentences(now) if part in sentences(before)]
    asked = sum(part.count("?") + part.count("؟") for part in map(_without_lines, now))
    if asked > 1:
        wrong.append(f"{asked} questions in one answer: {' | '.join(answer['text'] for answer in now)}")
    titles = [button["title"] for answer in now for button in answer["buttons"]]
    if len(titles) != len(set(titles)) or len(titles) > MOST_BUTTONS:
        wrong.append(f"buttons are double or too many: {titles}")
    if any(answer["buttons"] for answer in now[:-1]):
        wrong.append("buttons stand above later words, where they are missed")
    if not asked and not titles and not _WAY_ON.search(now[-1]["text"]):
        wrong.append(f"a dead end: {now[-1]['text']!r}")
    if holes := [answer["text"] for answer in now if re.search(r"[{}]|None|-\n", answer["text"])]:
        wrong.append(f"a hole in the text: {holes}")
    return wrong


def _without_lines(answer: dict[str, Any]) -> str:
    return str(answer["text"]).split("\n\n")[0] if answer["custom"].get("kind") == "summary" else str(answer["text"])
