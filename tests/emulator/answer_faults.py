"""Faults that answer in the service's place, and those that spoil an honest answer."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

from tests.emulator import answers_json, answers_xml
from tests.emulator.exchange import JSON, XML, Answer, Request
from tests.emulator.listing import item_key
from tests.emulator.products import OPERATIONS
from tests.emulator.refusals import GatewayRefusal, Refusal, ServiceRefusal

PROXY_PAGE = b"""<!DOCTYPE html><html><head><title>Sign in to continue</title></head>
<body><h1>Corporate proxy</h1><p>Please sign in to reach this site.</p></body></html>
"""


@dataclass(frozen=True)
class Scene:
    """What an answer in the service's place may need to know."""

    request: Request
    operation: str
    answer_format: str
    now: datetime


def refusal_answer(refusal: Refusal, answer_format: str) -> Answer:
    """The refusal in the format that was asked for."""
    if answer_format == "json":
        return Answer(refusal.status, answers_json.refusal_body(refusal), JSON)
    return Answer(refusal.status, answers_xml.refusal_body(refusal), XML)


def _refused(refusal: Refusal, scene: Scene, answer_format: str) -> Answer:
    return refusal_answer(refusal, answer_format or scene.answer_format)


def gateway_error(scene: Scene, *, code: str, status: int, details: str, in_format: str) -> Answer:
    return _refused(GatewayRefusal(code, details, status=status or None), scene, in_format)


def service_error(scene: Scene, *, code: str, status: int, message: str, in_format: str) -> Answer:
    return _refused(ServiceRefusal(code, message, status=status or None), scene, in_format)


def error_under_200(scene: Scene, *, layer: str, code: str, in_format: str) -> Answer:
    refusal = GatewayRefusal(code, status=200) if layer == "gateway" else ServiceRefusal(code, status=200)
    return _refused(refusal, scene, in_format)


def throttled(scene: Scene, *, code: str, retry_after: str, in_format: str) -> Answer:
    """*retry_after*: seconds, or `date:SECONDS` for the HTTP date that many seconds from now, or empty for none."""
    answer = _refused(GatewayRefusal(code), scene, in_format)
    if retry_after.startswith("date:"):
        instant = scene.now + timedelta(seconds=float(retry_after.removeprefix("date:")))
        retry_after = format_datetime(instant, usegmt=True)
    return replace(answer, headers={"Retry-After": retry_after} if retry_after else {})


def any_status(scene: Scene, *, status: int, body: str, content_type: str) -> Answer:
    return Answer(status, body.encode(), content_type)


def html(scene: Scene, *, status: int) -> Answer:
    return Answer(status, PROXY_PAGE, "text/html; charset=UTF-8")


def redirect(scene: Scene, *, location: str, status: int) -> Answer:
    """*location* is a base URL: the request's own target is appended."""
    return Answer(status, b"", "text/html", {"Location": location.rstrip("/") + scene.request.target})


def deep_json(scene: Scene, *, depth: int) -> Answer:
    wrapper = f'{{"{scene.operation}Response":{{"returnCode":"0","totalRows":0,"deep":'.encode()
    return Answer(200, wrapper + b'[{"a":' * (depth // 2) + b"1" + b"}]" * (depth // 2) + b"}}", JSON)


def deep_xml(scene: Scene, *, depth: int) -> Answer:
    root = f"{scene.operation}Response".encode()
    body = b"<%b><returnCode>0</returnCode>%b%b</%b>" % (root, b"<a>" * depth, b"</a>" * depth, root)
    return Answer(200, body, XML)


def xml_bomb(scene: Scene, *, levels: int) -> Answer:
    """Ten to the power of *levels* laughs."""
    entities = ['<!ENTITY lol0 "lol">']
    entities += [f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, levels + 1)]
    return _with_doctype(scene, "".join(entities), f"&lol{levels};")


def external_entity(scene: Scene, *, uri: str) -> Answer:
    return _with_doctype(scene, f'<!ENTITY outside SYSTEM "{uri}">', "&outside;")


def _with_doctype(scene: Scene, declarations: str, name: str) -> Answer:
    root = f"{scene.operation}Response"
    operation = OPERATIONS.get(scene.operation)
    prefix = operation.product.prefix if operation and operation.product else "cloudPostgresql"
    key = operation.list_key if operation else "cloudPostgresqlBackupList"
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {root} [{declarations}]>\n<{root}>'
        "<requestId>1</requestId><returnCode>0</returnCode><returnMessage>success</returnMessage>"
        f"<totalRows>1</totalRows><{key}><{item_key(key)}>"
        f"<{prefix}InstanceNo>1</{prefix}InstanceNo><{prefix}ServiceName>{name}</{prefix}ServiceName>"
        f"</{item_key(key)}></{key}></{root}>\n"
    )
    return Answer(200, body.encode(), XML)


def gzip_bomb(scene: Scene, *, mib: int) -> Answer:
    return Answer(200, _zipped_blanks(mib), JSON, {"Content-Encoding": "gzip"})


@lru_cache(maxsize=2)
def _zipped_blanks(mib: int) -> bytes:
    """An empty JSON object after that much white space: a gzip file may have several members, one a MiB here."""
    return gzip.compress(b" " * 2**20) * mib + gzip.compress(b"{}")


def zipped_error(scene: Scene, *, code: str, intact: bool) -> Answer:
    """A gateway error under gzip, which nobody asked for. *intact*: it is as told, and not cut in the middle."""
    answer = _refused(GatewayRefusal(code), scene, "")
    body = gzip.compress(answer.body)
    return replace(answer, body=body if intact else body[: len(body) // 2], headers={"Content-Encoding": "gzip"})


def empty_body(answer: Answer) -> Answer:
    return replace(answer, body=b"")


def invalid_utf8(answer: Answer, *, where: str) -> Answer:
    """Two bytes that no UTF-8 has, in the first service name, or in returnMessage where there is no name."""
    marks = [b'ServiceName":"', b"ServiceName>"] if where == "name" else []
    for mark in [*marks, b'returnMessage":"', b"returnMessage>"]:
        if mark in answer.body:
            return replace(answer, body=answer.body.replace(mark, mark + b"\xff\xfe", 1))
    return replace(answer, body=b"\xff\xfe" + answer.body)


def other_content_type(answer: Answer, *, value: str) -> Answer:
    return replace(answer, content_type=value)


def broken_end(answer: Answer) -> Answer:
    """Well delivered, but the text itself ends early: what a proxy's limit leaves."""
    return replace(answer, body=answer.body[: len(answer.body) // 2])
