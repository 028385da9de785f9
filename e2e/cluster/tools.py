"""kubectl and helm, with all their files in the cluster's folder: never the caller's own."""

import os
import subprocess

import settings
from steps import Failed


def environment():
    here = settings.NODE / "tools"
    # Where the machine reaches the outside by a proxy, that must not apply to what is on the machine.
    addresses = [settings.NODE_ADDRESS, settings.PODS, settings.SERVICES]
    direct = ",".join(filter(None, [os.environ.get("no_proxy") or os.environ.get("NO_PROXY"), *addresses]))
    return {
        **os.environ,
        "PATH": f"{settings.BIN}:{os.environ['PATH']}",
        "KUBECONFIG": str(settings.KUBECONFIG),
        "KUBECACHEDIR": str(here / "kubectl"),
        "KUBERC": "off",
        "HELM_CACHE_HOME": str(here / "helm-cache"),
        "HELM_CONFIG_HOME": str(here / "helm-config"),
        "HELM_DATA_HOME": str(here / "helm-data"),
        "no_proxy": direct,
        "NO_PROXY": direct,
    }


def kubectl(*words):
    command = ["kubectl", *map(str, words)]
    done = subprocess.run(command, executable=settings.BIN / "kubectl", env=environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{' '.join(command)}\n{done.stderr.strip()}")
    return done.stdout
