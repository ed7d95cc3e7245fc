"""LocalStack's core as a process, with functions that run in AWS's own emulators."""

from tests.lab.localstack.server import LocalStack

__all__ = ["LocalStack"]
