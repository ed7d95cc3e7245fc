"""AWS's list prices, and what a month of hourly checks comes to. US dollars, without tax."""

from __future__ import annotations

from dataclasses import dataclass

AS_OF = "November 2026"
"""When they were written down, from public copies of AWS's price pages: look up your own region's."""
REGIONS = "us-east-1 and ap-northeast-2 (Seoul)"
RUNS = 730
"""Hourly, in a month of 365/12 days."""

LAMBDA_GB_SECOND = {"arm64": 0.0000133334, "x86_64": 0.0000166667}
LAMBDA_REQUEST = 0.20 / 1e6
FREE_GB_SECONDS = 400_000
"""A month and account, for good; as are the free metrics, alarms and publications."""
METRIC = 0.30
FREE_METRICS = 10
ALARM = 0.10
FREE_ALARMS = 10
SECRET = 0.40
SECRET_READ = 0.05 / 1e4
SNS_PUBLISH = 0.50 / 1e6
MAIL = 2.00 / 1e5
LOG_GB = 0.76
"""Ingested, in Seoul; 0.50 in us-east-1. 5 GB a month are free."""
KMS_KEY = 1.00


def lambda_month(seconds: float, memory_mb: int, *, architecture: str = "arm64") -> float:
    """A month of hourly runs of *seconds* each, the free tier left aside."""
    return RUNS * (seconds * memory_mb / 1024 * LAMBDA_GB_SECOND[architecture] + LAMBDA_REQUEST)


@dataclass(frozen=True)
class Item:
    """A line of the bill."""

    what: str
    month: float
    """Within an account whose free tier is used up by others."""
    month_with_free_tier: float
    """In an account that runs nothing else."""


def around(*, metrics: int, alarms: int, log_bytes: int) -> list[Item]:
    """What a month costs besides Lambda: *metrics* series, *alarms*, *log_bytes* a run, a mail a day."""
    log = RUNS * log_bytes / 1e9 * LOG_GB
    return [
        Item(f"CloudWatch, {metrics} custom metrics", metrics * METRIC, max(metrics - FREE_METRICS, 0) * METRIC),
        Item(f"CloudWatch, {alarms} alarms", alarms * ALARM, max(alarms - FREE_ALARMS, 0) * ALARM),
        Item(
            "Secrets Manager, the Ncloud key, read at every run",
            SECRET + RUNS * SECRET_READ,
            SECRET + RUNS * SECRET_READ,
        ),
        Item("Secrets Manager, the HTTP token (only with `HttpAccess=TOKEN`)", SECRET, SECRET),
        Item(f"CloudWatch Logs, {log_bytes / 1000:.0f} kB a run", log, 0.0),
        Item("SNS, a message and two mails a day", 30.4 * (SNS_PUBLISH + 2 * MAIL), 0.0),
        Item("EventBridge Scheduler, SQS, SSM, the Function URL", 0.0, 0.0),
        Item("KMS (only with `CustomerManagedKey=true`)", KMS_KEY, KMS_KEY),
    ]
