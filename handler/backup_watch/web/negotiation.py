"""What a client prefers (RFC 9110, section 12.5)."""

from __future__ import annotations

Weights = dict[str, float]


def weights(header: str) -> Weights:
    """Read an ``Accept`` or ``Accept-Encoding`` header: the weight of each item, 0.0 to 1.0.

    Parameters other than ``q`` are dropped; an item with a weight that is no weight is as good as absent.
    """
    found: Weights = {}
    for item in header.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        quality = next((text[2:].strip() for text in parameters if text.startswith("q=")), "1")
        weight = _weight(quality)
        if name and weight is not None:
            found[name] = max(weight, found.get(name, 0.0))
    return found


def _weight(text: str) -> float | None:
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()) or len(text) > 5:
        return None
    weight = float(text)
    return weight if weight <= 1 else None


def prefers_html(accept: str) -> bool:
    """Whether a client wants the page: it names HTML, and likes JSON no better.

    ``*/*`` alone is a program that did not say; it gets JSON.
    """
    given = weights(accept)
    html = given.get("text/html", given.get("text/*"))
    json = given.get("application/json", given.get("application/*", given.get("*/*", 0.0)))
    return html is not None and html > 0 and html >= json


def prefers_classic_metrics(accept: str) -> bool:
    """Whether a client wants Prometheus's text format 0.0.4: it names plain text, and no OpenMetrics of that weight.

    No header and ``*/*`` alone mean OpenMetrics.
    """
    given = weights(accept)
    text = given.get("text/plain", given.get("text/*", 0.0))
    named = given.get("application/openmetrics-text", given.get("application/*"))
    return text > named if named is not None else 0 < text >= given.get("*/*", 0.0)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a response may be compressed with gzip."""
    given = weights(accept_encoding)
    return given.get("gzip", given.get("x-gzip", given.get("*", 0.0))) > 0
