"""Whole runs: the state machine in moto's interpreter, the handler in this process, Ncloud and AWS over sockets."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any
from unittest import mock

import app
from tests.edges.fleet.conftest import a_fleet
from tests.emulator import Description, access_key_of, many, secret_key_of
from tests.stack.fleet import ACCOUNTS_KEY, accounts_file
from tests.stack.lambdas import Died

SAME = ("instanceNo", "region", "product", "serviceName", "verdict", "severity", "event", "incident", "lastBackupAt")
TROUBLED = {
    "hangs": {"state": "hanging"},
    "wrong-key": {"state": "wrong-key"},
    "throttled": {"state": "throttled"},
    "proxy-page": {"state": "proxy-page"},
    "region-down": {"state": "region-down", "regions": ("KR", "SGN")},
    "keyless": {},
    "junk-key": {},
    "kills": {},
}


def kills(event: dict[str, Any]) -> None:
    """One account costs its invocation its memory."""
    if event["fleet"] == "check" and any(one["id"] == "kills" for one in event["accounts"]):
        raise Died("RequestId: 1 Error: Runtime exited with error: signal: killed")


def alone(account: Description, url: str, now, **settings: str) -> dict[str, Any]:
    """The report of a check of this account and no other, as a single installation makes it."""
    environment = {
        "NCLOUD_ACCESS_KEY_ID": access_key_of(account.id),
        "NCLOUD_SECRET_ACCESS_KEY": secret_key_of(account.id),
        "NCLOUD_API_GW": url,
        "NCLOUD_REGIONS": ",".join(account.shown_regions),
        "NCLOUD_PRODUCTS": ",".join(account.products),
        **settings,
    }
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    with mock.patch.dict(os.environ, aws | environment, clear=True):
        return app.lambda_handler({"action": "check", "at": now.isoformat()}, None)


def told(document: dict[str, Any], account: str) -> set[tuple[Any, ...]]:
    """What the report says of one account's databases; of an incident's name, that hangs on the account, nothing."""
    rows = [*document["violations"], *document["resolved"]]
    return {tuple(row[name] for name in SAME if name != "incident") for row in rows if row["account"] == account}


def test_a_fleets_report_is_the_sum_of_single_runs_whatever_some_accounts_do(now):
    well = list(many(6, now=now, prefix="well", instances=7))
    troubled = [Description(name, now, **told) for name, told in TROUBLED.items()]
    empty = Description("empty", now, state="empty")
    accounts = [*well[:3], *troubled, empty, *well[3:]]
    with a_fleet(accounts, now, kills, FLEET_BATCH="5", ACCOUNT_SECONDS="2", MEMORY="") as fleet:
        fleet.stack.client("ssm").delete_parameter(Name="/ncloud-backup-watch/accounts/keyless")
        fleet.stack.keep_key("junk-key", value="no JSON")
        ended = fleet.run()
        assert (ended.status, ended.output["accounts"]) == ("SUCCEEDED", len(accounts))
        alert, report = fleet.alert(), fleet.report()
        for account in [*well, empty]:
            assert not [error for error in report["errors"] if error["account"] == account.id]
            expected = alone(account, fleet.emulator.url_of(account.site), now)
            assert told(report, account.id) == told(expected, "default"), account.id
            assert report["counts"]["accounts"][account.id] == expected["counts"]["instances"]
    kinds = {}
    for error in alert["errors"]:
        kinds.setdefault(error["account"], set()).add(error["kind"])
    assert kinds == {
        "hangs": {"DeadlineExceeded"},
        "wrong-key": {"AuthenticationFailed"},
        "throttled": {"RateLimited"},
        "proxy-page": {"MalformedAnswer"},
        "region-down": {"EndpointError"},
        "keyless": {"SecretUnreadable"},
        "junk-key": {"SecretUnreadable"},
        "kills": {"AccountNotChecked"},
    }
    [lost] = [error for error in alert["errors"] if error["account"] == "kills"]
    assert "signal: killed" in lost["message"]


PAUSED = """
[[account]]
id = "paused"
api = "https://ncloud.apigw.ntruss.com"
paused_until = {until}
reason = "is being moved"
owner = "ops@example.com"

[[account]]
id = "may-be-empty"
api = "{api}"
may_be_empty = true
"""
POLICY = """
[[rule]]
match = "orders-*"
account = "well-00001"
max_age = "9d"

[[rule]]
match = "matches-nothing"
max_age = "1h"

[expect]
instances = 99
names = ["users-*"]
"""


def test_a_fleet_comes_to_what_one_invocation_over_the_same_file_comes_to(now):
    file = [*many(4, now=now, prefix="well", instances=6), Description("wrong-key", now, state="wrong-key")]
    unnamed = [Description("empty", now, state="empty"), Description("may-be-empty", now, state="empty")]
    with a_fleet([*file, *unnamed], now, FLEET_BATCH="2", MEMORY="", POLICY=POLICY) as fleet:
        tables = accounts_file([*file, unnamed[0]], fleet.emulator.url_of)
        until = (now + timedelta(days=9)).isoformat()
        fleet.stack.write(ACCOUNTS_KEY, tables + PAUSED.format(until=until, api=fleet.emulator.url_of("public")))
        ended = fleet.run()
        assert ended.status == "SUCCEEDED", ended
        together = fleet.report()
        at_once = app.lambda_handler({"action": "check", "at": now.isoformat()}, None)
    assert (ended.output["accounts"], len(together["counts"]["accounts"])) == (8, 7)
    for part in ("severity", "complete", "counts", "warnings", "resolved", "violations", "errors"):
        assert together[part] == at_once[part], part
    assert any("paused" in warning for warning in together["warnings"])
