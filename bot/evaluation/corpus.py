"""Reads the examples in `data/nlu/` with their metadata, and checks that they are fit to learn from and to measure with.

.venv-assistant/bin/python -m bot.evaluation.corpus data/nlu
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from sklearn.feature_extraction.text import CountVectorizer

from bot.decision import CRISIS_PREFIX, SERVICE_PREFIX, intent_of, kind_of, slug_of
from organisation import load_catalogue

CATALOGUE = Path(__file__).resolve().parents[2] / "catalogue" / "demo"
OTHER_KINDS = frozenset({"person", "info", "privacy", "complaint", "crisis"})
METADATA = frozenset({"also", "accept", "near_miss"})
NEAR_MISSES = frozenset({"suicide", "violence", "danger"})
# Fewer than these and the figures of a group mean little (design: 160 a service over all groups, 80 for another kind).
LEAST_PER_SERVICE = 160
LEAST_PER_KIND = 80
LEAST_CRISIS = 250
LEAST_NEAR_MISSES = 400
# Two messages that share this much of their letter triples are one message with a word changed.
TOO_ALIKE = 0.8
SHORT = 20
COMPARED = 500  # texts compared with all others at once


@dataclass(frozen=True)
class Example:
    """One message, who wrote it, and what it is about."""

    text: str
    intent: str
    group: str
    file: Path
    also: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    near_miss: str | None = None

    @property
    def service(self) -> str | None:
        """The slug, when this is about a service."""
        return slug_of(self.intent)

    @property
    def is_crisis(self) -> bool:
        """Whether somebody may be in danger."""
        return self.intent.startswith(CRISIS_PREFIX)


def read_corpus(folder: Path) -> list[Example]:
    """All examples below `folder`, which holds one folder for each group of writers."""
    return [example for file in sorted(folder.glob("*/*.yml")) for example in _read(file)]


def _read(file: Path) -> Iterator[Example]:
    for block in yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)["nlu"]:
        for item in block["examples"]:
            metadata = item.get("metadata") or {}
            yield Example(
                text=item["text"].strip(),
                intent=block["intent"],
                group=file.parent.name,
                file=file,
                also=tuple(metadata.get("also", ())),
                accept=tuple(metadata.get("accept", ())),
                near_miss=metadata.get("near_miss"),
            )


def check(examples: Sequence[Example], services: frozenset[str]) -> list[str]:
    """One sentence for everything that is wrong."""
    return [*_wrong_labels(examples, services), *_too_few(examples, services), *_too_alike(examples)]


def _wrong_labels(examples: Sequence[Example], services: frozenset[str]) -> Iterator[str]:
    for example in examples:
        where = f"{example.file.parent.name}/{example.file.name}: {example.text[:50]!r}"
        if example.intent.startswith(SERVICE_PREFIX) and example.service not in services:
            yield f"{where}: no service for intent {example.intent}. Correct the intent or add the service to the catalogue."
        for slug in example.also:
            if slug not in services or slug == example.service:
                yield f"{where}: also: {slug} is not a further service. Remove or correct it."
        for slug in example.accept:
            if slug not in services | OTHER_KINDS or slug == example.service:
                yield f"{where}: accept: {slug} is not another route. Remove or correct it."
        if example.near_miss is not None and (example.near_miss not in NEAR_MISSES or example.is_crisis):
            yield f"{where}: near_miss must be one of {', '.join(sorted(NEAR_MISSES))}, and never on a crisis."


def _too_few(examples: Sequence[Example], services: frozenset[str]) -> Iterator[str]:
    per_intent = Counter(example.intent for example in examples)
    for slug in sorted(services):
        count = per_intent[intent_of(slug)]
        if count < LEAST_PER_SERVICE:
            yield f"{slug} has {count} examples; write at least {LEAST_PER_SERVICE}."
    for kind, count in Counter(kind_of(example.intent) for example in examples).items():
        if kind not in ("service", "crisis") and count < LEAST_PER_KIND:
            yield f"{kind} has {count} examples; write at least {LEAST_PER_KIND}."
    crisis = sum(example.is_crisis for example in examples)
    near_misses = sum(example.near_miss is not None for example in examples)
    if crisis < LEAST_CRISIS or near_misses < LEAST_NEAR_MISSES:
        yield f"{crisis} crisis messages and {near_misses} near misses; write at least {LEAST_CRISIS} and {LEAST_NEAR_MISSES}."


def _too_alike(examples: Sequence[Example]) -> Iterator[str]:
    """The same message twice, and pairs with nearly the same letters. Short answers may be alike, when they mean the same."""
    seen: dict[str, Example] = {}
    long: dict[str, Example] = {}
    for example in examples:
        text = re.sub(r"\W+", " ", example.text.lower()).strip() or example.text
        where = f"{example.group}/{example.file.name}: {text[:60]!r}"
        if text in seen and (seen[text].intent != example.intent or len(text) > SHORT):
            yield f"{where} is also in {seen[text].group}. Write another."
        elif len(text) > SHORT:
            long[text] = example
        seen.setdefault(text, example)
    for one, other in _alike(list(long)):
        yield f"{long[other].group}/{long[other].file.name}: {other[:60]!r} is too much like {one[:60]!r}. Write another."


def _alike(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of texts, each of three letters or more, whose letter triples overlap by `TOO_ALIKE` (Jaccard)."""
    if not texts:
        return
    triples = CountVectorizer(analyzer="char", ngram_range=(3, 3), binary=True, lowercase=False, dtype=np.float32)
    present = triples.fit_transform(texts)
    count = np.asarray(present.sum(axis=1)).ravel()
    for start in range(0, len(texts), COMPARED):
        shared = (present[start : start + COMPARED] @ present.T).tocoo()
        one, other = shared.row + start, shared.col
        alike = (other < one) & (shared.data >= TOO_ALIKE * (count[one] + count[other] - shared.data))
        yield from ((texts[first], texts[second]) for first, second in zip(other[alike], one[alike], strict=True))


def main() -> None:
    """Checks the folder given; prints a line a mistake and ends with 1 when there is one."""
    examples = read_corpus(Path(sys.argv[1]))
    problems = check(examples, frozenset(load_catalogue(CATALOGUE).services))
    for problem in problems:
        print(problem)
    print(
        f"{len(examples)} examples of {len({example.group for example in examples})} groups, {len(problems)} mistakes."
    )
    raise SystemExit(1 if problems else 0)


if __name__ == "__main__":
    main()
