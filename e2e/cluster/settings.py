"""What the cluster is: versions, addresses, and where its files lie."""

import hashlib
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parent.parent
DIR = Path(os.environ.get("STAGEGATE_CLUSTER_DIR") or REPO / "target" / "cluster").resolve()
BIN = DIR / "bin"        # built once, kept between runs
IMAGES = DIR / "images"  # likewise
NODE = DIR / "node"      # all that a running cluster writes; `down` removes it
LOGS = NODE / "logs"
CERTIFICATES = NODE / "certificates"
CONFIG = NODE / "config"
KUBECONFIG = NODE / "kubeconfig"

KUBERNETES = "1.35.4"  # kube/go.mod says it too
COREDNS = "1.15.0"
HELM = "3.20.2"

NAME = "stagegate"  # of the node and of the cluster
HOST_ADDRESS = "192.168.244.1"
NODE_ADDRESS = "192.168.244.2"
NODE_PREFIX = 30
PODS = "10.244.0.0/24"
SERVICES = "10.96.0.0/16"
API_SERVICE = "10.96.0.1"  # Kubernetes takes the first of SERVICES
DNS_SERVICE = "10.96.0.10"
API_SERVER = f"https://{NODE_ADDRESS}:6443"

# Named after the folder, so that no two clusters take each other's things for their own.
MARK = hashlib.sha256(str(DIR).encode()).hexdigest()[:8]
LINK = f"sg{MARK}"             # the machine's end of the cable to the node
CGROUP = f"stagegate-{MARK}"   # above those of all pods

PAUSE_IMAGE = "stagegate-e2e/pause:1"
COREDNS_IMAGE = f"stagegate-e2e/coredns:{COREDNS}"
PYTHON_IMAGE = "stagegate-e2e/python:3"
