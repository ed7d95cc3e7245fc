"""Whatever somebody puts into the function's variables: an answer or one of the three errors there are, and no key."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from backup_watch.config.problems import AlertNotDelivered, SettingsError
from tests.contract.function import SECRET_KEY
from tests.contract.http_events import request

VARIABLES = [
    "TOPIC_ARN", "NCLOUD_CREDENTIALS_SECRET", "NCLOUD_ACCESS_KEY_ID", "NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_API_GW",
    "NCLOUD_REGIONS", "MAX_BACKUP_AGE", "BACKUP_GRACE", "NEW_INSTANCE_GRACE", "CHECK_INTERVAL", "REPEAT_INTERVAL",
    "POLICY", "POLICY_PARAMETER", "CHECK_INSTANCES", "PAGE_SIZE", "MAX_CONCURRENCY", "MAX_DETAIL_CALLS",
    "DISPLAY_TIMEZONE", "LANGUAGE", "CHAT_FORMAT", "HTTP_TOKEN_SECRET", "REPORT_CACHE_SECONDS", "HEARTBEAT_URL",
    "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_PROFILE",
]  # fmt: skip
VALUES = [
    None, "", " ", "0", "1", "-1", "true", "false", "KR", "KR,SGN,JPN", "ko", "UTC", "Asia", "amazon-q", "1s", "3650d",
    "26h", "1000", "64", "99999999999999999999", "열쇠", "a\nb", "a\tb", "\udcff", "{}", "[]", "null", "%00", "..",
    "key",
    "http://127.0.0.1:9", "http://127.0.0.1:9/x?y#z", "https://localhost:0", "http://[::1", "x" * 5000, '"', "'", "\\",
    "arn:aws:sns:ap-northeast-2:123456789012:alerts", "arn:aws:sns:eu-west-1:123456789012:alerts.fifo",
    "max_age = '8d'", "[[rule]]\nmatch = '*'\nseverity = 'warning'", "[expect]\ninstances = 5", "a = " + "[" * 3000,
    "a = " + "9" * 5000, "[expect]\nnames = ['[', '*', '?']",
]  # fmt: skip
ACTIONS = [
    {"action": "check", "all": True}, {"action": "doctor"}, {"action": "explain", "match": "*"},
    {"action": "test-alert"},
    request("GET", "/", accept="text/html"), request("GET", "/metrics"), request("POST", "/check"),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_no_environment_ends_in_anything_but_an_answer_or_a_named_error(function, now, seed):
    random = Random(seed)  # noqa: S311  chosen so as to be the same every time
    function.ncloud.database("orders", now - timedelta(hours=30.5))
    function.aws.secrets["key"] = '{"access_key_id": "id", "secret_access_key": "HUNTER2"}'
    function.aws.parameters["key"] = "max_age = '8d'"
    for _ in range(30):
        settings = {name: random.choice(VALUES) for name in random.sample(VARIABLES, random.randint(1, 6))}
        event = random.choice(ACTIONS)
        outcome = function(event, seconds=3, **settings)
        told = ascii((settings, event))
        if "requestContext" in event:
            assert outcome.error is None, told
            assert outcome.answer["statusCode"] in (200, 401, 500, 502, 503), told
        elif event["action"] == "doctor":
            assert outcome.error is None, told
        else:
            assert isinstance(outcome.error, SettingsError | AlertNotDelivered | None), told
        assert outcome.remaining_ms > 0, told
        assert not [secret for secret in (SECRET_KEY, "HUNTER2") if secret in outcome.everything()], told
