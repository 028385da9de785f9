"""The Lambda Invoke API as the chart has it, by boto3's client."""
import json
import subprocess
import unittest
from collections import Counter
from typing import Any

import kube
import traffic
from installation import NAMESPACE, ROOT, rolled_out, upgrade
from manifests import ours

PYTHON = str(ROOT / "target" / "venv" / "bin" / "python")
CALLER = str(ROOT / "e2e" / "suite" / "invoke_by_boto3.py")
KEY, ELSE = ("HERE", "0123456789abcdef"), ("ELSEWHERE", "fedcba9876543210")
KNOWN = [{"accessKeyId": KEY[0], "secretAccessKey": KEY[1], "namespace": "default"},
         {"accessKeyId": ELSE[0], "secretAccessKey": ELSE[1], "namespace": NAMESPACE}]
# What the example's handlers read of an event.
EVENT = {"resource": "/houses", "requestContext": {"stage": "none"}}
CODE = {"index.py": "def handler(event, context):\n    return 1\n"}


def secret(known: list[dict[str, str]]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "invoke", "namespace": NAMESPACE},
            "stringData": {"credentials.json": json.dumps(known)}}


def endpoint() -> tuple[str, int]:
    service = kube.get("service", "stagegate-gateway", NAMESPACE)["spec"]
    [port] = [port["port"] for port in service["ports"] if port["name"] == "invoke"]
    return service["clusterIP"], port


def invoke(name: str, qualifier: str | None = None, caller: tuple[str, str] = KEY, times: int = 1, **more: Any) -> list[dict[str, Any]]:
    arguments = {"FunctionName": name, "Payload": EVENT, **({"Qualifier": qualifier} if qualifier else {}), **more}
    calls = [{"key": caller[0], "secret": caller[1], "times": times, "arguments": arguments}]
    address, port = endpoint()
    done = subprocess.run([PYTHON, CALLER, f"http://{address}:{port}"], input=json.dumps(calls), capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr)
    [answers] = json.loads(done.stdout)
    found: list[dict[str, Any]] = answers
    return found


def one(name: str, *arguments: Any, **more: Any) -> dict[str, Any]:
    [answer] = invoke(name, *arguments, **more)
    return answer


def said(answer: dict[str, Any]) -> str:
    return str(json.loads(answer["payload"]["body"])["message"])


class LambdaInvoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        kube.apply(secret(KNOWN))
        upgrade("--set", "gateway.invoke.enabled=true", "--set", "gateway.invoke.credentialsSecret=invoke", "--set", "gateway.invoke.port=9100")
        rolled_out()

    @classmethod
    def tearDownClass(cls) -> None:
        upgrade()
        rolled_out()
        kube.kubectl("-n", NAMESPACE, "delete", "secret", "invoke")
        ports = [port["name"] for port in kube.get("service", "stagegate-gateway", NAMESPACE)["spec"]["ports"]]
        assert "invoke" not in ports, ports

    def test_1_versions_and_aliases(self) -> None:
        for name, qualifier, version, message in (
            ("hello", None, "$LATEST", "Hello from $LATEST"), ("hello:2", None, "2", "Hello from version 2"),
            ("hello", "1", "1", "Hello from version 1"), ("hello:TEST", None, "2", "Hello from version 2"),
            ("arn:aws:lambda:eu-central-1:123456789012:function:hello:DEV", None, "$LATEST", "Hello from $LATEST"),
        ):
            with self.subTest(name):
                answer = one(name, qualifier)
                self.assertEqual((answer["status"], answer["version"], answer["error"]), (200, version, None), answer)
                self.assertEqual(said(answer), message)

    def test_2_weights(self) -> None:
        answers = invoke("hello:PROD", times=400)
        counts = Counter(answer["version"] for answer in answers)
        # 5 % of 400: the odds of none, or of more than 60, are below one in a million.
        self.assertEqual(set(counts), {"1", "2"})
        self.assertLessEqual(counts["2"], 60)
        self.assertTrue(all(said(answer) == f"Hello from version {answer['version']}" for answer in answers))

    def test_3_the_end_of_the_log(self) -> None:
        log = one("hello", LogType="Tail")["log"]
        self.assertRegex(log, r"^START RequestId: [-0-9a-f]{36} Version: \$LATEST\n")
        self.assertRegex(log, r"\ncalled as arn:aws:lambda:\S+:function:hello\n")
        self.assertRegex(log, r"\nREPORT RequestId: [-0-9a-f]{36}\tDuration: [0-9.]+ ms")
        self.assertEqual(one("hello")["log"], "")

    def test_4_errors_of_handlers(self) -> None:
        answer = one("hello:1", Payload={})
        self.assertEqual((answer["status"], answer["error"], answer["version"]), (200, "Unhandled", "1"))
        self.assertEqual(answer["payload"]["errorType"], "KeyError")

    def test_5_nobody_waits(self) -> None:
        self.assertEqual(one("hello", InvocationType="DryRun")["status"], 204)
        # It fails, which only its log tells.
        selector = ("-l", "stagegate.dev/function=hello", "--prefix", "--tail=-1")
        before = kube.kubectl("logs", *selector).count("KeyError")
        self.assertEqual(one("hello", InvocationType="Event", Payload={})["status"], 202)
        kube.eventually("it ran", lambda: kube.kubectl("logs", *selector).count("KeyError") > before)

    def test_6_who_may_not(self) -> None:
        def refused(name: str, *arguments: Any, **more: Any) -> list[Any]:
            found: list[Any] = one(name, *arguments, **more)["refused"]
            return found

        self.assertEqual(refused("hello", caller=("NOBODY", KEY[1]))[:2], [403, "UnrecognizedClientException"])
        status, code, message = refused("hello", caller=(KEY[0], "0123456789abcdeF"))
        self.assertEqual((status, code), (403, "InvalidSignatureException"))
        self.assertTrue(message.startswith("The request signature we calculated"), message)
        missing = "Function not found: arn:aws:lambda:eu-central-1:000000000000:function:"
        self.assertEqual(refused("hello", caller=ELSE), [404, "ResourceNotFoundException", missing + "hello"])
        self.assertEqual(refused("hello:NOPE"), [404, "ResourceNotFoundException", missing + "hello:NOPE"])
        # What is not signed at all.
        status, body, _ = traffic.request(endpoint(), "/2015-03-31/functions/hello/invocations", method="POST", body="{}")
        self.assertEqual((status, body), (403, '{"message":"Missing Authentication Token"}'))
        # Values of the Secret are files of the pods, and in no object.
        self.assertNotIn(KEY[1], kube.kubectl("get", "deployments,pods,configmaps", "-n", NAMESPACE, "-o", "yaml"))

    def test_7_a_version_that_nothing_refers_to(self) -> None:
        unused = ours("FunctionVersion", "unused-1", {"functionName": "unused", "version": "1", "lambda": {
            "runtime": "python3", "handler": "index.handler", "code": {"inline": CODE}}})
        alias = ours("Alias", "unused-live", {"functionName": "unused", "name": "LIVE", "functionVersion": "1"})
        try:
            kube.apply(unused)
            kube.kubectl("wait", "functionversion/unused-1", "--for=condition=Programmed", "--timeout=30s")
            print(f"[{one('unused:1')}] ", end="", flush=True)
            # It has no pods; an alias is enough for it to have some.
            kube.apply(alias)
            kube.kubectl("wait", "alias/unused-live", "--for=condition=Ready", "--timeout=90s")
            for name in ("unused:1", "unused:LIVE"):
                answer = one(name)
                self.assertEqual((answer["payload"], answer["version"]), (1, "1"))
        finally:
            kube.kubectl("delete", "alias/unused-live", "functionversion/unused-1", "--ignore-not-found", "--timeout=60s")

    def test_8_the_chart_asks_for_a_secret(self) -> None:
        with self.assertRaisesRegex(AssertionError, "gateway.invoke.credentialsSecret: must name a Secret with credentials.json"):
            upgrade("--set", "gateway.invoke.enabled=true", "--dry-run")


if __name__ == "__main__":
    unittest.main()
