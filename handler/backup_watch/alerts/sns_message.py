"""The message as SNS takes it, and what it weighs."""

from __future__ import annotations

from functools import cached_property

import msgspec
from msgspec import Struct

MAX_BYTES = 262_144
"""SNS Publish API: the message with its attributes, in bytes of UTF-8."""
MAX_SUBJECT_CHARS = 99
"""SNS Publish API: UTF-8 text of less than 100 characters, without line breaks and control characters."""
MAX_SMS_CHARS = 140

Attributes = dict[str, str | list[str]]
"""A string is an attribute of the type ``String``, a list one of ``String.Array``."""


class Message(Struct, frozen=True, dict=True):
    """One message in all its renderings."""

    subject: str
    renderings: dict[str, str]
    """By SNS protocol; ``default``, the report as JSON, for every other."""
    attributes: Attributes
    """For filter policies."""
    truncated: bool
    """Whether a rendering that lists findings leaves some out."""
    events: int
    """How many things it tells; at least 1."""
    failures: tuple[str, ...] = ()
    """The parts that could not be made as usual and were replaced by plain facts, each with its error."""

    @cached_property
    def envelope(self) -> str:
        """The renderings as the one JSON object that ``MessageStructure=json`` asks for."""
        return encode(self.renderings)

    @property
    def typed_attributes(self) -> dict[str, tuple[str, str]]:
        """Each attribute's data type and the string that SNS wants for its value."""
        return {name: _typed(value) for name, value in self.attributes.items()}

    @property
    def size_bytes(self) -> int:
        """What SNS counts, the subject to be on the safe side included."""
        return len(self.envelope.encode()) + len(self.subject.encode()) + attributes_size(self.attributes)


def encode(value: object) -> str:
    """*value* as JSON in which only what must be is escaped: Korean stays three bytes a syllable."""
    return msgspec.json.encode(value).decode()


def quoted_size(text: str) -> int:
    """The bytes that *text* takes inside a JSON string."""
    return len(msgspec.json.encode(text)) - 2


def _typed(value: str | list[str]) -> tuple[str, str]:
    return ("String", value) if isinstance(value, str) else ("String.Array", encode(value))


def attributes_size(attributes: Attributes) -> int:
    """Name, type and value of every attribute count (SNS developer guide, message attributes)."""
    return sum(
        len(name.encode()) + sum(len(part.encode()) for part in _typed(value)) for name, value in attributes.items()
    )
