"""All from the files alone, rights, upgrade and removal. Last, since it takes the release away."""
import json
import unittest
from pathlib import Path

import kube
import traffic
from installation import CHART, EXAMPLE, KINDS, NAMESPACE, VALUES, apply_example, drift, install


class Lifecycle(unittest.TestCase):
    def test_1_everything_again_from_the_files(self) -> None:
        kube.kubectl("delete", "-f", EXAMPLE, "--timeout=60s")
        kube.eventually("nothing is served", lambda: traffic.request(traffic.service(), "/prod/houses")[0] == 403)
        apply_example()
        kube.kubectl("wait", "stages", "--all", "--for=condition=Ready", "--timeout=90s")
        address = traffic.service()
        self.assertEqual(traffic.message(address, "/dev/houses"), "Hello from $LATEST")
        self.assertEqual(traffic.message(address, "/test/houses"), "Hello from version 2")
        self.assertEqual(kube.get("stage", "houses-prod")["status"]["deployment"], "houses-v1")
        self.assertEqual(drift(), "")

    def test_2_rights(self) -> None:
        roles = [("clusterrole", f"{NAMESPACE}-stagegate-operator"), ("role", "stagegate-operator")]
        rules = {kind: kube.get(kind, name, NAMESPACE)["rules"] for kind, name in roles}
        golden = Path(__file__).with_name("rights.json")
        self.assertEqual(rules, json.loads(golden.read_text()), f"what the operator may do; {golden.name} is the list")
        # What everybody may, and nothing else.
        may = [kube.status("auth", "can-i", "--list", "--as", f"system:serviceaccount:{NAMESPACE}:{account}", "-n", NAMESPACE)[1]
               for account in ("stagegate-gateway", "nobody")]
        self.assertEqual(*may)
        token = kube.items("pods", NAMESPACE, "app.kubernetes.io/component=gateway")[0]["spec"]
        self.assertFalse(token["automountServiceAccountToken"])

    def test_3_upgrade_and_removal(self) -> None:
        self.assertIn("Succeeded", kube.helm("test", "stagegate", "-n", NAMESPACE))
        with traffic.Load(["/prod/houses"]) as load:
            kube.helm("upgrade", "stagegate", CHART, "-n", NAMESPACE, *VALUES, "--set", "gateway.podAnnotations.upgraded=yes")
            kube.kubectl("-n", NAMESPACE, "rollout", "status", "deployment/stagegate-gateway", "--timeout=120s")
        self.assertEqual(load.failures[:10], [], f"{len(load.failures)} of {load.count} failed")
        before = kube.kubectl("get", ",".join(KINDS), "-o", "name")
        kube.helm("uninstall", "stagegate", "-n", NAMESPACE, "--wait")
        self.assertEqual(kube.kubectl("get", ",".join(KINDS), "-o", "name"), before)
        # Without an operator nothing may keep them.
        self.assertNotIn("stagegate.dev/in-use", kube.kubectl("get", ",".join(KINDS), "-o", "yaml"))
        install()
        self.assertEqual(traffic.request(traffic.service(), "/prod/houses")[0], 200)
