"""Requests to the gateways, one by one and under constant load."""
import http.client
import json
import threading
import time
from collections import Counter

import kube
from installation import NAMESPACE

HOST = "houses.default.localhost"


def service() -> tuple[str, int]:
    spec = kube.get("service", "stagegate-gateway", NAMESPACE)["spec"]
    return spec["clusterIP"], spec["ports"][0]["port"]


def gateways() -> list[tuple[str, int]]:
    """Every ready gateway pod."""
    pods = kube.items("pods", NAMESPACE, "app.kubernetes.io/component=gateway")
    ready = [p for p in pods if any(c["type"] == "Ready" and c["status"] == "True" for c in p["status"].get("conditions", []))]
    return [(p["status"]["podIP"], 8080) for p in ready if "deletionTimestamp" not in p["metadata"]]


def request(address: tuple[str, int], path: str, host: str = HOST, method: str = "GET", body: str | None = None,
            headers: dict[str, str] | None = None) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    try:
        connection.request(method, path, body, {"Host": host, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()}
    finally:
        connection.close()


def message(address: tuple[str, int], path: str) -> str:
    status, body, _ = request(address, path)
    return str(json.loads(body).get("message")) if status == 200 else f"{status} {body}"


def versions(address: tuple[str, int], path: str, count: int) -> Counter[str]:
    """Which versions answer how often."""
    seen: Counter[str] = Counter()
    connection = http.client.HTTPConnection(*address, timeout=10)
    for _ in range(count):
        connection.request("GET", path, headers={"Host": HOST})
        answer = connection.getresponse()
        answer.read()
        seen[answer.getheader("X-Amz-Executed-Version") or str(answer.status)] += 1
    connection.close()
    return seen


class Load:
    """Requests without pause from a few threads while the block runs; whatever fails is kept."""

    def __init__(self, paths: list[str], threads: int = 4, pause: float = 0.01, host: str = HOST) -> None:
        self.paths, self.pause, self.host, self.address = paths, pause, host, service()
        self.failures: list[str] = []
        self.count = self.refused = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in range(threads)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(20)

    def _run(self, number: int) -> None:
        while not self._stop.is_set():
            number += 1
            path = self.paths[number % len(self.paths)]
            began = time.strftime("%H:%M:%S")
            try:
                status, body = self._request(path)
                if status != 200:
                    self.failures.append(f"{began} {path}: {status} {body}")
            except OSError as error:
                self.failures.append(f"{began} {path}: {error!r}")
            except http.client.HTTPException as error:
                self.failures.append(f"{began} {path}: {error!r}")
            self.count += 1
            time.sleep(self.pause)

    def _request(self, path: str) -> tuple[int, str]:
        """A connect that is refused is tried again, as any client may: nothing was sent."""
        for _ in range(50):
            try:
                return request(self.address, path, self.host)[:2]
            except ConnectionRefusedError:
                self.refused += 1
                time.sleep(0.1)
        return 0, "refused for 5 s"
