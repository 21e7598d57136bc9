"""How long Rasa takes to parse one message with our pipeline, beside its own default pipeline, message by message on the same machine.

    .venv-assistant/bin/python -m bench.parsing

DIET is trained for one epoch on all examples: that takes a minute or more, says nothing of what it would understand, and is as fast
as after a hundred. Ours is the trained model of these sources.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.diet import train_default
from bench.understanding import ROOT, write
from bot.evaluation.corpus import read_corpus
from bot.training import train

TIMED = 300
WARM_UP = 10


def measure(models: Path) -> str:
    """Two rows: median and 95th percentile in milliseconds; and how the second compares."""
    from rasa.core.agent import Agent

    examples = read_corpus(ROOT / "data" / "nlu")
    texts = [example.text for example in examples[:: max(len(examples) // TIMED, 1)]]
    with tempfile.TemporaryDirectory() as folder:
        agents = {
            "ours": Agent.load(str(train(models))),
            "Rasa's default (DIET)": Agent.load(train_default(examples, 1, Path(folder))),
        }
        times: dict[str, list[float]] = {name: [] for name in agents}
        for number, text in enumerate(texts):
            for name, agent in agents.items():
                started = time.perf_counter()
                asyncio.run(agent.parse_message(text))
                if number >= WARM_UP:
                    times[name].append(1000 * (time.perf_counter() - started))
    found = {name: np.percentile(own, [50, 95]) for name, own in times.items()}
    ratio = found["ours"][1] / found["Rasa's default (DIET)"][1]
    lines = ["| pipeline | parse p50 ms | parse p95 ms |", "| --- | --- | --- |"]
    lines += [f"| {name} | {p50:.0f} | {p95:.0f} |" for name, (p50, p95) in found.items()]
    return "\n".join([*lines, "", f"Ours to Rasa's p95: {ratio:.2f} (aim ≤ 1.5)."])


def main() -> None:
    """Measures, prints and writes into the document."""
    os.chdir(ROOT)
    table = measure(ROOT / ".voordeur" / "models")
    print(table)
    write("parsing", table)


if __name__ == "__main__":
    main()
