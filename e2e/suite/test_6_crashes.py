"""The operator is ended after each write of a rollout, and ends in the same objects every time."""
import json
import time
import unittest
from typing import Any

import kube
from host_operator import HostOperator
from installation import KINDS

SPACE = "crashes"
MADE = ["deployments.apps", "services", "configmaps", "networkpolicies.networking.k8s.io"]


def one(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "stagegate.dev/v1alpha1", "kind": kind, "metadata": {"name": name, "namespace": SPACE}, "spec": spec}


def version(number: str) -> dict[str, Any]:
    code = {"inline": {"index.py": f"def handler(event, context):\n    return {{'body': '{number}'}}\n"}}
    return one("FunctionVersion", f"hello-{number}", {
        "functionName": "hello", "version": number, "lambda": {"runtime": "python3", "handler": "index.handler", "code": code}})


def alias(weights: dict[str, float]) -> dict[str, Any]:
    return one("Alias", "hello-live", {
        "functionName": "hello", "name": "LIVE", "functionVersion": "1", "additionalVersionWeights": weights})


def api(*paths: str) -> dict[str, Any]:
    return one("RestApi", "shop", {"paths": {path: {"GET": {"lambda": {"function": "hello:LIVE"}}} for path in paths}})


STAGE = one("Stage", "shop-dev", {"restApi": "shop", "name": "dev", "deployment": "latest", "canary": {"percent": 10}})
BEFORE = [version("1"), alias({}), api("/"), STAGE]
# A new version, a share for it, new content that a stage follows; back, the version goes while it is in use.
AFTER = [version("1"), version("2"), alias({"2": 0.05}), api("/", "/new"), STAGE]


class Crashes(unittest.TestCase):
    maxDiff = None
    operator: HostOperator

    def setUp(self) -> None:
        if not kube.api_server:
            self.skipTest("only on a cluster of our own, which is on this machine")
        kube.kubectl("create", "namespace", SPACE)
        self.operator = HostOperator()

    def tearDown(self) -> None:
        if kube.api_server:
            self.operator.give_back()
            kube.kubectl("delete", "namespace", SPACE, "--timeout=90s")

    def roll_out(self, objects: list[dict[str, Any]]) -> None:
        """As from Git: what is not in the files any more is deleted."""
        kube.kubectl("apply", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
        if objects is BEFORE:
            kube.kubectl("-n", SPACE, "delete", "functionversion", "hello-2", "--ignore-not-found", "--wait=false")

    def at_rest(self, objects: list[dict[str, Any]]) -> bool:
        """All that is wanted is so, the rest is gone, and nothing was written for a second."""
        found = self.found(KINDS)
        wanted = {(o["kind"], o["metadata"]["name"]) for o in objects}
        have = {(o["kind"], o["metadata"]["name"]) for o in found if o["kind"] != "ApiDeployment"}
        done = all(
            {c["type"]: c["status"] for c in o.get("status", {}).get("conditions", [])}.get("Programmed") == "True"
            and o["status"].get("observedGeneration") == o["metadata"]["generation"]
            for o in found)
        # What belonged to a version that is gone is collected by the cluster, a little later.
        there = {o["metadata"]["uid"] for o in found}
        owners = {owner["uid"] for o in self.found(MADE) for owner in o["metadata"].get("ownerReferences", [])}
        if have != wanted or not done or not owners <= there:
            return False
        count = len(self.operator.api.writes)
        time.sleep(1)
        return count == len(self.operator.api.writes)

    def found(self, kinds: list[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(kube.kubectl("get", ",".join(kinds), "-n", SPACE, "-o", "json"))["items"]
        return found

    def shape(self) -> dict[str, Any]:
        """All objects, without what counts writes and tells the time."""
        shape = {}
        for found in self.found(KINDS + MADE):
            kind, metadata, status = found["kind"], found["metadata"], found.get("status", {})
            if metadata["name"] == "kube-root-ca.crt":
                continue
            # What was applied has the uid of its owner in it, and a version that comes again is another one.
            changing = ("kubectl.", "deployment.", "stagegate.dev/applied")
            annotations = {k: v for k, v in metadata.get("annotations", {}).items() if not k.startswith(changing)}
            owners = [(owner["kind"], owner["name"]) for owner in metadata.get("ownerReferences", [])]
            conditions = {c["type"]: (c["status"], c["reason"]) for c in status.get("conditions", [])}
            if kind == "Deployment":
                status, conditions = {"readyReplicas": status.get("readyReplicas")}, {}
            spec = {k: v for k, v in found.get("spec", {}).items() if k not in ("clusterIP", "clusterIPs")}
            live = {k: v for k, v in status.items() if k not in ("conditions", "history", "observedGeneration")}
            shape[f"{kind}/{metadata['name']}"] = (
                annotations, metadata.get("labels"), metadata.get("finalizers"), owners, spec, found.get("data"), live, conditions)
        return shape

    def settle(self, objects: list[dict[str, Any]]) -> dict[str, Any]:
        kube.eventually("all is at rest", lambda: self.at_rest(objects), 60)
        return self.shape()

    def test_it_ends_in_the_same_objects_wherever_it_is_ended(self) -> None:
        operator, api = self.operator, self.operator.api
        operator.start()
        self.roll_out(BEFORE)
        self.settle(BEFORE)
        # Once there and back, so that the deployments of both are in the history.
        writes, shapes = {}, {}
        for name, objects in (("there", AFTER), ("back", BEFORE)):
            api.begin(0, lambda: None)
            self.roll_out(objects)
            shapes[name] = self.settle(objects)
            writes[name] = len(api.writes)
        ended = {"there": 0, "back": 0}
        number = 1
        while number <= max(writes.values()) + 3:
            for name, objects in (("there", AFTER), ("back", BEFORE)):
                api.begin(number, operator.kill)
                self.roll_out(objects)
                kube.eventually("ended, or at rest before", lambda o=objects: operator.ended() or self.at_rest(o), 60)
                if operator.ended():
                    ended[name] += 1
                    last = api.writes[-1]
                    operator.start()
                else:
                    last = "none"
                shape = self.settle(objects)
                for key in shapes[name] | shape:
                    self.assertEqual(shape.get(key), shapes[name].get(key), f"{key}, {name}, ended after write {number}: {last}")
            number += 1
        print(f"[ended {ended['there']} + {ended['back']} times, after each of {writes['there']} + {writes['back']} writes] ", end="", flush=True)
        self.assertGreater(min(ended.values()), 5)
