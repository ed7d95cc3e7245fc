"""Where the command remembers what it told: a directory, in which each cron line has a file of its own."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from backup_watch.cli.addresses import Address
from backup_watch.cli.failures import CommandFailed
from backup_watch.cli.keys import Origin
from backup_watch.config.settings import Settings

NAME = "ncloud-backup-watch"


def memory_directory(
    asked: Path | None, settings: Settings, environment: Mapping[str, str], *, home: Path | None
) -> Path:
    """--memory, MEMORY, or the platform's directory for what programs keep; made, and known to be writable.

    Raises :class:`CommandFailed`.
    """
    directory = asked or _set(settings) or state_directory(environment, home=home, platform=sys.platform)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise CommandFailed(f"nothing can be remembered in {str(directory)!r}: {error.strerror or error}") from None
    return directory


def _set(settings: Settings) -> Path | None:
    if settings.memory is None:
        return None
    if settings.memory.kind != "file":
        raise CommandFailed("a command remembers in a directory, and MEMORY names a table: give --memory DIRECTORY")
    return Path(settings.memory.name)


def state_directory(environment: Mapping[str, str], *, home: Path | None, platform: str) -> Path:
    """Where programs of *platform* keep their state. Raises :class:`CommandFailed` where nothing says."""
    if platform == "win32" and (local := environment.get("LOCALAPPDATA")):
        return Path(local) / NAME
    if platform not in ("win32", "darwin") and os.path.isabs(state := environment.get("XDG_STATE_HOME", "")):  # noqa: PTH117
        return Path(state) / NAME
    if home is None:
        raise CommandFailed("it is not known where to remember what was told: give --memory DIRECTORY")
    folders = {"win32": "AppData/Local", "darwin": "Library/Application Support"}
    return home / folders.get(platform, ".local/state") / NAME


def file_scope(asked: argparse.Namespace, settings: Settings, origin: Origin, address: Address) -> str:
    """How the file's name begins: the profile, the site, and a hash of what was asked for and who is told."""
    site = re.sub(r"^https?://|\W+", "-", settings.api_url).strip("-")
    key = settings.key_pair.access_key_id if settings.key_pair else settings.credentials_secret
    options = [asked.region, asked.product, str(asked.policy), asked.max_age, asked.grace, asked.account]
    options.append(None if asked.accounts is None else str(asked.accounts))
    said = json.dumps([key, settings.api_url, settings.regions, settings.products, options, address.url])
    digest = hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:12]
    profile = re.sub(r"[^A-Za-z0-9_-]", "_", origin.profile or "environment")
    return f"{profile}.{site}.{digest}."
