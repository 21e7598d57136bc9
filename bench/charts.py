"""The charts of docs/understanding.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

from bench.measures import Array

mpl.use("Agg")
# The same figures give the same file: no date, no random ids.
mpl.rcParams["svg.hashsalt"] = "voordeur"
from matplotlib import pyplot as plt  # noqa: E402  the backend must be chosen first
from matplotlib.figure import Figure  # noqa: E402

INK, BLUE = "#222222", "#1f5fa8"


def reliability_chart(points: Sequence[tuple[float, float, float]], file: Path) -> None:
    """How often it is right when it says so: on the line is honest, the size is how many messages."""
    figure, axes = plt.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle="--")
    told, found, weight = (np.array(column) for column in zip(*points, strict=True))
    axes.plot(told, found, color=BLUE)
    axes.scatter(told, found, s=30 + 900 * weight, color=BLUE, alpha=0.6)
    axes.set(xlabel="probability it gives", ylabel="how often it is right", xlim=(0, 1), ylim=(0, 1))
    _save(figure, file)


def learning_chart(points: Sequence[tuple[float, float, float]], file: Path) -> None:
    """(examples a service, accept@1, accept@3)."""
    figure, axes = plt.subplots(figsize=(6, 4))
    count, first, three = (np.array(column) for column in zip(*points, strict=True))
    axes.plot(count, three, marker="o", color=INK, label="within three")
    axes.plot(count, first, marker="o", color=BLUE, label="first choice")
    axes.set(xscale="log", xlabel="examples a service in training", ylabel="right or acceptable", ylim=(0.4, 1))
    axes.set_xticks(count, [f"{number:.0f}" for number in count])
    axes.minorticks_off()
    axes.legend(loc="lower right")
    axes.grid(alpha=0.3)
    _save(figure, file)


def confusion_chart(names: Sequence[str], table: Array, file: Path) -> None:
    """Rows are what it was, columns what was heard; each row adds up to one."""
    figure, axes = plt.subplots(figsize=(9, 8))
    axes.imshow(table, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(table >= 0.03):
        share = table[row, column]
        axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color="white" if share > 0.5 else INK)
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="heard", ylabel="label")
    _save(figure, file)


def _save(figure: Figure, file: Path) -> None:
    figure.tight_layout()
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
