"""The chart and examples/houses on the cluster."""
import hashlib
from pathlib import Path

import kube

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = str(ROOT / "examples" / "houses")
CHART = str(ROOT / "charts" / "stagegate")
NAMESPACE = "stagegate-system"
IMAGE = "stagegate-e2e/stagegate:1"
REPOSITORY, TAG = IMAGE.rsplit(":", 1)
VALUES = [
    "--set", f"image.repository={REPOSITORY}", "--set-string", f"image.tag={TAG}", "--set", "image.pullPolicy=Never",
    "--set", "functions.pythonImage=stagegate-e2e/python:3",
]
# The image's own, static, so that it runs here too. An image that was built again has the same name: pods are to take it all the same.
BINARY = ROOT / "target" / "image" / "stagegate"
if BINARY.exists():
    with BINARY.open("rb") as binary:
        DIGEST = hashlib.file_digest(binary, "sha256").hexdigest()[:12]
    for component in ("operator", "gateway"):
        VALUES += ["--set-string", f"{component}.podAnnotations.binary={DIGEST}"]
KINDS = ["restapis", "apideployments", "stages", "functionversions", "aliases"]


def install() -> None:
    upgrade()
    apply_example()
    rolled_out()
    kube.kubectl("wait", "stages", "--all", "--for=condition=Ready", "--timeout=120s")


def upgrade(*more: str) -> None:
    """The chart with the suite's values and those; without any, as it was."""
    kube.helm("upgrade", "--install", "stagegate", CHART, "-n", NAMESPACE, "--create-namespace", *VALUES, *more)


def rolled_out() -> None:
    for component in ("operator", "gateway"):
        kube.kubectl("-n", NAMESPACE, "rollout", "status", f"deployment/stagegate-{component}", "--timeout=120s")


def apply_example() -> None:
    kube.kubectl("apply", "-f", EXAMPLE)


def drift() -> str:
    """What `kubectl diff` of the example's manifests shows."""
    return kube.kubectl("diff", "-f", EXAMPLE, ok=(0, 1))


def explain() -> None:
    """What there is to see after a failure."""
    for arguments in (
        ("get", "pods", "-A"), ("get", "stagegate", "-A"), ("get", "events", "-A", "--sort-by=.lastTimestamp"),
        ("-n", NAMESPACE, "logs", "-l", "app.kubernetes.io/component=operator", "--tail=40", "--prefix"),
        ("-n", NAMESPACE, "logs", "-l", "app.kubernetes.io/component=gateway", "--tail=20", "--prefix"),
    ):
        print("$ kubectl", *arguments)
        print(kube.status(*arguments)[1][-6000:])
