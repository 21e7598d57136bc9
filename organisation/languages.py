"""The languages of a catalogue: `texts.<code>.yml`, and for a whole language `services.<code>.yml` and `speakers.<code>.yml`.

Dutch is the language of the catalogue itself: its words of services and questions stand in `services.yml` and `speakers.yml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from organisation.model import Language, QuestionWords, ServiceWords
from organisation.questions import question_words, value_key
from organisation.schema import schema_problems
from organisation.source import CatalogueError, Source
from organisation.wording import DUTCH, EVERYWHERE, LEAST, WORDING

# The order in which languages are offered: whole ones first, then as residents of the region need them.
CODES = (DUTCH, "en", "ar", "uk", "pl", "tr", "ti")


@dataclass(frozen=True)
class _Files:
    """The sound files of one language."""

    texts: dict[str, Any]
    services: dict[str, Any]
    speakers: dict[str, Any]


def read_languages(folder: Path, sources: Mapping[str, Source]) -> tuple[dict[str, _Files], list[str]]:
    """The files of every language that is there, and what is wrong with them. `sources`: the other sound files of the catalogue."""
    found: dict[str, _Files] = {}
    problems = [
        f"{path}: there is no language {path.stem.partition('.')[2]!r} here. Choose from: {', '.join(CODES)}."
        for path in sorted(folder.glob("texts.*.yml"))
        if path.stem.partition(".")[2] not in CODES
    ]
    for code in CODES:
        if code != DUTCH and not (folder / f"texts.{code}.yml").exists():
            continue
        texts, mistakes = _read(folder / f"texts.{code}.yml", "texts")
        if texts is None:
            problems += mistakes
            continue
        problems += [*mistakes, *_text_problems(texts, code, sources.get("helplines"))]
        words: dict[str, dict[str, Any]] = {"services": {}, "speakers": {}}
        if texts.data["about"]["whole"] and code != DUTCH:
            for name in words:
                source, mistakes = _read(folder / f"{name}.{code}.yml", f"{name}.words")
                problems += mistakes
                if source is not None:
                    problems += _word_problems(source, sources.get(name))
                    words[name] = source.data
        found[code] = _Files(texts.data, words["services"], words["speakers"])
    return found, problems


def _read(path: Path, schema: str) -> tuple[Source | None, list[str]]:
    try:
        source = Source(path)
    except CatalogueError as error:
        return None, error.problems
    problems = [*source.twice(), *schema_problems(schema, source)]
    return (None if problems else source), problems


def _text_problems(texts: Source, code: str, lines: Source | None) -> Iterator[str]:
    """Keys that are missing or unknown, and braces that cannot be filled in."""
    said = texts.data["texts"]
    for key, ways in said.items():
        if key not in WORDING:
            yield texts.problem(
                ["texts", key], f"texts.{key}: this is not known here. Check the spelling, or remove it."
            )
            continue
        for way in [ways] if isinstance(ways, str) else ways:
            yield from _brace_problems(texts, key, way)
    for key in sorted((set(WORDING) if texts.data["about"]["whole"] else LEAST) - said.keys()):
        yield texts.problem(["texts"], f"texts: '{key}' is a required property. Add it.")
    if code == DUTCH or lines is None:
        return
    own = texts.data.get("help_lines", {})
    for slug in lines.data:
        if slug not in own:
            yield texts.problem(["help_lines"], f"help_lines: {slug!r} is a required property. Add it.")
        elif lines.data[slug]["number"] not in own[slug]:
            yield texts.problem(
                ["help_lines", slug],
                f"the number {lines.data[slug]['number']} of helplines.yml is not in it. Correct one of the two.",
            )
    for slug in own.keys() - lines.data.keys():
        yield texts.problem(["help_lines", slug], "this help line is not in helplines.yml. Add it there, or remove it.")


def _brace_problems(texts: Source, key: str, way: str) -> Iterator[str]:
    known = EVERYWHERE | WORDING[key]
    try:
        unknown = {name for _, name, _, _ in Formatter().parse(way) if name is not None} - known
    except ValueError:
        yield texts.problem(
            ["texts", key], "a brace is not closed. Write {name} to fill something in, and {{ for a brace."
        )
        return
    for name in sorted(unknown):
        yield texts.problem(["texts", key], f"{{{name}}} cannot be filled in. Choose from: {', '.join(sorted(known))}.")


def _word_problems(words: Source, dutch: Source | None) -> Iterator[str]:
    """What the Dutch file has and this one has not, and the other way round."""
    if dutch is None:
        return
    asking = {slug: entry for slug, entry in dutch.data.items() if "label" in entry or entry.get("questions")}
    for slug in asking.keys() - words.data.keys():
        yield words.problem([], f"{slug!r} of {dutch.path.name} has no words here. Add it.")
    for slug, entry in words.data.items():
        if slug not in asking:
            yield words.problem([slug], f"{slug!r} is not in {dutch.path.name}. Correct the name, or remove it.")
            continue
        own, theirs = entry, asking[slug]
        if set(own.get("specifics", {})) != set(theirs.get("specifics", {})):
            yield words.problem(
                [slug, "specifics"], f"these are not the specifics of {dutch.path.name}. Give each its words."
            )
        questions = {question["fact"]: question for question in theirs.get("questions", [])}
        if set(own["questions"]) != set(questions):
            yield words.problem([slug, "questions"], f"ask the questions of {dutch.path.name}: {', '.join(questions)}.")
            continue
        for fact, question in questions.items():
            wanted = {value_key(choice["value"]) for choice in question["choices"]}
            if set(own["questions"][fact]["choices"]) != wanted:
                yield words.problem(
                    [slug, "questions", fact, "choices"],
                    f"give the answers of {dutch.path.name}: {', '.join(sorted(wanted))}.",
                )


def languages_of(files: Mapping[str, _Files]) -> dict[str, Language]:
    """The languages, once all files are sound."""
    return {
        code: Language(
            code=code,
            name=own.texts["about"]["name"],
            direction=own.texts["about"]["direction"],
            whole=own.texts["about"]["whole"],
            reviewed=own.texts["about"]["reviewed"],
            texts={key: (ways,) if isinstance(ways, str) else tuple(ways) for key, ways in own.texts["texts"].items()},
            help_lines=own.texts.get("help_lines", {}),
            services={slug: _translated(entry) for slug, entry in own.services.items()},
            speakers={name: _translated_questions(entry["questions"]) for name, entry in own.speakers.items()},
        )
        for code, own in files.items()
    }


def service_words(entry: Mapping[str, Any]) -> ServiceWords:
    """The Dutch words of a service of `services.yml`."""
    return ServiceWords(
        label=entry["label"],
        mention=entry["mention"],
        reflection=entry["reflection"],
        explanation=entry["explanation"],
        today=entry.get("today"),
        specifics={name: item["say"] for name, item in entry.get("specifics", {}).items()},
        questions=question_words(entry["questions"]),
    )


def _translated(entry: Mapping[str, Any]) -> ServiceWords:
    return ServiceWords(
        label=entry["label"],
        mention=entry["mention"],
        reflection=entry["reflection"],
        explanation=entry["explanation"],
        today=entry.get("today"),
        specifics=entry.get("specifics", {}),
        questions=_translated_questions(entry["questions"]),
    )


def _translated_questions(questions: Mapping[str, Any]) -> dict[str, QuestionWords]:
    return {
        fact: QuestionWords(tuple(words["text"]), tuple(words.get("why", ())), words["choices"])
        for fact, words in questions.items()
    }
