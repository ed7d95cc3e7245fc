"""The doctor against the emulated Ncloud API and moto, with each thing wrong in turn."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest import mock

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from backup_watch.adapters.aws import Aws
from backup_watch.model.products import PRODUCTS
from backup_watch.runtime.doctor import diagnose
from tests.emulator import ACCESS_KEY, SECRET_KEY, Account, Database, Emulator, daily_backups, seeded_account
from tests.stack.cloud import SECRET, Cloud, running_cloud
from tests.stack.environment import function_environment, in_environment

NOW = datetime.now(UTC)
TOKEN = "3f0c9e27-7d1f-4b62-a2a1-0f6b3a7d9c55"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with running_cloud(access_key=ACCESS_KEY, secret_key=SECRET_KEY) as running:
        yield running


def an_account() -> Account:
    """Three databases in two of three regions."""
    places = {"orders": "KR", "users": "KR", "carts": "SGN"}
    newest = NOW - timedelta(hours=3)
    databases = [
        Database(str(1000 + number), name, daily_backups(newest, count=2), region=region)
        for number, (name, region) in enumerate(places.items())
    ]
    return Account(databases, ("KR", "SGN", "JPN"))


@contextmanager
def examined(
    cloud: Cloud, *, account: Account | None = None, aws: Aws | None = None, emulator=(), only=None, **settings
):
    """What the doctor says with these settings, by name; None takes a setting away."""
    with Emulator(account or an_account(), **dict(emulator)) as ncloud:
        environment = function_environment(
            ncloud_url=ncloud.url, aws_url=cloud.url, topic_arn=cloud.topic_arn, now=NOW
        ) | {"POLICY": ""}  # fmt: skip
        environment = {name: value for name, value in (environment | settings).items() if value is not None}
        with in_environment(environment):
            yield diagnose(environment, aws or Aws(), now=NOW, deadline=time.monotonic() + 20, account=only)


def doctor(cloud: Cloud, **asked) -> dict:
    with examined(cloud, **asked) as document:
        return document


def named(document: dict, name: str) -> dict:
    """The one check of that name."""
    [check] = [check for check in document["checks"] if check["name"] == name]
    return check


def not_well(document: dict) -> dict[str, str]:
    return {one["name"]: one["status"] for one in document["checks"] if one["status"] in ("warning", "failed")}


def test_an_account_that_is_asked_for_and_is_none_is_told(cloud):
    assert named(doctor(cloud, only="acme"), "account")["status"] == "failed"
    assert doctor(cloud, only="def*")["healthy"]


def test_where_all_is_well_everything_was_looked_at(cloud):
    document = doctor(cloud)
    assert (document["action"], document["healthy"], not_well(document)) == ("doctor", True, {})
    assert [check["name"] for check in document["checks"]] == [
        "settings", "secret", "policy", "credentials", "clock",
        "permission getCloudPostgresqlBackupList", "permission getCloudPostgresqlInstanceList",
        "permission getCloudPostgresqlBackupDetailList", "permission getRegionList",
        "region KR", "region SGN", "products", "topic", "subscriptions", "memory", "http token", "heartbeat",
    ]  # fmt: skip
    assert named(document, "region KR")["detail"] == "2 databases"
    assert named(document, "permission getCloudPostgresqlBackupList")["detail"] == "3 rows read in KR, SGN"
    assert named(document, "permission getCloudPostgresqlBackupDetailList")["detail"] == "2 rows read in KR"


def test_nothing_is_published_and_no_secret_is_shown(cloud):
    boto3.client("secretsmanager", endpoint_url=cloud.url).create_secret(Name="token", SecretString=TOKEN)
    document = doctor(cloud, HTTP_TOKEN_SECRET="token", HEARTBEAT_URL="https://hc.example.com/ping/5ecret-path")
    assert (cloud.inbox, cloud.receive()) == ([], [])
    text = json.dumps(document)
    assert [secret for secret in (SECRET_KEY, ACCESS_KEY, TOKEN, "5ecret-path") if secret in text] == []
    assert named(document, "http token")["status"] == named(document, "heartbeat")["status"] == "ok"


def test_every_wrong_setting_is_named_and_the_rest_is_looked_at_all_the_same(cloud):
    document = doctor(cloud, MAX_BACKUP_AGE="soon", PAGE_SIZE="0", TOPIC_ARN="alerts")
    settings = [check for check in document["checks"] if check["name"] == "settings"]
    assert [check["status"] for check in settings] == ["failed"] * 3
    assert {check["detail"].split(":")[0] for check in settings} == {
        "TOPIC_ARN='alerts'",
        "MAX_BACKUP_AGE='soon'",
        "PAGE_SIZE='0'",
    }
    assert all("Correct" in check["advice"] for check in settings)
    assert (named(document, "credentials")["status"], named(document, "topic")["status"]) == ("ok", "skipped")
    assert not document["healthy"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("absent", None, "ResourceNotFoundException"),
        ("plain", "not json", "is no JSON"),
        ("half", '{"access_key_id": "A"}', "lacks a key"),
    ],
)
def test_a_secret_that_is_absent_or_ill_formed_is_named(cloud, name, text, said):
    if text is not None:
        boto3.client("secretsmanager", endpoint_url=cloud.url).create_secret(Name=name, SecretString=text)
    document = doctor(cloud, NCLOUD_CREDENTIALS_SECRET=name)
    secret = named(document, "secret")
    assert secret["status"] == "failed"
    assert name in secret["detail"]
    assert said in secret["detail"]
    assert "secretsmanager:GetSecretValue" in secret["advice"]


def test_a_secret_that_was_put_right_is_seen_at_once(cloud):
    manager = boto3.client("secretsmanager", endpoint_url=cloud.url)
    manager.create_secret(Name="rotated", SecretString="{}")
    aws = Aws()
    assert named(doctor(cloud, aws=aws, NCLOUD_CREDENTIALS_SECRET="rotated"), "secret")["status"] == "failed"
    key = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
    manager.put_secret_value(SecretId="rotated", SecretString=json.dumps(key))
    assert doctor(cloud, aws=aws, NCLOUD_CREDENTIALS_SECRET="rotated")["healthy"]


def test_a_policy_parameter_is_read_and_judged(cloud):
    ssm = boto3.client("ssm", endpoint_url=cloud.url)
    ssm.put_parameter(Name="good", Value='max_age = "30h"', Type="String")
    ssm.put_parameter(Name="bad", Value='max_age = "late"', Type="SecureString")
    good, bad, absent = (
        doctor(cloud, POLICY=None, POLICY_PARAMETER=name) for name in ("good", "bad", "absent")
    )  # fmt: skip
    assert named(good, "policy")["detail"] == "max_age 30h"
    assert [one["detail"].split(":")[0] for one in bad["checks"] if one["status"] == "failed"] == [
        "POLICY_PARAMETER bad max_age='late'"
    ]
    assert named(absent, "policy") == {
        "name": "policy", "status": "failed", "detail": "the parameter absent: ParameterNotFound",
        "advice": "Check POLICY_PARAMETER, and the function's right to ssm:GetParameter.",
    }  # fmt: skip


def policy_rows(document: dict) -> list[tuple[str, str]]:
    return [(one["status"], one["detail"].split(":")[0]) for one in document["checks"] if one["name"] == "policy"]


WRONG = 'foo = 1\nmax_age = "3h"\n[[rule]]\nmatch = "*"\nmax_age = "soon"'


def test_a_wrong_policy_is_told_with_its_place_and_never_called_fine(cloud):
    boto3.client("ssm", endpoint_url=cloud.url).put_parameter(Name="wrong", Value=WRONG, Type="String")
    for source, document in [
        ("POLICY", doctor(cloud, POLICY=WRONG)),
        ("POLICY_PARAMETER wrong", doctor(cloud, POLICY=None, POLICY_PARAMETER="wrong")),
    ]:
        assert [status for status, _ in policy_rows(document)] == ["failed", "failed"]
        assert [detail.partition("=")[0] for _, detail in policy_rows(document)] == [
            f"{source} foo", f"{source} rule 1 max_age",
        ]  # fmt: skip
        assert (named(document, "settings")["status"], document["healthy"]) == ("ok", False)
        assert named(document, "credentials")["status"] == "ok"


@pytest.mark.parametrize(
    "wrong", [{"POLICY_PARAMETER": "no name"}, {"POLICY_PARAMETER": "p", "POLICY": "grace = '1h'"}]
)
def test_a_policy_whose_place_is_wrong_is_never_called_fine(cloud, wrong):
    document = doctor(cloud, PAGE_SIZE="0", **{"POLICY": None} | wrong)
    assert [status for status, _ in policy_rows(document)] == ["failed"]
    assert named(document, "settings")["detail"].startswith("PAGE_SIZE='0'")


def test_a_rule_that_matches_nothing_and_a_mute_that_has_ended_are_warnings(cloud):
    policy = """
        [[rule]]
        match = "analytic-*"
        max_age = "8d"
        [[mute]]
        match = "orders"
        until = 2026-01-01T00:00:00+09:00
        reason = "moved"
        owner = "me"
    """
    document = doctor(cloud, POLICY=policy)
    details = [check["detail"] for check in document["checks"] if check["status"] == "warning"]
    assert document["healthy"]
    assert details[0] == "mute 1 (match 'orders') ended at 2026-01-01T00:00:00+09:00"
    assert "analytic-*" in details[1]


BACKUPS, INSTANCES, DETAILS = (
    f"permission getCloudPostgresql{name}List" for name in ("Backup", "Instance", "BackupDetail")
)
DENIED = ("failed", "PermissionDenied 210", "Allow getCloudPostgresql")
DIRECT_KEY = {
    "NCLOUD_CREDENTIALS_SECRET": None, "NCLOUD_ACCESS_KEY_ID": ACCESS_KEY, "NCLOUD_SECRET_ACCESS_KEY": SECRET_KEY,
}  # fmt: skip
NO_SERVICE = {"faults": ["service-error,region=JPN,operation=*BackupList,code=1300000"]}
ANALYTIC = '[[rule]]\nmatch = "analytic-*"\nmax_age = "8d"'
REFUSED = ("failed", "AuthenticationFailed 200", "key is active")
CASES = {
    # Settings, what is another way about the account, of the emulator; then status, detail and advice of each check
    # that is not ok, or of one that is.
    "no key": ({"NCLOUD_CREDENTIALS_SECRET": None}, {}, {}, {
        "settings": ("failed",), "credentials": ("skipped", "there is no key to look at Ncloud with"),
    }),
    "a key without a secret": (DIRECT_KEY, {}, {}, {"credentials": ("ok",)}),
    "another key": ({}, {"secret_key": "another-secret-key-altogether-0123456789"}, {}, {"credentials": REFUSED}),
    "no backup list": ({}, {"denied": {"getCloudPostgresqlBackupList"}}, {}, {BACKUPS: DENIED}),
    "no instance list": ({"POLICY": ANALYTIC}, {"denied": {"getCloudPostgresqlInstanceList"}}, {}, {
        INSTANCES: DENIED, "policy": ("ok",),
    }),
    "no instance list wanted": (
        {"CHECK_INSTANCES": "false"}, {"denied": {"getCloudPostgresqlInstanceList"}}, {},
        {INSTANCES: ("skipped", "not asked: CHECK_INSTANCES is false")},
    ),
    "no details": ({}, {"denied": {"getCloudPostgresqlBackupDetailList"}}, {}, {DETAILS: DENIED}),
    "no regions": ({}, {"denied": {"getRegionList"}}, {}, {
        "permission getRegionList": ("warning", "PermissionDenied 210", "Allow getRegionList"),
    }),
    "nothing to ask details of": ({"NCLOUD_REGIONS": "KR"}, {"databases": []}, {}, {
        DETAILS: ("skipped", "not asked: there is no instance to ask it of"), "region KR": ("warning",),
    }),
    "a clock behind": ({}, {}, {"clock_offset": timedelta(minutes=3)}, {"clock": ("warning", "behind Ncloud's")}),
    "a clock ahead": ({}, {}, {"clock_offset": timedelta(minutes=-3)}, {"clock": ("warning", "ahead of Ncloud's")}),
    "a clock far off": ({}, {}, {"clock_offset": timedelta(minutes=10)}, {
        "clock": ("failed",), "credentials": ("failed", "", "Set the clock first"),
    }),
    "a region that is not there": ({"NCLOUD_REGIONS": "KR,USW"}, {}, {}, {
        "region USW": ("failed", "not among the account's regions", "the account has these regions: KR, SGN, JPN."),
        "region KR": ("ok",), BACKUPS: ("failed",), INSTANCES: ("failed",),
    }),
    "a region without the service": ({"NCLOUD_REGIONS": "KR,JPN"}, {}, NO_SERVICE, {
        "region JPN": ("failed", "does not offer the service"), BACKUPS: ("failed",),
    }),
    "a region without a database": ({"NCLOUD_REGIONS": "KR,JPN"}, {}, {}, {"region JPN": ("warning",)}),
    "nobody at the address": ({"NCLOUD_API_GW": "http://127.0.0.1:9"}, {}, {}, {
        BACKUPS: ("failed", "KR: ConnectionFailed", "NCLOUD_API_GW"), INSTANCES: ("failed",),
        "permission getRegionList": ("warning",),
        "credentials": ("skipped",), "clock": ("skipped",), "region KR": ("skipped",),
    }),
    "no such topic": ({"TOPIC_ARN": "arn:aws:sns:ap-northeast-2:123456789012:gone"}, {}, {}, {
        "topic": ("failed", "gone is not there (NotFound)"),
    }),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_said_of_the_check_that_it_concerns_and_of_no_other(cloud, case):
    settings, facts, emulator, expected = CASES[case]
    account = an_account()
    for name, value in facts.items():
        setattr(account, name, value)
    document = doctor(cloud, account=account, emulator=emulator, **settings)
    assert not_well(document) == {
        name: status for name, (status, *_) in expected.items() if status in ("warning", "failed")
    }
    for name, (status, *parts) in expected.items():
        check = named(document, name)
        assert check["status"] == status
        assert all(part in check[key] for key, part in zip(("detail", "advice"), parts, strict=False)), check
    assert document["healthy"] is ("failed" not in not_well(document).values())


def test_a_topic_that_nobody_listens_to_is_a_failure(cloud):
    arn = boto3.client("sns", endpoint_url=cloud.url).create_topic(Name="deserted")["TopicArn"]
    subscriptions = named(doctor(cloud, TOPIC_ARN=arn), "subscriptions")
    nobody = "no alert reaches anyone: there is no subscription"
    assert (subscriptions["status"], subscriptions["detail"]) == ("failed", nobody)


class Sns:
    """SNS as the doctor asks it: these pages of subscriptions, or this error."""

    def __init__(self, *pages: list[dict], error: Exception | None = None) -> None:
        self._pages, self._error = pages, error

    def get_topic_attributes(self, TopicArn):  # noqa: N803
        if self._error:
            raise self._error

    def list_subscriptions_by_topic(self, TopicArn, NextToken="0"):  # noqa: N803
        if self._error:
            raise self._error
        number = int(NextToken)
        more = {"NextToken": str(number + 1)} if number + 1 < len(self._pages) else {}
        return {"Subscriptions": self._pages[number]} | more


def subscription(protocol: str, endpoint: str, arn: str = "arn:aws:sns:x:1:t:1") -> dict:
    return {"Protocol": protocol, "Endpoint": endpoint, "SubscriptionArn": arn}


def with_sns(cloud: Cloud, sns: Sns) -> dict:
    """What the doctor says where SNS is *sns* and all else is as it should be."""
    aws = Aws()
    real = aws.client
    with mock.patch.object(aws, "client", lambda service: sns if service == "sns" else real(service)):
        return doctor(cloud, aws=aws)


def test_subscriptions_of_all_pages_count_and_the_unconfirmed_are_named_without_their_paths(cloud):
    document = with_sns(
        cloud,
        Sns(
            [subscription("email", "dba@example.com", "PendingConfirmation")],
            [subscription("https", "https://hooks.example.com/T0/B1/s3cret", "PendingConfirmation")],
            [subscription("sqs", "arn:aws:sqs:x:1:q")],
        ),
    )
    found = named(document, "subscriptions")
    assert found["status"] == "warning"
    assert found["detail"] == "1 confirmed (sqs); 2 not confirmed: email dba@example.com, https hooks.example.com"


def test_a_topic_whose_only_subscription_is_unconfirmed_tells_nobody(cloud):
    only = subscription("email", "a@example.com", "PendingConfirmation")
    found = named(with_sns(cloud, Sns([only])), "subscriptions")
    assert (found["status"], found["advice"]) == ("failed", "Confirm one by the link that was mailed to it.")


def test_not_being_allowed_to_look_at_the_topic_hinders_no_run(cloud):
    denied = ClientError({"Error": {"Code": "AuthorizationError"}}, "GetTopicAttributes")
    document = with_sns(cloud, Sns(error=denied))
    assert not_well(document) == {"topic": "warning", "subscriptions": "warning"}
    assert "sns:GetTopicAttributes" in named(document, "topic")["advice"]
    assert "sns:ListSubscriptionsByTopic" in named(document, "subscriptions")["advice"]


def test_an_sns_that_cannot_be_reached_is_named(cloud):
    document = with_sns(cloud, Sns(error=EndpointConnectionError(endpoint_url="https://sns.example.com")))
    assert "could not be looked at: EndpointConnectionError" in named(document, "topic")["detail"]


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        (None, "failed", "ResourceNotFoundException"),
        (" ", "failed", "is blank"),
        ("hunter2", "warning", "only 7 characters"),
    ],
)
def test_a_token_that_is_absent_blank_or_short_is_told_without_showing_it(cloud, text, status, said):
    name = f"token-{len(text or '')}"
    if text is not None:
        boto3.client("secretsmanager", endpoint_url=cloud.url).create_secret(Name=name, SecretString=text)
    token = named(doctor(cloud, HTTP_TOKEN_SECRET=name), "http token")
    assert (token["status"], said in token["detail"], "hunter2" in json.dumps(token)) == (status, True, False)


def test_the_handler_answers_with_the_diagnosis_however_wrong_the_settings_are(cloud):
    from app import lambda_handler

    with in_environment({"AWS_ENDPOINT_URL": cloud.url, "AWS_REGION": "ap-northeast-2", "LANGUAGE": "fr"}):
        document = lambda_handler({"action": "doctor"}, None)
    wrong = {check["detail"].split(":")[0] for check in document["checks"] if check["status"] == "failed"}
    assert wrong >= {"TOPIC_ARN", "NCLOUD_CREDENTIALS_SECRET", "LANGUAGE='fr'"}
    assert SECRET not in json.dumps(document)


# --- several products ----------------------------------------------------------------------------------------------


def of_all_products(**refused) -> Account:
    """Two databases of each product in KR."""
    account = seeded_account(
        now=NOW, seed=1, instances=2, regions=("KR",), products=list(PRODUCTS), profiles={"healthy": 2}
    )
    for name, products in refused.items():
        setattr(account, name, products)
    return account


def test_what_the_key_sees_and_nobody_watches_is_named(cloud):
    document = doctor(cloud, account=of_all_products(), NCLOUD_REGIONS="KR", NCLOUD_PRODUCTS="postgresql,cache")
    products = named(document, "products")
    assert products["status"] == "warning"
    assert products["detail"] == (
        "2 MySQL databases are not watched; 2 MongoDB databases are not watched; 2 MSSQL databases are not watched"
    )
    assert named(document, "region KR")["detail"] == "4 databases"


def test_each_operation_of_each_product_that_is_watched_is_told_of(cloud):
    document = doctor(cloud, account=of_all_products(), NCLOUD_REGIONS="KR", NCLOUD_PRODUCTS="all")
    assert (document["healthy"], not_well(document)) == (True, {})
    permissions = [check["detail"] for check in document["checks"] if check["name"].startswith("permission getCloud")]
    assert len(permissions) == 15
    assert all("read in KR" in detail for detail in permissions)
    assert named(document, "products")["detail"].endswith("the key sees no other databases")


def test_of_all_products_one_that_is_not_offered_is_named_and_one_that_is_refused_fails(cloud):
    account = of_all_products(not_offered={"mssql"}, denied={"mysql"})
    document = doctor(cloud, account=account, NCLOUD_REGIONS="KR", NCLOUD_PRODUCTS="all")
    assert named(document, "product mssql")["detail"] == "not offered in KR, and not watched there"
    assert set(not_well(document)) == {
        "permission getCloudMysqlBackupList", "permission getCloudMysqlInstanceList",
    }  # fmt: skip
    assert "permission getCloudMssqlBackupList" not in {check["name"] for check in document["checks"]}


def test_a_named_product_that_is_not_offered_fails_with_its_name(cloud):
    document = doctor(
        cloud, account=of_all_products(not_offered={"mssql"}), NCLOUD_REGIONS="KR", NCLOUD_PRODUCTS="mysql,mssql"
    )
    assert named(document, "region KR")["detail"].startswith("does not offer MSSQL, it seems")
    assert not document["healthy"]


def test_rows_without_an_instance_number_are_no_health(cloud):
    document = doctor(cloud, emulator={"faults": ["row-without-number"]})
    check = named(document, "permission getCloudPostgresqlBackupList")
    assert check["status"] == "failed"
    assert "RowsUnattributed" in check["detail"]


def test_a_region_without_databases_that_says_no_such_instance_is_an_empty_one(cloud):
    faults = [f"service-error,region=JPN,operation=*{name}List,code=5001017" for name in ("Backup", "Instance")]
    document = doctor(cloud, emulator={"faults": faults}, NCLOUD_REGIONS="KR,JPN")
    assert not_well(document) == {"region JPN": "warning"}
    assert named(document, "region JPN")["detail"] == "there is no database in it"
