"""Memories in a DynamoDB table: one item an account, or several where a document is large.

Key ``account``; attributes ``version`` (a number), ``document`` (gzip), ``expires`` (seconds since 1970, for the
table's time to live) and, where the document goes on in ``ACCOUNT#1`` and on, ``parts``. All items of a document carry
the same version and are written in one transaction: a reader that finds different ones reads again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from backup_watch.adapters.aws import Aws, aws_failures
from backup_watch.adapters.memory import MemoryConflict, MemoryFailure, Stored
from backup_watch.config.problems import AwsFailure

MAX_PART_BYTES = 300_000
"""DynamoDB's limit for an item is 400 KB."""
MAX_PARTS = 12
"""A transaction holds 4 MB."""
KEYS_PER_READ = 100
"""BatchGetItem's limit."""
KEPT_FOR = timedelta(days=90)
CONFLICTS = frozenset(
    {"ConditionalCheckFailedException", "TransactionCanceledException", "TransactionConflictException"}
)

Item = dict[str, Any]


class DynamoDbMemory:
    """Keeps memories in one table; safe for threads."""

    def __init__(self, table: str, aws: Aws) -> None:
        self._table, self._aws = table, aws

    def read(self, accounts: Sequence[str]) -> Mapping[str, Stored | MemoryFailure]:
        """One consistent read for up to a hundred accounts, and one more for documents of several items."""
        found: dict[str, Stored | MemoryFailure] = {}
        for batch in _batches(accounts):
            try:
                with aws_failures():  # an item of another shape counts as a failure, too
                    found |= self._read(batch)
            except AwsFailure as failure:
                found |= dict.fromkeys(batch, MemoryFailure(failure.code))
        return found

    def _read(self, accounts: Sequence[str]) -> dict[str, Stored | MemoryFailure]:
        items, unprocessed = self._items(accounts)
        found: dict[str, Stored | MemoryFailure] = {}
        for account in accounts:
            if account in unprocessed:
                found[account] = MemoryFailure("UnprocessedKeys")
            elif (head := items.get(account)) is None:
                found[account] = Stored(None)
            else:
                found[account] = self._whole(account, head)
        return found

    def _whole(self, account: str, head: Item) -> Stored | MemoryFailure:
        """The document that begins in *head*; read once more where another run was just writing it."""
        for attempt in range(2):
            parts = int(head.get("parts", {"N": "0"})["N"])
            names = [f"{account}#{number}" for number in range(1, min(parts, MAX_PARTS) + 1)]
            rest, unprocessed = self._items(names) if names else ({}, frozenset())
            if unprocessed:
                return MemoryFailure("UnprocessedKeys")
            items = [head, *(rest.get(name, {}) for name in names)]
            if all(item.get("version") == head.get("version") for item in items):
                body = b"".join(bytes(item.get("document", {}).get("B", b"")) for item in items)
                return Stored(body, _version(head))
            if not attempt:
                again, _ = self._items([account])
                head = again.get(account, head)
        return Stored(b"", _version(head))  # its parts are not there: no document

    def _items(self, keys: Sequence[str]) -> tuple[dict[str, Item], frozenset[str]]:
        """The items of *keys* by key, and the keys that were not processed."""
        asked = {self._table: {"Keys": [{"account": {"S": key}} for key in keys], "ConsistentRead": True}}
        response = self._aws.call("dynamodb", "batch_get_item", RequestItems=asked)
        left = response.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
        items = {item["account"]["S"]: item for item in response["Responses"].get(self._table, [])}
        return items, frozenset(key["account"]["S"] for key in left)

    def write(self, account: str, body: bytes, *, version: str | None, now: datetime) -> str:
        """A conditional PutItem; of a large document all items in one transaction, the head last."""
        new = str(_next(version))
        cut = [body[start : start + MAX_PART_BYTES] for start in range(0, len(body), MAX_PART_BYTES)] or [b""]
        if len(cut) > MAX_PARTS:
            raise MemoryFailure("TooLarge")
        shared = {"version": {"N": new}, "expires": {"N": str(int((now + KEPT_FOR).timestamp()))}}
        head = {"account": {"S": account}, "document": {"B": cut[0]}} | shared
        condition = self._only_over(version)
        try:
            if len(cut) == 1:
                self._aws.call("dynamodb", "put_item", TableName=self._table, Item=head, **condition)
            else:
                head["parts"] = {"N": str(len(cut) - 1)}
                puts = [
                    {
                        "TableName": self._table,
                        "Item": {"account": {"S": f"{account}#{number}"}, "document": {"B": part}} | shared,
                    }
                    for number, part in enumerate(cut[1:], 1)
                ]
                puts.append({"TableName": self._table, "Item": head} | condition)
                self._aws.call("dynamodb", "transact_write_items", TransactItems=[{"Put": put} for put in puts])
        except AwsFailure as failure:
            if failure.code in CONFLICTS:
                raise MemoryConflict(account) from None
            raise MemoryFailure(failure.code) from None
        return new

    def try_write(self, account: str) -> None:
        """A PutItem under a condition that nothing meets: refused for the condition where writing is allowed."""
        never = "attribute_exists(account) AND attribute_not_exists(account)"
        try:
            self._aws.call(
                "dynamodb",
                "put_item",
                TableName=self._table,
                Item={"account": {"S": account}},
                ConditionExpression=never,
            )
        except AwsFailure as failure:
            if failure.code not in CONFLICTS:
                raise MemoryFailure(failure.code) from None

    @staticmethod
    def _only_over(version: str | None) -> Item:
        """The condition that what is there is still what was read as *version*."""
        if version is None:
            return {"ConditionExpression": "attribute_not_exists(account)"}
        if version == UNVERSIONED:
            return {
                "ConditionExpression": "attribute_exists(account) AND attribute_not_exists(#version)",
                "ExpressionAttributeNames": {"#version": "version"},
            }
        return {
            "ConditionExpression": "#version = :read",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":read": {"N": version}},
        }


UNVERSIONED = "none"
"""The version of an item that has none: it was not written by this program."""


def _version(head: Item) -> str:
    return str(head.get("version", {}).get("N", UNVERSIONED))


def _next(version: str | None) -> int:
    return int(version) + 1 if version is not None and version.isdigit() else 1


def _batches(accounts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(accounts), KEYS_PER_READ):
        yield accounts[start : start + KEYS_PER_READ]
