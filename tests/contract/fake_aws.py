"""A hand-written AWS: takes what is published, hands out secrets and parameters, and refuses when it is told to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from urllib.parse import parse_qs

from tests.contract.serving import Answering, Served, served

NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"


@dataclass(frozen=True)
class Published:
    """One call of Publish, as it came over the wire."""

    topic: str
    subject: str
    envelope: str
    structure: str
    attributes: dict[str, tuple[str, str]] = field(hash=False)
    """Type and value by name."""

    @property
    def renderings(self) -> dict[str, str]:
        return json.loads(self.envelope)

    @property
    def document(self) -> dict[str, Any]:
        """What a queue gets."""
        return json.loads(self.renderings["default"])

    @property
    def size_bytes(self) -> int:
        """What SNS counts: the message and its attributes."""
        counted = [name + kind + value for name, (kind, value) in self.attributes.items()]
        return len(self.envelope.encode()) + len("".join(counted).encode())

    def attribute(self, name: str) -> object:
        """The value of an attribute: a text, or a list of texts."""
        kind, value = self.attributes[name]
        return json.loads(value) if kind == "String.Array" else value


class FakeAws:
    """SNS, Secrets Manager and SSM's parameters, as far as the function meets them."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.published: list[Published] = []
        self.secrets: dict[str, str] = {}
        self.parameters: dict[str, str] = {}
        self.sns_refusal: tuple[int, bytes] | None = None
        self.hanging: Event | None = None
        """While this is not set, no answer comes; the connection then ends without one."""
        self.replies: dict[str, tuple[int, bytes]] = {}
        """What single operations of the JSON services answer, by their names."""
        self.reply: bytes | None = None
        """What Secrets Manager and SSM say instead of all that."""
        self.calls: list[str] = []

    def json_call(self, target: str, asked: dict[str, Any]) -> tuple[int, bytes]:
        self.calls.append(target)
        if (prepared := self.replies.get(target.rpartition(".")[2])) is not None:
            return prepared
        if self.reply is not None:
            return 200, self.reply
        name = asked.get("SecretId") or asked.get("Name") or ""
        if target.endswith("GetSecretValue"):
            if name in self.secrets:
                return 200, json.dumps({"Name": name, "SecretString": self.secrets[name]}).encode()
            return 400, b'{"__type": "ResourceNotFoundException", "Message": "no such secret"}'
        if name in self.parameters:
            return 200, json.dumps({"Parameter": {"Name": name, "Value": self.parameters[name]}}).encode()
        return 400, b'{"__type": "ParameterNotFound", "Message": "no such parameter"}'

    def sns_call(self, form: dict[str, list[str]]) -> tuple[int, bytes]:
        self.calls.append(form["Action"][0])
        if self.sns_refusal is not None:
            return self.sns_refusal
        if form["Action"] != ["Publish"]:
            return 403, b"<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>"
        self.published.append(_published({name: values[0] for name, values in form.items()}))
        result = f"<PublishResult><MessageId>m-{len(self.published)}</MessageId></PublishResult>"
        return 200, f"<PublishResponse xmlns='{NAMESPACE}'>{result}</PublishResponse>".encode()


def _published(form: dict[str, str]) -> Published:
    attributes, number = {}, 1
    while (name := form.get(f"MessageAttributes.entry.{number}.Name")) is not None:
        value = f"MessageAttributes.entry.{number}.Value"
        attributes[name] = (form[f"{value}.DataType"], form[f"{value}.StringValue"])
        number += 1
    return Published(
        form["TopicArn"], form["Subject"], form["Message"], form.get("MessageStructure", ""), attributes
    )  # fmt: skip


def fake_aws() -> Served[FakeAws]:
    """Serve one on a free loopback port."""
    aws = FakeAws()

    class Handler(Answering):
        def do_POST(self) -> None:  # noqa: N802  http.server's own word
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if aws.hanging is not None:
                aws.calls.append("")
                aws.hanging.wait(30)
                self.close_connection = True
                return
            target = self.headers.get("X-Amz-Target")
            if target:
                status, reply = aws.json_call(target, json.loads(body))
            else:
                status, reply = aws.sns_call(parse_qs(body.decode(), keep_blank_values=True))
            self.reply(status, reply, {"Content-Type": "application/x-amz-json-1.1" if target else "text/xml"})

    return served(aws, Handler)
