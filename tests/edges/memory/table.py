"""A table as the template makes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from backup_watch.adapters.aws import Aws

NAME = "ncloud-backup-watch-memory"


@dataclass
class Table:
    aws: Aws
    name: str = NAME

    def item(self, account: str = "default") -> dict[str, Any]:
        return self.aws.call("dynamodb", "get_item", TableName=self.name, Key={"account": {"S": account}})["Item"]

    def put(self, **attributes: Any) -> None:
        self.aws.call("dynamodb", "put_item", TableName=self.name, Item=attributes)

    def delete(self, account: str = "default") -> None:
        self.aws.call("dynamodb", "delete_item", TableName=self.name, Key={"account": {"S": account}})


@contextmanager
def a_table(aws: Aws) -> Iterator[Table]:
    """A table with nothing in it."""
    client = aws.client("dynamodb")
    client.create_table(
        TableName=NAME,
        KeySchema=[{"AttributeName": "account", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "account", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    try:
        yield Table(aws)
    finally:
        client.delete_table(TableName=NAME)
