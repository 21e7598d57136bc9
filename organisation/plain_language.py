"""Reads what residents read, and says where it is not plain: sentence length, words, passive, u-form, one question at a time.

    .venv/bin/python -m organisation.plain_language catalogue/demo web/src/chat/texts/nl.ts [--figures]

Dutch only. What the rules are and why: docs/conversation-guide.md. Ends with 1 when there is something to mend.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from organisation.loader import load_catalogue
from organisation.model import Catalogue, QuestionWords
from organisation.wording import DUTCH

MOST_WORDS = 15
MOST_SENTENCES = 6
# A page of help, read at leisure.
MOST_SENTENCES_OF_A_PAGE = 8
PAGES = ("telegram_",)
WORDS: dict[str, str] = yaml.safe_load((Path(__file__).parent / "plain_words.yml").read_text(encoding="utf-8"))
# Children are spoken to as children.
JE_ALLOWED = ("child_",)
_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_WORD = re.compile(r"[\w'@.-]*\w")
_JE = re.compile(r"\b(je|jij|jou|jouw|jullie)\b", re.IGNORECASE)
_PASSIVE = re.compile(
    r"\b(word|wordt|worden|werd|werden)\b[^.?!,]{0,40}\b(ge\w{2,}(d|t|en)|ver\w{2,}(d|t|en)|be\w{3,}(d|t))\b"
    r"|\b(ge\w{2,}(d|t|en)|ver\w{3,}d|be\w{3,}d)\b (word|wordt|worden|werd|werden)\b",
    re.IGNORECASE,
)
_HOLE = re.compile(r"\{\w+\}")
_TS_TEXT = re.compile(r"(\w+):\s*(?:\([^)]*\)\s*=>\s*)?\n?\s*(['`])((?:(?!\2).)+)\2", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """One thing a resident reads: where it stands and the words."""

    where: str
    words: str


def texts_of(catalogue: Catalogue) -> Iterator[Text]:
    """Every Dutch sentence of a catalogue."""
    for key, ways in catalogue.languages[DUTCH].texts.items():
        yield from (Text(f"texts.nl.yml {key}", way) for way in ways)
    for slug, service in catalogue.services.items():
        where = f"services.yml {slug}"
        words = service.words
        for part in (words.label, words.mention, words.reflection, words.explanation, words.today):
            if part:
                yield Text(where, part)
        yield from _questions(where, words.questions.items())
    for name, speaker in catalogue.speakers.items():
        yield from _questions(f"speakers.yml {name}", speaker.words.items())


def _questions(where: str, questions: object) -> Iterator[Text]:
    for fact, words in questions:  # type: ignore[attr-defined]
        assert isinstance(words, QuestionWords)
        for way in (*words.text, *words.why, *words.choices.values()):
            yield Text(f"{where} {fact}", way)


def texts_of_web(file: Path) -> Iterator[Text]:
    """Every text of a TypeScript file of texts; `${...}` counts as one word."""
    for match in _TS_TEXT.finditer(file.read_text(encoding="utf-8")):
        yield Text(f"{file.name} {match.group(1)}", re.sub(r"\$\{[^}]*\}", "X", match.group(3)))


def sentences(words: str) -> list[str]:
    """The sentences of a text, holes filled with a word. A list of help lines or hours is no sentence."""
    filled = _HOLE.sub("X", words)
    return [part.strip() for part in _SENTENCE.split(filled) if part.strip()]


def problems_of(text: Text) -> Iterator[str]:
    """What is not plain in one text, each with what to do."""
    parts = sentences(text.words)
    for part in parts:
        if (count := len(_WORD.findall(part))) > MOST_WORDS:
            yield f"{text.where}: {count} words in a sentence, at most {MOST_WORDS}. Make two of it: {part!r}"
        if _PASSIVE.search(part):
            yield f"{text.where}: passive. Say who does it: {part!r}"
        for word in _WORD.findall(part.lower()):
            if word in WORDS:
                yield f"{text.where}: {word!r} is not a word for at home. Write: {WORDS[word]}. In: {part!r}"
    most = MOST_SENTENCES_OF_A_PAGE if any(name in text.where for name in PAGES) else MOST_SENTENCES
    if len(parts) > most:
        yield f"{text.where}: {len(parts)} sentences, at most {most}. Leave something out."
    if text.words.count("?") > 1:
        yield f"{text.where}: {text.words.count('?')} questions. Ask one at a time: {text.words!r}"
    if _JE.search(text.words) and not any(name in text.where for name in JE_ALLOWED):
        yield f"{text.where}: je or jij. Write u: {text.words!r}"


def figures(texts: list[Text]) -> str:
    """Sentence length and readability (Flesch for Dutch, Douma 1960: 206.8 - 0.93 words per sentence - 77 syllables per word)."""
    parts = [part for text in texts for part in sentences(text.words) if len(_WORD.findall(part)) > 2]
    counts = [len(_WORD.findall(part)) for part in parts]
    syllables = sum(len(re.findall(r"[aeiouyáéëïóöü]+", part.lower())) for part in parts)
    per_word = syllables / sum(counts)
    per_sentence = sum(counts) / len(counts)
    score = 206.84 - 0.93 * per_sentence - 77 * per_word
    return (
        f"{len(texts)} texts, {len(parts)} sentences, {per_sentence:.1f} words a sentence, longest {max(counts)}, "
        f"{per_word:.2f} syllables a word, Flesch-Douma {score:.0f}"
    )


def main() -> None:
    """Checks the catalogue and the web texts given; one line a problem."""
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    texts = list(texts_of(load_catalogue(Path(arguments[0]))))
    for file in arguments[1:]:
        texts += texts_of_web(Path(file))
    if "--figures" in sys.argv:
        print(figures(texts))
    found = [problem for text in texts for problem in problems_of(text)]
    for problem in found:
        print(problem)
    print(f"{len(texts)} texts read, {len(found)} to mend.")
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
