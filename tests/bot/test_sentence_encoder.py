"""The sentence encoder as a Rasa component: what means the same is near, whatever the language, and nothing makes it fall over."""

from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.sentence_encoder import SentenceEncoderFeaturizer
from bot.meaning import encoder
from bot.meaning.encoder import encode, encode_cached


@pytest.fixture
def featurizer(tmp_path: Path) -> SentenceEncoderFeaturizer:
    return SentenceEncoderFeaturizer.create(
        SentenceEncoderFeaturizer.get_default_config(),
        LocalModelStorage(tmp_path),
        Resource("encoder"),
        ExecutionContext(GraphSchema({}), node_name="encoder"),
    )


def test_same_meaning_is_nearer_than_same_words() -> None:
    rent, rent_in_english, dog = encode(
        ["ik kan de huur niet betalen", "I cannot pay my rent", "ik kan de hond niet uitlaten"]
    )
    assert rent @ rent_in_english > rent @ dog


def test_vectors_have_unit_length_and_the_empty_text_none() -> None:
    vectors = encode(["hallo", "", "   ", "\x00"])
    assert vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 0, 0, 0], atol=1e-3)


@pytest.mark.parametrize("text", ["🙈🙈🙈", "a" * 4000, "\x00\x01", "\ufffc", "\u202eomgekeerd", "你好"])
def test_any_text_has_a_vector(text: str) -> None:
    assert np.isfinite(encode([text])).all()


def test_one_by_one_or_in_a_batch_is_the_same() -> None:
    texts = [f"bericht nummer {number} over de buren" for number in range(40)]
    together = encode(texts)
    assert np.array_equal(together[7], encode([texts[7]])[0])


def test_cache_gives_the_same_and_reads_only_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "CACHE", tmp_path / "vectors.npz")
    first = encode_cached(["een", "twee"])
    read: list[list[str]] = []

    def note_and_encode(texts: list[str]) -> np.ndarray:
        read.append(texts)
        return encode(texts)

    monkeypatch.setattr(encoder, "encode", note_and_encode)
    second = encode_cached(["twee", "drie", "een"])
    assert read == [["drie"]]
    assert np.array_equal(second[[2, 0]], first)


def test_cache_of_another_encoder_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "CACHE", tmp_path / "vectors.npz")
    first = encode_cached(["een"])
    with np.load(encoder.CACHE) as stored:
        np.savez(encoder.CACHE, keys=stored["keys"], vectors=-stored["vectors"], reader=np.array("another"))
    assert np.array_equal(encode_cached(["een"]), first)


def test_featurizer_adds_a_sentence_vector_to_messages_with_text(featurizer: SentenceEncoderFeaturizer) -> None:
    messages = featurizer.process([Message({TEXT: "hallo"}), Message({})])
    sequence, sentence = messages[0].get_dense_features(TEXT)
    assert sequence is None
    assert sentence is not None and sentence.features.shape == (1, 384)
    assert messages[1].features == []


def test_featurizer_does_training_data_too(
    featurizer: SentenceEncoderFeaturizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "CACHE", tmp_path / "vectors.npz")
    data = featurizer.process_training_data(TrainingData([Message({TEXT: "een"}), Message({TEXT: "twee"})]))
    assert all(example.features for example in data.training_examples)
