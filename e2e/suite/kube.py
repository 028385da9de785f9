"""kubectl, helm and other commands, on the cluster that `use` names."""
import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

_kubectl: list[str] = []
_helm: list[str] = []
# What goes before a command that finds the cluster by KUBECONFIG.
_inside: list[str] = []
# Stops and starts the API server, where the cluster is ours.
api_server: Callable[[str], Any] | None = None


def use(kubectl: list[str], helm: list[str], inside: list[str]) -> None:
    global _kubectl, _helm, _inside
    _kubectl, _helm, _inside = kubectl, helm, inside


def _run(command: list[str], text: str | None, ok: tuple[int, ...]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode not in ok:
        raise AssertionError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def kubectl(*arguments: str, text: str | None = None, ok: tuple[int, ...] = (0,)) -> str:
    return _run([*_kubectl, *arguments], text, ok).stdout


def command() -> list[str]:
    """kubectl, for what goes on while other things are done."""
    return list(_kubectl)


def status(*arguments: str) -> tuple[int, str]:
    """Exit code and output, whatever they are."""
    done = subprocess.run([*_kubectl, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def inside(*command: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command that finds the cluster by KUBECONFIG."""
    done = subprocess.run([*_inside, *command], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def helm(*arguments: str) -> str:
    return _run([*_helm, *arguments], None, (0,)).stdout


def get(kind: str, name: str, namespace: str = "default") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kubectl("get", kind, name, "-n", namespace, "-o", "json"))
    return found


def items(kind: str, namespace: str, selector: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(kubectl("get", kind, "-n", namespace, "-l", selector, "-o", "json"))["items"]
    return found


def apply(manifest: dict[str, Any]) -> None:
    kubectl("apply", "-f", "-", text=json.dumps(manifest))


def edit(kind: str, name: str, spec: dict[str, Any]) -> None:
    """An edit as it comes from Git: the manifest that was applied last, changed (None takes a field away), and applied."""
    last = get(kind, name)["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
    manifest = json.loads(last)
    _merge(manifest["spec"], spec)
    apply(manifest)


def _merge(into: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def condition(kind: str, name: str, type_: str, namespace: str = "default") -> dict[str, Any]:
    conditions = get(kind, name, namespace).get("status", {}).get("conditions", [])
    return next((c for c in conditions if c["type"] == type_), {})


def eventually(what: str, holds: Callable[[], bool], seconds: float = 30) -> float:
    """Waits until `holds`; how long it took."""
    start = time.monotonic()
    while not holds():
        if time.monotonic() - start > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - start
