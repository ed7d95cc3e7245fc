"""What ends the command without an answer: one sentence for people, exit status 3."""

from __future__ import annotations


class CommandFailed(Exception):
    """The text is one sentence; no credential is in it."""


class UsageError(CommandFailed):
    """The command line is wrong: nothing was read."""
