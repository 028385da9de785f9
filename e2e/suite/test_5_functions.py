"""Versions beside inline code: code of a ConfigMap, images beside the runtime, servers, and values of Secrets."""
import json
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import kube
import traffic
from manifests import ours

HOST = "kinds.default.localhost"
PYTHON = "stagegate-e2e/python:3"
# What runs function code in the restricted pods.
CODE = """
import os, words
def handler(event, context):
    return {"statusCode": 200, "body": words.FIRST + " " + os.environ["PASSWORD"] + " " + os.environ["PLAIN"]}
"""
# A runtime interface client, as an image would have it. `die` and `hang` are what a handler should not do.
LOOP = """
import http.client, json, os, time
base = "/2018-06-01/runtime/invocation/"
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    connection.request("GET", base + "next")
    response = connection.getresponse()
    event = json.loads(response.read())
    name = event["path"].rsplit("/", 1)[1]
    if name == "die": os._exit(3)
    if name == "hang": time.sleep(600)
    if name == "slow": time.sleep(4)
    body = " ".join([os.environ["AWS_LAMBDA_FUNCTION_NAME"], os.environ["PASSWORD"], os.environ["PRICE"], name])
    answer = json.dumps({"statusCode": 200, "body": body})
    connection.request("POST", base + response.headers["Lambda-Runtime-Aws-Request-Id"] + "/response", answer)
    connection.getresponse().read()
"""
SERVER = """
import http.server, os, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path.endswith("/slow"): time.sleep(4)
        body = " ".join([self.path, self.headers["Host"], os.environ["PASSWORD"], str(os.getuid())]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_POST = do_GET
http.server.ThreadingHTTPServer(("", 9090), Handler).serve_forever()
"""
PASSWORD = {"PASSWORD": {"secretKeyRef": {"name": "kinds", "key": "password"}}}


def version(function: str, **how: Any) -> dict[str, Any]:
    return ours("FunctionVersion", f"{function}-1", {"functionName": function, "version": "1", **how})


OBJECTS = [
    {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "kinds"}, "stringData": {"password": "s3cret"}},
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kinds-code"}, "immutable": True,
     "data": {"index.py": CODE, "words.py": 'FIRST = "first"'}},
    version("kept", **{"lambda": {"runtime": "python3", "handler": "index.handler", "code": {"configMap": "kinds-code"},
                                  "environment": {"PLAIN": "$(plain)"}, "environmentFrom": PASSWORD}}),
    version("image", **{"lambda": {"code": {"image": PYTHON, "command": ["python3", "-c", LOOP]}, "timeoutSeconds": 8,
                                   "environment": {"PRICE": "$(5)"}, "environmentFrom": PASSWORD}}, scale={"max": 1}),
    version("server", http={"image": PYTHON, "port": 9090, "path": "/v1", "command": ["python3", "-c", SERVER],
                            "environmentFrom": PASSWORD}),
    ours("RestApi", "kinds", {"paths": {
        "/kept": {"GET": {"lambda": {"function": "kept:1"}}},
        "/image/{name}": {"GET": {"lambda": {"function": "image:1"}}},
        "/server/{path+}": {"ANY": {"lambda": {"function": "server:1"}}},
    }}),
    ours("Stage", "kinds-prod", {"restApi": "kinds", "name": "prod", "deployment": "latest"}),
]


def get(path: str) -> tuple[int, str]:
    """Status and body; 0 where nothing comes in time, as for an event that waits for a handler which is started again."""
    try:
        return traffic.request(traffic.service(), f"/prod{path}", HOST)[:2]
    except OSError as error:
        return 0, str(error)


def pod(function: str) -> dict[str, Any]:
    """The one pod that is not on its way out."""
    pods = kube.items("pods", "default", f"stagegate.dev/function={function}")
    [found] = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]
    return found


class Functions(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        kube.kubectl("apply", "-f", "-", text="\n---\n".join(map(json.dumps, OBJECTS)))
        kube.kubectl("wait", "stage/kinds-prod", "--for=condition=Ready", "--timeout=120s")

    @classmethod
    def tearDownClass(cls) -> None:
        # In this order: a version stays as long as a stage leads to it.
        for manifest in reversed(OBJECTS):
            kube.kubectl("delete", manifest["kind"], manifest["metadata"]["name"], "--timeout=60s")

    def test_1_code_of_a_config_map_and_a_value_of_a_secret(self) -> None:
        self.assertEqual(get("/kept"), (200, "first s3cret $(plain)"))
        # The operator has put it nowhere.
        for kind in ("configmaps", "deployments"):
            self.assertNotIn("s3cret", kube.kubectl("get", kind, "-o", "json", "-l", "app.kubernetes.io/managed-by=stagegate"))

    def test_2_an_image_beside_the_runtime(self) -> None:
        self.assertEqual(get("/image/x"), (200, "image s3cret $(5) x"))
        # Both are sidecars; the name says which one people mean.
        self.assertIn("function", [c["name"] for c in pod("image")["spec"]["initContainers"]])

    def test_3_a_handler_that_ends_or_hangs_is_replaced(self) -> None:
        self.assertEqual(get("/image/die")[0], 502)
        kube.eventually("the next one", lambda: get("/image/after") == (200, "image s3cret $(5) after"), 60)
        answers: list[tuple[int, float]] = []

        def taken() -> bool:
            began = time.monotonic()
            answers.append((get("/image/hang")[0], time.monotonic() - began))
            return answers[-1][0] != 500

        # That the handler before was away may be told late: then there is no pod for a moment, though one answers.
        kube.eventually("a pod takes it", taken, 60)
        # Its timeout is 8 s.
        self.assertEqual(answers[-1][0], 502)
        self.assertLess(answers[-1][1], 9.9)
        kube.eventually("the next one", lambda: get("/image/after") == (200, "image s3cret $(5) after"), 90)
        statuses = pod("image")["status"]["initContainerStatuses"]
        restarts = {status["name"]: status["restartCount"] for status in statuses}
        self.assertEqual(restarts, {"runtime": 0, "function": 2})

    def test_4_what_is_under_way_ends_before_the_pod(self) -> None:
        for function, path in (("image", "/image/slow"), ("server", "/server/slow")):
            with self.subTest(function):
                kube.eventually("it answers", lambda p=path: get(p.replace("slow", "x"))[0] == 200, 60)
                with ThreadPoolExecutor() as pool:
                    asking = pool.submit(get, path)
                    time.sleep(1)
                    kube.kubectl("delete", "pod", pod(function)["metadata"]["name"], "--wait=false")
                    self.assertIn("s3cret", asking.result()[1])

    def test_5_a_server_gets_requests_as_they_are(self) -> None:
        kube.eventually("it answers", lambda: get("/server/x")[0] == 200, 60)
        self.assertEqual(get("/server/a%20b/c?x=1&x=2"), (200, "/v1/server/a%20b/c?x=1&x=2 server.default s3cret 65532"))

    def test_6_what_is_deleted_by_hand_comes_back(self) -> None:
        name = kube.items("deployments", "default", "stagegate.dev/function=kept")[0]["metadata"]["name"]
        for kind in ("service", "networkpolicy", "deployment"):
            before = kube.get(kind, name)["metadata"]["uid"]
            kube.kubectl("delete", kind, name)
            kube.eventually(f"the {kind}", lambda k=kind, b=before: self.is_new(k, name, b), 10)
        # A Secret is watched by its name, so that no other can be read.
        kube.kubectl("delete", "secret", "stagegate-function-token")
        kube.eventually("the token", lambda: kube.status("get", "secret", "stagegate-function-token")[0] == 0, 10)
        kube.eventually("it answers", lambda: get("/kept")[0] == 200, 60)

    def test_7_old_code_of_latest_goes(self) -> None:
        def code(text: str) -> dict[str, Any]:
            manifest = version("stale", **{"lambda": {"runtime": "python3", "handler": "i.h", "code": {"inline": {
                "i.py": f"def h(e, c): return {{'statusCode': 200, 'body': {text!r}}}"}}}})
            manifest["metadata"]["name"], manifest["spec"]["version"] = "stale-latest", "$LATEST"
            return manifest

        alias = ours("Alias", "stale-live", {"functionName": "stale", "name": "LIVE", "functionVersion": "$LATEST"})
        try:
            kube.apply(code("one"))
            kube.apply(alias)
            kube.kubectl("wait", "alias/stale-live", "--for=condition=Ready", "--timeout=90s")
            [first] = self.config_maps()
            kube.apply(code("two"))
            kube.eventually("the new one", lambda: self.config_maps() not in ([], [first]), 30)
            kube.eventually("the old one goes", lambda: len(self.config_maps()) == 1 and first not in self.config_maps(), 90)
        finally:
            kube.kubectl("delete", "alias/stale-live", "functionversion/stale-latest", "--ignore-not-found", "--timeout=60s")

    def config_maps(self) -> list[str]:
        return [item["metadata"]["name"] for item in kube.items("configmaps", "default", "stagegate.dev/function=stale")]

    def is_new(self, kind: str, name: str, before: str) -> bool:
        code, output = kube.status("get", kind, name, "-o", "jsonpath={.metadata.uid}")
        return code == 0 and output != before


if __name__ == "__main__":
    unittest.main()
