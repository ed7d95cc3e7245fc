"""Which key counts: --profile, the environment, NCLOUD_PROFILE, then ~/.ncloud/configure. Never a metadata address."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from backup_watch.cli.configure_file import ACCESS_KEY, DEFAULT, SECRET_KEY, Profile, profiles_in
from backup_watch.cli.failures import CommandFailed
from backup_watch.config.accounts_settings import ACCOUNTS_VARIABLES
from backup_watch.config.settings import ACCESS_KEY_NAMES, SECRET_KEY_NAMES

SECRET_NAME, API_NAME = "NCLOUD_CREDENTIALS_SECRET", "NCLOUD_API_GW"
PLACE = "~/.ncloud/configure"
NO_KEY = (
    f"there is no Ncloud key: set {ACCESS_KEY_NAMES[0]} and {SECRET_KEY_NAMES[0]}, or write {ACCESS_KEY} and "
    f"{SECRET_KEY} into {PLACE}, or name one of its sections with --profile or NCLOUD_PROFILE"
)


class Origin(Struct, frozen=True):
    """Where the key comes from."""

    text: str
    """For people: a variable's name, or a file's with its section."""
    profile: str | None = None
    """The section's name. None: from the environment."""


def with_key(
    environment: Mapping[str, str], *, profile: str | None, home: Path | None
) -> tuple[dict[str, str], Origin]:
    """*environment* with the key that counts, and where it comes from; several accounts have theirs in their file.

    Raises :class:`CommandFailed` where there is none, a section is not there, or one holds half a key.
    """
    given = {name: value for name, value in environment.items() if value.strip()}
    if several := next((name for name in ACCOUNTS_VARIABLES if name in given), None):
        return given, Origin(several)
    if profile is None:
        named = next((name for name in (SECRET_NAME, *ACCESS_KEY_NAMES, *SECRET_KEY_NAMES) if name in given), None)
        if named is not None:
            return given, Origin(named)
    wanted = profile or given.get("NCLOUD_PROFILE", "").strip() or None
    found = read_profile(home, wanted)
    keys = {ACCESS_KEY_NAMES[0]: found.access_key_id or "", SECRET_KEY_NAMES[0]: found.secret_access_key or ""}
    replaced = {SECRET_NAME, *ACCESS_KEY_NAMES, *SECRET_KEY_NAMES}
    rest = {name: value for name, value in given.items() if name not in replaced}
    if found.api_url and (profile is not None or API_NAME not in rest):
        keys[API_NAME] = found.api_url
    name = wanted or DEFAULT
    return rest | keys, Origin(f"{PLACE} [{name}]", name)


def read_profile(home: Path | None, wanted: str | None) -> Profile:
    """The section *wanted* of the file; None: the default one. Raises :class:`CommandFailed`."""
    path = None if home is None else home / ".ncloud" / "configure"
    try:
        text = "" if path is None else path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{path} could not be read: {_why(error)}") from None
    profiles = profiles_in(text)
    if wanted is None and profiles[DEFAULT] == Profile():
        raise CommandFailed(NO_KEY)
    name = DEFAULT if wanted is None or wanted.upper() == DEFAULT else wanted
    found = profiles.get(name)
    if found is None or (found == Profile() and wanted is not None):
        there = ", ".join(sorted(one for one, held in profiles.items() if held != Profile()))
        raise CommandFailed(f"there is no profile {name!r} in {PLACE}" + (f"; there are {there}" if there else ""))
    for field, value in ((ACCESS_KEY, found.access_key_id), (SECRET_KEY, found.secret_access_key)):
        if value is None:
            raise CommandFailed(f"the section [{name}] of {PLACE} has no {field}")
    return found


def _why(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else "it is no text in UTF-8"
