"""Gateways and operators of an older version, together with those of this one.

The older program is named by STAGEGATE_OLDER: `git worktree add target/older COMMIT`, and `cargo build` there.
"""
import base64
import os
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import kube
import traffic
from host_operator import HostOperator
from installation import NAMESPACE, apply_example

OLDER = os.environ.get("STAGEGATE_OLDER")
POD = "older"
LISTEN = ("127.0.0.1", 18080)


@unittest.skipUnless(OLDER and kube.api_server, "STAGEGATE_OLDER names no program, or the cluster is not on this machine")
class Skew(unittest.TestCase):
    def setUp(self) -> None:
        apply_example()
        kube.kubectl("wait", "stages", "--all", "--for=condition=Ready", "--timeout=60s")

    def tearDown(self) -> None:
        apply_example()

    def flips(self, addresses: list[tuple[str, int]]) -> None:
        for version in ("1", "2", "1"):
            kube.edit("alias", "hello-test", {"functionVersion": version})
            for address in addresses:
                kube.eventually("flipped", lambda a=address, v=version: traffic.message(a, "/test/houses") == f"Hello from version {v}", 20)

    def test_an_older_gateway_follows_this_operator(self) -> None:
        # A token is bound to a pod, so there is one, of that name.
        kube.apply({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": POD, "namespace": NAMESPACE},
            "spec": {"serviceAccountName": "stagegate-gateway", "containers": [{"name": "pause", "image": "stagegate-e2e/pause:1", "imagePullPolicy": "Never"}]},
        })
        token = kube.kubectl("-n", NAMESPACE, "create", "token", "stagegate-gateway", "--audience=stagegate.dev/config",
                             "--bound-object-kind=Pod", f"--bound-object-name={POD}", "--duration=1h")
        with tempfile.TemporaryDirectory() as folder:
            files = {name: Path(folder) / name for name in ("ca.crt", "token", "functions", "resolv.conf")}
            files["ca.crt"].write_text(kube.get("configmap", "stagegate-ca", NAMESPACE)["data"]["ca.crt"])
            files["token"].write_text(token)
            files["functions"].write_bytes(base64.b64decode(kube.get("secret", "stagegate-functions", NAMESPACE)["data"]["token"]))
            dns = kube.get("service", "kube-dns", "kube-system")["spec"]["clusterIP"]
            files["resolv.conf"].write_text(f"nameserver {dns}\nsearch cluster.local\noptions ndots:5\n")
            command = [
                str(OLDER), "gateway", f"--listen={LISTEN[0]}:{LISTEN[1]}", "--admin=127.0.0.1:18082", "--base-domain=localhost",
                f"--operator=stagegate-operator-config.{NAMESPACE}.svc:8443", f"--ca-file={files['ca.crt']}",
                f"--token-file={files['token']}", f"--function-token-file={files['functions']}", f"--state-dir={folder}/state",
                "--private-targets=allow",
            ]
            # The cluster's names, for this process alone.
            bound = ["unshare", "--mount", "sh", "-c", f'mount --bind {files["resolv.conf"]} /etc/resolv.conf && exec "$@"', "sh"]
            log = open(Path(folder) / "log", "wb")
            gateway = subprocess.Popen([*bound, *command], env={"POD_NAME": POD}, stdout=subprocess.DEVNULL, stderr=log)
            try:
                kube.eventually("it serves", lambda: self.serves(), 20)
                self.flips([LISTEN])
            except AssertionError:
                print((Path(folder) / "log").read_text()[-3000:])
                raise
            finally:
                gateway.kill()
                gateway.wait()
                kube.kubectl("-n", NAMESPACE, "delete", "pod", POD, "--grace-period=1")

    def serves(self) -> bool:
        try:
            return traffic.message(LISTEN, "/dev/houses") == "Hello from $LATEST"
        except OSError:
            return False

    def test_these_gateways_follow_an_older_operator(self) -> None:
        operator = HostOperator(Path(str(OLDER)))
        try:
            operator.start()
            self.flips(traffic.gateways())
        finally:
            operator.give_back()
        # And back: numbers go on from where the older one left them.
        time.sleep(1)
        self.flips(traffic.gateways())
