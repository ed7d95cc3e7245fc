"""One alert for 5,000 violations: composed, and published at the SNS of AWS_ENDPOINT_URL with a client in use.

`python -m tests.lab.bench.measured.alert TOPIC_ARN`
"""

from __future__ import annotations

import sys
import time

from backup_watch.adapters.aws import Aws
from backup_watch.adapters.sns import publish
from backup_watch.alerts import compose
from backup_watch.i18n import Words
from tests.lab.bench.measured.told import tell
from tests.lab.bench.reports import broken_report

VIOLATIONS = 5000


def main(topic_arn: str) -> None:
    client, words, report = Aws().client("sns"), Words("en", "Asia/Seoul"), broken_report(VIOLATIONS)
    first = compose(broken_report(1), words)
    if first is None:
        raise RuntimeError("nothing to tell")
    publish(first, topic_arn=topic_arn, client=client)
    started = time.perf_counter()
    message = compose(report, words)
    composed = time.perf_counter()
    if message is None:
        raise RuntimeError("nothing to tell")
    publish(message, topic_arn=topic_arn, client=client)
    tell(seconds=time.perf_counter() - started, compose_seconds=composed - started, events=message.events)


if __name__ == "__main__":
    main(sys.argv[1])
