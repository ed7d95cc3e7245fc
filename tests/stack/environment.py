"""The environment of the function, which shares its process with the stack: put in place, and taken away again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from unittest import mock

from tests.stack import cloud, databases

KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TMPDIR", "TZ")
"""What the function gets of the caller's environment: nothing that could change what it does, or whom it asks."""
LANGUAGES: Final = ("en", "ko")


def function_environment(
    *, ncloud_url: str, aws_url: str, topic_arn: str, now: datetime, language: str | None = None
) -> dict[str, str]:
    """All variables of the function. *language* other than the product's own (a locale's list, say) is left out."""
    variables = {name: os.environ[name] for name in KEPT if name in os.environ} | cloud.CREDENTIALS
    if language in LANGUAGES:
        variables["LANGUAGE"] = language
    return variables | {
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_REGION": cloud.REGION,
        "AWS_DEFAULT_REGION": cloud.REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NCLOUD_API_GW": ncloud_url,
        "NCLOUD_CREDENTIALS_SECRET": cloud.SECRET,
        "NCLOUD_REGIONS": ",".join(databases.REGIONS),
        "TOPIC_ARN": topic_arn,
        "POLICY": databases.policy(now=now),
    }


@contextmanager
def in_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Run with exactly these *variables*."""
    with mock.patch.dict(os.environ, variables, clear=True):
        yield
