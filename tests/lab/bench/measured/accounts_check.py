"""Our check of many accounts in one invocation: read all at once, join, judge, report. Nothing is published.

`python -m tests.lab.bench.measured.accounts_check URL ACCOUNTS REGIONS`
"""

from __future__ import annotations

import sys
import time
import tomllib  # noqa: F401  what the accounts file is read with; both contestants import before their clocks start

import ncloud.transport.http
from backup_watch.adapters.aws import Aws
from backup_watch.checking.check import run_check
from backup_watch.config.events import Check
from backup_watch.i18n import Words
from backup_watch.runtime import accounts_file  # noqa: F401  the same
from backup_watch.runtime.invocation import Invocation
from backup_watch.runtime.loading import load_configuration, open_source
from tests.emulator.accounts import access_key_of, secret_key_of
from tests.lab.bench.measured.settled import GRACE
from tests.lab.bench.measured.told import tell


def main(url: str, count: int, regions: int) -> None:
    wanted = ["KR", "SGN", "JPN"][:regions]
    text = f'[defaults]\napi = "{url}"\nregions = {wanted}\nparameter = "/keys/{{id}}"\n'
    text += "".join(f'[[account]]\nid = "account-{number:05d}"\n' for number in range(1, count + 1))
    started = time.perf_counter()
    invocation = Invocation({"ACCOUNTS": text, "BACKUP_GRACE": GRACE}, aws=Aws())
    loaded = load_configuration(invocation.environment, invocation.aws, now=invocation.clock, needs_topic=False)
    source, _ = open_source(
        loaded,
        invocation.aws,
        deadline=invocation.deadline,
        keys=lambda accounts: {
            one.id: ncloud.Credentials(access_key_of(one.id), secret_key_of(one.id)) for one in accounts
        },
    )
    report = run_check(invocation.plan(Check(notify=False), loaded, Words("en", "UTC")), source)
    seconds = time.perf_counter() - started
    if not report.complete:
        raise RuntimeError(str(report.errors[0]))
    tell(seconds=seconds, instances=report.counts.instances)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
