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
from backup_watch.runtime.doctor import diagnose
from tests.emulator import ACCESS_KEY, SECRET_KEY, Account, Database, Emulator, daily_backups
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
def examined(cloud: Cloud, *, account: Account | None = None, aws: Aws | None = None, emulator=(), **settings):
    """What the doctor says with these settings, by name; None takes a setting away."""
    with Emulator(account or an_account(), **dict(emulator)) as ncloud:
        environment = function_environment(
            ncloud_url=ncloud.url, aws_url=cloud.url, topic_arn=cloud.topic_arn, now=NOW
        ) | {"POLICY": ""}  # fmt: skip
        environment = {name: value for name, value in (environment | settings).items() if value is not None}
        with in_environment(environment):
            yield diagnose(environment, aws or Aws(), now=NOW, deadline=time.monotonic() + 20)


def doctor(cloud: Cloud, **asked) -> dict:
    with examined(cloud, **asked) as document:
        return document


def named(document: dict, name: str) -> dict:
    """The one check of that name."""
    [check] = [check for check in document["checks"] if check["name"] == name]
    return check


def not_well(document: dict) -> dict[str, str]:
    return {one["name"]: one["status"] for one in document["checks"] if one["status"] in ("warning", "failed")}


def test_where_all_is_well_everything_was_looked_at(cloud):
    document = doctor(cloud)
    assert (document["action"], document["healthy"], not_well(document)) == ("doctor", True, {})
    assert [check["name"] for check in document["checks"]] == [
        "settings", "secret", "policy", "credentials", "clock",
        "permission getCloudPostgresqlBackupList", "permission getCloudPostgresqlInstanceList",
        "permission getCloudPostgresqlBackupDetailList", "permission getRegionList",
        "region KR", "region SGN", "topic", "subscriptions", "http token", "heartbeat",
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


def test_without_a_key_the_rest_is_still_looked_at(cloud):
    document = doctor(cloud, NCLOUD_CREDENTIALS_SECRET=None)
    assert named(document, "settings")["status"] == "failed"
    assert named(document, "credentials")["detail"] == "there is no key to look at Ncloud with"
    assert named(document, "topic")["status"] == "ok"


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


def test_a_key_given_directly_needs_no_secret(cloud):
    document = doctor(
        cloud, NCLOUD_CREDENTIALS_SECRET=None, NCLOUD_ACCESS_KEY_ID=ACCESS_KEY, NCLOUD_SECRET_ACCESS_KEY=SECRET_KEY
    )
    assert document["healthy"]
    assert "secret" not in [check["name"] for check in document["checks"]]


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


def test_rules_are_not_said_to_match_nothing_where_a_list_was_not_read(cloud):
    account = an_account()
    account.denied = {"getCloudPostgresqlInstanceList"}
    document = doctor(cloud, account=account, POLICY='[[rule]]\nmatch = "analytic-*"\nmax_age = "8d"')
    assert [check["status"] for check in document["checks"] if check["name"] == "policy"] == ["ok"]


def test_a_refused_key_is_named_once_and_permissions_are_not_blamed(cloud):
    account = an_account()
    account.secret_key = "another-secret-key-altogether-0123456789"
    document = doctor(cloud, account=account)
    credentials = named(document, "credentials")
    assert not_well(document) == {"credentials": "failed"}
    assert "AuthenticationFailed 200" in credentials["detail"]
    assert "key is active" in credentials["advice"]


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ("getCloudPostgresqlBackupList", "failed"),
        ("getCloudPostgresqlInstanceList", "failed"),
        ("getCloudPostgresqlBackupDetailList", "failed"),
        ("getRegionList", "warning"),
    ],
)
def test_a_permission_that_is_missing_is_named_by_its_operation(cloud, operation, status):
    account = an_account()
    account.denied = {operation}
    document = doctor(cloud, account=account)
    assert not_well(document) == {f"permission {operation}": status}
    permission = named(document, f"permission {operation}")
    assert "PermissionDenied 210" in permission["detail"]
    assert permission["advice"].startswith(f"Allow {operation} to the key's sub account")
    assert named(document, "credentials")["status"] == "ok"


def test_where_no_instance_list_is_used_its_permission_is_not_asked_for(cloud):
    account = an_account()
    account.denied = {"getCloudPostgresqlInstanceList"}
    document = doctor(cloud, account=account, CHECK_INSTANCES="false")
    permission = named(document, "permission getCloudPostgresqlInstanceList")
    assert permission["detail"] == "not asked: CHECK_INSTANCES is false"
    assert document["healthy"]


@pytest.mark.parametrize(
    ("minutes", "status", "said"),
    [(3, "warning", "behind Ncloud's"), (-3, "warning", "ahead of Ncloud's"), (0.5, "ok", "within")],
)
def test_a_clock_that_is_off_is_told_with_its_direction(cloud, minutes, status, said):
    document = doctor(cloud, emulator={"clock_offset": timedelta(minutes=minutes)})
    clock = named(document, "clock")
    assert (clock["status"], said in clock["detail"]) == (status, True)
    assert document["healthy"]


def test_a_clock_that_is_far_off_is_named_as_the_reason_for_the_refusal(cloud):
    document = doctor(cloud, emulator={"clock_offset": timedelta(minutes=10)})
    assert not_well(document) == {"credentials": "failed", "clock": "failed"}
    assert named(document, "credentials")["advice"].startswith("Set the clock first")


def test_a_region_of_another_name_is_named_with_those_that_there_are(cloud):
    document = doctor(cloud, NCLOUD_REGIONS="KR,USW")
    region = named(document, "region USW")
    assert (region["status"], region["detail"]) == ("failed", "not among the account's regions")
    assert region["advice"] == "Correct NCLOUD_REGIONS; the account has KR, SGN, JPN."
    assert named(document, "region KR")["status"] == "ok"


def test_a_region_without_the_service_is_told_from_one_without_a_database(cloud):
    refused = "service-error,region=JPN,operation=*BackupList,code=1300000"
    without = doctor(cloud, NCLOUD_REGIONS="KR,JPN", emulator={"faults": [refused]})
    empty = doctor(cloud, NCLOUD_REGIONS="KR,JPN")
    assert "does not offer the service" in named(without, "region JPN")["detail"]
    assert named(without, "region JPN")["status"] == "failed"
    assert named(empty, "region JPN")["status"] == "warning"
    assert empty["healthy"]


def test_an_account_without_any_instance_has_no_details_to_ask_for(cloud):
    document = doctor(cloud, account=Account([], ("KR",)), NCLOUD_REGIONS="KR")
    details = named(document, "permission getCloudPostgresqlBackupDetailList")
    assert (details["status"], details["detail"]) == ("skipped", "not asked: there is no instance to ask it of")


def test_an_address_where_nobody_answers_blames_neither_key_nor_region(cloud):
    document = doctor(cloud, NCLOUD_API_GW="http://127.0.0.1:9")
    permission = named(document, "permission getCloudPostgresqlBackupList")
    assert "KR: ConnectionFailed" in permission["detail"]
    assert "NCLOUD_API_GW" in permission["advice"]
    assert {named(document, name)["status"] for name in ("credentials", "clock", "region KR")} == {"skipped"}


def test_a_topic_that_is_absent_is_named(cloud):
    document = doctor(cloud, TOPIC_ARN=cloud.topic_arn + "-2")
    assert not_well(document) == {"topic": "failed"}
    assert named(document, "topic")["detail"] == f"{cloud.topic_arn}-2 is not there (NotFound)"


def test_a_topic_that_nobody_listens_to_is_a_failure(cloud):
    arn = boto3.client("sns", endpoint_url=cloud.url).create_topic(Name="deserted")["TopicArn"]
    subscriptions = named(doctor(cloud, TOPIC_ARN=arn), "subscriptions")
    assert (subscriptions["status"], subscriptions["detail"]) == ("failed", "nobody is told: there is none")


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
