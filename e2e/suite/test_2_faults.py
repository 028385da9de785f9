"""No request fails whatever ends or changes."""
import os
import signal
import subprocess
import time
import unittest

import kube
import traffic
from installation import NAMESPACE, apply_example

PATHS = ["/dev/houses", "/test/houses", "/prod/houses"]


def restarts() -> int:
    pods = kube.items("pods", NAMESPACE, "app.kubernetes.io/component=gateway")
    return sum(pod["status"]["containerStatuses"][0]["restartCount"] for pod in pods)


class Faults(unittest.TestCase):
    def setUp(self) -> None:
        apply_example()
        kube.kubectl("wait", "stages", "--all", "--for=condition=Ready", "--timeout=60s")

    def check(self, load: traffic.Load) -> None:
        print(f"[{load.count} requests, {load.refused} connects refused] ", end="", flush=True)
        self.assertEqual(load.failures[:10], [], f"{len(load.failures)} of {load.count} failed")
        self.assertGreater(load.count, 100)

    def test_a_function_rolls_out(self) -> None:
        code = kube.get("functionversion", "hello-latest")["spec"]["lambda"]["code"]["inline"]["index.py"]
        with traffic.Load(PATHS) as load:
            lambda_ = {"code": {"inline": {"index.py": code.replace("Hello from $LATEST", "Hello again")}}}
            kube.edit("functionversion", "hello-latest", {"lambda": lambda_})
            kube.eventually("the new code", lambda: traffic.message(load.address, "/dev/houses") == "Hello again", 90)
            time.sleep(12)
        self.check(load)

    def test_an_alias_flips(self) -> None:
        with traffic.Load(PATHS) as load:
            for version in ("1", "2", "1", "2"):
                kube.edit("alias", "hello-test", {"functionVersion": version})
                kube.eventually("flipped", lambda v=version: traffic.message(load.address, "/test/houses") == f"Hello from version {v}")
        self.check(load)

    def test_a_gateway_pod_is_deleted(self) -> None:
        pod = kube.items("pods", NAMESPACE, "app.kubernetes.io/component=gateway")[0]["metadata"]["name"]
        with traffic.Load(PATHS) as load:
            kube.kubectl("-n", NAMESPACE, "delete", "pod", pod)
            kube.kubectl("-n", NAMESPACE, "rollout", "status", "deployment/stagegate-gateway", "--timeout=90s")
        self.check(load)

    def test_both_operators_are_deleted(self) -> None:
        with traffic.Load(PATHS) as load:
            kube.kubectl("-n", NAMESPACE, "delete", "pod", "-l", "app.kubernetes.io/component=operator", "--wait=false")
            time.sleep(3)
            kube.kubectl("-n", NAMESPACE, "rollout", "status", "deployment/stagegate-operator", "--timeout=90s")
            kube.edit("alias", "hello-test", {"functionVersion": "1"})
            kube.eventually("edits go on", lambda: traffic.message(load.address, "/test/houses") == "Hello from version 1", 60)
        self.check(load)

    def end_a_gateway(self) -> None:
        """Ends a gateway's process in the order that a node would, without the API server."""
        found = subprocess.run(["pgrep", "-f", "stagegate gateway --listen"], capture_output=True, text=True, check=True)
        os.kill(int(found.stdout.split()[0]), signal.SIGTERM)

    def test_the_api_server_is_away_for_a_minute(self) -> None:
        if not kube.api_server:
            self.skipTest("only on a cluster of our own")
        with traffic.Load(PATHS) as load:
            kube.api_server("stop")
            try:
                time.sleep(10)
                # Its container is started again by the node alone, and has nobody to ask what to serve.
                self.end_a_gateway()
                time.sleep(50)
            finally:
                kube.api_server("start")
            kube.eventually("the API server is back", lambda: kube.status("get", "nodes")[0] == 0, 60)
            kube.edit("alias", "hello-test", {"functionVersion": "1"})
            kube.eventually("edits go on", lambda: traffic.message(load.address, "/test/houses") == "Hello from version 1", 60)
        self.check(load)
        # The node says so when it next reports.
        kube.eventually("a gateway was started again", lambda: restarts() == 1)
