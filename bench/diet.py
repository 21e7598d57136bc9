"""Rasa's own default pipeline, trained without one group of writers. Close to a minute an epoch: only when asked for."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml

from bench.measures import Said, danger, figures
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


def measure(examples: Sequence[Example], group: str, epochs: int) -> str:
    """One line: what DIET makes of `group` after so many epochs on the others."""
    from rasa.core.agent import Agent

    known = [example for example in examples if example.group != group]
    unseen = [example for example in examples if example.group == group]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        model = train_default(known, epochs, Path(folder))
        seconds = time.perf_counter() - started
        agent = Agent.load(model)
        labels = np.unique([example.intent for example in examples])
        shares = np.zeros((len(unseen), len(labels)))
        for row, example in enumerate(unseen):
            for entry in asyncio.run(agent.parse_message(example.text))["intent_ranking"]:
                shares[row, np.searchsorted(labels, entry["name"])] = entry["confidence"]
    found = figures(unseen, Said(labels, shares, danger(labels, shares) >= 0.5), np.arange(len(unseen)))
    return (
        f"DIET, {epochs} epochs, {group} left out: accept@1 {found.accept1:.3f}, accept@3 {found.accept3:.3f}, "
        f"macro F1 {found.macro_f1:.3f}, ECE {found.ece:.3f}, training {seconds:.0f} s."
    )


def _as_rasa(examples: Sequence[Example]) -> str:
    of_intent = defaultdict(list)
    for example in examples:
        of_intent[example.intent].append({"text": example.text})
    nlu = [{"intent": intent, "examples": texts} for intent, texts in of_intent.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True)
