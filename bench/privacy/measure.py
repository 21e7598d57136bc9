"""Measures detection per kind and writes docs/privacy.md. Usage: .venv/bin/python -m bench.privacy.measure [--show tuned-on|held-out]"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from api.privacy.detection.find import find_identifiers
from api.privacy.detection.lists import warm_up
from api.privacy.pseudonyms import pseudonymise

HERE = Path(__file__).parent
DOCUMENT = HERE.parent.parent / "docs" / "privacy.md"
KINDS = ("name", "bsn", "iban", "phone", "email", "address", "postcode", "birthdate", "licenseplate")
_MARKED = re.compile(r"\[(" + "|".join(KINDS) + r"):([^\]]+)\]")
Item = tuple[str, str]


@dataclass
class Example:
    """One text and what must be found in it, as (kind, value)."""

    text: str
    expected: list[Item]


@dataclass
class Score:
    """Counts over one half of the set."""

    texts: int = 0
    expected: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    look_alikes: int = 0
    untouched: int = 0
    milliseconds: list[float] = field(default_factory=list)


def read(name: str) -> list[Example]:
    """The texts of one half."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [
        Example(_MARKED.sub(r"\2", line), [(kind, value) for kind, value in _MARKED.findall(line)])
        for line in lines
        if line and not line.startswith("#")
    ]


def measure(examples: list[Example], *, show: bool = False) -> Score:
    """Found: nothing of the value is left in the text. Exact: found as this kind, from the first sign to the last."""
    score = Score(texts=len(examples))
    for example in examples:
        began = time.process_time()
        hidden, _ = pseudonymise(example.text, {})
        score.milliseconds.append((time.process_time() - began) * 1000)
        given: list[Item] = [
            (item.kind, example.text[item.start : item.end]) for item in find_identifiers(example.text)
        ]
        _compare(score, example, given, hidden, show=show)
    return score


def _compare(score: Score, example: Example, given: list[Item], hidden: str, *, show: bool) -> None:
    left = list(given)
    for kind, value in example.expected:
        score.expected[kind] += 1
        same = [item for item in left if item == (kind, value)]
        gone = all(
            part not in hidden for part in re.findall(r"[\w]{2,}", value.lower() if kind != "postcode" else value[-2:])
        )
        covered = [item for item in left if item[0] == kind and (value in item[1] or item[1] in value)]
        if same:
            score.exact[kind] += 1
        if (same or covered) and (same or gone):
            score.found[kind] += 1
        elif show:
            print(f"MISSED {kind} {value!r} in {example.text!r}: {given}")
        for item in (same or covered)[:1]:
            left.remove(item)
    for kind, value in left:
        score.wrong[kind] += 1
        if show:
            print(f"WRONG {kind} {value!r} in {example.text!r}")
    if not example.expected:
        score.look_alikes += 1
        score.untouched += not given


def table(score: Score) -> list[str]:
    """The table of one half."""
    lines = ["| kind | in the texts | found | exactly | found where there is none |", "| --- | --- | --- | --- | --- |"]
    for kind in KINDS:
        number = score.expected[kind]
        lines.append(
            f"| {kind} | {number} | {score.found[kind]} ({score.found[kind] / number:.0%}) | {score.exact[kind]} | {score.wrong[kind]} |"
        )
    total, found = sum(score.expected.values()), sum(score.found.values())
    lines.append(
        f"| **all** | {total} | {found} ({found / total:.0%}) | {sum(score.exact.values())} | {sum(score.wrong.values())} |"
    )
    return lines


def main() -> None:
    """Prints what went wrong in one half, or writes the document."""
    warm_up()
    if "--show" in sys.argv:
        score = measure(read(sys.argv[-1]), show=True)
        print("\n".join(table(score)))
        print(f"look-alikes untouched: {score.untouched} of {score.look_alikes}")
        print(
            f"p50 {quantiles(score.milliseconds, n=100)[49]:.2f} ms, p99 {quantiles(score.milliseconds, n=100)[98]:.2f} ms"
        )
        return
    DOCUMENT.write_text(document(measure(read("tuned-on")), measure(read("held-out"))), encoding="utf-8")
    print(f"{DOCUMENT.name} is written.")


def document(tuned: Score, held_out: Score) -> str:
    """docs/privacy.md."""
    cut = quantiles(held_out.milliseconds, n=100)
    return f"""# Finding personal data in what people type

Made by `make bench`. The texts are in `bench/privacy`: invented people, written by hand before the rules were, in two halves.
Rules were tuned on one half only. The table is of the other half: {held_out.texts} texts, {held_out.look_alikes} of them look-alikes only.

{chr(10).join(table(held_out))}

*Found*: no part of it is left in the text that the assistant sees. *Exactly*: from its first sign to its last, as this kind.

Look-alikes left untouched: {held_out.untouched} of {held_out.look_alikes}. Computing time a message, on one core: median {cut[49]:.1f} ms,
99th percentile {cut[98]:.1f} ms.
For comparison, the half that was tuned on: {sum(tuned.found.values())} of {sum(tuned.expected.values())} found, {tuned.untouched} of
{tuned.look_alikes} look-alikes untouched.

## What this means

- A name that is also a word (Wil, Bos, Mei) is found only with a cue or with a capital inside a sentence; a name that is on no list only
  behind "ik heet", "mijn naam is", a greeting or a title. So a story in the assistant's memory is still personal data.
- Of a postcode the assistant keeps the four digits: they decide the team. The letters go.
- The texts are invented by the makers. Real messages will be harder: measure again on a sample of your own before relying on it.
"""


if __name__ == "__main__":
    main()
