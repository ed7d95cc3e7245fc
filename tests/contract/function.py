"""The function as AWS sees it: an event and an environment go in; an answer, lines and requests come out."""

from __future__ import annotations

import io
import json
import os
import time
import traceback
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from unittest import mock

import app
import ncloud
from tests.contract.fake_aws import FakeAws, Published
from tests.contract.fake_ncloud import Asked, FakeNcloud
from tests.edges.ncloud.reader import QuickClock

ACCESS_KEY = "CONTRACTACCESSKEY0001"
SECRET_KEY = "contractSecretKey0123456789abcdefABCDEF0"
TOPIC = "arn:aws:sns:ap-northeast-2:123456789012:alerts"
QUICK = {"connect_timeout": 0.5, "read_timeout": 0.5, "request_timeout": 1.0}
"""Time-outs of the client in seconds: a test need not wait as long as a user would."""


class Context:
    """What Lambda hands over."""

    aws_request_id = "11111111-2222-3333-4444-555555555555"

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


@dataclass
class Outcome:
    """Everything that left the function."""

    answer: Any = None
    error: BaseException | None = None
    stdout: str = ""
    published: list[Published] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    remaining_ms: int = 0
    """What was left of the time that Lambda gives, at the end."""

    @property
    def report(self) -> dict[str, Any]:
        assert self.error is None, f"the function raised {self.error!r}"
        return self.answer

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output, each line of which is a JSON object."""
        return [json.loads(line) for line in self.stdout.split("\n") if line]

    @property
    def alert(self) -> Published:
        """The one message that was published."""
        assert len(self.published) == 1, self.published
        return self.published[0]

    def metric(self, name: str, **dimensions: str) -> float | None:
        """The sample of *name* with exactly these dimensions besides ``service``."""
        found = [
            value
            for line in self.lines
            if name in line
            for directive in line.get("_aws", {}).get("CloudWatchMetrics", [])
            if set(directive["Dimensions"][0]) == {"service", *dimensions}
            and all(line[key] == wanted for key, wanted in dimensions.items())
            for value in line[name]
        ]
        assert len(found) <= 1
        return found[0] if found else None

    def finding(self, name: str) -> dict[str, Any]:
        """The one finding about *name*."""
        [found] = [one for one in self.report["findings"] if one["serviceName"] == name]
        return found

    def verdicts(self) -> dict[str, str]:
        return {one["serviceName"]: one["verdict"] for one in self.report["findings"]}

    def everything(self) -> str:
        """All that left the process but for the signed requests: where no secret may be."""
        raised = "".join(traceback.format_exception(self.error)) + repr(self.error) if self.error else ""
        told = [published.envelope + published.subject for published in self.published]
        return "\n".join([self.stdout, json.dumps(self.answer, ensure_ascii=False), raised, *told])


class Function:
    """Invokes the handler amid the two stand-ins."""

    def __init__(self, ncloud_url: str, aws_url: str, fake: FakeNcloud, aws: FakeAws) -> None:
        self.ncloud, self.aws = fake, aws
        self.ncloud_url, self.aws_url = ncloud_url, aws_url

    def environment(self, **settings: str | None) -> dict[str, str]:
        """All variables of the function; a setting of None is left out."""
        given = {
            "PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": "ap-northeast-2", "AWS_DEFAULT_REGION": "ap-northeast-2", "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.aws_url, "TOPIC_ARN": TOPIC, "NCLOUD_API_GW": self.ncloud_url,
            "NCLOUD_ACCESS_KEY_ID": ACCESS_KEY, "NCLOUD_SECRET_ACCESS_KEY": SECRET_KEY, "REPORT_CACHE_SECONDS": "0",
        } | settings  # fmt: skip
        return {name: value for name, value in given.items() if value is not None}

    def __call__(self, event: object, *, seconds: float | None = None, **settings: str | None) -> Outcome:
        """Invoke it once; *seconds*: what its time-out leaves it (None: no context at all)."""
        outcome, output = Outcome(), io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")  # as strict as Lambda's
        self.aws.published, self.ncloud.asked = outcome.published, outcome.asked
        quick = partial(ncloud.Client, clock=QuickClock(), **QUICK)
        with (
            mock.patch.dict(os.environ, self.environment(**settings), clear=True),
            mock.patch.object(ncloud, "Client", quick),
            redirect_stdout(output),
        ):
            context = None if seconds is None else Context(seconds)
            try:
                outcome.answer = app.lambda_handler(event, context)
            except Exception as error:  # noqa: BLE001  whatever it ends with is what is looked at
                outcome.error = error
        if context is not None:
            outcome.remaining_ms = context.get_remaining_time_in_millis()
        output.seek(0)
        outcome.stdout = output.read()
        return outcome

    def check(self, **event: Any) -> Outcome:
        """Check with all findings, and notify."""
        return self({"action": "check", "all": True} | event)

    def check_with(self, **settings: str | None) -> Outcome:
        """The same with other *settings*."""
        return self({"action": "check", "all": True}, **settings)
