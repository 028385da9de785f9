"""The operator on this machine in place of those in the cluster, so that it can be ended at any moment, or be another one."""
import subprocess
import tempfile
from pathlib import Path

import kube
from counted_api import CountedApi
from installation import BINARY, IMAGE, NAMESPACE, ROOT

# The machine's end of the cable to the node (e2e/cluster/settings.py).
ADDRESS = "192.168.244.1"
SLICE = "on-the-host"


class HostOperator:
    """With the rights and the Service of the one in the cluster, which is sent away until `give_back`."""

    def __init__(self, binary: Path = BINARY) -> None:
        self.binary = binary
        self.process: subprocess.Popen[bytes] | None = None
        kube.kubectl("-n", NAMESPACE, "scale", "deployment/stagegate-operator", "--replicas=0")
        kube.eventually("no operator runs", lambda: not kube.items("pods", NAMESPACE, "app.kubernetes.io/component=operator"), 60)
        kube.apply({
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {"name": SLICE, "namespace": NAMESPACE, "labels": {"kubernetes.io/service-name": "stagegate-operator-config"}},
            "ports": [{"name": "config", "port": 8443}], "endpoints": [{"addresses": [ADDRESS]}],
        })
        self.folder = tempfile.TemporaryDirectory()
        self.api = CountedApi("stagegate-operator", NAMESPACE, self.folder.name)

    def start(self) -> None:
        # One name, as of a container that is started again: the lease is its own still.
        self.process = subprocess.Popen(
            [str(self.binary), "operator", f"--config-listen={ADDRESS}:8443", "--admin=127.0.0.1:18081", f"--image={IMAGE}",
             "--python-image=stagegate-e2e/python:3", "--node-image=none", f"--pod-name={SLICE}", f"--pod-namespace={NAMESPACE}"],
            env={"KUBECONFIG": str(self.api.kubeconfig), "RUST_LOG": "warn"},
            stderr=open(ROOT / "target" / "host-operator.log", "ab"))

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def give_back(self) -> None:
        self.kill()
        self.api.close()
        self.folder.cleanup()
        kube.kubectl("-n", NAMESPACE, "delete", "endpointslice", SLICE)
        kube.kubectl("-n", NAMESPACE, "scale", "deployment/stagegate-operator", "--replicas=2")
        kube.kubectl("-n", NAMESPACE, "rollout", "status", "deployment/stagegate-operator", "--timeout=90s")
