"""Look for known vulnerabilities in the pinned libraries (`make audit`): exit 1 with any, 3 where none could be seen.

pip-audit calls a package that its data does not know "skipped" and ends well: where there is no data, this says so.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEPLOYED = "layers/dependencies/requirements.txt"
NOT_AUDITED = 3
"""The exit status where not one package could be looked up: no audit, whatever it found."""
OPTIONS = ("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json", "--requirement")


def main() -> None:
    """Audit each requirements file, the deployed one first."""
    pip_audit = str(Path(sys.executable).with_name("pip-audit"))
    audits = []
    for file in requirements():
        done = subprocess.run([pip_audit, *OPTIONS, file], cwd=ROOT, capture_output=True, text=True)
        audits.append(read_answer(done.stdout))
        print(f"{file}: {audits[-1]}")
    sys.exit(exit_status(audits))


def requirements() -> list[str]:
    """Every requirements file of the project, the deployed one first."""
    return [DEPLOYED, *sorted(f"requirements/{path.name}" for path in (ROOT / "requirements").glob("*.txt"))]


@dataclass(frozen=True)
class Audit:
    """What came of one file."""

    looked_up: int = 0
    skipped: int = 0
    """Packages that the data does not know."""
    flaws: tuple[str, ...] = ()
    """A line for each known vulnerability."""

    def __str__(self) -> str:
        if not self.looked_up and not self.skipped:
            coverage = "NOT AUDITED, the data cannot be reached"
        elif self.skipped:
            coverage = f"NOT AUDITED, there is no data for {self.skipped} of {self.looked_up + self.skipped} packages"
        else:
            coverage = f"{self.looked_up} packages looked up"
        return "\n".join([coverage, *self.flaws])


def exit_status(audits: Sequence[Audit]) -> int:
    """1 where there is a flaw, 3 where nothing could be looked up, else 0."""
    if any(audit.flaws for audit in audits):
        return 1
    return 0 if any(audit.looked_up for audit in audits) else NOT_AUDITED


def read_answer(text: str) -> Audit:
    """Tell from pip-audit's JSON what was really looked up, and each known vulnerability."""
    try:
        packages = json.loads(text)["dependencies"]
    except ValueError:
        return Audit()
    flaws = tuple(
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or '-'}"
        for package in packages
        for flaw in package.get("vulns", [])
    )
    skipped = sum("skip_reason" in package for package in packages)
    return Audit(len(packages) - skipped, skipped, flaws)


if __name__ == "__main__":
    main()
