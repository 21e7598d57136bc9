"""How the assistant says something: in the language of the conversation, in the catalogue's words, never twice the same way in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.settings import catalogue
from organisation.wording import DUTCH

Button = dict[str, str]


def language_of_conversation(tracker: Tracker) -> str:
    """What the service says it is, unless the resident changed it in this very turn."""
    for event in reversed(tracker.events):
        if event.get("event") == "slot" and event.get("name") == "language" and event.get("value"):
            return str(event["value"])
        if event.get("event") == "user":
            return str((event.get("metadata") or {}).get("language") or DUTCH)
    return DUTCH


class Speech:
    """One action's way to the resident. `said` names of what was said travel with each message, so that the next variant can be found."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, language: str | None = None) -> None:
        self.dispatcher = dispatcher
        self._tracker = tracker
        self.language = language or language_of_conversation(tracker)

    def words(self, key: str, /, **values: str) -> str:
        """A few words for inside a sentence or on a button; these do not vary."""
        return catalogue().text(key, self.language, 0, **values)

    def button(self, key: str, payload: str) -> Button:
        """A button with the words of `key`."""
        return {"title": self.words(key), "payload": payload}

    def say(
        self, key: str, buttons: Sequence[Button] = (), about: dict[str, Any] | None = None, /, **values: str
    ) -> str:
        """Says the next variant of `key`, and gives what was said. `about`: kind, asks, reference, ... for the service."""
        text = catalogue().text(key, self.language, self.times_said(key), **values)
        return self.tell(text, key, buttons, about)

    def tell(self, text: str, name: str, buttons: Sequence[Button] = (), about: dict[str, Any] | None = None) -> str:
        """Says words that are no sentence of the texts themselves; `name` is what they are counted under."""
        self.dispatcher.utter_message(text=text, buttons=list(buttons), json_message={**(about or {}), "said": name})
        return text

    def times_said(self, name: str) -> int:
        """How often this was said in the conversation, this turn included."""
        return sum(said == name for said in self._all_said())

    def said_last(self) -> str | None:
        """The name of the last message before this turn."""
        last = next(self._messages_back(), None)
        return _name_of(last.get("data") or {}) if last else None

    def last_held(self, sentence: str) -> bool:
        """Whether the last message of the assistant held this sentence."""
        last = next(self._messages_back(), None)
        return last is not None and sentence in (last.get("text") or "")

    def _messages_back(self) -> Iterator[dict[str, Any]]:
        """The assistant's messages before this turn, the last one first."""
        return (event for event in reversed(self._tracker.events) if event.get("event") == "bot")

    def _all_said(self) -> Iterator[str | None]:
        for event in self._messages_back():
            yield _name_of(event.get("data") or {})
        for message in self.dispatcher.messages:
            yield _name_of(message)


def _name_of(message: dict[str, Any]) -> str | None:
    return (message.get("custom") or {}).get("said")
