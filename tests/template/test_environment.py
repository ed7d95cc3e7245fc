"""The function is given every setting that it knows, no secret, and nothing empty."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backup_watch.config import settings
from tests.template.deployment import Deployment

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
# What only AWS can fill in.
MADE = {
    "MEMORY": "dynamodb://ncloud-backup-watch-MemoryTable-1ABCDEF",
    "TOPIC_ARN": "arn:aws:sns:ap-northeast-2:123456789012:alerts",
    "NCLOUD_CREDENTIALS_SECRET": "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:keys-AbCdEf",
}
LOCAL_ONLY = {"NCLOUD_ACCESS_KEY_ID", "NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY"}


def _variables(deployment: Deployment, function: str = "Function") -> dict[str, str]:
    return deployment.of_type("AWS::Lambda::Function")[function]["Environment"]["Variables"]


def test_every_setting_can_be_deployed(everything, fleet):
    read = set(re.findall(r'read\.get\(\s*"([A-Z_]+)"', Path(settings.__file__).read_text()))
    inline = {"POLICY"}  # the other option is on: POLICY_PARAMETER
    deployed = [(one, name) for one in (everything, fleet) for name in ("Function", "WebFunction")]
    given = {name for one, function in deployed for name in _variables(one, function)} - {"ACCOUNTS_OBJECT"}
    assert len(read) > 20
    assert given - {"POWERTOOLS_SERVICE_NAME"} == read - LOCAL_ONLY - inline


def test_an_inline_policy_reaches_the_function(translated):
    assert _variables(Deployment(translated, Policy='max_age = "30h"'))["POLICY"] == 'max_age = "30h"'


def test_the_keys_are_not_in_the_environment(default, everything):
    for deployment in (default, everything):
        assert not LOCAL_ONLY & _variables(deployment).keys()
        assert not [value for value in _variables(deployment).values() if "resolve:" in value]


def test_what_is_not_set_is_left_out(default):
    assert [name for name, value in _variables(default).items() if value == ""] == []


def test_the_defaults_are_valid_settings(default):
    environment = _variables(default) | MADE
    read = settings.parse_settings(environment, now=NOW, needs_topic=True)
    bare = settings.parse_settings(MADE | {"HTTP_ACCESS": "OFF"}, now=NOW, needs_topic=True)
    assert read == bare, "the template's defaults are the settings' own"


@pytest.mark.parametrize("option", [{"SlackWorkspaceId": "T0", "SlackChannelId": "C0"}, {"TeamsTeamId": "x"}])
def test_chat_gets_the_cards_that_it_can_show(translated, default, option):
    assert _variables(default)["CHAT_FORMAT"] == "none"
    assert _variables(Deployment(translated, **option))["CHAT_FORMAT"] == "amazon-q"
