"""Who may do what: single actions on single ARNs, nothing public, everything encrypted, no secret in the template."""

import json
import re
from typing import Any

import pytest

from tests.template.conftest import EVERYTHING
from tests.template.deployment import Deployment

NARROW = {
    "default": {},
    "everything": EVERYTHING,
    "own secret": {"NcloudCredentialsSecretArn": "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:x-AbCdEf"},
}


def _as_list(value: Any) -> list:
    return value if isinstance(value, list) else [value]


def _statements(deployment: Deployment) -> list[tuple[str, dict]]:
    return [
        (f"{name}: {statement['Sid']}", statement)
        for name, role in deployment.of_type("AWS::IAM::Role").items()
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


@pytest.mark.parametrize("parameters", NARROW.values(), ids=NARROW)
def test_every_permission_is_single_actions_on_single_resources(translated, parameters):
    statements = _statements(Deployment(translated, **parameters))
    assert len(statements) >= 6
    for where, statement in statements:
        assert statement["Effect"] == "Allow", where
        assert not [action for action in _as_list(statement["Action"]) if "*" in action], where
        for resource in _as_list(statement["Resource"]):
            assert "*" not in resource, where
            assert re.match(r"<\w+(\.Arn)?>$|arn:aws:", resource), f"{where}: {resource} is no single resource"


def test_the_function_may_do_only_this(default):
    actions = [
        a for where, s in _statements(default) if where.startswith("FunctionRole") for a in _as_list(s["Action"])
    ]
    assert sorted(actions) == [
        "dynamodb:BatchGetItem",
        "dynamodb:DescribeTable",
        "dynamodb:PutItem",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "secretsmanager:GetSecretValue",
        "sns:GetTopicAttributes",
        "sns:ListSubscriptionsByTopic",
        "sns:Publish",
        "sqs:SendMessage",
    ]


def test_no_role_has_a_managed_policy(everything):
    for name, role in everything.of_type("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role, name


def test_the_function_url_asks_for_iam_by_default(default):
    (url,) = default.of_type("AWS::Lambda::Url").values()
    assert url["AuthType"] == "AWS_IAM"
    assert default.of_type("AWS::Lambda::Permission") == {}


def test_a_public_function_url_comes_only_with_a_token(translated):
    token = Deployment(translated, HttpAccess="TOKEN")
    (url,) = token.of_type("AWS::Lambda::Url").values()
    web = token.of_type("AWS::Lambda::Function")["WebFunction"]["Environment"]["Variables"]
    assert (url["AuthType"], url["TargetFunctionArn"]) == ("NONE", "<WebFunction>")
    assert (web["HTTP_ACCESS"], web["HTTP_TOKEN_SECRET"]) == ("TOKEN", "<HttpTokenSecret>")
    assert {one["FunctionName"] for one in token.of_type("AWS::Lambda::Permission").values()} == {"<WebFunction>"}
    assert {permission["Action"] for permission in token.of_type("AWS::Lambda::Permission").values()} == {
        "lambda:InvokeFunctionUrl",
        "lambda:InvokeFunction",
    }
    assert token.of_type("AWS::Lambda::Permission")["UrlInvokePermission"]["InvokedViaFunctionUrl"] is True


def test_the_url_can_be_left_out(translated):
    off = Deployment(translated, HttpAccess="OFF")
    assert off.of_type("AWS::Lambda::Url") == {}
    assert off.of_type("AWS::Lambda::Permission") == {}
    assert set(off.of_type("AWS::Lambda::Function")) == {"Function"}


@pytest.mark.parametrize(("parameters", "may_publish"), [
    ({}, False), ({"HttpAccess": "TOKEN"}, False), ({"HttpCheck": "true"}, True),
    ({"HttpAccess": "TOKEN", "HttpCheck": "true"}, True),
])  # fmt: skip
def test_what_answers_requests_publishes_only_where_it_starts_checks(translated, parameters, may_publish):
    deployment = Deployment(translated, **parameters)
    web = deployment.of_type("AWS::Lambda::Function")["WebFunction"]["Environment"]["Variables"]
    actions = [a for where, s in _statements(deployment) if where.startswith("WebRole") for a in _as_list(s["Action"])]
    assert ("sns:Publish" in actions) is ("TOPIC_ARN" in web) is may_publish
    assert web["HTTP_CHECK"] == str(may_publish).lower()
    assert not {"sqs:SendMessage", "sns:ListSubscriptionsByTopic"} & set(actions)


def test_the_schedules_function_answers_no_request_and_shares_no_reservation(everything):
    functions = everything.of_type("AWS::Lambda::Function")
    assert functions["Function"]["Environment"]["Variables"]["HTTP_ACCESS"] == "OFF"
    assert "ReservedConcurrentExecutions" not in functions["Function"]
    assert functions["WebFunction"]["ReservedConcurrentExecutions"] == "2"
    assert "HttpTokenSecret" not in str(everything.of_type("AWS::IAM::Role")["FunctionRole"])


def test_the_key_is_used_only_through_the_services_that_need_it(everything):
    grants = [statement for _, statement in _statements(everything) if statement["Resource"] == "<Key.Arn>"]
    assert len(grants) == 3
    assert all("kms:ViaService" in statement["Condition"]["StringEquals"] for statement in grants)


@pytest.mark.parametrize(("arn", "is_taken"), [
    ("arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:ncloud/key-AbCdEf", True), ("", True),
    ("arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:*", False),
    ("arn:aws:secretsmanager:*:123456789012:secret:ncloud/key", False), ("arn:aws:secretsmanager:*", False),
    ("arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:nclou?", False),
])  # fmt: skip
def test_the_secrets_arn_is_that_of_one_secret(template, arn, is_taken):
    pattern = template["Parameters"]["NcloudCredentialsSecretArn"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, arn)) is is_taken


def test_no_secret_stands_in_the_template(translated, everything):
    secrets = everything.of_type("AWS::SecretsManager::Secret")
    assert set(secrets) == {"CredentialsSecret", "HttpTokenSecret"}
    assert not [name for name, secret in secrets.items() if "SecretString" in secret]
    assert "{{resolve:" not in json.dumps(translated)


def test_alerts_queues_and_secrets_are_encrypted_without_a_key_of_our_own(default):
    assert default.of_type("AWS::SNS::Topic")["AlertTopic"]["KmsMasterKeyId"] == "alias/aws/sns"
    assert default.of_type("AWS::KMS::Key") == {}
    for name, queue in default.of_type("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True, name


def test_a_key_of_our_own_encrypts_everything(everything):
    for name, topic in everything.of_type("AWS::SNS::Topic").items():
        assert topic["KmsMasterKeyId"] == "<Key>", name
    for name, queue in everything.of_type("AWS::SQS::Queue").items():
        assert queue["KmsMasterKeyId"] == "<Key>", name
    for kind in ("AWS::Logs::LogGroup", "AWS::SecretsManager::Secret"):
        for name, properties in everything.of_type(kind).items():
            assert properties["KmsKeyId"] == "<Key.Arn>", name


def test_who_uses_the_encrypted_topics_may_use_the_key(everything):
    (key,) = everything.of_type("AWS::KMS::Key").values()
    services = [
        service
        for statement in key["KeyPolicy"]["Statement"]
        if "kms:GenerateDataKey" in _as_list(statement["Action"])
        for service in _as_list(statement["Principal"]["Service"])
    ]
    assert set(services) == {"cloudwatch.amazonaws.com", "sns.amazonaws.com", "logs.ap-northeast-2.amazonaws.com"}


def test_alarms_never_publish_to_a_topic_under_awss_own_key(default):
    topics = default.of_type("AWS::SNS::Topic")
    for name, alarm in default.of_type("AWS::CloudWatch::Alarm").items():
        for action in alarm["AlarmActions"]:
            assert "KmsMasterKeyId" not in topics[action.strip("<>")], f"{name}: CloudWatch may not use aws/sns"


def test_chat_users_can_run_nothing(everything):
    assert "Policies" not in everything.of_type("AWS::IAM::Role")["ChatRole"]
    for kind in ("AWS::Chatbot::SlackChannelConfiguration", "AWS::Chatbot::MicrosoftTeamsChannelConfiguration"):
        (channel,) = everything.of_type(kind).values()
        assert channel["GuardrailPolicies"] == ["arn:aws:iam::aws:policy/AWSDenyAll"]
        assert channel["SnsTopicArns"] == ["<AlertTopic>", "<OpsTopic>"]


def test_queues_take_messages_only_from_the_alert_topic(everything):
    for name, policy in everything.of_type("AWS::SQS::QueuePolicy").items():
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "sns.amazonaws.com"}, name
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": "<AlertTopic>"}}, name


def test_only_the_functions_may_touch_the_memory_and_it_goes_with_the_stack(translated):
    touching = {
        where: (s["Action"], s["Resource"])
        for where, s in _statements(Deployment(translated, HttpCheck="true"))
        if any(action.startswith("dynamodb:") for action in _as_list(s["Action"]))
    }
    assert touching == {
        "FunctionRole: RememberWhatWasTold": (
            ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:DescribeTable"], "<MemoryTable.Arn>"
        ),
        "WebRole: ReadWhatWasTold": ("dynamodb:BatchGetItem", "<MemoryTable.Arn>"),
        "WebRole: RememberWhatWasTold": ("dynamodb:PutItem", "<MemoryTable.Arn>"),
    }  # fmt: skip
    table = translated["Resources"]["MemoryTable"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Delete", "Delete")
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_a_page_that_only_reads_may_not_write_the_memory(translated):
    assert not [
        where
        for where, s in _statements(Deployment(translated))
        if where.startswith("WebRole") and "PutItem" in str(s["Action"])
    ]


def test_without_a_memory_there_is_no_table_no_right_no_alarm_and_no_setting(translated):
    off = Deployment(translated, RememberAlerts="false")
    assert off.of_type("AWS::DynamoDB::Table") == {}
    assert not [where for where, s in _statements(off) if "dynamodb" in str(s["Action"])]
    assert "MemoryFailedAlarm" not in off.of_type("AWS::CloudWatch::Alarm")
    for function in off.of_type("AWS::Lambda::Function").values():
        assert "MEMORY" not in function["Environment"]["Variables"]
