"""Whom --notify tells: addresses from the command line, a file or a variable. Each is a secret, and is never shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from backup_watch.cli.failures import CommandFailed

VARIABLE = "BACKUP_WATCH_NOTIFY"
MAX_FILE_BYTES = 100_000


class Address(Struct, frozen=True):
    """A URL that Apprise knows what to do with."""

    url: str
    name: str
    """For people: where it stands, and its scheme."""

    def __repr__(self) -> str:
        return f"Address({self.name})"


def addresses(given: Sequence[str], environment: Mapping[str, str]) -> list[Address]:
    """The addresses of each ``--notify``: a URL, a file of URLs, or (empty) what the variable holds.

    Raises :class:`CommandFailed` where there is none, or a file cannot be read.
    """
    found: dict[str, Address] = {}
    for value in given:
        for place, url in _urls(value, environment):
            name = f"{url.partition('://')[0].lower()} ({place})"
            found.setdefault(url, Address(url, name))
    if not found:
        raise CommandFailed(f"--notify has no address: give a URL, a file of URLs, or set {VARIABLE}")
    return list(found.values())


def _urls(value: str, environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """Place and URL of each address."""
    if "://" in value:
        return [("--notify", value.strip())]
    if value:
        return _in_file(Path(value))
    text = environment.get(VARIABLE, "").strip()
    if text and "://" not in text:
        return _in_file(Path(text))
    return [(VARIABLE, url) for url in text.split()]


def _in_file(path: Path) -> list[tuple[str, str]]:
    """A URL a line; blank ones and those that begin with ``#`` are left out."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = file.read(MAX_FILE_BYTES).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise CommandFailed(f"the addresses in {str(path)!r} could not be read: {why}") from None
    said = ((number, line.strip()) for number, line in enumerate(lines, 1))
    found = [(f"{path}:{number}", line) for number, line in said if line and not line.startswith("#")]
    if wrong := [place for place, line in found if "://" not in line]:
        raise CommandFailed(f"{wrong[0]} is no address: a URL such as mailto://... or slack://...")
    return found
