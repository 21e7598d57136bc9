"""Whether a message in another language gets its service: trained on everything in data/nlu, read from bench/other-languages.yml."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml

from bench.measures import Array
from bench.methods import Trained
from bot.decision import SERVICE_PREFIX, intent_of
from bot.language.detect import language_of
from bot.meaning.encoder import encode

MESSAGES = Path(__file__).with_name("other-languages.yml")


def language_table(trained: Trained) -> str:
    """One row a language: messages, right first choice, right within three, language told right."""
    lines = ["| language | messages | first choice | within three | language told |", "| --- | --- | --- | --- | --- |"]
    sums = np.zeros(4)
    for language, pairs in yaml.safe_load(MESSAGES.read_text(encoding="utf-8")).items():
        texts = [text for _, text in pairs]
        ranked = _services(trained, texts)
        wanted = [intent_of(slug) for slug, _ in pairs]
        counts = np.array(
            [
                len(texts),
                sum(best[0] == intent for best, intent in zip(ranked, wanted, strict=True)),
                sum(intent in best[:3] for best, intent in zip(ranked, wanted, strict=True)),
                sum(language_of(text) == language for text in texts),
            ]
        )
        sums += counts
        lines.append(_row(language, counts))
    return "\n".join([*lines, _row("**all**", sums)])


def _row(name: str, counts: Array) -> str:
    return f"| {name} | {counts[0]:.0f} | " + " | ".join(f"{count / counts[0]:.2f}" for count in counts[1:]) + " |"


def _services(trained: Trained, texts: list[str]) -> list[list[str]]:
    """The services for each text, best first."""
    shares, _ = trained.read(texts, encode(texts))
    services = np.flatnonzero(np.char.startswith(trained.labels, SERVICE_PREFIX))
    return [[str(trained.labels[place]) for place in services[np.argsort(-own[services])]] for own in shares]
