"""The environment of the function, which shares its process with the stack: put in place, and taken away again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from unittest import mock

from backup_watch.config.languages import languages

KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TMPDIR", "TZ")
"""What is kept of the caller's environment: nothing that could change what is done, or who is asked."""
REGION: Final = "ap-northeast-2"
SECRET: Final = "ncloud-backup-watch/ncloud-key"
"""The name of the secret with the Ncloud key."""


def bare_environment() -> dict[str, str]:
    """What everything in this process may know: an AWS account that is none, and no profile, proxy or endpoint."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def function_environment(
    *, ncloud_url: str, aws_url: str, topic_arn: str, now: datetime, language: str | None = None
) -> dict[str, str]:
    """All variables of the function. *language* other than the product's own (a locale's list, say) is left out."""
    from tests.stack import databases  # brings the emulator with it, which takes a moment

    said = {"LANGUAGE": language} if language in languages() else {}
    return (
        bare_environment()
        | said
        | {
            "AWS_ENDPOINT_URL": aws_url,
            "NCLOUD_API_GW": ncloud_url,
            "NCLOUD_CREDENTIALS_SECRET": SECRET,
            "NCLOUD_REGIONS": ",".join(databases.REGIONS),
            "TOPIC_ARN": topic_arn,
            "POLICY": databases.policy(now=now),
        }
    )


@contextmanager
def in_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Run with exactly these *variables*."""
    with mock.patch.dict(os.environ, variables, clear=True):
        yield
