"""The whole template as CloudFormation gets it, with alarms that look every ten seconds, and the code that it names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

import boto3

from tests.runtime.lambda_runtime import Artifact
from tools.translate import PACKAGED, ROOT, packaged_key, read_template, translate

PERIOD_SECONDS: Final = 10
"""The shortest that CloudWatch knows; the template's own are the schedule's interval, and five minutes."""
TEMPLATE_KEY: Final = "template.json"


def hastened() -> dict[str, Any]:
    """The translated template. Only the periods of its alarms are not its own."""
    whole = translate(read_template())
    for row in whole["Mappings"]["Interval"].values():
        row["PeriodSeconds"] = PERIOD_SECONDS
    for resource in whole["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Alarm" and isinstance(resource["Properties"]["Period"], int):
            resource["Properties"]["Period"] = PERIOD_SECONDS
    return whole


def upload(url: str, artifact: Artifact, folder: Path) -> str:
    """Put the template and all that it names into a bucket at *url*, by way of *folder*; the template's address."""
    s3 = boto3.client("s3", endpoint_url=url)
    s3.create_bucket(Bucket=PACKAGED, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    ncloud, dependencies = artifact.layers
    parts = {"handler": artifact.function, "layers/ncloud": ncloud, "layers/dependencies": dependencies}
    for source, made in parts.items():
        zipped = shutil.make_archive(str(folder / source.replace("/", "-")), "zip", made)
        s3.upload_file(zipped, PACKAGED, packaged_key(source))
    definition = "statemachine/fleet.asl.json"
    s3.upload_file(str(ROOT / definition), PACKAGED, packaged_key(definition))
    s3.put_object(Bucket=PACKAGED, Key=TEMPLATE_KEY, Body=json.dumps(hastened()).encode())
    return f"{url}/{PACKAGED}/{TEMPLATE_KEY}"
