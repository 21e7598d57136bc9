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


def measure(examples: Sequence[Example], group: str, epochs: int) -> str:
    """One line: what DIET makes of `group` after so many epochs on the others."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    known = [example for example in examples if example.group != group]
    unseen = [example for example in examples if example.group == group]
    with tempfile.TemporaryDirectory() as folder:
        config, data = Path(folder) / "config.yml", Path(folder) / "nlu.yml"
        diet = {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True, "random_seed": 1}
        config.write_text(
            yaml.safe_dump(
                {"recipe": "default.v1", "assistant_id": "diet", "language": "nl", "pipeline": [*PIPELINE, diet]}
            )
        )
        data.write_text(_as_rasa(known), encoding="utf-8")
        started = time.perf_counter()
        model = train_nlu(str(config), str(data), folder)
        seconds = time.perf_counter() - started
        agent = Agent.load(str(model))
        labels = np.unique([example.intent for example in examples])
        shares = np.zeros((len(unseen), len(labels)))
        timed = []
        for row, example in enumerate(unseen):
            started = time.perf_counter()
            parsed = asyncio.run(agent.parse_message(example.text))
            timed.append(1000 * (time.perf_counter() - started))
            for entry in parsed["intent_ranking"]:
                shares[row, np.searchsorted(labels, entry["name"])] = entry["confidence"]
    found = figures(unseen, Said(labels, shares, danger(labels, shares) >= 0.5), np.arange(len(unseen)))
    p50, p95 = np.percentile(timed, [50, 95])
    return (
        f"DIET, {epochs} epochs, {group} left out: accept@1 {found.accept1:.3f}, macro F1 {found.macro_f1:.3f}, "
        f"ECE {found.ece:.3f}, training {seconds:.0f} s, parse p50 {p50:.0f} ms, p95 {p95:.0f} ms."
    )


def _as_rasa(examples: Sequence[Example]) -> str:
    of_intent = defaultdict(list)
    for example in examples:
        of_intent[example.intent].append({"text": example.text})
    nlu = [{"intent": intent, "examples": texts} for intent, texts in of_intent.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True)
