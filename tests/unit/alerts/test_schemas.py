"""What is really returned and sent fits the schemas in docs, and the schemas leave no key of it out."""

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from referencing import Registry, Resource

from backup_watch.alerts import compose
from backup_watch.alerts.samples import sample_reports
from backup_watch.i18n import Words
from backup_watch.model.report import Notification
from backup_watch.model.vocabulary import Event
from backup_watch.outputs.report_json import report_document
from tests import builders as b

[SCOPE] = b.scopes("KR")
DOCS = Path(__file__).parents[3] / "docs"
EVERYTHING = b.a_report(
    b.stale(), b.a_violation(b.late(), Event.ONGOING), b.never(created_at=None), b.disabled(age=None), b.unread(),
    b.misdated(), b.a_finding("ahead-db", age=-b.hours(3)), b.missing(), b.too_few(),
    others=[b.fresh(size_bytes=None, backup_time=None), b.new(), b.skipped()],
    resolved=[b.an_end(), b.an_end(b.never(created_at=None))],
    errors=[b.an_error(), b.an_error("SecretUnreadable", region=None, operation="GetSecretValue")],
)  # fmt: skip
REPORTS = [EVERYTHING, b.a_report(), b.a_report(others=[b.fresh()]), *sample_reports(now=b.NOW, scope=SCOPE)]


def schema(name: str) -> dict:
    return json.loads((DOCS / f"{name}.schema.json").read_text())


def closed(part):
    """The schema with nothing allowed but what it names; the published one lets minor versions add keys."""
    if isinstance(part, list):
        return [closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    shut = {key: closed(value) for key, value in part.items()}
    return shut | {"unevaluatedProperties": False} if "properties" in shut and "type" in shut else shut


def validator(name: str, *, strict: bool = False) -> Draft202012Validator:
    schemas = {each: schema(each) for each in ("report", "message")}
    if strict:
        schemas = {each: closed_for(each, content) for each, content in schemas.items()}
    registry = Registry().with_resources(
        (content["$id"], Resource.from_contents(content)) for content in schemas.values()
    )
    return Draft202012Validator(schemas[name], registry=registry)


def closed_for(name: str, content: dict) -> dict:
    """Close everything but ``finding``, which ``violation`` adds to: that one is closed in its place."""
    shut = closed(copy.deepcopy(content))
    if name == "report":
        del shut["$defs"]["finding"]["unevaluatedProperties"]
        shut["$defs"]["violation"]["unevaluatedProperties"] = False
        shut["properties"]["findings"]["items"] = {"$ref": "#/$defs/finding", "unevaluatedProperties": False}
    return shut


@pytest.mark.parametrize("name", ["report", "message"])
def test_the_schemas_are_schemas(name):
    Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("report", REPORTS)
def test_every_report_fits_its_schema(report, strict):
    published = replace(report, notification=Notification(("id-1",), 2))
    for document in (
        report_document(report, Words()),
        report_document(report, Words("ko"), every_finding=True),
        report_document(published, Words()),
    ):
        validator("report", strict=strict).validate(json.loads(json.dumps(document)))


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("is_test", [False, True])
@pytest.mark.parametrize("report", REPORTS)
def test_every_message_for_programs_fits_its_schema(report, is_test, strict):
    message = compose(report, Words(), notify="all", is_test=is_test)
    if message is not None:
        validator("message", strict=strict).validate(json.loads(message.renderings["default"]))


def test_a_cut_message_fits_the_schema_too():
    report = b.a_report(*[b.stale(f"데이터베이스-{number}") for number in range(2000)])
    validator("message", strict=True).validate(json.loads(compose(report, Words("ko")).renderings["default"]))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("severity",), "bad"),
        (("checkedAt",), "2026-11-23T12:00:00+09:00"),
        (("counts", "STALE"), -1),
        (("violations", 0, "incident"), "xyz"),
        (("violations", 0, "verdict"), "OLD"),
        (("violations", 0, "reason"), ""),
        (("errors", 0, "kind"), None),
        (("violations", 0, "typo"), 1),
    ],
)
def test_the_schema_refuses_what_is_wrong(path, value):
    document = json.loads(json.dumps(report_document(EVERYTHING, Words())))
    part = document
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    assert not validator("report", strict=True).is_valid(document)
