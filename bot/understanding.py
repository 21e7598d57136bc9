"""Reads texts the way the assistant does, in batches and without a server around it.

    .venv-assistant/bin/python -m bot.understanding MODELS < texts > lines

One text a line, or JSON lines with `text`; one JSON line out each, in order: docs/understanding.md. The model of the sources as they are
is trained into the folder MODELS first when it is not there. Only lines come on standard output; what is to be said goes to standard error.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tarfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from bot.components.kernel import KernelHead
from bot.decision import alarm_in, also_in, decide, kind_of, services_in
from bot.language.detect import language_of
from bot.meaning.encoder import encode
from bot.training import ROOT, train
from organisation import load_catalogue
from organisation.model import CrisisRule

# Enough texts of one length to make good batches of, few enough to see lines come.
AT_ONCE = 256
# The longest message the service takes.
LONGEST = 4000
KINDS = {"service": "service", "person": "human"} | {
    kind: kind for kind in ("crisis", "info", "privacy", "complaint", "out_of_scope", "smalltalk")
}
NEXT = {"crisis": "crisis", "human": "handoff", "unclear": "ask"}


@dataclass(frozen=True)
class Understanding:
    """What the components of `config.yml` do with a text, as one thing."""

    head: KernelHead
    rules: tuple[CrisisRule, ...]
    understood_from: float

    @classmethod
    def of_model(cls, model: Path) -> Understanding:
        """From a trained model of these sources: its classifier, with the settings and the rules of the sources."""
        with tarfile.open(model) as archive:
            (file,) = (member for member in archive.getmembers() if member.name.endswith("/triage.npz"))
            stored = archive.extractfile(file)
            assert stored is not None
            head = KernelHead.load(BytesIO(stored.read()))
        pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
        settings = {component["name"].rpartition(".")[2]: component for component in pipeline}
        return cls(
            head,
            load_catalogue(ROOT / settings["CrisisDetector"]["catalogue"]).crisis_rules,
            settings["FallbackClassifier"]["threshold"],
        )

    def lines(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """One triage line for each text."""
        # What cannot be read takes long to encode and means nothing.
        readable = [text[:LONGEST] if is_readable(text) else "" for text in texts]
        heard = self.head.hear(readable, encode(readable))
        return [
            self._line(text, self.head.ranking(shares), self.head.further(problems))
            for text, shares, problems in zip(texts, heard.shares, heard.problems, strict=True)
        ]

    def _line(self, text: str, ranking: list[dict[str, Any]], further: list[str]) -> dict[str, Any]:
        services = services_in(ranking)
        crisis = alarm_in(text, ranking, self.rules, self.head.alarm_from).kind
        decision = decide(ranking, further)
        kind = "crisis" if crisis else self._kind(ranking[0], decision.next) if is_readable(text) else "unclear"
        is_service = kind == "service"
        return {
            "text": text,
            "kind": kind,
            "service": services[0][0] if is_service else None,
            "confidence": round(services[0][1] if is_service else float(ranking[0]["confidence"]), 4),
            "ranking": [{"service": slug, "confidence": round(share, 4)} for slug, share in services],
            "also": list(decision.also if is_service else also_in(services, further) if kind != "unclear" else ()),
            "crisis": crisis,
            "language": language_of(text),
            "next": decision.next if is_service else NEXT.get(kind, "answer"),
        }

    def _kind(self, best: Mapping[str, Any], then: str) -> str:
        """What the assistant takes it for. An answer to a question that nobody asked ("ja") is unclear on its own.

        What sounds like a crisis, though not enough for an alarm, is a story like any other, beside the question whether somebody is safe.
        """
        kind = KINDS.get(kind_of(best["name"]), "unclear")
        if kind == "crisis" or best["confidence"] < self.understood_from:
            return "service" if then != "ask" else "unclear"
        return kind


def is_readable(text: str) -> bool:
    """Whether there are words in it: not only signs, not bytes that were no text, not one letter all along."""
    if sum(_is_broken(sign) for sign in text) > len(text) / 10:
        return False
    words = ("".join(sign for sign in word if sign.isalpha()) for word in text.split())
    return any(2 <= len(word) <= 40 and len(set(word.lower())) > 1 for word in words)


def _is_broken(sign: str) -> bool:
    return sign == "\ufffd" or (unicodedata.category(sign) in ("Cc", "Cn", "Co") and not sign.isspace())


def text_of(line: bytes) -> str:
    """The text of one input line: `{"text": ...}` or the line itself."""
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    if text.startswith("{"):
        with contextlib.suppress(ValueError, RecursionError):
            data = json.loads(text)
            if isinstance(data, dict) and isinstance(data.get("text"), str):
                # Half a surrogate pair is allowed in JSON and in no encoding.
                return str(data["text"]).encode("utf-8", "replace").decode("utf-8")
    return text


def batches(lines: Iterable[bytes]) -> Iterator[list[str]]:
    """The texts, `AT_ONCE` at a time."""
    texts = (text_of(line) for line in lines)
    while some := list(islice(texts, AT_ONCE)):
        yield some


def main() -> None:
    """Standard input to standard output."""
    if len(sys.argv) != 2:
        raise SystemExit("Say where models are kept: python -m bot.understanding MODELS")
    with contextlib.redirect_stdout(sys.stderr):
        understanding = Understanding.of_model(train(Path(sys.argv[1]).resolve()))
    for texts in batches(sys.stdin.buffer):
        for line in understanding.lines(texts):
            sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
