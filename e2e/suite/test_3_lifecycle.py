"""All from the files alone, rights, upgrade and removal. Last, since it takes the release away."""
import unittest

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

    def test_2_a_gateway_has_no_rights(self) -> None:
        user = f"system:serviceaccount:{NAMESPACE}:stagegate-gateway"
        for verb, what in (("get", "secrets"), ("list", "pods"), ("get", "stages"), ("create", "tokenreviews")):
            self.assertEqual(kube.status("auth", "can-i", verb, what, "--as", user, "-A")[1].strip().splitlines()[-1], "no")
        user = f"system:serviceaccount:{NAMESPACE}:stagegate-operator"
        for verb, what in (("list", "secrets"), ("patch", "stages"), ("update", "restapis"), ("create", "pods"), ("delete", "aliases")):
            self.assertEqual(kube.status("auth", "can-i", verb, what, "--as", user, "-A")[1].strip().splitlines()[-1], "no")

    def test_3_upgrade_and_removal(self) -> None:
        with traffic.Load(["/prod/houses"]) as load:
            kube.helm("upgrade", "stagegate", CHART, "-n", NAMESPACE, *VALUES, "--set", "gateway.podAnnotations.upgraded=yes")
            kube.kubectl("-n", NAMESPACE, "rollout", "status", "deployment/stagegate-gateway", "--timeout=120s")
        self.assertEqual(load.failures[:10], [], f"{len(load.failures)} of {load.count} failed")
        before = kube.kubectl("get", ",".join(KINDS), "-o", "name")
        kube.helm("uninstall", "stagegate", "-n", NAMESPACE, "--wait")
        self.assertEqual(kube.kubectl("get", ",".join(KINDS), "-o", "name"), before)
        install()
        self.assertEqual(traffic.request(traffic.service(), "/prod/houses")[0], 200)
