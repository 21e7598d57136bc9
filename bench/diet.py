"""Rasa's own default pipeline, trained without one group of writers on a part of the others. Slow: only when asked for."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from bench.measures import Said, figures
from bot.components.kernel import danger
from bot.evaluation.corpus import Example

# What `rasa init` writes for 3.6, without the response selector, which has nothing to do here.
PIPELINE = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]


def train_default(examples: Sequence[Example], epochs: int, folder: Path) -> str:
    """Rasa's default pipeline trained on these examples; the path of the model in `folder`."""
    from rasa.model_training import train_nlu

    config, data = folder / "config.yml", folder / "nlu.yml"
    diet = {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True, "random_seed": 1}
    default = {"recipe": "default.v1", "assistant_id": "diet", "language": "nl", "pipeline": [*PIPELINE, diet]}
    config.write_text(yaml.safe_dump(default))
    data.write_text(_as_rasa(examples), encoding="utf-8")
    return str(train_nlu(str(config), str(data), str(folder)))


def measure(known: Sequence[Example], unseen: Sequence[Example], epochs: int) -> str:
    """A row of a table: what DIET makes of the unseen messages after so many epochs on the known ones."""
    from rasa.core.agent import Agent

    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        model = train_default(known, epochs, Path(folder))
        seconds = time.perf_counter() - started
        agent = Agent.load(model)
        labels = np.unique([example.intent for example in known])
        shares = np.zeros((len(unseen), len(labels)))
        for row, example in enumerate(unseen):
            for entry in asyncio.run(agent.parse_message(example.text))["intent_ranking"]:
                shares[row, np.searchsorted(labels, entry["name"])] = entry["confidence"]
    return row_of(f"Rasa's default (DIET, {epochs} epochs)", unseen, labels, shares, seconds)


def row_of(method: str, unseen: Sequence[Example], labels: NDArray[Any], shares: NDArray[Any], seconds: float) -> str:
    """The figures that both methods have."""
    found = figures(unseen, Said(labels, shares, danger(labels, shares) >= 0.5), np.arange(len(unseen)))
    return (
        f"| {method} | {found.accept1:.3f} | {found.accept3:.3f} | {found.macro_f1:.3f} | {found.other_kinds:.3f} "
        f"| {found.ece:.3f} | {seconds:.0f} |"
    )


def _as_rasa(examples: Sequence[Example]) -> str:
    of_intent = defaultdict(list)
    for example in examples:
        of_intent[example.intent].append({"text": example.text})
    nlu = [{"intent": intent, "examples": texts} for intent, texts in of_intent.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True)
