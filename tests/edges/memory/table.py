"""A table as the template makes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from backup_watch.adapters.aws import Aws
from tests.stack.cloud import TABLE, make_table


@dataclass
class Table:
    aws: Aws
    name: str = TABLE

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
    make_table(client)
    try:
        yield Table(aws)
    finally:
        client.delete_table(TableName=TABLE)
