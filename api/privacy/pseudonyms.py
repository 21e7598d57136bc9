"""Takes direct identifiers out of a text before the assistant sees it, and puts them back for those who may read them.

Found by form, by lists and by the words around them: `detection/`. Found by place in the conversation: when the assistant has just asked
for a name, the whole answer is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from api.privacy.detection.find import find_identifiers

PLACEHOLDER = re.compile(r"⟨[a-z]+-\d+⟩")
WORDS = {
    "name": "naam",
    "phone": "telefoon",
    "email": "email",
    "iban": "iban",
    "address": "adres",
    "birthdate": "geboortedatum",
    "postcode": "postcode",
    "licenseplate": "kenteken",
}
BSN_MASK = "[BSN weggehaald]"


def mask_bsn(text: str) -> str:
    """The text without citizen service numbers: we may not keep them (Wabb), so they are gone before anything is stored."""
    for finding in reversed(find_identifiers(text)):
        if finding.kind == "bsn":
            text = text[: finding.start] + BSN_MASK + text[finding.end :]
    return text


def pseudonymise(text: str, known: Mapping[str, str], whole: str | None = None) -> tuple[str, dict[str, str]]:
    """The text with placeholders, and the placeholders that are new.

    `known` maps placeholders of this conversation to their values: the same value keeps its placeholder. With `whole` (a kind) the whole
    text is one identifier, because the assistant has just asked for it.
    """
    placeholders = {value: name for name, value in known.items()}
    fresh: dict[str, str] = {}

    def name_for(kind: str, value: str) -> str:
        if value not in placeholders:
            word = WORDS[kind]
            number = 1 + sum(name.startswith(f"⟨{word}-") for name in placeholders.values())
            placeholders[value] = f"⟨{word}-{number}⟩"
            fresh[placeholders[value]] = value
        return placeholders[value]

    text = _without_brackets(text)
    if whole is not None:
        return name_for(whole, text.strip()), fresh
    parts, position = [], 0
    for finding in find_identifiers(text):
        # The four digits of a postcode decide the team, and stay; the letters say which street.
        start = finding.end - len("AB") if finding.kind == "postcode" else finding.start
        value = text[start : finding.end]
        parts += [text[position:start], BSN_MASK if finding.kind == "bsn" else name_for(finding.kind, value)]
        position = finding.end
    return "".join([*parts, text[position:]]), fresh


def _without_brackets(text: str) -> str:
    """The text without our brackets: a resident cannot type a placeholder of ours into being."""
    return text.replace("⟨", "(").replace("⟩", ")")


def redact(text: str) -> tuple[str, list[dict[str, str]]]:
    """The text with placeholders, and what was taken out: type and value, in the order of the text."""
    text = _without_brackets(text)
    redacted, _ = pseudonymise(text, {})
    return redacted, [{"type": item.kind, "value": text[item.start : item.end]} for item in find_identifiers(text)]


def resolve(text: str, known: Mapping[str, str]) -> str:
    """The text with every placeholder of this conversation replaced by its value."""
    return PLACEHOLDER.sub(lambda match: known.get(match.group(), match.group()), text)
