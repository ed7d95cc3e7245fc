"""The function's settings: one value, read from the environment's variables, or one error naming every wrong one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from backup_watch.config import parsers
from backup_watch.config.accounts_settings import ACCOUNTS_VARIABLES, AccountsPlace, accounts_place, inline_accounts
from backup_watch.config.fields import Fields
from backup_watch.config.languages import ENGLISH, languages
from backup_watch.config.parsers import MemoryPlace
from backup_watch.config.policy_toml import parse_policy
from backup_watch.config.problems import Problem, SettingsError
from backup_watch.model.accounts import MAX_PRESENT, Accounts
from backup_watch.model.policy import Policy, Thresholds
from backup_watch.model.products import DEFAULT_PRODUCT, PRODUCTS, SKIPPED_DAY_MAX_AGE

CHAT_FORMATS = ("none", "amazon-q")
HTTP_ACCESS = ("OFF", "AWS_IAM", "TOKEN")
ACCESS_KEY_NAMES = ("NCLOUD_ACCESS_KEY_ID", "NCLOUD_ACCESS_KEY")
SECRET_KEY_NAMES = ("NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY")
PUBLIC_API = "https://ncloud.apigw.ntruss.com"
MAX_AGE_OF = {name: SKIPPED_DAY_MAX_AGE for name, product in PRODUCTS.items() if product.may_skip_a_day}
"""The default of ``max_age`` for the products that have one of their own."""


class KeyPair(Struct, frozen=True):
    """An Ncloud key given directly; for local use."""

    access_key_id: str
    secret_access_key: str

    def __repr__(self) -> str:
        return "KeyPair(...)"


class Settings(Struct, frozen=True):
    """Everything that can be set, valid."""

    topic_arn: str | None
    credentials_secret: str | None
    """Name or ARN of the secret; wins over ``key_pair``."""
    key_pair: KeyPair | None
    api_url: str
    regions: tuple[str, ...]
    products: tuple[str, ...]
    all_products: bool
    """Whether ``all`` was asked for: what is not offered is skipped then, and said."""
    accounts: Accounts | None
    """Several accounts, given inline. None: they stand in the place below and are yet to be read, or there is one."""
    accounts_place: AccountsPlace | None
    account_seconds: int
    """What one account may take of an invocation."""
    runs_bucket: str | None
    """Where the runs of a fleet are kept, and its accounts file. None: there is no fleet."""
    fleet_machine: str | None
    """ARN of the fleet's state machine: what HTTP requests ask for is a finished run. None: a check."""
    fleet_batch: int
    fleet_concurrency: int
    metrics_by_account: bool
    """Whether each account has metrics of its own, however many there are."""
    check_interval: timedelta
    repeat_interval: timedelta
    """Zero: never told again."""
    thresholds: Thresholds
    policy: Policy | None
    """None: it stands in ``policy_parameter`` and is yet to be read."""
    policy_parameter: str | None
    memory: MemoryPlace | None
    """None: what was said is kept nowhere."""
    check_instances: bool
    page_size: int
    max_concurrency: int
    max_detail_calls: int
    display_timezone: str
    language: str
    chat_format: str
    http_token_secret: str | None
    http_access: str | None
    """``OFF``, ``AWS_IAM`` or ``TOKEN``. None: not told; the token is needed where ``http_token_secret`` is set."""
    http_check: bool
    """Whether ``POST /check`` is answered."""
    report_cache: timedelta
    heartbeat_url: str | None
    """A secret of its own: a heartbeat can be faked with it."""
    runbook_url: str | None
    """Where a message sends its readers for what to do. None: nowhere."""

    @property
    def has_accounts_file(self) -> bool:
        """Whether the accounts stand in a file, be it one."""
        return self.accounts is not None or self.accounts_place is not None

    def __repr__(self) -> str:
        return "Settings(...)"


def parse_settings(environment: Mapping[str, str], *, now: datetime, needs_topic: bool) -> Settings:
    """Read *environment*; a variable that is blank counts as absent.

    *needs_topic* says whether this invocation is to publish. Raises :class:`SettingsError` with every wrong field.
    """
    settings, problems = read_settings(environment, now=now, needs_topic=needs_topic)
    if problems:
        raise SettingsError(problems)
    return settings


def read_settings(
    environment: Mapping[str, str], *, now: datetime, needs_topic: bool, profiles: bool = False
) -> tuple[Settings, list[Problem]]:
    """Read *environment* as :func:`parse_settings` does; with any problem the settings returned are not to be used.

    *profiles*: whether a key may be kept in a profile of the command's configuration file.
    """
    read = Fields.of_environment(environment)
    given = Thresholds()
    thresholds = Thresholds(
        max_age=read.get("MAX_BACKUP_AGE", parsers.duration(), given.max_age),
        grace=read.get("BACKUP_GRACE", parsers.duration(), given.grace),
        new_instance_grace=read.get("NEW_INSTANCE_GRACE", parsers.duration(), given.new_instance_grace),
        max_age_of={} if "MAX_BACKUP_AGE" in read else MAX_AGE_OF,
    )
    settings = Settings(
        topic_arn=_topic(read, required=needs_topic),
        credentials_secret=read.get("NCLOUD_CREDENTIALS_SECRET", parsers.SECRET_NAME),
        key_pair=_key_pair(read),
        api_url=read.get("NCLOUD_API_GW", parsers.BASE_URL, PUBLIC_API),
        regions=read.get("NCLOUD_REGIONS", parsers.REGIONS, ("KR",)),
        products=read.get("NCLOUD_PRODUCTS", parsers.several_of(PRODUCTS, everything="all"), (DEFAULT_PRODUCT,)),
        all_products=str(read.values.get("NCLOUD_PRODUCTS", "")).strip(", ").lower() == "all",
        accounts=inline_accounts(read, now=now, not_beside=OF_ONE_ACCOUNT, profiles=profiles),
        accounts_place=accounts_place(read),
        account_seconds=read.get("ACCOUNT_SECONDS", parsers.number(least=1, most=900), 60),
        runs_bucket=read.get("RUNS_BUCKET", parsers.BUCKET),
        fleet_machine=read.get("FLEET_MACHINE", parsers.MACHINE),
        fleet_batch=read.get("FLEET_BATCH", parsers.number(least=1, most=MAX_PRESENT), 20),
        fleet_concurrency=read.get("FLEET_CONCURRENCY", parsers.number(least=1, most=1000), 2),
        metrics_by_account=read.get("METRICS_BY_ACCOUNT", parsers.FLAG, False),
        check_interval=read.get("CHECK_INTERVAL", parsers.duration(), timedelta(hours=1)),
        repeat_interval=read.get("REPEAT_INTERVAL", parsers.duration(zero=True), timedelta(hours=24)),
        thresholds=thresholds,
        policy=_policy(read, thresholds, now=now),
        policy_parameter=read.get("POLICY_PARAMETER", parsers.PARAMETER_NAME),
        memory=read.get("MEMORY", parsers.MEMORY),
        check_instances=read.get("CHECK_INSTANCES", parsers.FLAG, True),
        page_size=read.get("PAGE_SIZE", parsers.number(least=1, most=1000), 1000),
        max_concurrency=read.get("MAX_CONCURRENCY", parsers.number(least=1, most=64), 4),
        max_detail_calls=read.get("MAX_DETAIL_CALLS", parsers.number(least=0, most=100_000), 500),
        display_timezone=read.get("DISPLAY_TIMEZONE", parsers.ZONE, "Asia/Seoul"),
        language=read.get("LANGUAGE", parsers.choice(*languages()), ENGLISH),
        chat_format=read.get("CHAT_FORMAT", parsers.choice(*CHAT_FORMATS), CHAT_FORMATS[0]),
        http_token_secret=read.get("HTTP_TOKEN_SECRET", parsers.SECRET_NAME),
        http_access=read.get("HTTP_ACCESS", parsers.choice(*HTTP_ACCESS)),
        http_check=read.get("HTTP_CHECK", parsers.FLAG, True),
        report_cache=timedelta(seconds=read.get("REPORT_CACHE_SECONDS", parsers.number(least=0, most=86_400), 30)),
        heartbeat_url=read.get("HEARTBEAT_URL", parsers.SECRET_URL),
        runbook_url=read.get("RUNBOOK_URL", parsers.PUBLIC_URL),
    )
    return settings, list(dict.fromkeys(read.problems))  # one variable may be read for two settings


def _topic(read: Fields, *, required: bool) -> str | None:
    arn = read.get("TOPIC_ARN", parsers.TOPIC)
    if required and "TOPIC_ARN" not in read:
        read.refuse("TOPIC_ARN", None, "required to notify: the ARN of an SNS topic")
    elif arn is not None and arn.endswith(".fifo"):
        read.refuse("TOPIC_ARN", arn, "a standard topic: a FIFO topic reaches neither e-mail nor chat")
    return arn


OF_ONE_ACCOUNT = (
    "NCLOUD_CREDENTIALS_SECRET", *ACCESS_KEY_NAMES, "NCLOUD_API_GW", "NCLOUD_REGIONS", "NCLOUD_PRODUCTS",
)  # fmt: skip
"""Variables whose values stand in the accounts file, where there is one."""


def _key_pair(read: Fields) -> KeyPair | None:
    if "NCLOUD_CREDENTIALS_SECRET" in read or any(name in read for name in ACCOUNTS_VARIABLES):
        return None
    key_name = next((name for name in ACCESS_KEY_NAMES if name in read), ACCESS_KEY_NAMES[0])
    secret_name = next((name for name in SECRET_KEY_NAMES if name in read), SECRET_KEY_NAMES[0])
    key, secret = read.get(key_name, parsers.KEY_PART), read.get(secret_name, parsers.KEY_PART)
    if key_name not in read and secret_name not in read:
        direct = f"{ACCESS_KEY_NAMES[0]} and {SECRET_KEY_NAMES[0]}"
        read.refuse("NCLOUD_CREDENTIALS_SECRET", None, f"required: a secret's name or ARN (or, locally, {direct})")
    elif key_name not in read:
        read.refuse(ACCESS_KEY_NAMES[0], None, f"required beside {SECRET_KEY_NAMES[0]}")
    elif secret_name not in read:
        read.refuse(SECRET_KEY_NAMES[0], None, f"required beside {ACCESS_KEY_NAMES[0]}")
    return None if key is None or secret is None else KeyPair(key, secret)


def _policy(read: Fields, thresholds: Thresholds, *, now: datetime) -> Policy | None:
    text = read.values.get("POLICY")
    if "POLICY_PARAMETER" in read:
        if text is not None:
            read.refuse("POLICY_PARAMETER", None, "not together with POLICY: give one of the two")
        return None
    if text is None:
        return Policy(thresholds=thresholds)
    policy, problems = parse_policy(text, thresholds, now=now)
    read.problems.extend(problems)
    return policy
