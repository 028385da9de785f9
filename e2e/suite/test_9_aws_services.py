"""Services of AWS, called from a cluster: rights, Secrets that come, change and go, and who gets to know them."""
import base64
import json
import time
import unittest
from typing import Any

import kube
import traffic
from command_line import stagegate
from installation import NAMESPACE, rolled_out, upgrade
from manifests import ours
from services import PORT, Services

SHOP = "shop"
HOST = "files.shop.localhost"
ONE, TWO = ("AKIDONE", "hush/one+SECRET"), ("AKIDTWO", "hush/twoSECRET")
TEMPORARY = ("AKIDTEMP", "hush/tempSECRET", "token/SECRET")
SECRETS = [*ONE[1:], *TWO[1:], *TEMPORARY[1:]]
# The words of all that is written while Secrets are at hand, and no more than the log of a container keeps.
LOUD = ["--set-string", r"logLevel=debug\,stagegate_operator=trace\,stagegate_gateway=trace\,stagegate_snapshot=trace\,kube_client=trace"]
GRANT = ["--set-json", f'credentialSecrets={{"{SHOP}": ["storage-keys"]}}']


def aws(uri: str, secret: str = "storage-keys", method: str | None = None, **more: Any) -> dict[str, Any]:
    responses = {"default": {"statusCode": 200}, "404": {"statusCode": 404}, "403": {"statusCode": 502}}
    mapping = {"responses": responses, **more.pop("mapping", {})}
    return {"aws": {"uri": f"arn:aws:apigateway:eu-west-1:{uri}", "endpoint": f"http://services.{SHOP}.svc:{PORT}",
                    "credentialsSecret": secret, **({"method": method} if method else {}), "mapping": mapping, **more}}


def template(text: str) -> dict[str, Any]:
    return {"requestTemplates": {"application/json": text}}


FILE = aws("s3:path/files/{key}", requestParameters={
    "integration.request.path.key": "method.request.path.key",
    "integration.request.header.Content-Type": "method.request.header.Content-Type"})
PET = '{"TableName": "pets", "Item": {"id": {"S": "$input.params(\'id\')"}, "name": {"S": $input.json(\'$.name\')}}}'
API = ours("RestApi", "files", {"paths": {
    "/files/{key+}": {"PUT": FILE, "GET": FILE},
    "/orders": {"POST": aws("sqs:action/SendMessage", method="POST", requestParameters={
        "integration.request.querystring.QueueUrl": "stageVariables.queue",
        "integration.request.querystring.MessageBody": "method.request.body"})},
    "/pets/{id}": {"PUT": aws("dynamodb:action/PutItem", method="POST", mapping=template(PET))},
    "/plain": {"GET": {"mock": {"statusCode": 204}}},
}}, SHOP)
OTHER = ours("RestApi", "others", {"paths": {"/": {"GET": aws("s3:path/files/x", secret="others", method="GET")}}}, SHOP)


def stage(api: str, **variables: str) -> dict[str, Any]:
    return ours("Stage", f"{api}-prod", {"restApi": api, "name": "prod", "deployment": "latest", "variables": variables}, SHOP)


def secret(key: str, value: str | None, token: str | None = None) -> dict[str, Any]:
    # Not stringData, of which what is taken away stays in the Secret.
    data = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": value, "AWS_SESSION_TOKEN": token}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "storage-keys", "namespace": SHOP},
            "data": {name: base64.b64encode(text.encode()).decode() for name, text in data.items() if text}}


def said(api: str = "files") -> str:
    """Why the stage is not ready for what it signs; nothing where it is."""
    ready = kube.condition("stage", f"{api}-prod", "Ready", SHOP)
    return "" if ready.get("status") == "True" else f"{ready.get('reason')}: {ready.get('message')}"


def everywhere(method: str, path: str, body: str | None = None, **headers: str) -> set[tuple[int, str]]:
    """What each gateway answers."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return {traffic.request(at, f"/prod{path}", HOST, method, body, headers)[:2] for at in traffic.gateways()}


def pods(component: str, also_ending: bool = False) -> list[str]:
    found = [pod["metadata"] for pod in kube.items("pods", NAMESPACE, f"app.kubernetes.io/component={component}")]
    return [pod["name"] for pod in found if also_ending or "deletionTimestamp" not in pod]


class AwsServices(unittest.TestCase):
    services: Services

    @classmethod
    def setUpClass(cls) -> None:
        if kube.api_server is None:
            raise unittest.SkipTest("only pods of our own cluster are known to reach this machine")
        upgrade(*LOUD)
        rolled_out()
        cls.services = Services([":".join(known) for known in (ONE, TWO, TEMPORARY)])
        kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SHOP}})
        queue = f"http://{cls.services.host}:{cls.services.port}/123456789012/orders"
        for manifest in [*cls.services.manifests("services", SHOP), API, stage("files", queue=queue), OTHER, stage("others")]:
            kube.apply(manifest)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.services.close()
        kube.kubectl("delete", "stages,restapis", "--all", "-n", SHOP, "--timeout=60s")
        # What the chart has there goes with the release's own upgrade, before the namespace.
        upgrade()
        rolled_out()
        kube.kubectl("delete", "namespace", SHOP, "--timeout=120s")

    def until_said(self, what: str, api: str = "files", seconds: float = 30) -> None:
        kube.eventually(f"{what!r}, not {said(api)!r}", lambda: said(api) == what, seconds)

    def test_1_a_stage_says_which_secret_is_missing(self) -> None:
        tail = "methods that are signed with it answer 500"
        may_not = "NoCredentials: Secret shop/{0} may not be read by the operator; add {0} to credentialSecrets.shop of the chart's values; "
        self.until_said(may_not.format("storage-keys") + tail)
        self.until_said(may_not.format("others") + tail, "others")
        # It is programmed all the same: what is not signed works.
        kube.kubectl("-n", SHOP, "wait", "stage/files-prod", "--for=condition=Programmed", "--timeout=30s")
        self.assertEqual({status for status, _ in everywhere("GET", "/plain")}, {204})
        self.assertEqual(everywhere("GET", "/files/x"), {(500, '{"message": "Internal server error"}')})
        before = pods("operator"), pods("gateway")
        upgrade(*LOUD, *GRANT)
        self.until_said(f"NoCredentials: Secret shop/storage-keys does not exist; make it in namespace shop; {tail}")
        # Rights for one are none for another, and ask for no new pod.
        self.assertEqual(said("others"), may_not.format("others") + tail)
        self.assertEqual((pods("operator"), pods("gateway")), before)
        kube.apply(secret(ONE[0], None))
        self.until_said("NoCredentials: Secret shop/storage-keys has no key AWS_SECRET_ACCESS_KEY; it needs AWS_ACCESS_KEY_ID and "
                        f"AWS_SECRET_ACCESS_KEY, and may have AWS_SESSION_TOKEN; {tail}")
        self.assertEqual({status for status, _ in everywhere("GET", "/files/x")}, {500})
        self.assertNotIn(ONE[0], self.services.seen()["signers"])
        kube.apply(secret(*ONE))
        self.until_said("")
        kube.eventually("it is signed", lambda: {status for status, _ in everywhere("GET", "/files/x")} == {404})

    def test_2_objects_queues_and_tables(self) -> None:
        text = {"Content_Type": "text/plain"}
        self.assertEqual({status for status, _ in everywhere("PUT", "/files/a%20b/c+d", "of a pod", **text)}, {200})
        self.assertEqual(everywhere("GET", "/files/a%20b/c+d"), {(200, "of a pod")})
        self.assertEqual({status for status, _ in everywhere("GET", "/files/none")}, {404})
        count = len(traffic.gateways())
        sent = everywhere("POST", "/orders", "one & two", **text)
        self.assertTrue(all(status == 200 and "<MessageId>" in body for status, body in sent), sent)
        name = json.dumps({"name": "Rex é"})
        self.assertEqual({status for status, _ in everywhere("PUT", "/pets/7", name, Content_Type="application/json")}, {200})
        seen = self.services.seen()
        self.assertEqual((seen["files"], seen["orders"]), ({"a b/c+d": "of a pod"}, ["one & two"] * count))
        self.assertEqual(seen["pets"], [{"id": {"S": "7"}, "name": {"S": "Rex é"}}])
        self.assertIn(ONE[0], seen["signers"])

    def test_3_a_new_value_takes_effect_by_itself(self) -> None:
        before = self.versions()
        for credentials in (TWO, TEMPORARY, ONE):
            kube.apply(secret(credentials[0], "wrong"))
            kube.eventually("a wrong one is refused", lambda: {status for status, _ in everywhere("GET", "/files/a%20b/c+d")} == {502})
            kube.apply(secret(*credentials))
            took = kube.eventually("the new one", lambda: everywhere("GET", "/files/a%20b/c+d") == {(200, "of a pod")})
            print(f"[{took:.1f} s] ", end="", flush=True)
        self.assertLessEqual({TWO[0], TEMPORARY[0]}, set(self.services.seen()["signers"]))
        # Not even a publication was made for it.
        self.assertEqual(self.versions(), before)
        self.assertEqual(said(), "")

    def versions(self) -> tuple[Any, ...]:
        api, live = kube.get("restapi", "files", SHOP), kube.get("stage", "files-prod", SHOP)
        publication = kube.get("configmap", "stagegate-publication", NAMESPACE)
        return (api["metadata"]["generation"], live["metadata"]["generation"], live["status"]["deployment"], publication["data"])

    def test_4_pods_that_come_later(self) -> None:
        old = pods("gateway")
        kube.kubectl("-n", NAMESPACE, "delete", "pod", old[0], "--wait=false")
        kube.eventually("a new one", lambda: len(traffic.gateways()) == 2 and old[0] not in pods("gateway"), 90)
        self.assertEqual(everywhere("GET", "/files/a%20b/c+d"), {(200, "of a pod")})
        # Gateways keep what they have while there is no operator.
        kube.kubectl("-n", NAMESPACE, "scale", "deployment/stagegate-operator", "--replicas=0")
        try:
            kube.eventually("no operator", lambda: pods("operator", also_ending=True) == [], 60)
            kube.apply(secret(*TWO))
            time.sleep(12)
            self.assertEqual(everywhere("GET", "/files/a%20b/c+d"), {(200, "of a pod")})
        finally:
            kube.kubectl("-n", NAMESPACE, "scale", "deployment/stagegate-operator", "--replicas=2")
            rolled_out()
        kube.eventually("its condition", lambda: said() == "", 60)
        # The one that was there before is nobody's any more.
        kube.apply(secret(TWO[0], "wrong"))
        kube.eventually("new operators pass it on", lambda: {status for status, _ in everywhere("GET", "/files/a%20b/c+d")} == {502})
        kube.apply(secret(*ONE))
        kube.eventually("and the next", lambda: everywhere("GET", "/files/a%20b/c+d") == {(200, "of a pod")})

    def test_5_a_test_by_the_command_line_shows_no_signature(self) -> None:
        answer = json.loads(stagegate("invoke", "files", "-n", SHOP, "--cluster", "--stage", "prod", "--path", "/files/a%20b/c+d", "-o", "json"))
        self.assertEqual((answer["status"], answer["body"]), (200, "of a pod"))
        log = "\n".join(line["message"] for line in answer["log"])
        self.assertIn("Received response. Status: 200", log)
        self.assertRegex(log, r"Endpoint request headers: \{.*authorization=\*\*\*\*")
        for hidden in ("Signature=", ONE[0]):
            self.assertNotIn(hidden, log)

    def test_6_nobody_else_learns_the_values(self) -> None:
        kinds = "configmaps,events,deployments,replicasets,pods,leases,restapis,apideployments,stages,functionversions,aliases"
        texts = {"objects": kube.kubectl("get", kinds, "-A", "-o", "yaml")}
        for component in ("operator", "gateway"):
            for pod in pods(component):
                texts[f"log of {pod}"] = kube.kubectl("-n", NAMESPACE, "logs", pod, "--tail=-1")
        for host, _ in traffic.gateways():
            texts[f"snapshot of {host}"] = traffic.request((host, 8081), "/snapshot", host)[1]
        # They are known where they are needed, and each text is what it should be: something of this test is in it.
        self.assertLessEqual({ONE[0], TWO[0], TEMPORARY[0]}, set(self.services.seen()["signers"]))
        for what, text in texts.items():
            self.assertIn("storage-keys" if "operator" in what else "/files/" if "gateway" in what else "files", text[-300_000:], what)
            for value in SECRETS:
                # As text, as a Secret has it, and as debug output of bytes would have it.
                for form in (value, base64.b64encode(value.encode()).decode(), str(list(value.encode()))[1:-1]):
                    self.assertNotIn(form, text, what)

    def test_7_rights_and_secrets_that_go(self) -> None:
        kube.kubectl("-n", SHOP, "delete", "secret", "storage-keys")
        kube.eventually("it is missed", lambda: said().startswith("NoCredentials: Secret shop/storage-keys does not exist"))
        kube.eventually("and not used", lambda: {status for status, _ in everywhere("GET", "/files/a%20b/c+d")} == {500})
        kube.apply(secret(*ONE))
        kube.eventually("it is back", lambda: said() == "" and everywhere("GET", "/files/a%20b/c+d") == {(200, "of a pod")})
        upgrade(*LOUD)
        kube.eventually("the right is gone", lambda: "may not be read by the operator" in said())
        kube.eventually("and nothing is signed", lambda: {status for status, _ in everywhere("GET", "/files/a%20b/c+d")} == {500})
