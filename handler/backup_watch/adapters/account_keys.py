"""Reads the keys of many accounts in bulk; each account has an outcome of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from backup_watch.adapters.aws import Aws, is_name
from backup_watch.adapters.ncloud_keys import KeyUnusable, key_in
from backup_watch.config.problems import AwsFailure
from backup_watch.model.accounts import Account, KeyStore
from backup_watch.model.plain_text import may_be_key
from backup_watch.model.report import ReadError
from ncloud import Credentials

AT_ONCE = 4
"""Calls to AWS under way: SSM answers some forty a second, which other functions of the same AWS account share."""
THROTTLED = frozenset({"ThrottlingException", "Throttling", "TooManyRequestsException", "LimitExceededException"})
"""Refusals for which no single name is to blame: a call for each name would only make more of them."""
NO_TEXT = "it holds no text"
IN_WORDS = {KeyStore.PARAMETER: "the parameter", KeyStore.SECRET: "the secret"}

Texts = dict[str, str | AwsFailure]
"""The text of each name, or why there is none."""
Outcome = Credentials | ReadError


def read_keys(accounts: Sequence[Account], aws: Aws, *, deadline: float | None = None) -> dict[str, Outcome]:
    """The key of each of *accounts*, or why it has none, by id. Raises nothing.

    What is not read by *deadline* (monotonic seconds) is not read at all.
    """
    texts: dict[tuple[KeyStore, str], str | AwsFailure] = {}
    for store, kept in KINDS.items():
        places = (account.key for account in accounts if account.key is not None)
        wanted = list(dict.fromkeys(place.name for place in places if place.store is store))
        groups = [wanted[start : start + kept.size] for start in range(0, len(wanted), kept.size)]
        for found in _at_once(groups, partial(_read, kept, aws, deadline)):
            texts |= {(store, name): text for name, text in found.items()}
    return {account.id: _outcome(account, texts) for account in accounts}


def _at_once(groups: Sequence[list[str]], read: Callable[[list[str]], Texts]) -> Iterator[Texts]:
    if len(groups) < 2:
        return map(read, groups)
    with ThreadPoolExecutor(min(AT_ONCE, len(groups))) as threads:
        return iter(list(threads.map(read, groups)))


def _outcome(account: Account, texts: Mapping[tuple[KeyStore, str], str | AwsFailure]) -> Outcome:
    place = account.key
    if place is None or place.store not in KINDS:
        return _error(account, "no key", "its key is kept in no place that the function can read")
    text = texts[place.store, place.name]
    is_known = account.id in place.name or is_name(place.name.strip("/"), arn_only=False)
    may_be_shown = is_known and not may_be_key(place.name.replace(account.id, ""))
    where = f"{IN_WORDS[place.store]} {place.name if may_be_shown else '(name not shown)'}"
    if isinstance(text, AwsFailure):
        return _error(account, KINDS[place.store].operation, f"{where}: {text.code}")
    try:
        return key_in(text, where=where, field=place.field)
    except KeyUnusable as unusable:
        return _error(account, KINDS[place.store].operation, str(unusable))


def _error(account: Account, operation: str, message: str) -> ReadError:
    return ReadError(operation, "SecretUnreadable", message, account=account.id)


# --- one kind of place --------------------------------------------------------------------------------------------


class _Parameters:
    """SSM parameters."""

    size = 10
    operation = "GetParameters"

    def many(self, names: list[str], aws: Aws) -> Texts:
        """The text of each of *names*. Raises :class:`AwsFailure` where none could be asked for."""
        response = aws.call("ssm", "get_parameters", Names=names, WithDecryption=True)
        found = {}
        for one in response.get("Parameters", ()):
            for name in (one.get("Name"), f"{one.get('Name')}{one.get('Selector') or ''}", one.get("ARN")):
                found[name] = one.get("Value")
        return _complete(names, found, {})

    def one(self, name: str, aws: Aws) -> str | None:
        """The text of *name*. Raises :class:`AwsFailure`."""
        return _text(aws.call("ssm", "get_parameter", Name=name, WithDecryption=True).get("Parameter"), "Value")


class _Secrets:
    """Secrets of Secrets Manager."""

    size = 20
    operation = "BatchGetSecretValue"

    def many(self, names: list[str], aws: Aws) -> Texts:
        """The text of each of *names*. Raises :class:`AwsFailure` where none could be asked for."""
        found: dict[Any, Any] = {}
        failed: dict[str, str] = {}
        more: dict[str, Any] = {}
        for _ in names:  # each page brings at least one
            response = aws.call("secretsmanager", "batch_get_secret_value", SecretIdList=names, **more)
            for one in response.get("SecretValues", ()):
                arn = str(one.get("ARN"))
                for name in (one.get("Name"), arn, arn.rpartition("-")[0]):  # an ARN may be given without its suffix
                    found[name] = one.get("SecretString")
            failed |= {str(one.get("SecretId")): str(one.get("ErrorCode")) for one in response.get("Errors", ())}
            if not (token := response.get("NextToken")):
                break
            more = {"NextToken": token}
        return _complete(names, found, failed)

    def one(self, name: str, aws: Aws) -> str | None:
        """The text of *name*. Raises :class:`AwsFailure`."""
        return _text(aws.call("secretsmanager", "get_secret_value", SecretId=name), "SecretString")


_Kind = _Parameters | _Secrets
KINDS: Mapping[KeyStore, _Kind] = {KeyStore.PARAMETER: _Parameters(), KeyStore.SECRET: _Secrets()}


def _text(response: Any, key: str) -> str | None:
    text = response.get(key) if isinstance(response, Mapping) else None
    return text if isinstance(text, str) and text else None


def _complete(names: list[str], found: Mapping[Any, Any], failed: Mapping[str, str]) -> Texts:
    """An outcome for each of *names*, whatever AWS left out."""
    texts: Texts = {}
    for name in names:
        text = found.get(name)
        missing = failed.get(name) or (NO_TEXT if name in found else "NotFound")
        texts[name] = text if isinstance(text, str) and text else AwsFailure(missing, refused=True)
    return texts


def _read(kind: _Kind, aws: Aws, deadline: float | None, names: list[str]) -> Texts:
    """One call for all of *names*; where it is refused, a call for each: AWS refuses all for the sake of one."""
    if _is_over(deadline):
        return dict.fromkeys(names, AwsFailure("DeadlineExceeded", refused=False))
    try:
        return kind.many(names, aws)
    except AwsFailure as failure:
        if not failure.refused or failure.code in THROTTLED:
            return dict.fromkeys(names, failure)
        return {name: _read_one(kind, name, aws, deadline) for name in names}


def _read_one(kind: _Kind, name: str, aws: Aws, deadline: float | None) -> str | AwsFailure:
    if _is_over(deadline):
        return AwsFailure("DeadlineExceeded", refused=False)
    try:
        return kind.one(name, aws) or AwsFailure(NO_TEXT, refused=True)
    except AwsFailure as failure:
        return failure


def _is_over(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() >= deadline
