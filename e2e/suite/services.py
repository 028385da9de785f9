"""Services of AWS on this machine (moto, behind a check of signatures), as a Service of the cluster."""
import http.client
import json
import os
import socket
import subprocess
from typing import Any

import kube
import traffic
from installation import ROOT

PYTHON = str(ROOT / "target" / "venv" / "bin" / "python")
PORT = 9000


def machine() -> str:
    """This machine's address for pods."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(traffic.gateways()[0])
        return str(probe.getsockname()[0])


class Services:
    """`secrets` are those that signatures may be made with, as the program has them."""

    def __init__(self, secrets: list[str]) -> None:
        program = ROOT / "src" / "cli" / "tests" / "aws" / "services.py"
        self.host = machine()
        environment = {**os.environ, "SECRETS": " ".join(secrets), "LISTEN": self.host}
        self._process = subprocess.Popen([PYTHON, str(program)], env=environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())

    def manifests(self, name: str, namespace: str) -> list[dict[str, Any]]:
        """A Service that leads here: nothing in the cluster is selected by it."""
        metadata = {"name": name, "namespace": namespace}
        labels = {"kubernetes.io/service-name": name}
        return [
            {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": PORT, "targetPort": self.port}]}},
            {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {**metadata, "labels": labels},
             "addressType": "IPv4", "ports": [{"port": self.port}], "endpoints": [{"addresses": [self.host]}]},
        ]

    def seen(self) -> dict[str, Any]:
        """What they hold, and whose signatures came."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        connection.request("GET", "/_seen")
        found: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return found

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
