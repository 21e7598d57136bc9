"""Ways to reach a resident as other systems take them: what they would refuse stays with us, and the question arrives all the same."""

from __future__ import annotations

import re

import phonenumbers

# What the e-mail check of Django accepts, on which Open Klant and Open Zaak rely, without its rarest forms.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")


def email_of(text: str | None, longest: int) -> str | None:
    """The address, when it is one of at most so many characters."""
    address = (text or "").strip()
    return address if len(address) <= longest and _EMAIL.fullmatch(address) else None


def phone_of(text: str | None) -> str | None:
    """The number without spaces and dashes: `+31612345678`."""
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
