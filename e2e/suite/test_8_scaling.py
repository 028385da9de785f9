"""Pods follow the load, and go where nothing leads to a version any more."""
import json
import unittest
from typing import Any

import kube
import traffic

CODE = "import time\ndef handler(event, context):\n    time.sleep(0.25)\n    return {'body': 'done'}\n"


def one(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "stagegate.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


LAMBDA = {"runtime": "python3", "handler": "index.handler", "code": {"inline": {"index.py": CODE}}, "maxConcurrency": 4}
MANIFESTS = json.dumps({"apiVersion": "v1", "kind": "List", "items": [
    one("FunctionVersion", "slow-1", {"functionName": "slow", "version": "1", "lambda": LAMBDA, "scale": {"min": 1, "max": 3}}),
    one("RestApi", "scaling", {"paths": {"/": {"GET": {"lambda": {"function": "slow:1"}}}}}),
    one("Stage", "scaling-dev", {"restApi": "scaling", "name": "dev", "deployment": "latest"}),
]})


def pods() -> tuple[int, int]:
    """Asked for, and ready."""
    found = [d for d in kube.items("deployments", "default") if d["metadata"]["name"].startswith("fn-slow-1-")]
    return sum(d["spec"]["replicas"] for d in found), sum(d["status"].get("readyReplicas", 0) for d in found)


class Scaling(unittest.TestCase):
    def setUp(self) -> None:
        kube.kubectl("apply", "-f", "-", text=MANIFESTS)
        kube.kubectl("wait", "stage/scaling-dev", "--for=condition=Ready", "--timeout=60s")

    def tearDown(self) -> None:
        kube.kubectl("delete", "-f", "-", "--ignore-not-found", "--timeout=60s", text=MANIFESTS)

    def test_pods_follow_the_load(self) -> None:
        self.assertEqual(pods(), (1, 1))
        # Some six in flight, and 70 % of four a pod: three pods.
        with traffic.Load(["/dev/"], threads=6, host="scaling.default.localhost") as load:
            took = kube.eventually("three pods are ready", lambda: pods() == (3, 3), 60)
        print(f"[3 pods after {took:.1f} s; {load.count} requests] ", end="", flush=True)
        self.assertEqual(load.failures[:10], [], f"{len(load.failures)} of {load.count} failed")
        self.assertEqual(kube.kubectl("diff", "-f", "-", text=MANIFESTS, ok=(0, 1)), "")
        # Fewer come slowly; none is needed where nothing leads to the version.
        self.assertEqual(pods(), (3, 3))
        kube.kubectl("delete", "stage", "scaling-dev", "--timeout=60s")
        kube.eventually("no pod is left", lambda: pods() == (0, 0), 60)
