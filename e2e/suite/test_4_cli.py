"""The command line on the cluster: what it shows, and what it changes."""
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

import kube
import traffic
from command_line import stagegate
from installation import BINARY, EXAMPLE, apply_example, drift

PROD = ("houses", "--stage", "prod")


def spec() -> dict[str, Any]:
    found: dict[str, Any] = kube.get("stage", "houses-prod")["spec"]
    return found


class CommandLine(unittest.TestCase):
    def setUp(self) -> None:
        apply_example()
        kube.kubectl("wait", "stages", "--all", "--for=condition=Ready", "--timeout=60s")
        self.programmed()
        self.address = traffic.service()

    def tearDown(self) -> None:
        apply_example()

    def programmed(self) -> None:
        def done() -> bool:
            stage = kube.get("stage", "houses-prod")
            return bool(stage["status"]["observedGeneration"] == stage["metadata"]["generation"])

        kube.eventually("the operator has seen it", done)
        kube.kubectl("wait", "stage/houses-prod", "--for=condition=Programmed", "--timeout=30s")

    def test_get_shows_what_is_live(self) -> None:
        kube.eventually("the weights of the files", lambda: "95 %" in stagegate("get"))
        text = stagegate("get")
        print(f"\n{text}", end="", flush=True)
        for part in ("RestApi houses", "stage prod", "canary of prod", "lambdaAlias=TEST", "alias hello:PROD", "95 %"):
            self.assertIn(part, text)
        self.assertNotIn("refused", text)
        tree = json.loads(stagegate("get", "houses", "-o", "json"))
        stages = [s for d in tree["restApis"][0]["deployments"] for s in d["stages"]]
        shares = {(s["name"], s["canary"]): s["percent"] for s in stages}
        self.assertEqual(shares, {("dev", False): 100, ("test", False): 100, ("prod", False): 90, ("prod", True): 10})
        live = next(s for s in stages if s["name"] == "prod" and not s["canary"])
        versions = {v["version"]: (v["percent"], v["readyPods"] > 0) for v in live["functions"][0]["versions"]}
        self.assertEqual(versions, {"1": (95, True), "2": (5, True)})
        self.assertIn("default/houses", stagegate("get", "-A"))
        self.assertIn("RestApi/barns is not in namespace default; there: houses", stagegate("get", "barns", code=2))

    def test_get_shows_what_is_refused(self) -> None:
        kube.edit("stage", "houses-prod", {"deployment": "houses-v99"})
        kube.eventually("refused", lambda: "! refused: NotFound: spec.deployment" in stagegate("get", "houses"))
        # Back to what is live, though the history's first other entry may be something else.
        stagegate("rollback", *PROD)
        self.assertEqual(spec()["deployment"], "houses-v1")
        self.programmed()

    def test_promote_and_roll_back(self) -> None:
        before = spec()
        diff = stagegate("promote", *PROD, "--dry-run")
        self.assertIn("+    percent: 0", diff)
        self.assertEqual(spec(), before)
        self.assertEqual(drift(), "")
        self.assertIn("spec.variables.lambdaAlias: PROD -> TEST", stagegate("promote", *PROD))
        self.assertEqual(spec()["variables"], {"lambdaAlias": "TEST"})
        self.assertEqual(spec()["canary"], {"percent": 0, "variables": {"lambdaAlias": "TEST"}})
        managers = [field["manager"] for field in
                    json.loads(kube.kubectl("get", "stage", "houses-prod", "-o", "json", "--show-managed-fields"))["metadata"]["managedFields"]]
        self.assertIn("stagegate-cli", managers)
        self.programmed()
        kube.eventually("version 2 alone", lambda: set(traffic.versions(self.address, "/prod/houses", 50)) == {"2"})
        self.assertIn("says so already", stagegate("promote", *PROD))
        stagegate("rollback", *PROD)
        self.assertEqual(spec()["variables"], {"lambdaAlias": "PROD"})
        self.programmed()
        kube.eventually("version 1 again", lambda: "1" in traffic.versions(self.address, "/prod/houses", 50))

    def test_a_canary_is_taken_back_first(self) -> None:
        stagegate("rollback", *PROD)
        self.assertEqual((spec()["canary"]["percent"], spec()["variables"]), (0, {"lambdaAlias": "PROD"}))
        error = stagegate("promote", "houses", "--stage", "test", code=2)
        self.assertIn("Promotion not available. Canary does not exist.", error)

    def test_deploy_and_roll_back(self) -> None:
        stagegate("rollback", *PROD)
        self.programmed()
        kube.edit("restapi", "houses", {"paths": {"/new": {"GET": {"lambda": {"function": "hello:1"}}}}})
        kube.eventually("dev follows", lambda: traffic.request(self.address, "/dev/new")[0] == 200)
        self.assertEqual(traffic.request(self.address, "/prod/new")[0], 403)
        newest = kube.get("restapi", "houses")["status"]["deployment"]
        self.assertIn(f"houses-v1 -> {newest}", stagegate("deploy", *PROD))
        kube.eventually("prod serves it", lambda: traffic.request(self.address, "/prod/new")[0] == 200)
        self.programmed()
        self.assertIn(f"{newest} -> houses-v1", stagegate("rollback", *PROD))
        kube.eventually("prod is back", lambda: traffic.request(self.address, "/prod/new")[0] == 403)
        self.programmed()
        self.assertIn("ApiDeployment/houses-v99 is not in", stagegate("deploy", "houses", "houses-v99", "--stage", "prod", code=2))
        self.assertEqual(spec()["deployment"], "houses-v1")

    def test_an_alias(self) -> None:
        def live(version: str) -> bool:
            status = kube.get("alias", "hello-prod")["status"]
            return bool(status["functionVersion"] == version and not status.get("additionalVersionWeights"))

        stagegate("rollback", "hello:PROD")
        kube.eventually("version 1 alone", lambda: live("1"))
        apply_example()
        kube.eventually("5 % again", lambda: not live("1"))
        stagegate("promote", "hello:PROD")
        kube.eventually("version 2 alone", lambda: live("2"))

    def test_a_checkout_is_edited_and_applied(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for file in Path(EXAMPLE).glob("*.yaml"):
                (Path(folder) / file.name).write_text(file.read_text())
            stagegate("promote", *PROD, "--write", folder)
            text = (Path(folder) / "stages.yaml").read_text()
            self.assertIn("# One request in ten calls what TEST has.", text)
            self.assertEqual(spec()["variables"], {"lambdaAlias": "PROD"})
            kube.kubectl("apply", "-f", folder)
            self.assertEqual((spec()["variables"], spec()["canary"]["percent"]), ({"lambdaAlias": "TEST"}, 0))
            self.programmed()
            # What was live is in the cluster; the files get it.
            stagegate("rollback", *PROD, "--write", folder)
            self.assertIn("variables: {lambdaAlias: PROD}", (Path(folder) / "stages.yaml").read_text())

    def test_as_a_plugin_of_kubectl(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "kubectl-stagegate").symlink_to(BINARY)
            code, output, errors = kube.inside("sh", "-c", 'PATH="$1:$PATH" exec kubectl stagegate get houses', "sh", folder)
            self.assertEqual(code, 0, errors)
            self.assertIn("RestApi houses", output)
