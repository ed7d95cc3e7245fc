"""Look for known vulnerabilities in the pinned libraries (`make audit`); exit 1 if there are any.

pip-audit calls a package that its data does not know "skipped" and ends well: where there is no data, this says so.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AUDITED = ("layers/dependencies/requirements.txt", "requirements/dev.txt")
OPTIONS = ("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json", "--requirement")


def main() -> None:
    """Audit each requirements file, the deployed one first."""
    pip_audit = str(Path(sys.executable).with_name("pip-audit"))
    flawed = False
    for file in AUDITED:
        done = subprocess.run([pip_audit, *OPTIONS, file], cwd=ROOT, capture_output=True, text=True)
        coverage, flaws = read_answer(done.stdout)
        print("\n".join([f"{file}: {coverage}", *flaws]))
        flawed = flawed or bool(flaws)
    sys.exit(1 if flawed else 0)


def read_answer(text: str) -> tuple[str, list[str]]:
    """Tell from pip-audit's JSON what was really looked up, and a line for each known vulnerability."""
    try:
        packages = json.loads(text)["dependencies"]
    except ValueError:
        return "NOT AUDITED, the data cannot be reached", []
    flaws = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or '-'}"
        for package in packages
        for flaw in package.get("vulns", [])
    ]
    skipped = sum("skip_reason" in package for package in packages)
    if skipped:
        return f"NOT AUDITED, there is no data for {skipped} of {len(packages)} packages", flaws
    return f"{len(packages)} packages looked up", flaws


if __name__ == "__main__":
    main()
