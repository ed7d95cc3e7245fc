"""The template as it stands, as SAM translates it, and deployed in the two ways that matter."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.template.deployment import Deployment
from tools.translate import read_template, translate

EVERYTHING = {
    "AlertEmail": "dba@example.com",
    "OpsEmail": "ops@example.com",
    "HttpsEndpoint": "https://example.com/hook",
    "AlertQueue": "true",
    "SlackWorkspaceId": "T0ABCDEF",
    "SlackChannelId": "C0ABCDEF",
    "TeamsTeamId": "00000000-0000-0000-0000-000000000001",
    "TeamsTenantId": "00000000-0000-0000-0000-000000000002",
    "TeamsChannelId": "19%3Aabc%40thread.tacv2",
    "HeartbeatUrl": "https://example.com/ping",
    "HttpAccess": "TOKEN",
    "HttpCheck": "true",
    "MaxBackupAge": "30h",
    "RunbookUrl": "https://example.com/runbook",
    "PolicyParameter": "/backup-watch/policy",
    "CustomerManagedKey": "true",
    "ReservedConcurrency": "2",
}


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """template.yaml with its short forms spelt out; not to be changed."""
    return read_template()


@pytest.fixture(scope="session")
def translated() -> dict[str, Any]:
    """What CloudFormation is given once SAM's transform has run."""
    return translate(read_template())


@pytest.fixture(scope="session")
def translated_file(translated: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("translated") / "template.json"
    file.write_text(json.dumps(translated), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def default(translated: dict[str, Any]) -> Deployment:
    """Deployed with no parameter given."""
    return Deployment(translated)


@pytest.fixture(scope="session")
def fleet(translated: dict[str, Any]) -> Deployment:
    """Deployed for many accounts, with a page."""
    return Deployment(translated, Fleet="true", HttpCheck="true")


@pytest.fixture(scope="session")
def everything(translated: dict[str, Any]) -> Deployment:
    """Deployed with every option switched on."""
    return Deployment(translated, **EVERYTHING)
