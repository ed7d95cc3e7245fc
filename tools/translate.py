"""Print what CloudFormation makes of template.yaml: the SAM transform, done here, without AWS.

cfn-lint and checkov see through the translation what they cannot see in SAM's own resource types.
"""

import json
import os
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
LOCAL_CODE = ("CodeUri", "ContentUri", "DefinitionUri")
PACKAGED = "packaged"
"""The bucket that stands for where SAM uploads code."""


class NoManagedPolicies:
    """The translator may ask for the names of AWS's policies; the template uses none."""

    def load(self) -> dict[str, str]:
        """Give no policy."""
        return {}


def read_template() -> dict[str, Any]:
    """Read template.yaml with its short forms (!Ref, !If) spelt out."""
    template: dict[str, Any] = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    return template


def translate(template: dict[str, Any]) -> dict[str, Any]:
    """Apply the SAM transform to *template*, which it changes. Raises InvalidDocumentException, which says why."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "ap-northeast-2")
    for resource in template["Resources"].values():
        for name in LOCAL_CODE:
            if name in resource["Properties"]:
                resource["Properties"][name] = f"s3://{PACKAGED}/{packaged_key(resource['Properties'][name])}"
    translated: dict[str, Any] = transform(template, {}, NoManagedPolicies())
    return translated


def packaged_key(source: str) -> str:
    """Say what a folder or file of the template is called in the bucket: a folder is uploaded as a zip file."""
    name = source.strip("/")
    return name if Path(name).suffix else f"{name}.zip"


if __name__ == "__main__":
    print(json.dumps(translate(read_template()), indent=2))
