"""Keys are read in bulk, and each account has an outcome of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.core.base_backend import BackendDict

from backup_watch.adapters.account_keys import read_keys
from backup_watch.adapters.aws import Aws
from backup_watch.config.problems import AwsFailure
from backup_watch.model.accounts import Account, KeyPlace, KeyStore
from backup_watch.model.report import ReadError
from ncloud import Credentials
from tests.stack.cloud import running_moto

KEY = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"}
TEXT = json.dumps(KEY)


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    with running_moto() as url:
        try:
            yield url
        finally:
            BackendDict.reset()


@pytest.fixture
def kept(moto, monkeypatch):
    """Puts values where keys are kept."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    ssm, secrets = (boto3.client(name, endpoint_url=moto) for name in ("ssm", "secretsmanager"))

    def put(store: KeyStore, **values: str) -> None:
        for name, value in values.items():
            if store is KeyStore.PARAMETER:
                ssm.put_parameter(Name=f"/keys/{name}", Value=value, Type="SecureString", Overwrite=True)
            else:
                secrets.create_secret(Name=f"/keys/{name}", SecretString=value)

    return put


def an_account(
    account_id: str, store: KeyStore = KeyStore.PARAMETER, *, name: str | None = None, field=None
) -> Account:
    return Account(
        account_id, "https://h", ("KR",), ("postgresql",), key=KeyPlace(store, name or f"/keys/{account_id}", field)
    )


class Listening(Aws):
    """Remembers what it was asked for; refuses what it is told to, as AWS refuses."""

    def __init__(self, *refused: str, code: str = "AccessDeniedException") -> None:
        super().__init__()
        self.calls: list[tuple[str, int]] = []
        self._refused, self._code = refused, code

    def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        names = (
            arguments.get("Names")
            or arguments.get("SecretIdList")
            or [arguments.get("Name") or arguments.get("SecretId")]
        )
        self.calls.append((operation, len(names)))
        if set(self._refused) & {operation, *names}:
            raise AwsFailure(self._code, refused=True)
        return super().call(service, operation, **arguments)


def test_keys_are_read_by_tens_and_by_twenties(kept):
    kept(KeyStore.PARAMETER, **{f"p{n}": TEXT for n in range(23)})
    kept(KeyStore.SECRET, **{f"s{n}": TEXT for n in range(41)})
    accounts = [an_account(f"p{n}") for n in range(23)] + [an_account(f"s{n}", KeyStore.SECRET) for n in range(41)]
    aws = Listening()
    found = read_keys(accounts, aws)
    assert list(found) == [one.id for one in accounts]
    assert all(
        isinstance(key, Credentials) and key.secret_access_key == KEY["secret_access_key"] for key in found.values()
    )
    assert sorted(aws.calls) == [
        ("batch_get_secret_value", 1), ("batch_get_secret_value", 20), ("batch_get_secret_value", 20),
        ("get_parameters", 3), ("get_parameters", 10), ("get_parameters", 10),
    ]  # fmt: skip


@pytest.mark.parametrize("store", [KeyStore.PARAMETER, KeyStore.SECRET])
def test_whatever_is_wrong_with_a_key_is_its_accounts_error_alone(kept, store):
    name = store.value
    values = {
        f"{name}-well": TEXT, f"{name}-marked": "\ufeff" + TEXT, f"{name}-text": "hello",
        f"{name}-half": json.dumps({"access_key_id": "a"}), f"{name}-odd": json.dumps(KEY | {"access_key_id": "a\nb"}),
    }  # fmt: skip
    kept(store, **values)
    found = read_keys([an_account(each, store) for each in (*values, f"{name}-absent")], Aws())
    assert [each for each, key in found.items() if isinstance(key, Credentials)] == [f"{name}-well", f"{name}-marked"]
    errors = {error.account: error for error in found.values() if isinstance(error, ReadError)}
    assert {error.kind for error in errors.values()} == {"SecretUnreadable"}
    assert "is no JSON" in errors[f"{name}-text"].message
    assert "lacks a key" in errors[f"{name}-half"].message
    assert "NotFound" in errors[f"{name}-absent"].message
    assert not any(part in str(error) for error in errors.values() for part in ("hello", KEY["secret_access_key"]))


def test_a_field_is_one_of_many_keys(kept):
    kept(KeyStore.PARAMETER, many=json.dumps({"acme": KEY, "bank": TEXT, "odd": 5}))
    accounts = [an_account(each, name="/keys/many", field=each) for each in ("acme", "bank", "odd", "gone")]
    aws = Listening()
    found = read_keys(accounts, aws)
    assert aws.calls == [("get_parameters", 1)]
    assert [isinstance(key, Credentials) for key in found.values()] == [True, True, False, False]
    assert "has no field gone" in found["gone"].message


@pytest.mark.parametrize(("store", "operation"), [
    (KeyStore.PARAMETER, "get_parameters"), (KeyStore.SECRET, "batch_get_secret_value"),
])  # fmt: skip
def test_where_aws_refuses_all_for_the_sake_of_one_each_is_asked_for_alone(kept, store, operation):
    names = [f"alone-{store.value}-{n}" for n in range(4)]
    kept(store, **dict.fromkeys(names, TEXT))
    aws = Listening(f"/keys/{names[1]}")
    found = read_keys([an_account(name, store) for name in names], aws)
    assert aws.calls[0] == (operation, 4)
    assert [isinstance(key, Credentials) for key in found.values()] == [True, False, True, True]
    assert "AccessDeniedException" in found[names[1]].message


def test_a_throttled_call_is_not_made_into_ten(kept):
    names = [f"throttled-{n}" for n in range(4)]
    aws = Listening("get_parameters", code="ThrottlingException")
    found = read_keys([an_account(name) for name in names], aws)
    assert aws.calls == [("get_parameters", 4)]
    assert {error.message.rpartition(" ")[2] for error in found.values()} == {"ThrottlingException"}


def test_past_the_deadline_nothing_is_asked(kept):
    aws = Listening()
    found = read_keys([an_account("acme")], aws, deadline=time.monotonic())
    assert aws.calls == []
    assert "DeadlineExceeded" in found["acme"].message


@pytest.mark.parametrize("account", ["acme", "a", "2"])
def test_a_key_that_stands_in_the_place_of_a_name_is_not_shown(kept, account):
    slip = "Tr2NVDLq6bXgqzQ9f3bAbCdEfGhIjKlMnOpQrStU"
    kept(KeyStore.PARAMETER, many="{}")
    for wrong in (an_account(account, name=slip), an_account(account, name="/keys/many", field=slip)):
        found = read_keys([wrong], Aws())
        assert slip not in str(found[account])
        assert "name not shown" in found[account].message
