"""LocalStack's functions in AWS's Runtime Interface Emulator: an executor that needs no Docker.

This module runs inside LocalStack's own process. Each execution environment is one emulator with the deployed code
of the function and of its layers; it has one invocation at a time, which is all that the emulator bears.
"""

from __future__ import annotations

import json
import os

from localstack import config
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from tests.runtime.lambda_runtime import Artifact, LambdaRuntime

TRUSTED = {"SSL_CERT_FILE": os.environ["WATCH_TRUSTED"]} if "WATCH_TRUSTED" in os.environ else {}
"""The one authority that functions trust: that of the Ncloud API's stand-in."""
LOCALHOST = "127.0.0.1"


class EmulatorExecutor(RuntimeExecutor):
    """One execution environment."""

    def start(self, env_vars: dict[str, str]) -> None:
        deployed = self.function_version.config
        layers = tuple(layer.code.get_unzipped_code_location() for layer in deployed.layers)
        artifact = Artifact(deployed.code.get_unzipped_code_location(), layers)
        lambdas_own = {name: str(value) for name, value in env_vars.items()}
        lambdas_own |= {"LAMBDA_TASK_ROOT": str(artifact.function), "TZ": "UTC", **TRUSTED}
        self.runtime = LambdaRuntime(artifact, lambdas_own)
        self.runtime.__enter__()
        self.told = 0

    def stop(self) -> None:
        self.runtime.__exit__(None, None, None)

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Tell LocalStack what the emulator answered: an error is 200 there, and a time-out is plain text."""
        text = self.runtime.invoke(json.loads(payload["payload"])).text
        try:
            document = json.loads(text)
            failed = isinstance(document, dict) and {"errorType", "errorMessage"} <= document.keys()
        except ValueError:
            failed, text = True, json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": text.strip()})
        written = self.runtime.log()
        new, self.told = written[self.told :], len(written)
        return InvocationResult(
            request_id=payload["invoke-id"],
            payload=text.encode(),
            is_error=failed,
            logs=new,
            executed_version=self.function_version.id.qualifier,
        )

    def get_logs(self) -> str:
        return self.runtime.log()

    def get_address(self) -> str:
        return LOCALHOST

    def get_endpoint_from_executor(self) -> str:
        return LOCALHOST

    def get_runtime_endpoint(self) -> str:
        return f"http://{LOCALHOST}:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        function_version.config.code.prepare_for_execution()
        for layer in function_version.config.layers:
            layer.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        pass


class EmulatorExecutorPlugin(RuntimeExecutorPlugin):
    """What LAMBDA_RUNTIME_EXECUTOR names."""

    name = "emulator"

    def load(self, *_: object, **__: object) -> type[RuntimeExecutor]:
        return EmulatorExecutor
