"""Gives Rasa its training data. Rasa's own importer reads every example file five times for one training: 100 seconds of 260."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.evaluation.corpus import Example, read_corpus

EXAMPLES = "nlu"
# In the metadata of an example: the group of writers it is of, which Rasa's own importer does not keep.
GROUP = "group"


class CorpusImporter(RasaFileImporter):
    """Reads the examples in the folder `nlu` below the training data as `bot.evaluation.corpus` does, and leaves the rest to Rasa."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: Sequence[str] | str | None = None,
        **options: Any,
    ) -> None:
        given = [training_data_paths] if isinstance(training_data_paths, str) else list(training_data_paths or [])
        below = [
            path for start in map(Path, given) for path in (sorted(start.iterdir()) if start.is_dir() else [start])
        ]
        self._examples = [path for path in below if path.name == EXAMPLES]
        super().__init__(config_file, domain_path, [str(path) for path in below if path.name != EXAMPLES], **options)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All examples. New messages at every call, since the components write into them."""
        return TrainingData([_message(example) for folder in self._examples for example in read_corpus(folder)])


def _message(example: Example) -> Message:
    labels = {"also": list(example.also), "accept": list(example.accept), "near_miss": example.near_miss}
    metadata = {GROUP: example.group} | {name: said for name, said in labels.items() if said}
    return Message.build(example.text, example.intent, example_metadata=metadata)
