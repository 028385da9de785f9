"""The API server behind a proxy that counts writes, and does something after the one that was asked for."""
import base64
import http.client
import json
import ssl
import tempfile
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlparse

import kube

# The lease is no part of a rollout, and asking who a gateway is changes nothing.
NO_WRITES = ("/leases", "/tokenreviews")


class Listener(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """An operator that is ended breaks its connections off, which is what is asked for."""


class CountedApi:
    """Listens on this machine's loopback; `kubeconfig` leads there, with the rights of a service account."""

    def __init__(self, account: str, namespace: str, folder: str) -> None:
        cluster = json.loads(kube.kubectl("config", "view", "--raw", "--minify", "-o", "json"))["clusters"][0]["cluster"]
        self._server = urlparse(cluster["server"]).netloc
        with tempfile.NamedTemporaryFile("wb", dir=folder, delete=False) as file:
            file.write(base64.b64decode(cluster["certificate-authority-data"]))
        self._tls = ssl.create_default_context(cafile=file.name)
        self.writes: list[str] = []
        self.after: tuple[int, Callable[[], None]] | None = None
        self._lock = threading.Lock()
        self._listener = Listener(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()
        token = kube.kubectl("create", "token", account, "-n", namespace, "--duration=1h").strip()
        self.kubeconfig = Path(folder) / "kubeconfig"
        self.kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "x",
            "clusters": [{"name": "x", "cluster": {"server": f"http://127.0.0.1:{self._listener.server_port}"}}],
            "users": [{"name": "x", "user": {"token": token}}],
            "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        }))
        self.kubeconfig.chmod(0o600)

    def close(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def begin(self, number: int, act: Callable[[], None]) -> None:
        """Counts from now on; `act` is called when write `number` is done and not answered yet."""
        with self._lock:
            self.writes, self.after = [], (number, act)

    def _count(self, method: str, path: str) -> None:
        if method == "GET" or any(part in path for part in NO_WRITES):
            return
        with self._lock:
            self.writes.append(f"{method} {urlparse(path).path}")
            act = self.after[1] if self.after and self.after[0] == len(self.writes) else None
        if act:
            act()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                onward = http.client.HTTPSConnection(api._server, context=api._tls)
                try:
                    headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "accept-encoding")}
                    onward.request(self.command, self.path, body, headers)
                    answer = onward.getresponse()
                    api._count(self.command, self.path)
                    self.send_response(answer.status)
                    self.send_header("Content-Type", answer.getheader("Content-Type") or "application/json")
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    while part := answer.read1(65536):
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    # Either end is gone, the operator when it was ended.
                    self.close_connection = True
                finally:
                    onward.close()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = forward

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler
