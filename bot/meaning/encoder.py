"""Sentence vectors from multilingual-e5-small, so that a message is understood by what it means and not only by its letters.

The encoder carries what is learnt from Dutch examples to other languages as well. `build.py` makes its files at installation.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor

from bot.meaning.files import FOLDER, LETTERS, MODEL, PIECES

# Reading 10,000 examples takes the better part of a minute, and between two trainings few of them change.
CACHE = Path(os.environ.get("VOORDEUR_VECTOR_CACHE", ".rasa/sentence-vectors.npz"))
WIDTH = 384
# How many pieces the encoder reads at once, without begin and end. What is longer is read in windows.
WINDOW = 510
# As the encoder was trained: what is asked begins so.
ASKED = "query: "

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Encoder:
    """The files of `build.py`, loaded."""

    network: onnxruntime.InferenceSession
    vocabulary: SentencePieceProcessor
    letters: dict[int, str]

    def pieces(self, text: str) -> list[int]:
        """The numbers of the word pieces of a text, without begin and end."""
        # A NUL byte is no letter, and would be an unknown piece of its own.
        plain = re.sub(" {2,}", " ", (ASKED + text.replace("\x00", " ").strip()).translate(self.letters))
        return list(self.vocabulary.encode(plain))

    def run(self, names: list[str], window: Sequence[int]) -> list[Vectors]:
        """What the network says of these pieces, by the names of its outputs."""
        begin, end = self.vocabulary.bos_id(), self.vocabulary.eos_id()
        return list(self.network.run(names, {"pieces": np.array([[begin, *window, end]], np.int64)}))

    def mean(self, window: Sequence[int]) -> Vectors:
        """The mean vector of some pieces, shape (WIDTH,)."""
        return np.asarray(self.run(["vector"], window)[0][0])


@lru_cache(maxsize=1)
def encoder() -> Encoder:
    """The one encoder of this process (about 180 MB). Raises `FileNotFoundError` before `make install` has built it.

    One thread a text: with more, the engine's threads wait for each other many times in every text, on a machine that the api and the
    database need as well (docs/adr/0041).
    """
    if not (FOLDER / MODEL).exists():
        raise FileNotFoundError(f"{FOLDER / MODEL} is missing. Run make install.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    network = onnxruntime.InferenceSession(str(FOLDER / MODEL), options, providers=["CPUExecutionProvider"])
    letters = {int(letter): other for letter, other in json.loads((FOLDER / LETTERS).read_text()).items()}
    return Encoder(network, SentencePieceProcessor(model_file=str(FOLDER / PIECES)), letters)


def encode(texts: Sequence[str]) -> Vectors:
    """Unit vectors of shape (texts, WIDTH), float32. Empty texts get zeros: they have no meaning to encode."""
    vectors = np.zeros((len(texts), WIDTH), np.float32)
    windows: list[tuple[int, list[int]]] = []
    for number, text in enumerate(texts):
        if text.replace("\x00", " ").strip():
            pieces = encoder().pieces(text)
            windows += [(number, pieces[start : start + WINDOW]) for start in range(0, len(pieces), WINDOW)]
    # The network lets go of Python's lock, so texts are read side by side. One message alone needs no pool.
    if len(windows) > 1:
        with ThreadPoolExecutor(os.cpu_count()) as readers:
            means = list(readers.map(encoder().mean, (pieces for _, pieces in windows)))
    else:
        means = [encoder().mean(pieces) for _, pieces in windows]
    for (number, pieces), mean in zip(windows, means, strict=True):
        vectors[number] += len(pieces) * mean
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))


def encode_cached(texts: list[str]) -> Vectors:
    """As `encode`, but reads only the texts that this encoder has not read before; the others come from `CACHE`."""
    with (FOLDER / MODEL).open("rb") as network:
        reader = hashlib.file_digest(network, "sha256").hexdigest()
    keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
    known: dict[str, Vectors] = {}
    if CACHE.exists():
        with np.load(CACHE, allow_pickle=False) as stored:
            if "reader" in stored and stored["reader"] == reader:
                known = dict(zip((str(key) for key in stored["keys"]), stored["vectors"], strict=True))
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    known.update(zip(new, encode(list(new.values())), strict=True))
    vectors = np.vstack([known[key] for key in keys])
    if new:
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        half_written = CACHE.with_suffix(f".{os.getpid()}.npz")
        np.savez(half_written, reader=np.array(reader), keys=np.array(keys), vectors=vectors)
        half_written.replace(CACHE)
    return vectors
