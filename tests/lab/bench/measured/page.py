"""The status page of 5,000 instances, as HTML. `python -m tests.lab.bench.measured.page`"""

from __future__ import annotations

import time

from backup_watch.i18n import Words
from backup_watch.web.page.choice import Choice
from backup_watch.web.page.document import render
from tests.lab.bench.measured.told import tell
from tests.lab.bench.reports import mixed_report

INSTANCES = 5000


def main() -> None:
    words, report = Words("en", "Asia/Seoul"), mixed_report(INSTANCES)
    render(mixed_report(1), Choice(), words)  # the template is compiled once in a process
    started = time.process_time()
    html = render(report, Choice(), words)
    tell(seconds=time.process_time() - started, mib=len(html.encode()) / 2**20)


if __name__ == "__main__":
    main()
