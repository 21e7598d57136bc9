"""Rasa gets from us what its own importer would read, only sooner."""

from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.importer import GROUP, CorpusImporter

EXAMPLES = """\
version: "3.1"
nlu:
- intent: hulp_taalhuis
  examples:
  - text: |
      computerles voor mn vader
  - text: |
      taalmaatje voor mn moeder
    metadata: {also: [ontmoeting], accept: [ontmoeting]}
- intent: info_hours
  examples:
  - text: |
      open met carnaval?
    metadata: {near_miss: danger}
"""
RULES = """\
version: "3.1"
rules:
- rule: hours
  steps:
  - intent: info_hours
  - action: action_listen
"""


def written(folder: Path) -> Path:
    for name, text in (("nlu/young/some.yml", EXAMPLES), ("rules/rules.yml", RULES)):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def metadata(message: Message) -> dict[str, object]:
    return (message.get(METADATA) or {}).get("example") or {}


def told(data: TrainingData) -> list[tuple[object, ...]]:
    """All but the group, which only we know."""
    return sorted(
        (m.get(TEXT), m.get(INTENT), str({key: said for key, said in metadata(m).items() if key != GROUP}))
        for m in data.intent_examples
    )


def test_examples_are_the_ones_rasa_would_read(tmp_path: Path) -> None:
    folder = str(written(tmp_path))
    ours, theirs = (importer(training_data_paths=folder) for importer in (CorpusImporter, RasaFileImporter))
    assert told(ours.get_nlu_data()) == told(theirs.get_nlu_data())


def test_every_example_says_who_wrote_it(tmp_path: Path) -> None:
    importer = CorpusImporter(training_data_paths=str(written(tmp_path)))
    assert {metadata(message)[GROUP] for message in importer.get_nlu_data().intent_examples} == {"young"}


def test_rules_are_read_by_rasa(tmp_path: Path) -> None:
    assert [
        step.block_name for step in CorpusImporter(training_data_paths=str(written(tmp_path))).get_stories().story_steps
    ] == ["hours"]


def test_every_call_gives_new_messages(tmp_path: Path) -> None:
    importer = CorpusImporter(training_data_paths=[str(written(tmp_path))])
    importer.get_nlu_data().training_examples[0].set("features", "written by a component")
    assert importer.get_nlu_data().training_examples[0].get("features") is None
