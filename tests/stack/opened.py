"""Opens the stack part by part, and tells a person how far it is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.stack.environment import bare_environment, in_environment
from tests.stack.screen import Screen

if TYPE_CHECKING:
    from tests.stack.stack import Stack


@contextmanager
def opened_stack(screen: Screen, *, settings: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """The running stack, with *settings* of its own. What is slow to import is imported in the step it belongs to."""
    now, language, text = datetime.now(UTC), os.environ.get("LANGUAGE"), screen.words.text
    with ExitStack() as parts:
        parts.enter_context(in_environment(bare_environment()))
        with screen.step(text("Ncloud's API, emulated")) as done:
            from tests.stack.ncloud import running_emulator

            emulator = parts.enter_context(running_emulator(now=now))
            account = emulator.account
            databases = text(
                "{count} databases in {regions}", count=len(account.databases), regions=", ".join(account.regions)
            )
            done(f"{_address(emulator.url)}, {databases}")
        with screen.step(text("AWS, played by moto")) as done:
            from tests.stack.cloud import running_cloud

            cloud = parts.enter_context(running_cloud(access_key=account.access_key, secret_key=account.secret_key))
            done(f"{_address(cloud.url)}, {text('a secret and a topic with two subscribers')}")
        from tests.stack.stack import function_beside

        yield parts.enter_context(function_beside(emulator, cloud, now=now, language=language, settings=settings))


def _address(url: str) -> str:
    return urlsplit(url).netloc
