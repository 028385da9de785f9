"""moto's services of AWS, behind a check of signatures by botocore. Prints the port once everything is there.

GET /_seen answers what the services hold by now. SECRETS is `id:secret[:token]` with spaces between; LISTEN is an address
other than this machine's own.
"""
import hashlib
import io
import json
import os
import threading
from urllib.parse import urlsplit

os.environ.update(AWS_ACCESS_KEY_ID="AKIDSETUP", AWS_SECRET_ACCESS_KEY="setup", AWS_DEFAULT_REGION="eu-west-1")
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
# Buckets stand in paths, whatever name the services are called by.
os.environ["S3_IGNORE_SUBDOMAIN_BUCKETNAME"] = "true"
LISTEN = os.environ.get("LISTEN", "127.0.0.1")

import boto3
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

KNOWN = {"AKIDSETUP": ("setup", None)}
for known in os.environ["SECRETS"].split():
    key, secret, *token = known.split(":")
    KNOWN[key] = (secret, token[0] if token else None)
signers = set()


def signature(environ, body, authorization):
    """What the signature should be, as botocore computes it of the request that came."""
    fields = dict(part.strip().split("=", 1) for part in authorization.split(" ", 1)[1].split(","))
    key, _, region, service, _ = fields["Credential"].split("/")
    secret, token = KNOWN[key]
    header = lambda name: environ.get("HTTP_" + name.upper().replace("-", "_"), environ.get(name.upper().replace("-", "_"), ""))
    if header("x-amz-security-token") != (token or ""):
        return None, "token"
    headers = {name: header(name) for name in fields["SignedHeaders"].split(";")}
    request = AWSRequest(method=environ["REQUEST_METHOD"], url=f"http://{environ['HTTP_HOST']}{environ['RAW_URI']}",
                         headers=headers, data=body)
    request.context["timestamp"] = header("x-amz-date")
    claimed = header("x-amz-content-sha256")
    if service == "s3" and claimed not in (hashlib.sha256(body).hexdigest(), "UNSIGNED-PAYLOAD") and "STREAMING" not in claimed:
        return None, "payload"
    auth = (S3SigV4Auth if service == "s3" else SigV4Auth)(Credentials(key, secret, token), service, region)
    canonical = auth.canonical_request(request)
    return auth.signature(auth.string_to_sign(request, canonical), request), f"{fields['Signature']}\n{canonical}"


def checked(services):
    def answer(environ, start_response):
        if environ["PATH_INFO"] == "/_seen":
            answer = json.dumps(seen()).encode()
            start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
            return [answer]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        try:
            right, why = signature(environ, body, authorization)
        except (KeyError, IndexError, ValueError) as error:
            right, why = None, f"no signature: {error!r}"
        if right is None or f"Signature={right}" not in authorization:
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"SignatureDoesNotMatch\n" + why.encode()]
        signers.add(authorization.split("Credential=")[1].split("/")[0])
        return services(environ, start_response)

    return answer


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


server = make_server(LISTEN, 0, checked(DomainDispatcherApplication(create_backend_app)), threaded=True,
                     request_handler=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://{LISTEN}:{server.port}"
client = lambda service: boto3.client(service, endpoint_url=endpoint, config=Config(s3={"addressing_style": "path"}))
s3, sqs, sns, dynamodb, states, kinesis = map(client, ["s3", "sqs", "sns", "dynamodb", "stepfunctions", "kinesis"])

s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
heard = sqs.create_queue(QueueName="heard")["QueueUrl"]
topic = sns.create_topic(Name="news")["TopicArn"]
sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:123456789012:heard")
dynamodb.create_table(TableName="pets", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                      AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
machine = states.create_state_machine(name="flow", roleArn="arn:aws:iam::123456789012:role/flow", definition=json.dumps(
    {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}))["stateMachineArn"]
kinesis.create_stream(StreamName="clicks", ShardCount=1)
messages = {queue: [], heard: []}


def seen():
    for url, known in messages.items():
        known += [message["Body"] for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]
    shard = kinesis.get_shard_iterator(StreamName="clicks", ShardId="shardId-000000000000",
                                       ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    objects = s3.list_objects_v2(Bucket="files").get("Contents", [])
    executions = states.list_executions(stateMachineArn=machine)["executions"]
    return {
        "signers": sorted(signers),
        "files": {o["Key"]: s3.get_object(Bucket="files", Key=o["Key"])["Body"].read().decode() for o in objects},
        "types": {o["Key"]: s3.get_object(Bucket="files", Key=o["Key"])["ContentType"] for o in objects},
        "orders": messages[queue],
        "heard": [json.loads(message)["Message"] for message in messages[heard]],
        "pets": dynamodb.scan(TableName="pets")["Items"],
        "inputs": [states.describe_execution(executionArn=e["executionArn"])["input"] for e in executions],
        "clicks": [record["Data"].decode() for record in kinesis.get_records(ShardIterator=shard)["Records"]],
    }


print(server.port, flush=True)
threading.Event().wait()
