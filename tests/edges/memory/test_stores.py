"""Both stores keep one promise: what was written is read, and no run writes over what it has not read."""

from __future__ import annotations

import contextlib
import gzip
import json
import secrets
import threading
from datetime import timedelta

import pytest

from backup_watch.adapters.memory import MemoryConflict, MemoryFailure, Stored
from backup_watch.adapters.memory_dynamodb import MAX_PART_BYTES, DynamoDbMemory
from backup_watch.adapters.memory_file import FileMemory
from tests.builders import NOW


@pytest.fixture(params=["dynamodb", "file"])
def store(request, table, tmp_path):
    return DynamoDbMemory(table.name, table.aws) if request.param == "dynamodb" else FileMemory(tmp_path / "a" / "b")


def read(store, account="default") -> Stored:
    stored = store.read([account])[account]
    assert isinstance(stored, Stored)
    return stored


def test_what_was_written_is_read_and_written_over(store):
    assert read(store) == Stored(None)
    first = store.write("default", b"one", version=None, now=NOW)
    assert (read(store).body, read(store).version) == (b"one", first)
    second = store.write("default", b"two", version=first, now=NOW)
    assert (read(store).body, read(store).version) == (b"two", second)


def test_each_account_has_its_own(store):
    accounts = [f"acme-{number}" for number in range(130)]  # more than one read holds
    for account in accounts[::2]:
        store.write(account, account.encode(), version=None, now=NOW)
    found = store.read(accounts)
    assert {account: stored.body for account, stored in found.items()} == {
        account: account.encode() if number % 2 == 0 else None for number, account in enumerate(accounts)
    }


@pytest.mark.parametrize("size", [10, MAX_PART_BYTES, MAX_PART_BYTES + 1, 3 * MAX_PART_BYTES + 7])
def test_a_document_of_any_size_comes_back(store, size):
    body = secrets.token_bytes(size)
    version = store.write("default", body, version=None, now=NOW)
    assert read(store) == Stored(body, version)
    smaller = store.write("default", b"small again", version=version, now=NOW)
    assert read(store) == Stored(b"small again", smaller)


@pytest.mark.parametrize("size", [5, MAX_PART_BYTES + 1])
def test_whoever_has_not_read_the_newest_cannot_write(store, size):
    first = store.write("default", b"one", version=None, now=NOW)
    winner = b"w" * size
    store.write("default", winner, version=first, now=NOW)
    for version in (None, first):
        with pytest.raises(MemoryConflict):
            store.write("default", b"l" * size, version=version, now=NOW)
    assert read(store).body == winner


def test_a_document_that_was_deleted_cannot_be_written_over(store, table, tmp_path):
    version = store.write("default", b"one", version=None, now=NOW)
    table.delete()
    (tmp_path / "a" / "b" / "default.json.gz").unlink(missing_ok=True)
    with pytest.raises(MemoryConflict):
        store.write("default", b"two", version=version, now=NOW)


def test_of_many_writers_at_once_one_wins_each_time(store):
    version = store.write("default", b"-1", version=None, now=NOW)
    won = []

    def write(number: int) -> None:
        with contextlib.suppress(MemoryConflict):
            won.append((number, store.write("default", str(number).encode(), version=version, now=NOW)))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [(number, new)] = won
    assert read(store) == Stored(str(number).encode(), new)


# --- DynamoDB ------------------------------------------------------------------------------------------------------


def test_an_item_has_the_attributes_that_the_table_and_its_time_to_live_know(table):
    store = DynamoDbMemory(table.name, table.aws)
    body = gzip.compress(json.dumps({"a": 1}).encode())
    store.write("default", body, version=store.write("default", b"x", version=None, now=NOW), now=NOW)
    expires = str(int((NOW + timedelta(days=90)).timestamp()))
    assert table.item() == {
        "account": {"S": "default"}, "version": {"N": "2"}, "document": {"B": body}, "expires": {"N": expires},
    }  # fmt: skip


def test_a_large_document_goes_on_in_items_of_its_own(table):
    store = DynamoDbMemory(table.name, table.aws)
    body = secrets.token_bytes(2 * MAX_PART_BYTES + 1)
    store.write("default", body, version=None, now=NOW)
    assert table.item()["parts"] == {"N": "2"}
    assert b"".join(table.item(key)["document"]["B"] for key in ("default", "default#1", "default#2")) == body


def test_a_document_whose_parts_are_of_another_run_is_no_document(table):
    store = DynamoDbMemory(table.name, table.aws)
    version = store.write("default", secrets.token_bytes(MAX_PART_BYTES + 1), version=None, now=NOW)
    table.delete("default#1")
    assert read(store) == Stored(b"", version)
    store.write("default", b"anew", version=version, now=NOW)
    assert read(store).body == b"anew"


@pytest.mark.parametrize("item", [{}, {"document": {"B": b"x"}}, {"version": {"S": "x"}, "document": {"S": "text"}}])
def test_an_item_that_somebody_else_wrote_is_written_over_only_as_it_was_read(table, item):
    store = DynamoDbMemory(table.name, table.aws)
    table.put(account={"S": "default"}, **item)
    stored = store.read(["default"])["default"]
    if isinstance(stored, MemoryFailure):
        pytest.fail(f"not read: {stored}")
    assert stored.version is not None
    if "version" not in item:
        store.write("default", b"anew", version=stored.version, now=NOW)
        assert read(store).body == b"anew"


def test_a_table_that_is_not_there_is_a_failure_and_not_an_absent_memory(table):
    store = DynamoDbMemory("another-table", table.aws)
    failure = store.read(["default"])["default"]
    assert str(failure) == "ResourceNotFoundException"
    with pytest.raises(MemoryFailure, match="ResourceNotFoundException"):
        store.write("default", b"x", version=None, now=NOW)


def test_what_does_not_fit_a_transaction_is_not_written(table):
    store = DynamoDbMemory(table.name, table.aws)
    with pytest.raises(MemoryFailure, match="TooLarge"):
        store.write("default", b"x" * 4_000_000, version=None, now=NOW)


def test_what_dynamodb_did_not_process_is_a_failure(table, monkeypatch):
    store = DynamoDbMemory(table.name, table.aws)
    store.write("b", b"x", version=None, now=NOW)

    def half(service, operation, **arguments):
        left = {table.name: {"Keys": [{"account": {"S": "a"}}]}}
        item = {"account": {"S": "b"}, "version": {"N": "1"}, "document": {"B": b"x"}}
        return {"Responses": {table.name: [item]}, "UnprocessedKeys": left}

    monkeypatch.setattr(table.aws, "call", half)
    found = store.read(["a", "b"])
    assert str(found["a"]) == "UnprocessedKeys"
    assert found["b"] == Stored(b"x", "1")


# --- files ---------------------------------------------------------------------------------------------------------


def test_a_file_is_replaced_and_leaves_nothing_beside_it(tmp_path):
    store = FileMemory(tmp_path, scope="dev-")
    version = store.write("default", b"one", version=None, now=NOW)
    store.write("default", b"two", version=version, now=NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dev-default.json.gz", "dev-default.json.lock"]
    assert (tmp_path / "dev-default.json.gz").read_bytes() == b"two"
    assert (tmp_path / "dev-default.json.gz").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_half_way_leaves_the_file_as_it_was(tmp_path, monkeypatch, step):
    store = FileMemory(tmp_path)
    version = store.write("default", b"one", version=None, now=NOW)

    def broken(*_):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(f"os.{step}", broken)
    with pytest.raises(MemoryFailure, match="OSError"):
        store.write("default", b"two", version=version, now=NOW)
    assert read(store).body == b"one"
    assert [path.suffix for path in sorted(tmp_path.iterdir())] == [".gz", ".lock"]


def test_a_lock_that_another_process_keeps_is_a_failure(tmp_path, monkeypatch):
    import fcntl

    monkeypatch.setattr("backup_watch.adapters.memory_file.LOCK_SECONDS", 0.05)
    with (tmp_path / "default.json.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(MemoryFailure, match="TimeoutError"):
            FileMemory(tmp_path).write("default", b"x", version=None, now=NOW)


def test_a_directory_in_the_files_place_is_a_failure(tmp_path):
    (tmp_path / "default.json.gz").mkdir()
    assert str(FileMemory(tmp_path).read(["default"])["default"]) == "IsADirectoryError"
