"""axe-core, which finds what keeps people out of a page: fetched once with npm, held against its own digest."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from base64 import b64encode
from pathlib import Path

VERSION = "4.14.1"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
"""What npm publishes as the package's integrity, without its prefix."""
CACHE = Path(__file__).parents[2] / ".cache" / "npm"
ARCHIVE = CACHE / f"axe-core-{VERSION}.tgz"


def axe_script() -> str:
    """The script that a page runs; fetched where it is not there yet.

    Raises ``FileNotFoundError`` without npm, and ``ValueError`` where what came is not what was pinned.
    """
    if not ARCHIVE.exists():
        _fetch()
    digest = b64encode(hashlib.sha512(ARCHIVE.read_bytes()).digest()).decode("ascii")
    if digest != SHA512:
        ARCHIVE.unlink()
        raise ValueError(f"axe-core {VERSION} has the digest {digest}, and {SHA512} was pinned")
    with tarfile.open(ARCHIVE) as archive:
        script = archive.extractfile("package/axe.min.js")
        if script is None:
            raise ValueError(f"{ARCHIVE} has no script")
        return script.read().decode()


def _fetch() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is needed to fetch axe-core; Debian's package npm has it")
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", "--silent", "--pack-destination", str(CACHE), f"axe-core@{VERSION}"]
    subprocess.run(command, cwd=CACHE, check=True, timeout=60, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    axe_script()
    print(f"axe-core {VERSION} is in {ARCHIVE}")
