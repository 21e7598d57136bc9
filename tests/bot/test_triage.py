"""The classifier's head: learns, gives probabilities, survives being stored."""

import numpy as np
from scipy.sparse import csr_matrix

from bot.components.triage import LinearHead


def learnt() -> tuple[LinearHead, np.ndarray, csr_matrix, list[str]]:
    generator = np.random.default_rng(1)
    labels = ["a", "b", "c"] * 20
    dense = np.array([np.eye(3)[ord(label) - 97] for label in labels]) + generator.normal(0, 0.1, (60, 3))
    counts = csr_matrix(np.array([[label == "a", label == "b", 1] for label in labels], dtype=float))
    return LinearHead.fit(dense, counts, labels, strength=10, dense_weight=3), dense, counts, labels


def test_head_learns_what_it_is_shown() -> None:
    head, dense, counts, labels = learnt()
    shares = head.probabilities(dense, counts)
    assert [head.labels[place] for place in shares.argmax(axis=1)] == labels
    assert np.allclose(shares.sum(axis=1), 1)


def test_message_without_any_known_letters_still_gets_shares() -> None:
    head, dense, _, _ = learnt()
    assert np.isfinite(head.probabilities(dense[:1], csr_matrix((1, 3)))).all()


def test_stored_head_says_the_same() -> None:
    head, dense, counts, _ = learnt()
    assert np.array_equal(LinearHead(dict(head.arrays)).probabilities(dense, counts), head.probabilities(dense, counts))
