"""What makes an invocation fail: wrong settings or policy, an unknown event, AWS, an alert that was not delivered."""

from __future__ import annotations

from msgspec import Struct

from backup_watch.model.plain_text import cut

MAX_SHOWN_CHARS = 80


class Problem(Struct, frozen=True):
    """One wrong field. ``value`` is shown to people: never put a credential there."""

    field: str
    value: str | None
    """None: absent, or not to be shown."""
    allowed: str

    @property
    def shown(self) -> str | None:
        """The value, no longer than people read."""
        return None if self.value is None else cut(self.value, MAX_SHOWN_CHARS)

    def __str__(self) -> str:
        told = "" if self.shown is None else f"={self.shown!r}"
        return f"{self.field}{told}: {self.allowed}"


class SettingsError(Exception):
    """The settings or the policy are wrong: nothing was checked, nothing was published.

    ``problems`` holds every wrong field; the text names each with its value and what is allowed.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("nothing was checked, since the settings are wrong: " + "; ".join(map(str, problems)))


class UnknownEvent(Exception):
    """The event has none of the known shapes; the text says which shapes there are."""


class AwsFailure(Exception):
    """A call to AWS failed. The text is ``code``; nothing of the request is in it."""

    def __init__(self, code: str, *, refused: bool) -> None:
        """*code*: AWS's error code where AWS responded with an error (*refused*), else the kind of failure."""
        super().__init__(code)
        self.code, self.refused = code, refused


class AlertNotDelivered(Exception):
    """SNS did not take the message. The text names the topic and the cause, and nothing of the message or of a key."""

    def __init__(self, text: str, *, may_have_arrived: bool = False) -> None:
        """*may_have_arrived*: the response was lost, or did not say whether SNS took the message."""
        super().__init__(text)
        self.may_have_arrived = may_have_arrived


class RunFailure(Exception):
    """An object of a fleet's run could not be read or written. The text names it and the cause."""


class RunUnreadable(RunFailure):
    """It could not be read, or cannot be used."""


class RunUnwritable(RunFailure):
    """It could not be written."""
