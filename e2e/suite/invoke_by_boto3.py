"""Calls of boto3's Lambda client, which the suite's own Python need not have: a JSON list on standard input, answers on standard output.

Arguments: the endpoint. A call is `{key, secret, times, arguments}`; an answer is `{refused}` or what the client got, by time.
"""
import base64
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def answer(client, arguments):
    if "Payload" in arguments:
        arguments = {**arguments, "Payload": json.dumps(arguments["Payload"])}
    try:
        got = client.invoke(**arguments)
    except ClientError as error:
        return {"refused": [error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"],
                            error.response["Error"]["Message"]]}
    payload = got["Payload"].read()
    return {
        "status": got["StatusCode"], "version": got.get("ExecutedVersion"), "error": got.get("FunctionError"),
        "log": base64.b64decode(got.get("LogResult", "")).decode(), "payload": json.loads(payload) if payload else None,
    }


results = []
for call in json.load(sys.stdin):
    client = boto3.client(
        "lambda", endpoint_url=sys.argv[1], region_name="eu-central-1", aws_access_key_id=call["key"],
        aws_secret_access_key=call["secret"], config=Config(retries={"max_attempts": 0}))
    results.append([answer(client, call["arguments"]) for _ in range(call["times"])])
print(json.dumps(results))
