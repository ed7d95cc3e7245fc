"""What is compared with: the handler as one would write it with boto3 and urllib3, clients made at import."""

import base64
import hashlib
import hmac
import json
import os
import time
from datetime import UTC, datetime, timedelta

import boto3
import urllib3

sns = boto3.client("sns")
secrets = boto3.client("secretsmanager")
pool = urllib3.PoolManager()
MAX_AGE = timedelta(hours=26)


def lambda_handler(event, context):
    key = json.loads(secrets.get_secret_value(SecretId=os.environ["NCLOUD_CREDENTIALS_SECRET"])["SecretString"])
    backups = read_list("getCloudPostgresqlBackupList", "cloudPostgresqlBackupList", key)
    instances = read_list("getCloudPostgresqlInstanceList", "cloudPostgresqlInstanceList", key)
    newest = {}
    for row in backups:
        if row.get("lastBackupDate"):
            at = datetime.strptime(row["lastBackupDate"], "%Y-%m-%dT%H:%M:%S%z")
            number = row["cloudPostgresqlInstanceNo"]
            newest[number] = max(at, newest.get(number, at))
    now = datetime.now(UTC)
    stale = [
        row["cloudPostgresqlServiceName"]
        for row in instances
        if now - newest.get(row["cloudPostgresqlInstanceNo"], datetime.min.replace(tzinfo=UTC)) > MAX_AGE
    ]
    if stale:
        sns.publish(
            TopicArn=os.environ["TOPIC_ARN"],
            Subject=f"{len(stale)} databases without a fresh backup",
            Message="\n".join(stale),
        )
    return {"stale": stale}


def read_list(operation, list_key, key):
    rows, page_no = [], 0
    while True:
        target = f"/vpostgresql/v2/{operation}?regionCode=KR&pageNo={page_no}&pageSize=1000&responseFormatType=json"
        response = pool.request("GET", os.environ["NCLOUD_API_GW"] + target, headers=sign(target, key))
        wrapper = json.loads(response.data)[f"{operation}Response"]
        rows += wrapper[list_key]
        if len(rows) >= wrapper["totalRows"]:
            return rows
        page_no += 1


def sign(target, key):
    timestamp = str(int(time.time() * 1000))
    text = f"GET {target}\n{timestamp}\n{key['access_key_id']}"
    digest = hmac.new(key["secret_access_key"].encode(), text.encode(), hashlib.sha256).digest()
    return {
        "x-ncp-apigw-timestamp": timestamp,
        "x-ncp-iam-access-key": key["access_key_id"],
        "x-ncp-apigw-signature-v2": base64.b64encode(digest).decode(),
    }
