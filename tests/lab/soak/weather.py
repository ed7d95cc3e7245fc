"""What happens to one run, at random: which event, how much time, and which faults strike Ncloud and AWS."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct

EVENTS = Path(__file__).resolve().parents[3] / "events"
FAIR_SHARE = 0.3
"""Of the runs in which nothing is wrong."""
DEAD_AWS_SHARE = 0.04
"""Of the runs in which AWS refuses every connection."""
USUAL = ("schedule",) * 8 + ("direct-check",) * 4
"""Drawn besides one of each event: what reads Ncloud every time."""
STRUCK_HEARTBEAT_SHARE = 0.1
SECONDS = (0.8, 2.5)
"""The function's time, from and to: what hangs ends with it."""

FAULTS = (
    "reset,at=request", "reset,at=headers", "reset,at=body", "close", "hang,at=request", "hang,at=headers",
    "hang,at=body", "slow-headers,interval_ms=20", "slow-body,interval_ms=2,piece=50", "cut-body", "not-http",
    "cut-body,announced=false", "oversized,mib=33", "oversized,mib=33,framing=chunked", "gzip-bomb", "deep-json",
    "deep-xml", "xml-bomb", "external-entity", "empty-body", "broken-end", "invalid-utf8", "content-type", "html",
    "redirect", "status,status=500", "status,status=404", "throttled,retry_after=1", "throttled,retry_after=3600",
    "gateway-error,code=200", "gateway-error,code=210", "gateway-error,code=410", "gateway-error,code=900",
    "service-error,code=1000", "service-error,code=5001017", "error-under-200", "error-under-200,layer=service",
    "return-code", "return-code,code=", "latency,ms=300", "other-format", "page-format,mode=null",
    "paging,mode=one-based", "paging,mode=alias", "paging,mode=totals-changing", "paging,mode=totals-too-large",
    "paging,mode=shuffled", "paging,mode=past-end-error", "row-without-number", "row-unreadable-date,every=3",
    "row-future-date,every=5", "row-naive-date", "row-null", "row-missing-date,every=2",
)  # fmt: skip
TARGETS = (
    "",
    ",region=KR",
    ",region=SGN",
    ",operation=*BackupList",
    ",operation=*DetailList",
    ",operation=*InstanceList",
)
REACHES = ("", ",first=1", ",first=2", ",after=1", ",probability=0.5")


HUNGRY = ("oversized,mib=33", "gzip-bomb", "deep-json", "deep-xml", "xml-bomb", "cut-body", "reset,at=body")
"""The faults that take the most memory the first time."""


class Weather(Struct, frozen=True):
    """One run's."""

    event_name: str
    event: dict[str, Any]
    seconds: float
    faults: tuple[str, ...] = ()
    is_aws_dead: bool = False
    is_heartbeat_struck: bool = False
    """Whether the heartbeat goes where the faults are; else it is answered as it should be."""


def warm_up() -> list[Weather]:
    """Every event once, and what costs memory once: lazy imports, compiled templates, the allocator's arenas."""
    longest = SECONDS[1]
    calm = [Weather(name, event_of(name), longest) for name in event_names()]
    hungry = [Weather("direct-check", event_of("direct-check"), longest, (fault,)) for fault in HUNGRY]
    dead = [
        Weather(name, event_of(name), longest, is_aws_dead=True) for name in ("schedule", "http-post-check", "doctor")
    ]
    struck = Weather("schedule", event_of("schedule"), longest, ("close",), is_heartbeat_struck=True)
    return [*calm, *hungry, *dead, struck]


def weather_of(random: Random) -> Weather:
    """Draw one run's weather."""
    name = random.choice((*event_names(), *USUAL))
    count = 0 if random.random() < FAIR_SHARE else random.randint(1, 3)
    return Weather(
        name,
        event_of(name),
        seconds=random.uniform(*SECONDS),
        faults=tuple(random.choice(FAULTS) + random.choice(TARGETS) + random.choice(REACHES) for _ in range(count)),
        is_aws_dead=random.random() < DEAD_AWS_SHARE,
        is_heartbeat_struck=random.random() < STRUCK_HEARTBEAT_SHARE,
    )


def event_names() -> list[str]:
    """The shapes of event that the project keeps a sample of."""
    return sorted(path.stem for path in EVENTS.glob("*.json"))


def event_of(name: str) -> dict[str, Any]:
    """The sample event of that name, due now."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return event | {field: now for field in ("scheduledTime", "time") if field in event}
