"""What `make deploy` needs and can be seen without installing anything: an AWS region and credentials, told at once.

Run by any Python of 3.11 or newer with its standard library alone; that the credentials are accepted is seen later.
"""

import configparser
import os
import sys
from pathlib import Path

CREDENTIALS = (
    "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)  # fmt: skip
WAYS = "sign in with the AWS CLI (`aws configure sso`, `aws login`) or set AWS_PROFILE"
REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
ON_AN_INSTANCE = Path("/sys/class/dmi/id/board_asset_tag")
"""Holds the instance's id on EC2, whose role may give the credentials."""


def main() -> None:
    """Exit with 1 and one line for each thing that is missing."""
    missing = problems(dict(os.environ), Path.home() / ".aws")
    if missing:
        sys.exit("\n".join(missing))


def problems(environment: dict[str, str], aws: Path) -> list[str]:
    """One line for each thing that is missing; *aws* is the folder with AWS's own configuration files."""
    config = _read(Path(environment.get("AWS_CONFIG_FILE") or aws / "config"))
    shared = _read(Path(environment.get("AWS_SHARED_CREDENTIALS_FILE") or aws / "credentials"))
    profile = environment.get("AWS_PROFILE") or environment.get("AWS_DEFAULT_PROFILE") or "default"
    section = config.get("default" if profile == "default" else f"profile {profile}", {})
    found = []
    if not any(environment.get(name) for name in REGIONS) and "region" not in section:
        found.append("No AWS region: set AWS_REGION, as in AWS_REGION=ap-northeast-2 make deploy")
    has_credentials = any(environment.get(name) for name in CREDENTIALS) or profile in shared or len(section) > 1
    if not has_credentials and not ON_AN_INSTANCE.exists():
        found.append(f"No AWS credentials: {WAYS}")
    return found


def _read(file: Path) -> dict[str, dict[str, str]]:
    """The sections of one of AWS's files; none where it is not there or is no such file."""
    parser = configparser.RawConfigParser(default_section="")
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return {}
    return {name: dict(parser.items(name)) for name in parser.sections()}


if __name__ == "__main__":
    main()
