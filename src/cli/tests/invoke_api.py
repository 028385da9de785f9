"""What boto3's Lambda client sees of the Invoke API. Arguments: endpoint, and who may call: anyone or known."""

import base64
import collections
import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, who = sys.argv[1:]


def client(key="AKIDEXAMPLE", secret="0123456789abcdef", token=None):
    return boto3.client(
        "lambda", endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id=key,
        aws_secret_access_key=secret, aws_session_token=token, config=Config(retries={"max_attempts": 0}))


def refused(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        said = error.response["Error"]
        return error.response["ResponseMetadata"]["HTTPStatusCode"], said["Code"], said["Message"]
    raise AssertionError("it was not refused")


invoke = client().invoke

# Unqualified is $LATEST; versions and aliases by either way to say them, and by ARN.
for name, qualifier, version in [
        ("f", None, "$LATEST"), ("f", "1", "1"), ("f:2", None, "2"), ("f", "ONE", "1"), ("f:ONE", None, "1"),
        ("arn:aws:lambda:eu-central-1:123456789012:function:f:2", None, "2"), ("f:ONE", "ONE", "1")]:
    extra = {"Qualifier": qualifier} if qualifier else {}
    answer = invoke(FunctionName=name, Payload=json.dumps({"a": "ä"}), **extra)
    assert answer["StatusCode"] == 200 and answer["ExecutedVersion"] == version, answer
    payload = json.load(answer["Payload"])
    assert payload["event"] == {"a": "ä"} and payload["version"] == version, payload
    assert "FunctionError" not in answer and "LogResult" not in answer, answer
    if "ONE" in (qualifier, name[2:]):
        assert payload["arn"].endswith(":f:ONE"), payload

# Weights: 30 % of version 2. Odds of a miss are below one in a million.
counts = collections.Counter(invoke(FunctionName="f:SPLIT")["ExecutedVersion"] for _ in range(200))
assert set(counts) == {"1", "2"} and 25 <= counts["2"] <= 100, counts

# The end of the log.
answer = invoke(FunctionName="f:1", LogType="Tail", Payload=json.dumps({"print": "a line"}))
log = base64.b64decode(answer["LogResult"]).decode()
request_id = answer["ResponseMetadata"]["RequestId"]
assert log.startswith(f"START RequestId: {request_id} Version: 1\n") and "\na line\n" in log, log
assert f"\nREPORT RequestId: {request_id}\tDuration: " in log, log
answer = invoke(FunctionName="f:1", LogType="Tail", Payload=json.dumps({"print": "x" * 9000}))
assert len(base64.b64decode(answer["LogResult"])) == 4096

# An error of the handler's.
answer = invoke(FunctionName="f:1", Payload=json.dumps({"raise": "oh no"}), LogType="Tail")
assert (answer["StatusCode"], answer["FunctionError"], answer["ExecutedVersion"]) == (200, "Unhandled", "1"), answer
error = json.load(answer["Payload"])
assert (error["errorType"], error["errorMessage"]) == ("ValueError", "oh no"), error

# What the client says of itself reaches the handler.
context = base64.b64encode(json.dumps({"custom": {"who": "me"}}).encode()).decode()
answer = invoke(FunctionName="f:1", ClientContext=context, Payload=b"{}")
assert json.load(answer["Payload"])["client"] == {"who": "me"}

# Nobody runs; and nobody waits.
marker = sys.stdin.readline().strip()
answer = invoke(FunctionName="f", InvocationType="DryRun", Payload=json.dumps({"touch": marker}))
assert answer["StatusCode"] == 204 and answer["Payload"].read() == b"", answer
answer = invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps({"sleep": 0.3, "touch": marker}))
assert answer["StatusCode"] == 202 and answer["Payload"].read() == b"", answer
deadline = time.time() + 10
while True:
    try:
        with open(marker) as file:
            if file.read() == "x":
                break
    except FileNotFoundError:
        pass
    assert time.time() < deadline
    time.sleep(0.05)

# Refusals.
arn = f"arn:aws:lambda:{'eu-central-1' if who == 'known' else 'us-east-1'}:000000000000:function:"
for name in ["nope", "f:NOPE", "f:99", "elsewhere"]:
    for kind in ["RequestResponse", "DryRun", "Event"]:
        answer = refused(invoke, FunctionName=name, InvocationType=kind)
        assert answer == (404, "ResourceNotFoundException", "Function not found: " + arn + name), answer
try:
    invoke(FunctionName="nope")
except client().exceptions.ResourceNotFoundException as error:
    assert error.response["Type"] == "User", error.response
answer = refused(invoke, FunctionName="f:1", Qualifier="2")
assert answer == (400, "InvalidParameterValueException",
                  "The derived qualifier from the function name does not match the specified qualifier."), answer
assert refused(invoke, FunctionName="f", Payload=b"{no")[:2] == (400, "InvalidRequestContentException")
status, code, message = refused(invoke, FunctionName="f", InvocationType="Sometimes")
assert (status, code) == (400, "ValidationException") and "'Sometimes' at 'invocationType'" in message, message
assert refused(invoke, FunctionName="f", LogType="All")[:2] == (400, "ValidationException")
assert refused(invoke, FunctionName="f", ClientContext="e30")[:2] == (400, "InvalidRequestContentException")
largest = 6 * 1024 * 1024
payload = b'{"drop": "' + b"x" * (largest - 12) + b'"}'
assert len(payload) == largest and invoke(FunctionName="f:1", Payload=payload)["StatusCode"] == 200
status, code, message = refused(invoke, FunctionName="f", Payload=payload + b" ")
assert (status, code) == (413, "RequestTooLargeException") and "(limit 6291456 bytes)" in message, message
assert refused(invoke, FunctionName="f", InvocationType="Event", Payload=payload)[0] == 413

# Other operations are none of this API's.
assert refused(client().get_function, FunctionName="f")[:2] == (403, "AccessDeniedException")

if who == "known":
    assert refused(client(key="AKIDOTHER").invoke, FunctionName="f")[:2] == (403, "UnrecognizedClientException")
    assert refused(client(token="x").invoke, FunctionName="f")[:2] == (403, "UnrecognizedClientException")
    status, code, message = refused(client(secret="0123456789abcdeF").invoke, FunctionName="f")
    assert (status, code) == (403, "InvalidSignatureException"), code
    assert message.startswith("The request signature we calculated"), message
    # Each key has its namespace.
    answer = client(key="AKIDELSE", secret="fedcba9876543210").invoke(FunctionName="elsewhere")
    assert json.load(answer["Payload"])["version"] == "$LATEST"

print("all as it should be")
