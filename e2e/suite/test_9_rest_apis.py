"""One request through a gateway of the cluster, what a method does, documents, and execution logs."""
import json
import re
import subprocess
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

import kube
import traffic
from command_line import stagegate
from installation import BINARY, NAMESPACE
from manifests import ours

HOST = "rest.default.localhost"


def mock(word: str) -> dict[str, Any]:
    answer = {"statusCode": 200, "responseTemplates": {"application/json": f'{{"word": "{word}"}}'}}
    return {"mock": {"mapping": {"requestTemplates": {"application/json": '{"statusCode": 200}'}, "responses": {"default": answer}}}}


def content(word: str) -> dict[str, Any]:
    return {"paths": {
        "/houses": {"GET": {"lambda": {"function": "hello:${stageVariables.lambdaAlias}"}}},
        "/words/{id}": {"GET": mock(word)},
        "/gone": {"GET": {"http": {"url": "http://127.0.0.1:1/"}}},
    }}


def stage(name: str, **more: Any) -> dict[str, Any]:
    return ours("Stage", f"rest-{name}", {"restApi": "rest", "name": name, "deployment": "rest-v1",
                                          "variables": {"lambdaAlias": "PROD"}, **more})


OBJECTS = [
    ours("RestApi", "rest", content("draft")),
    ours("ApiDeployment", "rest-v1", {"restApi": "rest", "api": content("first")}),
    ours("ApiDeployment", "rest-v2", {"restApi": "rest", "api": content("second")}),
    stage("prod", canary={"percent": 0, "variables": {"lambdaAlias": "TEST"}}),
    stage("info", methodSettings={"*/*": {"loggingLevel": "INFO"}}),
    stage("data", methodSettings={"*/*": {"loggingLevel": "ERROR"}, "/words/{id}/GET": {"loggingLevel": "INFO", "dataTraceEnabled": True}}),
]


def invoke(*arguments: str, api: str = "rest") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stagegate("invoke", api, "--cluster", "-o", "json", *arguments))
    return found


def messages(log: list[dict[str, Any]]) -> str:
    return "\n".join(line["message"] for line in log)


def executions(stage: str) -> list[dict[str, Any]]:
    """What gateways wrote down of requests to a stage."""
    found = []
    for pod in kube.items("pods", NAMESPACE, "app.kubernetes.io/component=gateway"):
        for line in kube.kubectl("-n", NAMESPACE, "logs", pod["metadata"]["name"], "--tail=-1").splitlines():
            if '"executionLog"' in line:
                found.append(json.loads(line))
    return [log for log in found if (log["namespace"], log["apiId"], log["stage"]) == ("default", "rest", stage)]


def text_of(log: dict[str, Any]) -> str:
    return messages(log["executionLog"])


class RestApis(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        for manifest in OBJECTS:
            kube.apply(manifest)
        kube.kubectl("wait", *[f"stage/rest-{name}" for name in ("prod", "info", "data")], "--for=condition=Ready", "--timeout=120s")

    @classmethod
    def tearDownClass(cls) -> None:
        for manifest in reversed(OBJECTS):
            kube.kubectl("delete", manifest["kind"], manifest["metadata"]["name"], "--timeout=60s")

    def setUp(self) -> None:
        self.address = traffic.service()

    def test_1_a_stage_step_by_step(self) -> None:
        answer = invoke("--stage", "prod", "--path", "/houses?a=b", "--header", "Authorization: Bearer t0k3n-of-mine")
        self.assertEqual(answer["status"], 200)
        self.assertIn(answer["headers"]["x-amz-executed-version"], ("1", "2"))
        log, at = messages(answer["log"]), 0
        for line in ("Execution log for request ", "Starting execution for request: ", "HTTP Method: GET, Resource Path: /houses",
                     "Method request query string: {a=b}", "Endpoint request URI: /2015-03-31/functions/hello/invocations?Qualifier=PROD",
                     "Received response. Status: 200", "Successfully completed execution", "Method completed with status: 200"):
            self.assertIn(line, log[at:])
            at = log.index(line, at) + 1
        self.assertNotIn("t0k3n-of-mine", log)
        text = stagegate("invoke", "rest", "--cluster", "--stage", "prod", "--path", "/words/5")
        self.assertTrue(text.startswith("Status: 200\nLatency: ") and '{"word": "first"}' in text, text)

    def test_2_stage_variables_of_one_request(self) -> None:
        def version(*arguments: str) -> str:
            return str(invoke("--stage", "prod", "--path", "/houses", *arguments)["headers"]["x-amz-executed-version"])

        self.assertEqual(version("--stage-variable", "lambdaAlias=DEV"), "$LATEST")
        self.assertEqual(version("--stage-variable", "lambdaAlias=2"), "2")
        self.assertEqual(version("--canary"), "2")
        versions = {traffic.request(self.address, "/prod/houses", HOST)[2]["x-amz-executed-version"] for _ in range(20)}
        self.assertNotIn("$LATEST", versions)

    def test_3_a_deployment_that_is_not_live(self) -> None:
        def word(*arguments: str) -> str:
            return str(json.loads(invoke("--path", "/words/5", *arguments)["body"])["word"])

        self.assertEqual(word("--deployment", "rest-v2"), "second")
        self.assertEqual(word("--stage", "prod"), "first")
        # One that the controller made.
        made = kube.get("restapi", "rest")["status"]["deployment"]
        self.assertEqual(word("--deployment", made), "draft")
        # Variables are the stage's, or those that are named and no more.
        houses = ("--deployment", "rest-v2", "--path", "/houses")
        self.assertIn(invoke("--stage", "prod", *houses)["headers"]["x-amz-executed-version"], ("1", "2"))
        self.assertEqual(invoke(*houses, "--stage-variable", "lambdaAlias=DEV")["headers"]["x-amz-executed-version"], "$LATEST")
        self.assertEqual(invoke(*houses)["status"], 500)
        # No gateway has it, nobody else gets to see it.
        self.assertEqual(json.loads(traffic.request(self.address, "/prod/words/5", HOST)[1]), {"word": "first"})
        for host, _ in traffic.gateways():
            self.assertNotIn("second", traffic.request((host, 8081), "/snapshot", host)[1])

    def test_4_by_a_way_of_ones_own(self) -> None:
        pod = kube.items("pods", NAMESPACE, "app.kubernetes.io/component=gateway")[0]["metadata"]["name"]
        forward = subprocess.Popen([*kube.command(), "-n", NAMESPACE, "port-forward", pod, ":8081"], stdout=subprocess.PIPE, text=True)
        try:
            assert forward.stdout
            found = re.search(r"127\.0\.0\.1:\d+", forward.stdout.readline())
            assert found
            admin = ("--admin", found[0], "--deployment", "rest-v2", "--path", "/words/5", "-o", "json")
            self.assertIn("rest-v2 of default/rest is not here; live: rest-v1", stagegate("invoke", "rest", *admin, code=1))
            answer = json.loads(stagegate("invoke", "rest", *admin, "--from-cluster"))
            self.assertEqual(json.loads(answer["body"]), {"word": "second"})
        finally:
            forward.terminate()
            forward.wait()
        # A gateway takes tests from its own machine alone.
        host, _ = traffic.gateways()[0]
        refused = stagegate("invoke", "rest", "--admin", f"{host}:8081", "--stage", "prod", code=1)
        self.assertIn("only from this machine", refused)

    def test_5_what_is_not_there(self) -> None:
        def refused(*arguments: str, code: int) -> str:
            return stagegate("invoke", "rest", "--cluster", *arguments, code=code)

        self.assertIn("has no stage nope; there: data, info, prod", refused("--stage", "nope", code=1))
        self.assertIn("ApiDeployment/nope is not in namespace default", refused("--deployment", "nope", code=2))
        self.assertIn("is of RestApi houses, not of rest", refused("--deployment", "houses-v1", code=2))
        self.assertIn("leads nowhere", refused("--stage", "prod", "--gateway-namespace", "default", code=2))

    def test_6_the_four_boxes(self) -> None:
        text = stagegate("describe", "rest", "GET", "/houses", "--stage", "prod")
        print(f"\n{text}", end="", flush=True)
        for part in ("stage prod, deployment rest-v1", "hello:${stageVariables.lambdaAlias}", "= hello:PROD", "versions: 1 95 %, 2 5 %"):
            self.assertIn(part, text)

        def method(*arguments: str) -> dict[str, Any]:
            found: dict[str, Any] = json.loads(stagegate("describe", "rest", "GET", "/words/5", "-o", "json", *arguments))
            return found

        self.assertEqual(method(), mock("draft"))
        self.assertEqual(method("--stage", "prod"), mock("first"))
        self.assertEqual(method("--deployment", "rest-v2"), mock("second"))
        self.assertEqual(method("--deployment", kube.get("restapi", "rest")["status"]["deployment"]), mock("draft"))
        self.assertIn("rest has no path /barns; there: /gone, /houses, /words/{id}", stagegate("describe", "rest", "GET", "/barns", code=1))

    def test_7_the_boxes_of_what_is_served(self) -> None:
        kube.edit("stage", "rest-prod", {"deployment": "rest-v99"})
        try:
            kube.eventually("refused", lambda: kube.condition("stage", "rest-prod", "Accepted").get("status") == "False")
            self.assertIn("stage prod, deployment rest-v1", stagegate("describe", "rest", "GET", "/houses", "--stage", "prod"))
        finally:
            kube.apply(OBJECTS[3])
            kube.kubectl("wait", "stage/rest-prod", "--for=condition=Accepted", "--timeout=30s")

    def test_8_a_document_of_what_a_stage_serves(self) -> None:
        wanted = ("export", "rest", "--stage", "prod", "--format", "oas30", "--extensions")
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "kubectl-stagegate").symlink_to(BINARY)
            code, output, errors = kube.inside("sh", "-c", 'PATH="$1:$PATH"; shift; exec kubectl stagegate "$@"', "sh", folder, *wanted)
            self.assertEqual(code, 0, errors)
            document = json.loads(output)
            self.assertEqual((document["openapi"], set(document["paths"])), ("3.0.1", {"/gone", "/houses", "/words/{id}"}))
            integration = document["paths"]["/words/{id}"]["get"]["x-amazon-apigateway-integration"]
            self.assertEqual(integration["responses"]["default"]["responseTemplates"], {"application/json": '{"word": "first"}'})
            # The same by what kubectl prints.
            manifests = Path(folder) / "all.yaml"
            manifests.write_text(kube.kubectl("get", "restapis,apideployments,stages", "-o", "yaml"))
            self.assertEqual(json.loads(stagegate(*wanted, str(manifests))), document)
        self.assertIn("has no stage nope that compiles in namespace default", stagegate("export", "rest", "--stage", "nope", code=1))

    def test_9_execution_logs(self) -> None:
        before = {name: len(executions(name)) for name in ("prod", "info", "data")}
        for name in before:
            for path, expected in (("/words/5?page=2", 200), ("/houses?page=2", 200), ("/gone", 504)):
                credentials = {"Authorization": "Basic b3c0wned"}
                self.assertEqual(traffic.request(self.address, f"/{name}{path}", HOST, headers=credentials)[0], expected)

        def new(name: str) -> list[dict[str, Any]]:
            return executions(name)[before[name]:]

        kube.eventually("the logs", lambda: (len(new("info")), len(new("data"))) == (3, 2))
        time.sleep(1)
        self.assertEqual(new("prod"), [])
        info = {re.search(r"Resource Path: (\S+)", text)[1]: text for text in map(text_of, new("info"))}  # type: ignore[index]
        self.assertIn("Sending request to default/hello:", info["/houses"])
        self.assertIn("Method completed with status: 200", info["/houses"])
        self.assertIn("Method completed with status: 504", info["/gone"])
        for text in info.values():
            self.assertNotIn("page", text)
            self.assertNotIn("headers", text)
        traced = next(text for text in map(text_of, new("data")) if "/words/{id}" in text)
        self.assertIn("Method request path: {id=5}", traced)
        self.assertIn("Method request query string: {page=2}", traced)
        self.assertIn('Method response body after transformations: {"word": "first"}', traced)
        self.assertIn("authorization=****", traced)
        self.assertNotIn("b3c0wned", traced)
        failed = next(text for text in map(text_of, new("data")) if "/gone" in text)
        self.assertIn("Execution failed due to", failed)


if __name__ == "__main__":
    unittest.main()
