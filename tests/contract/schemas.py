"""The published schemas of report and message, as validators."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

DOCS = Path(__file__).parents[2] / "docs"


def _validator(name: str) -> Draft202012Validator:
    documents = {each: json.loads((DOCS / f"{each}.schema.json").read_text()) for each in ("report", "message")}
    registry = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in documents.values()])
    return Draft202012Validator(documents[name], registry=registry, format_checker=FormatChecker())


REPORT, MESSAGE = _validator("report"), _validator("message")
