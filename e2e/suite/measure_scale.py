"""1,000 RestApis of five routes, a Stage each: how long until they are live, and what they take. A figure, not a test of CI:

    e2e/run measure_scale
"""
import json
import os
import subprocess
import time
import unittest
import urllib.request
from pathlib import Path
from typing import Any

import kube
import traffic
from installation import NAMESPACE

SPACE = "scale"
COUNT = int(os.environ.get("APIS", "1000"))


def one(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "stagegate.dev/v1alpha1", "kind": kind, "metadata": {"name": name, "namespace": SPACE}, "spec": spec}


def api(number: int, routes: int = 5) -> dict[str, Any]:
    function = {"lambda": {"function": "hello:LIVE"}}
    return one("RestApi", f"api-{number}", {"paths": {f"/route-{route}/{{id}}": {"GET": function} for route in range(routes)}})


def stage(number: int) -> dict[str, Any]:
    return one("Stage", f"api-{number}-dev", {"restApi": f"api-{number}", "name": "dev", "deployment": "latest"})


def function() -> list[dict[str, Any]]:
    code = {"inline": {"index.py": "def handler(event, context):\n    return {'body': event['path']}\n"}}
    lambda_ = {"runtime": "python3", "handler": "index.handler", "code": code}
    return [
        one("FunctionVersion", "hello-1", {"functionName": "hello", "version": "1", "lambda": lambda_}),
        one("Alias", "hello-live", {"functionName": "hello", "name": "LIVE", "functionVersion": "1"}),
    ]


def processes(verb: str) -> list[Path]:
    """Of this machine, where the node's are too."""
    found = subprocess.run(["pgrep", "-f", f"^/stagegate {verb} |stagegate {verb} --"], capture_output=True, text=True).stdout
    return [Path("/proc") / pid for pid in found.split()]


def memory(verb: str) -> str:
    """RSS now and at most, in MiB."""
    figures = []
    for process in processes(verb):
        lines = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        now, most = (int(lines[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))
        fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        figures.append(f"{now} MiB (at most {most}), {cpu:.1f} s CPU")
    return f"{verb}: " + "; ".join(figures)


def compiles() -> tuple[float, float]:
    """How many there were in all operators, and how many seconds they took."""
    count = seconds = 0.0
    for pod in kube.items("pods", NAMESPACE, "app.kubernetes.io/component=operator"):
        with urllib.request.urlopen(f"http://{pod['status']['podIP']}:8081/metrics", timeout=5) as answer:
            figures = dict(line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if not line.startswith("#"))
        count += float(figures["stagegate_operator_compiles_total"])
        seconds += float(figures["stagegate_operator_compile_seconds_total"])
    return count, seconds


class Scale(unittest.TestCase):
    def setUp(self) -> None:
        kube.kubectl("create", "namespace", SPACE)
        self.apply(function())
        kube.kubectl("-n", SPACE, "wait", "alias", "--all", "--for=condition=Programmed", "--timeout=60s")

    def tearDown(self) -> None:
        kube.kubectl("delete", "namespace", SPACE, "--timeout=600s")

    def apply(self, objects: list[dict[str, Any]]) -> None:
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        kube.kubectl("apply", "--server-side", "-f", "-", text=text)

    def programmed(self) -> int:
        path = "{range .items[*]}{.status.conditions[?(@.type=='Programmed')].status}{'\\n'}{end}"
        return kube.kubectl("-n", SPACE, "get", "stages", "-o", f"jsonpath={path}").split().count("True")

    def test_a_thousand(self) -> None:
        print(f"\nbefore: {memory('operator')} | {memory('gateway')}")
        began = time.monotonic()
        self.apply([api(n) for n in range(COUNT)] + [stage(n) for n in range(COUNT)])
        applied = time.monotonic() - began
        kube.eventually("all are programmed", lambda: self.programmed() == COUNT, 600)
        took = time.monotonic() - began
        print(f"{COUNT} RestApis and Stages: apply took {applied:.1f} s, the last was Programmed {took - applied:.1f} s after its end")
        time.sleep(5)
        print(f"at rest: {memory('operator')} | {memory('gateway')}")
        address = traffic.service()
        for number in (0, COUNT // 2, COUNT - 1):
            status, body, _ = traffic.request(address, "/dev/route-4/x", f"api-{number}.{SPACE}.localhost")
            self.assertEqual((status, body), (200, "/route-4/x"))
        before = compiles()
        times = []
        for number in range(5):
            self.apply([api(number, 6)])
            began = time.monotonic()
            for gateway in traffic.gateways():
                host = f"api-{number}.{SPACE}.localhost"
                kube.eventually("the edit is live", lambda g=gateway, h=host: traffic.request(g, "/dev/route-5/x", h)[0] == 200, 30)
            times.append(time.monotonic() - began)
        print(f"an edit among them is live everywhere after {', '.join(f'{t:.2f}' for t in times)} s")
        count, seconds = (now - then for now, then in zip(compiles(), before))
        print(f"{count:.0f} compiles in the operators meanwhile, {seconds / max(count, 1) * 1000:.0f} ms each")
        print(f"after edits: {memory('operator')} | {memory('gateway')}")
