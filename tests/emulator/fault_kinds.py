"""Every kind of fault: when it acts, what it does, and its settings with their defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from tests.emulator import answer_faults, deliveries, plan
from tests.emulator.faults import Fault


@dataclass(frozen=True)
class Kind:
    """*phase*: plan (changes the list), answer (answers in the service's place), alter (spoils the answer),
    deliver (spoils its delivery) or delay."""

    phase: str
    about: str
    act: Callable[..., object]
    settings: Mapping[str, object] = field(default_factory=dict)


def _delay(*, ms: float) -> float:
    return ms / 1000


def _row_kinds() -> dict[str, Kind]:
    return {
        name: Kind("plan", about, partial(plan.change_rows, change=change), {"only": "", "every": 1} | settings)
        for name, (about, change, settings) in plan.ROW_CHANGES.items()
    }


KINDS: Final[Mapping[str, Kind]] = {
    "latency": Kind("delay", "the answer comes later", _delay, {"ms": 50.0}),
    "paging": Kind("plan", "another reading of the paging", plan.use_paging, {"mode": "ignored"}),
    "page-format": Kind("plan", "another shape of the list", plan.use_page_format, {"mode": "nested"}),
    "dialect": Kind("plan", "names and rows written another way", plan.use_dialect, {"mode": "sdk-fields"}),
    "other-format": Kind("plan", "XML where JSON was asked for, and the reverse", plan.use_other_format),
    "return-code": Kind(
        "plan",
        "a returnCode inside the list's own wrapper, under 200 (empty: left out)",
        plan.use_return_code,
        {"code": "1300", "message": "Unknown error."},
    ),
    "error-inside": Kind(
        "plan",
        "an error inside the list's own wrapper, beside returnCode 0; layer is gateway or service",
        plan.put_error_inside,
        {"layer": "gateway", "code": "900"},
    ),
    "other-operation": Kind(
        "plan",
        "the instance list's answer where the backup list was asked for, and else the backup list's",
        plan.use_other_operation,
    ),
    "other-product": Kind(
        "plan",
        "the same list of another product, under its own names or (disguised) under those that were asked for",
        plan.use_other_product,
        {"name": "mysql", "disguised": False},
    ),
    "cut-list": Kind(
        "plan",
        "only the first rows of a page, with the totalRows of all (honest) or of those",
        plan.cut_list,
        {"rows": 1, "honest": True},
    ),
    "wrapped-rows": Kind(
        "plan",
        "the rows in an object under the item's name, that in another, this often",
        plan.wrap_rows,
        {"depth": 3000},
    ),
    **_row_kinds(),
    "gateway-error": Kind(
        "answer",
        "a documented gateway error with its own HTTP status, unless told another",
        answer_faults.gateway_error,
        {"code": "900", "status": 0, "details": "", "in_format": ""},
    ),
    "service-error": Kind(
        "answer",
        "a service error (responseError)",
        answer_faults.service_error,
        {"code": "1300", "status": 0, "message": "", "in_format": ""},
    ),
    "error-under-200": Kind(
        "answer",
        "an error's body under HTTP 200; layer is gateway or service",
        answer_faults.error_under_200,
        {"layer": "gateway", "code": "900", "in_format": ""},
    ),
    "throttled": Kind(
        "answer",
        "429 with Retry-After: seconds, date:SECONDS for an HTTP date, or empty for none",
        answer_faults.throttled,
        {"code": "420", "retry_after": "1", "in_format": ""},
    ),
    "status": Kind(
        "answer",
        "any HTTP status with any text",
        answer_faults.any_status,
        {"status": 500, "body": "", "content_type": "text/plain"},
    ),
    "html": Kind("answer", "a proxy's sign-in page", answer_faults.html, {"status": 200}),
    "redirect": Kind(
        "answer",
        "a redirect to the same target at another base URL",
        answer_faults.redirect,
        {"location": "http://127.0.0.1:9", "status": 302},
    ),
    "deep-json": Kind("answer", "JSON nested this deep", answer_faults.deep_json, {"depth": 100_000}),
    "deep-xml": Kind("answer", "XML nested this deep", answer_faults.deep_xml, {"depth": 100_000}),
    "xml-bomb": Kind("answer", "entities of ten entities each: billion laughs", answer_faults.xml_bomb, {"levels": 9}),
    "external-entity": Kind(
        "answer",
        "an entity that asks the reader to open a URI",
        answer_faults.external_entity,
        {"uri": "file:///etc/hostname"},
    ),
    "gzip-bomb": Kind("answer", "a few kB of gzip that hold this many MiB", answer_faults.gzip_bomb, {"mib": 64}),
    "zipped-error": Kind(
        "answer",
        "a gateway error with its own HTTP status, under gzip, which nobody asked for; if not intact, cut",
        answer_faults.zipped_error,
        {"code": "500", "intact": True},
    ),
    "empty-body": Kind("alter", "the honest status and headers, and no body", answer_faults.empty_body),
    "invalid-utf8": Kind(
        "alter",
        "bytes that are no UTF-8, in the first service name or in returnMessage (where: name or message)",
        answer_faults.invalid_utf8,
        {"where": "name"},
    ),
    "content-type": Kind("alter", "another Content-Type", answer_faults.other_content_type, {"value": "text/plain"}),
    "broken-end": Kind("alter", "half of the text, with a Content-Length that agrees", answer_faults.broken_end),
    "reset": Kind(
        "deliver",
        "RST after the request, after the headers or in the body (at: request, headers, body)",
        deliveries.reset,
        {"at": "request"},
    ),
    "close": Kind("deliver", "the connection is closed without an answer", deliveries.close),
    "hang": Kind(
        "deliver",
        "nothing more comes, after the request, the headers or half of the body",
        deliveries.hang,
        {"at": "request", "seconds": 3600.0},
    ),
    "slow-headers": Kind("deliver", "the headers drip", deliveries.slow_headers, {"interval_ms": 100.0, "piece": 1}),
    "slow-body": Kind("deliver", "the body drips", deliveries.slow_body, {"interval_ms": 100.0, "piece": 1}),
    "cut-body": Kind(
        "deliver",
        "half of the body, then the end; Content-Length tells of all (announced) or is left out",
        deliveries.cut_body,
        {"announced": True},
    ),
    "cut-chunks": Kind(
        "deliver",
        "a chunked body that ends in the middle of a chunk, or before the last one (at: chunk, end)",
        deliveries.cut_chunks,
        {"at": "chunk"},
    ),
    "chunk-size": Kind(
        "deliver", "a chunked body, and a chunk's size that is none", deliveries.chunk_size, {"size": "-1"}
    ),
    "interim-answer": Kind(
        "deliver",
        "so many answers of 1xx before the real one, and a pause after each",
        deliveries.interim_answer,
        {"status": 103, "count": 1, "ms": 0.0},
    ),
    "oversized": Kind(
        "deliver",
        "a streamed body of this many MiB; framing is length or chunked",
        deliveries.oversized,
        {"mib": 40, "framing": "length"},
    ),
    "not-http": Kind("deliver", "another protocol's greeting", deliveries.not_http),
}

TARGET_TYPES: Final[Mapping[str, type]] = {
    "operation": str,
    "product": str,
    "account": str,
    "site": str,
    "region": str,
    "page": int,
    "instance_no": str,
    "method": str,
    "first": int,
    "after": int,
    "probability": float,
}


def fault(kind: str, **targets_and_settings: object) -> Fault:
    """A checked fault: `fault("reset", operation="*BackupList", first=2, at="body")`.

    ValueError: an unknown kind, target or setting, or a value of the wrong type.
    """
    if kind not in KINDS:
        raise ValueError(f"no such fault: {kind}; there are {', '.join(KINDS)}")
    defaults = KINDS[kind].settings
    if unknown := set(targets_and_settings) - set(defaults) - set(TARGET_TYPES):
        known = ", ".join([*TARGET_TYPES, *defaults])
        raise ValueError(f"{kind} does not know {', '.join(sorted(unknown))}; it knows {known}")
    given = {name: value for name, value in targets_and_settings.items() if value is not None}
    targets = {name: _as(TARGET_TYPES[name], given[name], name) for name in TARGET_TYPES if name in given}
    settings = {name: _as(type(usual), given.get(name, usual), name) for name, usual in defaults.items()}
    return Fault(kind, settings=settings, **targets)


def parse_fault(spec: str | Mapping[str, object] | Fault) -> Fault:
    """From `reset,operation=*BackupList,first=2`, or `{"kind": "reset", "first": 2}`. ValueError as `fault`."""
    if isinstance(spec, Fault):
        return spec
    if isinstance(spec, str):
        kind, *pairs = spec.split(",")
        return fault(kind, **dict(_pair(text) for text in pairs))
    rest = dict(spec)
    return fault(str(rest.pop("kind", "")), **rest)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"expected name=value, not {text!r}")
    return name.strip().replace("-", "_"), value


def _as(wanted: type, value: object, name: str) -> object:
    """*value* as *wanted*, where a string from a command line may stand for it."""
    if isinstance(value, wanted) and not (wanted is int and isinstance(value, bool)):
        return value
    if wanted is bool and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if wanted is bool:
        raise ValueError(f"{name} must be true or false, not {value!r}")
    try:
        return wanted(str(value))
    except ValueError as error:
        raise ValueError(f"{name} must be {wanted.__name__}, not {value!r}") from error
