"""Memories in a directory: one file an account, replaced atomically under a lock. Linux, macOS and Windows."""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from backup_watch.adapters.memory import MemoryConflict, MemoryFailure, Stored

LOCK_SECONDS = 2.0
"""How long another process may hold the lock, which is held for one write."""
PAUSE_SECONDS = 0.02


class FileMemory:
    """Keeps memories in *directory*, which is made where it is not there; *scope* begins the names of its files."""

    def __init__(self, directory: Path, *, scope: str = "") -> None:
        self._directory, self._scope = directory, scope

    def read(self, accounts: Sequence[str]) -> Mapping[str, Stored | MemoryFailure]:
        """The files as they are: none is ever seen half written."""
        return {account: self._read(self._path(account)) for account in accounts}

    def write(self, account: str, body: bytes, *, version: str | None, now: datetime) -> str:  # noqa: ARG002  no file expires
        """Write beside it, force it to the disk, and put it in place, with the lock held."""
        path = self._path(account)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _locked(path.with_suffix(".lock")):
                found = self._read(path)
                if isinstance(found, MemoryFailure):
                    raise found
                if found.version != version:
                    raise MemoryConflict(account)
                _replace(path, body)
        except OSError as error:
            raise MemoryFailure(_why(error)) from None
        return _version(body)

    def try_write(self, account: str) -> None:
        """Take the lock, which is a file in the same directory, and give it up."""
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _locked(self._path(account).with_suffix(".lock")):
                pass
        except OSError as error:
            raise MemoryFailure(_why(error)) from None

    def _path(self, account: str) -> Path:
        return self._directory / f"{self._scope}{account}.json.gz"

    @staticmethod
    def _read(path: Path) -> Stored | MemoryFailure:
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            return Stored(None)
        except OSError as error:
            return MemoryFailure(_why(error))
        return Stored(body, _version(body))


def _version(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _why(error: OSError) -> str:
    return type(error).__name__


def _replace(path: Path, body: bytes) -> None:
    beside = path.with_suffix(f".{secrets.token_hex(8)}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)  # noqa: PTH105  Path.replace says nothing of being atomic
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    _force_name(path.parent)


def _force_name(directory: Path) -> None:
    """Force the directory's own entry to the disk, where the system lets one."""
    if sys.platform == "win32":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of *path*. Raises ``TimeoutError`` where another process keeps it too long."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + LOCK_SECONDS
        while not _try_lock(descriptor):
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)  # which gives the lock up


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
