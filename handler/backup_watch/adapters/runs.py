"""The objects of a fleet's runs, in their bucket: written once, read by the run itself, and gone after some days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from backup_watch.adapters.aws import CONNECTIONS, Aws, aws_failures
from backup_watch.config.problems import AwsFailure, RunUnreadable, RunUnwritable

READERS = CONNECTIONS
"""Objects that are read at once."""
ABSENT = ("NoSuchKey", "404")


class Runs:
    """The objects of *bucket*."""

    def __init__(self, bucket: str, aws: Aws) -> None:
        self.bucket = bucket
        self._aws = aws

    def read(self, key: str) -> bytes:
        """The object *key*. Raises :class:`RunUnreadable`."""
        body = self.find(key)
        if body is None:
            raise RunUnreadable(f"{self.bucket}/{key}: there is no such object")
        return body

    def find(self, key: str) -> bytes | None:
        """The object *key*; None: it is not there. Raises :class:`RunUnreadable`."""
        try:
            response = self._aws.call("s3", "get_object", Bucket=self.bucket, Key=key)
            with aws_failures():
                return bytes(response["Body"].read())
        except AwsFailure as failure:
            if failure.code in ABSENT:
                return None
            raise RunUnreadable(f"{self.bucket}/{key}: {failure.code}") from None

    def read_all(self, keys: Sequence[str]) -> Iterator[tuple[str, bytes | RunUnreadable]]:
        """The objects of *keys*, in their order, each with its key. What cannot be read is given in its place.

        The others are read while one is looked at, and none is kept after that.
        """
        if not keys:
            return
        with ThreadPoolExecutor(min(READERS, len(keys)), thread_name_prefix="runs") as pool:
            yield from zip(keys, pool.map(self._read_or_failure, keys), strict=True)

    def _read_or_failure(self, key: str) -> bytes | RunUnreadable:
        try:
            return self.read(key)
        except RunUnreadable as failure:
            return failure

    def write(self, key: str, body: bytes) -> None:
        """Put *body* at *key*, in place of what may be there. Raises :class:`RunUnwritable`."""
        content = "application/json" if key.endswith(".json") else "text/plain; charset=utf-8"
        try:
            self._aws.call("s3", "put_object", Bucket=self.bucket, Key=key, Body=body, ContentType=content)
        except AwsFailure as failure:
            raise RunUnwritable(f"{self.bucket}/{key}: {failure.code}") from None

    def keys(self, prefix: str) -> list[str]:
        """The keys under *prefix*, in order. Raises :class:`RunUnreadable`."""
        found: list[str] = []
        start: dict[str, str] = {}
        try:
            while True:
                page = self._aws.call("s3", "list_objects_v2", Bucket=self.bucket, Prefix=prefix, **start)
                found += [str(each["Key"]) for each in page.get("Contents", ())]
                if not page.get("IsTruncated"):
                    return sorted(found)
                start = {"ContinuationToken": str(page["NextContinuationToken"])}
        except AwsFailure as failure:
            raise RunUnreadable(f"{self.bucket}/{prefix}: {failure.code}") from None
