"""The classifier: learns, gives probabilities, hears what else is in a message, survives being stored."""

from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import kernel
from bot.components.kernel import PARTS, RIDGE, Array, KernelHead, Lesson, _fitted, _parts, alarm_level
from bot.components.triage import FURTHER, TriageClassifier
from bot.decision import NEVER

WORDS = {
    "hulp_schuldhulpverlening": "ik heb schulden en een deurwaarder",
    "hulp_taalhuis": "ik wil beter leren lezen en schrijven",
    "person": "mag ik een medewerker aan de telefoon",
}
BOTH = "ik heb schulden en een deurwaarder en ik wil beter leren lezen en schrijven"


def lessons() -> list[Lesson]:
    one_problem = [
        Lesson(f"{words} {end}", intent, group)
        for intent, words in WORDS.items()
        for group in ("young", "old", "learners")
        for end in ("alstublieft", "nu", "graag", "al lang", "sinds vorig jaar")
    ]
    two = [
        Lesson(f"{BOTH} {end}", "hulp_schuldhulpverlening", group, also=("hulp_taalhuis",))
        for group in ("young", "old", "learners")
        for end in ("nu", "graag")
    ]
    return [*one_problem, *two]


def meanings(texts: list[str]) -> np.ndarray:
    """Stands for the encoder: which of the three it is about, and some noise."""
    told = [[key in text for key in ("schulden", "lezen", "medewerker")] for text in texts]
    return np.array(told, np.float32) + np.random.default_rng(1).normal(0, 0.05, (len(texts), 3)).astype(np.float32)


@pytest.fixture(scope="module")
def head() -> KernelHead:
    return KernelHead.fit(lessons(), meanings([lesson.text for lesson in lessons()]))


def test_head_learns_what_it_is_shown(head: KernelHead) -> None:
    texts = ["heb schulden bij de deurwaarder", "leren lezen", "een medewerker graag"]
    heard = head.hear(texts, meanings(texts))
    assert [head.ranking(shares)[0]["name"] for shares in heard.shares] == list(WORDS)
    assert np.allclose(heard.shares.sum(axis=1), 1)


def test_ranking_has_every_intent_best_first(head: KernelHead) -> None:
    ranking = head.ranking(head.hear([BOTH], meanings([BOTH])).shares[0])
    assert {entry["name"] for entry in ranking} == set(WORDS)
    assert [entry["confidence"] for entry in ranking] == sorted((e["confidence"] for e in ranking), reverse=True)


def test_second_problem_is_heard_and_only_when_it_is_there(head: KernelHead) -> None:
    texts = [BOTH, "ik heb schulden en een deurwaarder"]
    both, one = head.hear(texts, meanings(texts)).problems
    assert set(head.further(both)) == {"hulp_schuldhulpverlening", "hulp_taalhuis"}
    assert head.further(one) == ["hulp_schuldhulpverlening"]


@pytest.mark.parametrize("text", ["", "🙈🙈", "\x00\x01", "a" * 4000, "مرحبا"])
def test_any_text_gets_shares(head: KernelHead, text: str) -> None:
    assert np.isfinite(head.hear([text], np.zeros((1, 3), np.float32)).shares).all()


def test_one_by_one_or_in_a_batch_is_the_same(head: KernelHead) -> None:
    texts = ["ik heb schulden", "leren lezen", "een mens graag"]
    vectors = meanings(texts)
    together = head.hear(texts, vectors)
    assert np.allclose(together.shares[1], head.hear(texts[1:2], vectors[1:2]).shares[0], atol=1e-5)


def test_probability_of_the_first_choice_is_learnt_from_groups_not_seen() -> None:
    """With labels that cannot be learnt the head must not be sure of itself."""
    generator = np.random.default_rng(3)
    noise = [
        Lesson(f"bericht {number}", f"intent_{generator.integers(4)}", f"group {number % 4}") for number in range(200)
    ]
    vectors = generator.normal(0, 1, (200, 16)).astype(np.float32)
    shares = KernelHead.fit(noise, vectors).hear([lesson.text for lesson in noise], vectors).shares
    assert shares.max(axis=1).mean() < 0.45


def test_stored_head_says_the_same(head: KernelHead, tmp_path: Path) -> None:
    head.save(tmp_path / "head.npz")
    again = KernelHead.load(tmp_path / "head.npz")
    texts = ["heb schulden", BOTH]
    assert np.array_equal(again.hear(texts, meanings(texts)).shares, head.hear(texts, meanings(texts)).shares)
    assert again.also_at == head.also_at


def _message(text: str, **more: object) -> Message:
    message = Message({TEXT: text, **more})
    message.add_features(Features(meanings([text]), FEATURE_TYPE_SENTENCE, TEXT, "encoder"))
    return message


def test_few_letters_of_no_known_word_are_not_sure_to_be_a_service(head: KernelHead) -> None:
    known, unknown, long = "heb schulden", "schlub", "schlubben bij de voordeur"
    shares = head.hear([known, unknown, long], meanings([known, known, known])).shares
    services = np.char.startswith(head.labels, "hulp_")
    assert shares[0, services].max() > 0.5 > shares[1, services].max()
    assert np.allclose(shares.sum(axis=1)[[0, 2]], 1)


def test_component_trains_stores_and_hears(tmp_path: Path) -> None:
    storage, resource = LocalModelStorage(tmp_path), Resource("triage")
    context = ExecutionContext(GraphSchema({}), node_name="triage")
    config = TriageClassifier.get_default_config()
    examples = [
        _message(
            lesson.text,
            **{
                INTENT: lesson.intent,
                "metadata": {"example": {"group": lesson.group, "also": [s[5:] for s in lesson.also]}},
            },
        )
        for lesson in lessons()
    ]
    TriageClassifier.create(config, storage, resource, context).train(TrainingData(examples))
    classifier = TriageClassifier.load(config, storage, resource, context)
    heard, silent = _message(BOTH), Message({})
    classifier.process([heard, silent])
    assert heard.get(INTENT)["name"] == "hulp_schuldhulpverlening"
    assert len(heard.get(INTENT_RANKING_KEY)) == 3
    assert "hulp_taalhuis" in heard.get(FURTHER)
    assert silent.get(INTENT) is None
    assert {FURTHER, INTENT} <= set(heard.as_dict(only_output_properties=True))


def test_story_that_begins_politely_is_no_small_talk() -> None:
    greeting = [
        Lesson(f"geachte heer mevrouw goedemiddag {end}", "smalltalk_greet", group)
        for group in ("young", "old", "learners")
        for end in ("allemaal", "daar", "samen", "hoi", "hallo")
    ]
    known = [*lessons(), *greeting]
    head = KernelHead.fit(known, meanings([lesson.text for lesson in known]))
    polite = "geachte heer mevrouw goedemiddag allemaal hallo"
    long = f"{polite} daar samen hoi met vriendelijke groet geachte heer mevrouw goedemiddag allemaal"

    def best(text: str) -> str:
        return str(head.ranking(head.hear([text], meanings([text])).shares[0])[0]["name"])

    assert best(polite) == "smalltalk_greet"
    assert best(long) != "smalltalk_greet"


def test_component_says_what_is_missing_when_nobody_is_known_to_have_written(tmp_path: Path) -> None:
    storage, resource = LocalModelStorage(tmp_path), Resource("triage")
    context = ExecutionContext(GraphSchema({}), node_name="triage")
    examples = [_message(lesson.text, **{INTENT: lesson.intent}) for lesson in lessons()]
    with pytest.raises(ValueError, match="groups of writers"):
        TriageClassifier.create({}, storage, resource, context).train(TrainingData(examples))


def ridge_problem(count: int, groups: int) -> tuple[Array, Array, Array]:
    """A kernel matrix, targets, and who wrote what."""
    generator = np.random.default_rng(5)
    features = generator.normal(size=(count, 8)).astype(np.float32)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    gram = np.exp(features @ features.T - 1)
    return gram, generator.normal(size=(count, 3)).astype(np.float32), np.arange(count) % groups


@pytest.mark.parametrize("landmarks", [5, 1000])
def test_rounds_end_where_the_closed_form_is(monkeypatch: pytest.MonkeyPatch, landmarks: int) -> None:
    monkeypatch.setattr(kernel, "LANDMARKS", landmarks)
    monkeypatch.setattr(kernel, "LEFT_OVER", 0.001)
    gram, targets, groups = ridge_problem(60, 3)
    weights, unseen = _fitted(np.tril(gram), targets, groups)
    exact = np.linalg.solve(gram + RIDGE * np.eye(60), targets)
    assert np.abs(gram @ (weights - exact)).max() < 0.01
    for group in range(3):
        own, other = groups == group, groups != group
        alone = np.linalg.solve(gram[np.ix_(other, other)] + RIDGE * np.eye(40), targets[other])
        assert np.abs(unseen[own] - gram[np.ix_(own, other)] @ alone).max() < 0.01


def test_part_that_is_left_out_does_not_tell_its_own_labels() -> None:
    gram, targets, groups = ridge_problem(60, 3)
    _, unseen = _fitted(np.tril(gram), targets, groups)
    targets[groups == 1] += 100
    _, again = _fitted(np.tril(gram), targets, groups)
    assert np.array_equal(again[groups == 1], unseen[groups == 1])
    assert not np.allclose(again[groups == 0], unseen[groups == 0])


def test_writers_stay_together_when_they_are_divided() -> None:
    groups = np.repeat([f"group {number}" for number in range(17)], np.arange(10, 27))
    parts = _parts(list(groups))
    assert all(len(set(parts[groups == group])) == 1 for group in set(groups))
    sizes = np.bincount(parts)
    assert len(sizes) == PARTS
    assert sizes.max() - sizes.min() <= 10


def test_level_of_alarm_keeps_within_the_budget_of_false_alarms() -> None:
    danger = np.r_[np.full(100, 0.9), np.linspace(0, 0.995, 200), np.zeros(300)]
    crisis, near = np.arange(600) < 100, (np.arange(600) >= 100) & (np.arange(600) < 300)
    by_rule = np.full(600, NEVER)
    level = alarm_level(danger, crisis, near, by_rule)
    assert 0.97 <= level <= 0.98
    assert (danger[near] >= level).mean() <= 0.03 < (danger[near] >= level - 0.01).mean()
    # Rules use up the budget too; ordinary messages have one of their own.
    by_rule[100:104] = 0
    assert alarm_level(danger, crisis, near, by_rule) > level
    # A rule that is believed from a level that none of them reach costs nothing.
    by_rule[100:104] = 0.5
    assert alarm_level(danger, crisis, near, by_rule) == level
    assert alarm_level(np.r_[danger[:300], np.full(300, 0.99)], crisis, near, np.full(600, NEVER)) > 1
