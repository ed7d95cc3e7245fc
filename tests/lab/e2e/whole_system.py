"""`make e2e`: the whole template deployed by CloudFormation and by `make deploy`, and run as it would be in AWS.

LocalStack's core deploys it; its functions are the built ones, in AWS's own runtime emulators, and its state machine is
run by LocalStack's interpreter. The Ncloud API is ours, over TLS. Not part of `make test`: it takes some minutes, and
LocalStack needs an environment of its own. What it cannot show is in docs/reliability.md.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.emulator import Backup, Database, many
from tests.lab.e2e.deployed import until
from tests.lab.e2e.operators import Operators
from tests.lab.e2e.whole_template import PERIOD_SECONDS
from tests.runtime.accounts import broken_databases
from tests.stack.fleet import ACCOUNTS_KEY, KEYS, accounts_file, key_of

pytestmark = pytest.mark.timeout(900)
PATIENCE_SECONDS = 3 * PERIOD_SECONDS + 60
"""For an alarm: its window, and LocalStack's way to look at it."""


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def test_make_deploy_deploys_one_account_and_a_fleet(make_deploy, deployed, ncloud, now):
    ncloud.account = broken_databases(now=now)
    common = f"NcloudApiGateway={ncloud.url} AlertQueue=true AlertEmail=dba@example.com"
    first = make_deploy(common)
    assert first.returncode == 0, first.stdout
    say(first.stdout, "the Ncloud keys are in the secret now", "run: critical; 4 instances: ", "orders", "sessions")
    one = deployed("ncloud-backup-watch")
    assert {each["serviceName"] for each in one.alert()["violations"]} == {"orders", "sessions", "audit"}

    fleet = make_deploy(f"{common} Fleet=true --stack many")
    assert fleet.returncode == 0, fleet.stdout
    say(fleet.stdout, "it is not there yet: docs/accounts.md says")
    accounts = list(many(3, now=now, profiles={"stale": 1, "healthy": 1}))
    stack = deployed("many")
    give(stack, ncloud, accounts)
    stack.ended(stack.start({"action": "check", "notify": "all"}))
    assert stack.alert()["counts"]["instances"] == 6


def test_the_schedules_event_is_told_to_people_and_to_operators(deploy, ncloud, now):
    account = ncloud.account = broken_databases(now=now)
    stack = deploy("watch", NcloudApiGateway=ncloud.url, AlertQueue="true", HttpAccess="TOKEN")
    stack.keep_key()
    operators = Operators(stack)

    until(lambda: operators.states()["NoCompleteCheckAlarm"] == "ALARM", "the dead man's switch: nothing has ever run")
    operators.feed(stack.run())
    assert {each["event"] for each in stack.alert()["violations"]} == {"NEW"}
    expect(operators, "NoCompleteCheckAlarm", "OK", "a complete check")
    expect(operators, "DisabledAlarm", "ALARM", "it found backups switched off")

    for database in account.databases:
        database.is_backup = True
    account.databases.append(Database("105", "billing", [Backup.at(now - timedelta(hours=31))]))
    operators.feed(stack.run())
    told = stack.alert()
    assert [each["serviceName"] for each in told["violations"] if each["event"] == "NEW"] == ["billing"]
    assert [each["serviceName"] for each in told["resolved"]] == ["sessions"]
    expect(operators, "DisabledAlarm", "OK", "they are on again")

    assert stack.get("/report").status == 401
    page = stack.get("/", token=stack.token())
    assert page.status == 200
    assert "billing" in page.text
    assert stack.alerts() == [], "who looks tells nobody"

    expect(operators, "NoCompleteCheckAlarm", "ALARM", "no check for three periods")
    ncloud.faults("gateway-error,code=200")
    operators.feed(stack.run())
    expect(operators, "CheckIncompleteAlarm", "ALARM", "a check that may not read")
    assert ("NoCompleteCheckAlarm", "OK") not in operators.heard, "it was not complete"
    assert {each["kind"] for each in stack.alert()["errors"]} == {"AuthenticationFailed"}

    ncloud.faults()
    account.databases.append(Database("106", "reports", [Backup.at(now - timedelta(hours=32))]))
    stack.client("sns").delete_topic(TopicArn=stack.outputs["AlertTopicArn"])
    stack.fire()
    expect(operators, "FunctionErrorsAlarm", "ALARM", "an alert that nobody can get")
    expect(operators, "FailureQueueAlarm", "ALARM", "given up after three attempts")
    given_up = stack.failure()
    assert given_up["requestContext"]["approximateInvokeCount"] == 3
    assert given_up["responsePayload"]["errorType"] == "AlertNotDelivered"
    assert given_up["requestPayload"]["trigger"] == "schedule"


def test_several_accounts_are_told_in_one_run(deploy, ncloud, now):
    accounts = list(many(3, now=now, profiles={"stale": 1, "healthy": 1}, states={"wrong-key": 1}))
    stack = deploy(
        "several", AccountsParameter="/watch/accounts", AlertQueue="true", HttpAccess="TOKEN", HttpCheck="true"
    )
    keep_keys(stack, ncloud, accounts)
    stack.client("ssm").put_parameter(
        Name="/watch/accounts", Type="String", Value=accounts_file(accounts, lambda _: ncloud.url)
    )
    stack.run()
    told = stack.alert()
    assert len(told["violations"]) == 2
    (unread,) = {each["account"] for each in told["errors"]}
    (seen, _) = {each["account"] for each in told["violations"]}
    report = json.loads(stack.get(f"/report?account={seen}", token=stack.token()).text)
    assert {each["account"] for each in report["violations"]} == {seen}
    asked = stack.ask({"action": "doctor", "account": unread})
    assert "AuthenticationFailed" in json.dumps(asked)


def test_the_fleets_schedule_tells_one_digest_of_all_accounts(deploy, ncloud, now):
    accounts = list(many(25, now=now, profiles={"stale": 1, "healthy": 2}, states={"wrong-key": 1}))
    stack = deploy("fleet", Fleet="true", AlertQueue="true", HttpAccess="TOKEN", FleetBatch="5", FleetConcurrency="3")
    give(stack, ncloud, accounts)
    operators = Operators(stack)

    ended = stack.ended(stack.fire())
    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"])["lost"] == 0
    operators.feed(stack.logged())
    told = stack.alert()
    assert len(told["counts"]["accounts"]) == 25
    assert len(told["violations"]) >= 24
    (unread,) = {each["account"] for each in told["errors"]}
    expect(operators, "AccountsUnreadAlarm", "ALARM", f"the key of {unread} is wrong")
    expect(operators, "NoCompleteCheckAlarm", "OK", "every account has its outcome")

    page = stack.get("/", token=stack.token())
    assert page.status == 200
    assert unread in page.text

    stack.client("s3").put_object(
        Bucket=stack.outputs["RunsBucketName"], Key=ACCOUNTS_KEY, Body=b"[[account]]\nid = 'default'"
    )
    ended = stack.ended(stack.fire())
    assert (ended["status"], ended["error"]) == ("FAILED", "SettingsError")
    assert "account 1 (default)" in stack.failure()["error"]["Cause"]
    assert stack.alerts() == []


def give(stack, ncloud, accounts) -> None:
    """Do what docs/accounts.md tells a person to do before a fleet's first run."""
    keep_keys(stack, ncloud, accounts)
    file = accounts_file(accounts, lambda _: ncloud.url)
    stack.client("s3").put_object(Bucket=stack.outputs["RunsBucketName"], Key=ACCOUNTS_KEY, Body=file.encode())


def keep_keys(stack, ncloud, accounts) -> None:
    ncloud.add_accounts(*accounts)
    for each in accounts:
        stack.client("ssm").put_parameter(
            Name=KEYS + each.id, Type="SecureString", Value=key_of(each.id), Overwrite=True
        )


def expect(operators: Operators, alarm: str, state: str, why: str) -> None:
    waited = operators.hear(alarm, state, within_seconds=PATIENCE_SECONDS)
    print(f"  {why}: {alarm} {state}, heard after {waited:.0f} s (period {PERIOD_SECONDS} s)", flush=True)


def say(text: str, *expected: str) -> None:
    assert [each for each in expected if each not in text] == [], text
