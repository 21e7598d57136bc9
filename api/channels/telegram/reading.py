"""What somebody said on Telegram, whatever form it came in: words for the conversation, a command, or something we cannot read."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message

COMMANDS = ("start", "help", "stop", "privacy", "mens")


@dataclass(frozen=True)
class Heard:
    """One message. `answer` is the key of the sentence that says what we do with it instead, when there is something to say."""

    text: str | None = None
    command: str | None = None
    answer: str | None = None


def read(message: Message) -> Heard:
    """What this message is to us. Service messages of Telegram itself (a pinned message, a new picture) are nothing at all."""
    if message.text is not None:
        command = _command(message.text)
        return Heard(command=command) if command else Heard(text=message.text)
    if message.contact is not None:
        sender = message.from_user.id if message.from_user else None
        if sender is None or message.contact.user_id != sender:
            return Heard(answer="telegram_contact_of_another")
        return Heard(text=_phone(message.contact.phone_number))
    if message.photo or message.video or message.video_note or message.animation or message.document:
        # Words under a picture are words like any other.
        return Heard(text=message.caption, answer="telegram_picture")
    if message.voice or message.audio:
        return Heard(text=message.caption, answer="telegram_voice")
    if message.location or message.venue:
        return Heard(answer="telegram_location")
    if message.effective_attachment is not None:
        return Heard(answer="telegram_only_words")
    return Heard()


def _command(text: str) -> str | None:
    """The command a message begins with, if it is one of ours; any other text with a slash is text."""
    first = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    word = first.removeprefix("/").partition("@")[0].lower()
    return word if word in COMMANDS else None


def _phone(number: str) -> str:
    """Telegram leaves the plus of an international number out."""
    return number if number.startswith(("+", "0")) else f"+{number}"
