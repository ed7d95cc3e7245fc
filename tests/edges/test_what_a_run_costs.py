"""What a scheduled run of a healthy fleet imports, asks for and parses: what makes it cheap, counted and not timed."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.emulator import ACCESS_KEY, SECRET_KEY, Account, Backup, Database, Emulator

ROOT = Path(__file__).resolve().parents[2]
SCHEDULED = {"trigger": "schedule"}
INSTANCES = 35
PAGE_SIZE = 10
PAGES = 4
OURS = {"app", "backup_watch", "ncloud"}
OPTIONAL = {"typing_extensions"}
"""msgspec takes it where it is; the deployed layer has none."""
LOGGING = {"aws_lambda_powertools", "jmespath", "botocore"}
"""Powertools and what it imports; of botocore the bare package, to which it gives its name for requests."""
FOR_OTHERS = (
    "backup_watch.alerts", "backup_watch.web.page", "backup_watch.web", "backup_watch.diagnostics.explain",
    "backup_watch.diagnostics.probes_aws", "backup_watch.runtime.actions", "backup_watch.runtime.doctor",
    "backup_watch.adapters.sns",
)  # fmt: skip
"""Ours, for what people ask and for alerts."""
FOR_MANY = (
    "backup_watch.adapters.account_keys", "backup_watch.adapters.accounts_source", "backup_watch.adapters.recollection",
    "backup_watch.adapters.run_documents", "backup_watch.adapters.runs", "backup_watch.checking.parts",
    "backup_watch.config.accounts_toml", "backup_watch.config.fleet_events", "backup_watch.model.fleet",
    "backup_watch.runtime.accounts_file", "backup_watch.runtime.fleet_checking", "backup_watch.runtime.fleet_page",
    "backup_watch.runtime.fleet_planning", "backup_watch.runtime.fleet_results", "backup_watch.runtime.fleet_run",
    "backup_watch.runtime.fleet_telling", "ncloud.shared",
)  # fmt: skip
"""Ours, for several accounts and for fleets."""
COSTLY = (
    "boto3",
    "botocore.session",
    "botocore.client",
    "s3transfer",
    "prometheus_client",
    "aws_lambda_powertools.event_handler",
    "tomllib",
    "zoneinfo",
    "asyncio",
    "xml.etree",
    "ncloud.decoding.xml",
    "concurrent.futures",
    "multiprocessing",
)
"""The standard library's and ours, for what most runs do not have: a policy, another zone, XML."""


def _healthy_account() -> Account:
    """Every database was backed up three hours ago: nothing to tell, and no detail list to be asked for."""
    now = datetime.now(UTC)
    backups = [Backup.at(now - timedelta(hours=27)), Backup.at(now - timedelta(hours=3))]
    slot = f"{(now - timedelta(hours=4)).astimezone(Database('', '').zone):%H}:00"
    return Account([Database(str(n), f"orders-{n}", list(backups), backup_time=slot) for n in range(INSTANCES)])


@pytest.fixture(scope="module")
def emulator():
    with Emulator(_healthy_account()) as emulator:
        yield emulator


def _run(emulator, event, **settings):
    """What a run told of itself, with the keys in the environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in ("handler", "layers/ncloud/python")),
        "NCLOUD_API_GW": emulator.url,
        "NCLOUD_ACCESS_KEY_ID": ACCESS_KEY,
        "NCLOUD_SECRET_ACCESS_KEY": SECRET_KEY,
        "TOPIC_ARN": "arn:aws:sns:ap-northeast-2:123456789012:alerts",
        "PAGE_SIZE": str(PAGE_SIZE),
        **settings,
    }
    command = [sys.executable, "tests/edges/counted_run.py", json.dumps(event)]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert '"severity": "ok"' in done.stdout, "it was a healthy run"
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def run(emulator):
    return _run(emulator, SCHEDULED)


def _third_parties(modules: list[str]) -> set[str]:
    packages = {name.partition(".")[0] for name in modules} - OURS - OPTIONAL - sys.stdlib_module_names
    return {name for name in packages if not name.startswith("_")}


def test_importing_the_function_loads_one_library(run):
    assert _third_parties(run["imported"]) == {"msgspec"}


def test_a_healthy_run_needs_one_to_read_and_one_to_log(run):
    assert _third_parties(run["loaded"]) == {"msgspec", "urllib3", *LOGGING}


def test_a_healthy_run_does_not_load_what_alerts_and_people_need(run):
    assert {"backup_watch.checking.check", "ncloud.transport.http"} <= set(run["loaded"]), "it did load what it needs"
    loaded = {
        name
        for name in run["loaded"]
        for other in (*FOR_OTHERS, *FOR_MANY, *COSTLY)
        if (name + ".").startswith(other + ".")
    }
    assert loaded == set()


@pytest.mark.parametrize("name", [*FOR_OTHERS, *FOR_MANY])
def test_what_is_not_loaded_is_there(name):
    assert find_spec(name) is not None


def test_importing_the_function_opens_no_way_to_the_network(run):
    assert {"ssl", "http.client", "email"} & set(run["imported"]) == set()


def test_each_page_is_asked_for_once(run, emulator):
    asked = sorted((request.operation, int(request.parameters["pageNo"])) for request in emulator.requests)
    lists = ("getCloudPostgresqlBackupList", "getCloudPostgresqlInstanceList")
    assert asked == [(operation, page) for operation in lists for page in range(PAGES)]


def test_each_page_is_parsed_once_and_nothing_else_is(run):
    assert run["parsed"] == ["Decoder"] * 2 * PAGES


def test_what_is_plainly_fresh_is_not_judged_one_by_one(run):
    assert run["judged"] == 0


def test_who_wants_every_finding_has_each_judged(emulator):
    assert _run(emulator, {"action": "check", "all": True})["judged"] == INSTANCES
