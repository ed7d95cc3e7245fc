"""Every variable: what it is without being set, what it takes, what it refuses; and never a credential in the text."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.config.problems import Problem, SettingsError
from backup_watch.config.settings import KeyPair, parse_settings
from backup_watch.model.policy import Policy, Thresholds
from ncloud.options import checked_base_url, is_safe_url
from tests.builders import NOW, hours

TOPIC = "arn:aws:sns:ap-northeast-2:123456789012:backup-alerts"
NEEDED = {"TOPIC_ARN": TOPIC, "NCLOUD_CREDENTIALS_SECRET": "ncloud/key"}
DURATION = "a duration such as 90s, 45m, 26h, 2d or 1d12h, above zero and at most 3650d"
NAME = "the name or ARN of a secret"
MONGODB = {"mongodb": hours(54)}
"""What MongoDB is allowed unless MAX_BACKUP_AGE says something for all products."""


def parse(*, needs_topic=True, **variables):
    return parse_settings(NEEDED | variables, now=NOW, needs_topic=needs_topic)


def problems_of(*, needs_topic=True, without=(), **variables):
    environment = {name: value for name, value in (NEEDED | variables).items() if name not in without}
    with pytest.raises(SettingsError) as caught:
        parse_settings(environment, now=NOW, needs_topic=needs_topic)
    return [str(problem) for problem in caught.value.problems]


def test_the_defaults():
    settings = parse()
    assert settings.topic_arn == TOPIC
    assert (settings.credentials_secret, settings.key_pair) == ("ncloud/key", None)
    assert settings.api_url == "https://ncloud.apigw.ntruss.com"
    assert settings.regions == ("KR",)
    assert settings.thresholds == Thresholds(hours(30), hours(1.5), hours(2), MONGODB)
    assert (settings.check_interval, settings.repeat_interval) == (hours(1), hours(24))
    assert (settings.policy, settings.policy_parameter) == (Policy(settings.thresholds), None)
    assert settings.check_instances is True
    assert (settings.page_size, settings.max_concurrency, settings.max_detail_calls) == (1000, 4, 500)
    assert (settings.display_timezone, settings.language, settings.chat_format) == ("Asia/Seoul", "en", "none")
    assert (settings.http_token_secret, settings.heartbeat_url) == (None, None)
    assert settings.report_cache == timedelta(seconds=30)


@pytest.mark.parametrize(("variable", "value", "field", "meaning"), [
    ("TOPIC_ARN", "arn:aws-cn:sns:cn-north-1:123456789012:a_B-1", "topic_arn",
     "arn:aws-cn:sns:cn-north-1:123456789012:a_B-1"),
    ("NCLOUD_CREDENTIALS_SECRET", "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:n/k-AbCdEf",
     "credentials_secret", "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:n/k-AbCdEf"),
    ("NCLOUD_API_GW", "https://ncloud.apigw.gov-ntruss.com/", "api_url", "https://ncloud.apigw.gov-ntruss.com"),
    ("NCLOUD_API_GW", "https://hostX/", "api_url", "https://hostX"),
    ("NCLOUD_API_GW", "http://127.0.0.1:8080", "api_url", "http://127.0.0.1:8080"),
    ("NCLOUD_REGIONS", " KR, SGN,,KR , JPN", "regions", ("KR", "SGN", "JPN")),
    ("MAX_BACKUP_AGE", "1d12h", "thresholds", Thresholds(max_age=hours(36))),
    ("BACKUP_GRACE", "45m", "thresholds", Thresholds(grace=hours(0.75), max_age_of=MONGODB)),
    ("NEW_INSTANCE_GRACE", "3h", "thresholds", Thresholds(new_instance_grace=hours(3), max_age_of=MONGODB)),
    ("CHECK_INTERVAL", "15m", "check_interval", hours(0.25)),
    ("REPEAT_INTERVAL", "6h", "repeat_interval", hours(6)),
    ("REPEAT_INTERVAL", "0", "repeat_interval", timedelta(0)),
    ("POLICY", 'max_age = "30h"', "policy", Policy(Thresholds(max_age=hours(30)))),
    ("POLICY_PARAMETER", "/watch/policy", "policy_parameter", "/watch/policy"),
    ("CHECK_INSTANCES", "False", "check_instances", False),
    ("CHECK_INSTANCES", "TRUE", "check_instances", True),
    ("PAGE_SIZE", "1", "page_size", 1),
    ("PAGE_SIZE", "1000", "page_size", 1000),
    ("MAX_CONCURRENCY", "64", "max_concurrency", 64),
    ("MAX_CONCURRENCY", "1", "max_concurrency", 1),
    ("MAX_DETAIL_CALLS", "0", "max_detail_calls", 0),
    ("MAX_DETAIL_CALLS", "100000", "max_detail_calls", 100_000),
    ("DISPLAY_TIMEZONE", "America/New_York", "display_timezone", "America/New_York"),
    ("DISPLAY_TIMEZONE", "UTC", "display_timezone", "UTC"),
    ("LANGUAGE", "ko", "language", "ko"),
    ("LANGUAGE", "EN", "language", "en"),
    ("CHAT_FORMAT", "amazon-q", "chat_format", "amazon-q"),
    ("HTTP_TOKEN_SECRET", "watch/token", "http_token_secret", "watch/token"),
    ("REPORT_CACHE_SECONDS", "0", "report_cache", timedelta(0)),
    ("REPORT_CACHE_SECONDS", "86400", "report_cache", timedelta(days=1)),
    ("HEARTBEAT_URL", "https://hc-ping.com/a-uuid?rid=1", "heartbeat_url", "https://hc-ping.com/a-uuid?rid=1"),
])  # fmt: skip
def test_a_variable_is_read(variable, value, field, meaning):
    assert getattr(parse(**{variable: f" {value}\n"}), field) == meaning


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_variable_counts_as_absent(blank):
    names = (
        "NCLOUD_API_GW", "NCLOUD_REGIONS", "MAX_BACKUP_AGE", "BACKUP_GRACE", "NEW_INSTANCE_GRACE", "CHECK_INTERVAL",
        "REPEAT_INTERVAL", "POLICY", "POLICY_PARAMETER", "CHECK_INSTANCES", "PAGE_SIZE", "MAX_CONCURRENCY",
        "MAX_DETAIL_CALLS", "DISPLAY_TIMEZONE", "LANGUAGE", "CHAT_FORMAT", "HTTP_TOKEN_SECRET",
        "REPORT_CACHE_SECONDS", "HEARTBEAT_URL", "NCLOUD_ACCESS_KEY_ID", "NCLOUD_SECRET_ACCESS_KEY",
    )  # fmt: skip
    assert parse(**dict.fromkeys(names, blank)) == parse()


def numbers(least, most):
    return f"a whole number from {least} to {most}"


@pytest.mark.parametrize(("variable", "value", "allowed"), [
    ("TOPIC_ARN", "backup-alerts", "the ARN of an SNS topic, such as arn:aws:sns:REGION:ACCOUNT:NAME"),
    ("TOPIC_ARN", TOPIC + ".fifo", "a standard topic: a FIFO topic reaches neither e-mail nor chat"),
    ("TOPIC_ARN", TOPIC.replace("sns", "sqs"), "the ARN of an SNS topic, such as arn:aws:sns:REGION:ACCOUNT:NAME"),
    ("TOPIC_ARN", TOPIC.replace("1", "١"), "the ARN of an SNS topic, such as arn:aws:sns:REGION:ACCOUNT:NAME"),
    ("NCLOUD_REGIONS", "kr", "region codes separated by commas, such as KR or KR,SGN"),
    ("NCLOUD_REGIONS", ",", "region codes separated by commas, such as KR or KR,SGN"),
    ("NCLOUD_REGIONS", "KR SGN", "region codes separated by commas, such as KR or KR,SGN"),
    ("MAX_BACKUP_AGE", "0", DURATION),
    ("MAX_BACKUP_AGE", "-1h", DURATION),
    ("BACKUP_GRACE", "2", DURATION),
    ("NEW_INSTANCE_GRACE", "0h", DURATION),
    ("CHECK_INTERVAL", "0", DURATION),
    ("REPEAT_INTERVAL", "never", DURATION + "; 0 means never"),
    ("CHECK_INSTANCES", "1", "true or false"),
    ("PAGE_SIZE", "0", numbers(1, 1000)),
    ("PAGE_SIZE", "1001", numbers(1, 1000)),
    ("PAGE_SIZE", "ten", numbers(1, 1000)),
    ("PAGE_SIZE", "+5", numbers(1, 1000)),
    ("PAGE_SIZE", "٥", numbers(1, 1000)),
    ("PAGE_SIZE", "1" * 5000, numbers(1, 1000)),
    ("MAX_CONCURRENCY", "0", numbers(1, 64)),
    ("MAX_CONCURRENCY", "65", numbers(1, 64)),
    ("MAX_DETAIL_CALLS", "100001", numbers(0, 100000)),
    ("MAX_DETAIL_CALLS", "-1", numbers(0, 100000)),
    ("REPORT_CACHE_SECONDS", "86401", numbers(0, 86400)),
    ("DISPLAY_TIMEZONE", "Mars/Olympus", "a time zone of the IANA database, such as Asia/Seoul or UTC"),
    ("DISPLAY_TIMEZONE", "../../etc/passwd", "a time zone of the IANA database, such as Asia/Seoul or UTC"),
    ("DISPLAY_TIMEZONE", "Asia", "a time zone of the IANA database, such as Asia/Seoul or UTC"),
    ("DISPLAY_TIMEZONE", "a\0b", "a time zone of the IANA database, such as Asia/Seoul or UTC"),
    ("LANGUAGE", "fr", "one of en, ko"),
    ("CHAT_FORMAT", "slack", "one of none, amazon-q"),
    ("POLICY_PARAMETER", 'max_age = "1h"', "the name or ARN of an SSM parameter"),
])  # fmt: skip
def test_a_wrong_value_is_named_with_what_is_allowed(variable, value, allowed):
    assert problems_of(**{variable: value}) == [str(Problem(variable, value, allowed))]


def test_all_problems_are_told_at_once():
    wrong = {"MAX_BACKUP_AGE": "x", "PAGE_SIZE": "x", "LANGUAGE": "x", "POLICY": "x = 1\ny = 1", "NCLOUD_REGIONS": "x"}
    fields = [problem.split(":")[0].split("=")[0] for problem in problems_of(without=("TOPIC_ARN",), **wrong)]
    assert sorted(fields) == [
        "LANGUAGE", "MAX_BACKUP_AGE", "NCLOUD_REGIONS", "PAGE_SIZE", "POLICY x", "POLICY y", "TOPIC_ARN",
    ]  # fmt: skip


def test_the_error_says_that_nothing_was_checked_and_names_every_field():
    with pytest.raises(SettingsError) as caught:
        parse(PAGE_SIZE="x", LANGUAGE="fr")
    assert str(caught.value) == (
        "nothing was checked, since the settings are wrong: "
        "PAGE_SIZE='x': a whole number from 1 to 1000; LANGUAGE='fr': one of en, ko"
    )


def test_a_value_that_is_no_valid_text_is_shown_escaped():
    [problem] = problems_of(LANGUAGE="\udc80")
    assert problem.startswith(r"LANGUAGE='\\udc80': ")


def test_a_long_value_is_shown_cut():
    [problem] = problems_of(LANGUAGE="x" * 81)
    assert f"='{'x' * 79}…'" in problem
    assert f"='{'x' * 80}'" in problems_of(LANGUAGE="x" * 80)[0]


def test_a_topic_is_required_only_to_notify():
    assert problems_of(without=("TOPIC_ARN",)) == ["TOPIC_ARN: required to notify: the ARN of an SNS topic"]
    quiet = {name: value for name, value in NEEDED.items() if name != "TOPIC_ARN"}
    assert parse_settings(quiet, now=NOW, needs_topic=False).topic_arn is None
    assert problems_of(needs_topic=False, TOPIC_ARN="x")[0].startswith("TOPIC_ARN='x'")


def test_policy_and_its_parameter_are_not_given_together():
    assert problems_of(POLICY='max_age = "1h"', POLICY_PARAMETER="/p") == [
        "POLICY_PARAMETER: not together with POLICY: give one of the two"
    ]
    assert parse(POLICY_PARAMETER="/p").policy is None


def test_a_mutes_end_is_measured_from_now():
    mute = '[[mute]]\nmatch = "a"\nreason = "r"\nowner = "o"\nuntil = 2027-02-21T03:00:0'
    assert len(parse(POLICY=mute + "0Z").policy.mutes) == 1
    [problem] = problems_of(POLICY=mute + "1Z")
    assert problem.startswith("POLICY mute 1 until=")


# --- credentials -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key_name", ["NCLOUD_ACCESS_KEY_ID", "NCLOUD_ACCESS_KEY"])
@pytest.mark.parametrize("secret_name", ["NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY"])
def test_a_key_may_be_given_directly_under_either_name(key_name, secret_name):
    settings = parse(NCLOUD_CREDENTIALS_SECRET="", **{key_name: "AKID", secret_name: "SECRETKEY"})
    assert settings.key_pair == KeyPair("AKID", "SECRETKEY")


def test_the_first_name_wins_where_both_are_set():
    settings = parse(
        NCLOUD_CREDENTIALS_SECRET="", NCLOUD_ACCESS_KEY_ID="1", NCLOUD_ACCESS_KEY="2",
        NCLOUD_SECRET_ACCESS_KEY="3", NCLOUD_SECRET_KEY="4",
    )  # fmt: skip
    assert settings.key_pair == KeyPair("1", "3")


def test_the_secret_wins_over_a_key_given_directly():
    settings = parse(NCLOUD_ACCESS_KEY_ID="AKID", NCLOUD_SECRET_ACCESS_KEY="SECRETKEY")
    assert (settings.credentials_secret, settings.key_pair) == ("ncloud/key", None)


def test_half_a_key_says_which_half_is_wanting():
    blank = {"NCLOUD_CREDENTIALS_SECRET": ""}
    assert problems_of(**blank, NCLOUD_ACCESS_KEY="AKID") == [
        "NCLOUD_SECRET_ACCESS_KEY: required beside NCLOUD_ACCESS_KEY_ID"
    ]
    assert problems_of(**blank, NCLOUD_SECRET_KEY="SECRETKEY") == [
        "NCLOUD_ACCESS_KEY_ID: required beside NCLOUD_SECRET_ACCESS_KEY"
    ]


def test_without_any_credentials_the_secret_is_asked_for():
    [problem] = problems_of(without=("NCLOUD_CREDENTIALS_SECRET",))
    assert problem == (
        "NCLOUD_CREDENTIALS_SECRET: required: a secret's name or ARN "
        "(or, locally, NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY)"
    )


def test_the_heartbeats_address_is_in_no_repr():
    assert "a-uuid" not in repr(parse(HEARTBEAT_URL="https://hc-ping.com/a-uuid"))


def test_a_key_is_in_no_repr_and_in_no_error():
    settings = parse(NCLOUD_CREDENTIALS_SECRET="", NCLOUD_ACCESS_KEY_ID="AKIDX", NCLOUD_SECRET_ACCESS_KEY="SECRETX")
    assert (repr(settings), repr(settings.key_pair)) == ("Settings(...)", "KeyPair(...)")
    assert "AKIDX" not in repr(settings)
    assert "SECRETX" not in repr(settings)
    told = " ".join(
        problems_of(NCLOUD_CREDENTIALS_SECRET="", NCLOUD_SECRET_ACCESS_KEY="SECRETX", PAGE_SIZE="0")
        + problems_of(NCLOUD_CREDENTIALS_SECRET="", NCLOUD_ACCESS_KEY="AKIDX", PAGE_SIZE="0")
    )
    assert "SECRETX" not in told
    assert "AKIDX" not in told


@pytest.mark.parametrize("variable", ["NCLOUD_CREDENTIALS_SECRET", "HTTP_TOKEN_SECRET"])
@pytest.mark.parametrize("value", ['{"secret_access_key": "SECRETX"}', "SECRETX with spaces", "S" * 2049, "비밀"])
def test_a_secret_itself_where_its_name_belongs_is_refused_and_not_shown(variable, value):
    assert problems_of(**{variable: value}) == [f"{variable}: {NAME}"]


@pytest.mark.parametrize("value", ["SECRETX\nSECRETX", "SECRETX SECRETX", "SECRETX열쇠", "SECRETX\x7f"])
@pytest.mark.parametrize("name", [
    "NCLOUD_ACCESS_KEY_ID", "NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY",
])  # fmt: skip
def test_a_key_that_no_header_carries_is_refused_by_its_name_and_not_shown(name, value):
    other = "NCLOUD_SECRET_KEY" if "ACCESS_KEY" in name and "SECRET" not in name else "NCLOUD_ACCESS_KEY"
    told = problems_of(without=["NCLOUD_CREDENTIALS_SECRET"], **{name: value, other: "fine"})
    assert told == [f"{name}: visible ASCII, without blanks or line breaks inside"]
    assert parse(**{name: value}).key_pair is None, "with a secret it is not even looked at"


URL = "https://HOST or https://HOST:PORT and no more (http: only to a loopback address)"


@pytest.mark.parametrize(("url", "shown"), [
    ("ftp://host", True), ("http://example.com", True), ("https://", True), ("h", True), ("ftp://X", True),
    ("http://127.1.1.1.x", True), ("http://127.0.0.01:9", True),
    ("https://user:SECRETX@host", False), ("https://SECRETX@host", False), ("https://host/?key=SECRETX", False),
    ("https://host/#SECRETX", False), ("https://host?", False), ("https://host#", False), ("https://host:0", True),
    ("https://ncloud.apigw.ntruss.com/vpostgresql/v2", True), ("https://host//", True),
])  # fmt: skip
def test_a_wrong_api_url_is_shown_unless_it_may_hold_a_secret(url, shown):
    assert problems_of(NCLOUD_API_GW=url) == [str(Problem("NCLOUD_API_GW", url if shown else None, URL))]


@pytest.mark.parametrize("url", ["http://hc-ping.com/SECRETX", "SECRETX", "https://a:SECRETX@host/"])
def test_a_wrong_heartbeat_url_is_never_shown(url):
    assert problems_of(HEARTBEAT_URL=url) == ["HEARTBEAT_URL: an https: URL (http: only to a loopback address)"]


@pytest.mark.parametrize("url", [
    "https://host", "HTTPS://host", "https://host:8443/path?x=1", "http://localhost", "http://LOCALHOST:80/x",
    "http://127.0.0.1", "http://127.255.255.254:1", "http://[::1]:8080", "https://[2001:db8::1]", "https://HOST/X",
])  # fmt: skip
def test_a_safe_url_is_https_or_stays_on_this_machine(url):
    assert is_safe_url(url)


@pytest.mark.parametrize("url", [
    "", "https://", "https:host", "//host", "http://host", "http://localhost.evil.com", "http://127.0.0.1.evil.com",
    "http://128.0.0.1", "http://127.0.0.256", "http://127.1", "http://127.0.0.1.", "http://2130706433", "http://[::2]",
    "http://127.٠.٠.١", "http://0.0.0.0", "http://10.0.0.1", "http://169.254.169.254", "file:///etc/passwd",
    "https://user@host", "https://:pw@host", "https://@host", "https://host:99999", "https://host:port", "https://[::1",
    "https://host/#f", "https://host#", "https://ho st", "https://host/\n", "https://host\t", "https://host/\x7f",
    "https://evil.com\\.host", "http://127.0.0.1\\@evil.com", "https://höst",
])  # fmt: skip
def test_anything_else_is_not_safe(url):
    assert not is_safe_url(url)


@given(st.text(max_size=30), st.text("ht:/ps@[]1270.#?\\localhost", max_size=30))
def test_no_text_does_anything_but_pass_or_be_refused(value, url):
    assert is_safe_url(value) in (True, False)
    for variable in ("NCLOUD_API_GW", "HEARTBEAT_URL"):
        with suppress(SettingsError):
            settings = parse(**{variable: url})
            assert checked_base_url(settings.api_url), "the client takes what the settings take"
            assert settings.heartbeat_url is None or is_safe_url(settings.heartbeat_url)


@given(st.dictionaries(st.sampled_from([
    "TOPIC_ARN", "NCLOUD_CREDENTIALS_SECRET", "NCLOUD_API_GW", "NCLOUD_REGIONS", "MAX_BACKUP_AGE", "CHECK_INTERVAL",
    "REPEAT_INTERVAL", "POLICY", "POLICY_PARAMETER", "CHECK_INSTANCES", "PAGE_SIZE", "DISPLAY_TIMEZONE", "LANGUAGE",
    "CHAT_FORMAT", "HTTP_TOKEN_SECRET", "REPORT_CACHE_SECONDS", "HEARTBEAT_URL",
]), st.text(max_size=40)))  # fmt: skip
def test_no_environment_does_anything_but_parse_or_be_refused(environment):
    with suppress(SettingsError):
        assert parse(**environment).regions
