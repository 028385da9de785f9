"""What is served, and what an edit changes."""
import json
import math
import time
import unittest

import kube
import traffic
from installation import apply_example, drift


class Stages(unittest.TestCase):
    def setUp(self) -> None:
        apply_example()
        kube.kubectl("wait", "stages", "--all", "--for=condition=Ready", "--timeout=60s")
        self.address = traffic.service()

    def tearDown(self) -> None:
        apply_example()

    def assert_share(self, path: str, version: str, share: float, count: int = 2000) -> None:
        seen = traffic.versions(self.address, path, count)
        sigma = math.sqrt(count * share * (1 - share))
        self.assertLessEqual(abs(seen[version] - count * share), 4 * sigma, f"{path}: {seen}")

    def test_each_stage_has_its_alias(self) -> None:
        self.assertEqual(traffic.message(self.address, "/dev/houses"), "Hello from $LATEST")
        self.assertEqual(traffic.message(self.address, "/test/houses"), "Hello from version 2")

    def test_shares_of_alias_and_canary(self) -> None:
        # A tenth is the canary's, which calls version 2 alone; 5 % of the others go there too.
        self.assert_share("/prod/houses", "2", 0.1 + 0.9 * 0.05)
        kube.edit("stage", "houses-prod", {"canary": None})
        kube.eventually("the canary has gone", lambda: "canary" not in kube.get("stage", "houses-prod")["status"])
        kube.kubectl("wait", "stage/houses-prod", "--for=condition=Programmed", "--timeout=30s")
        self.assert_share("/prod/houses", "2", 0.05)

    def test_a_weight_edit_is_live_everywhere_within_a_second(self) -> None:
        def generations() -> list[int]:
            return [kube.get(*of)["metadata"]["generation"] for of in (("restapi", "houses"), ("stage", "houses-test"))]

        before = generations()
        pods = traffic.gateways()
        kube.edit("alias", "hello-test", {"functionVersion": "1"})
        start = time.monotonic()
        for gateway in pods:
            kube.eventually("version 1", lambda g=gateway: traffic.message(g, "/test/houses") == "Hello from version 1", 5)
        took = time.monotonic() - start
        print(f"[live in {len(pods)} gateways after {took:.2f} s] ", end="", flush=True)
        self.assertLess(took, 1)
        self.assertEqual(pods, traffic.gateways())
        self.assertEqual(before, generations())

    def test_nothing_changes_until_it_is_deployed(self) -> None:
        new = {"/new": {"GET": {"lambda": {"function": "hello:1"}}}}
        kube.edit("restapi", "houses", {"paths": new})
        kube.eventually("dev follows", lambda: traffic.request(self.address, "/dev/new")[0] == 200)
        self.assertEqual(traffic.request(self.address, "/prod/new")[0], 403)
        made = kube.get("restapi", "houses")["status"]["deployment"]
        kube.edit("stage", "houses-prod", {"deployment": made, "canary": None})
        kube.eventually("prod serves it", lambda: traffic.request(self.address, "/prod/new")[0] == 200)
        kube.edit("stage", "houses-prod", {"deployment": "houses-v1"})
        kube.eventually("prod is back", lambda: traffic.request(self.address, "/prod/new")[0] == 403)
        kube.eventually("and serves", lambda: traffic.request(self.address, "/prod/houses")[0] == 200)

    def test_promotion_is_one_edit(self) -> None:
        self.assertIn("2", traffic.versions(self.address, "/prod/houses", 200))
        # What the canary has becomes the stage's.
        kube.edit("stage", "houses-prod", {"variables": {"lambdaAlias": "TEST"}, "canary": None})
        kube.kubectl("wait", "stage/houses-prod", "--for=condition=Programmed", "--timeout=30s")
        kube.eventually("version 2 alone", lambda: set(traffic.versions(self.address, "/prod/houses", 50)) == {"2"})
        self.assertEqual(set(traffic.versions(self.address, "/prod/houses", 300)), {"2"})

    def test_a_bad_pointer_breaks_nothing(self) -> None:
        kube.edit("stage", "houses-prod", {"deployment": "houses-v99"})
        kube.eventually("refused", lambda: kube.condition("stage", "houses-prod", "Accepted").get("status") == "False")
        refused = kube.condition("stage", "houses-prod", "Accepted")
        self.assertEqual(refused["reason"], "NotFound")
        self.assertIn("spec.deployment", refused["message"])
        self.assertEqual(traffic.request(self.address, "/prod/houses")[0], 200)
        kube.edit("stage", "houses-test", {"variables": {"lambdaAlias": "NOBODY"}})
        kube.eventually("refused", lambda: kube.condition("stage", "houses-test", "Accepted").get("status") == "False")
        self.assertIn("NOBODY", kube.condition("stage", "houses-test", "Accepted")["message"])
        self.assertEqual(traffic.message(self.address, "/test/houses"), "Hello from version 2")

    def test_no_drift_while_a_rollout_is_under_way(self) -> None:
        version = kube.get("functionversion", "hello-2")["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
        new = json.loads(version)
        new["metadata"]["name"], new["spec"]["version"] = "hello-3", "3"
        alias = json.loads(kube.get("alias", "hello-test")["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"])
        alias["spec"]["functionVersion"] = "3"
        manifests = json.dumps({"apiVersion": "v1", "kind": "List", "items": [new, alias]})
        diff = ("diff", "-f", "-")
        nodes = kube.kubectl("get", "nodes", "-o", "name").split()
        # No pod of the new version can start, so that it stays under way for as long as is looked.
        kube.kubectl("cordon", *nodes)
        try:
            kube.kubectl("apply", "-f", "-", text=manifests)
            kube.eventually("it waits", lambda: kube.condition("alias", "hello-test", "Ready").get("status") == "False")
            print(f"[{kube.condition('alias', 'hello-test', 'Programmed')['message']}] ", end="", flush=True)
            for _ in range(5):
                self.assertEqual(kube.kubectl(*diff, text=manifests, ok=(0, 1)), "")
                self.assertEqual(traffic.message(self.address, "/test/houses"), "Hello from version 2")
                time.sleep(0.5)
        finally:
            kube.kubectl("uncordon", *nodes)
        kube.eventually("it goes on", lambda: traffic.versions(self.address, "/test/houses", 1) == {"3": 1}, 60)
        self.assertEqual(kube.kubectl(*diff, text=manifests, ok=(0, 1)), "")
        apply_example()
        kube.kubectl("delete", "functionversion", "hello-3", "--timeout=60s")

    def test_no_drift_and_what_people_see(self) -> None:
        self.assertEqual(drift(), "")
        kube.kubectl("wait", "restapi,apideployment,stage,functionversion,alias", "--all", "--for=condition=Programmed",
                     "--timeout=30s")
        for kind in ("restapi", "apideployment", "stage", "functionversion", "alias"):
            self.assertIn("FIELDS", kube.kubectl("explain", f"{kind}.spec"))
        row = kube.kubectl("get", "stage", "houses-prod").splitlines()[1]
        self.assertIn("houses-v1", row)
        self.assertIn("10", row)
        self.assertEqual(drift(), "")
