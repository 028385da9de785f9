"""`stagegate local` as the benchmarks run it."""
import json
import os
from pathlib import Path

from processes import fail


def write_manifests(folder: Path, backend_port: int) -> None:
    """Writes hop.yaml: one API that passes everything on, and its stage."""
    url = f"http://127.0.0.1:{backend_port}/{{proxy}}"
    stage = {"restApi": "hop", "name": "bench", "deployment": "latest"}
    specs = [
        ("RestApi", "hop", {"paths": {"/{proxy+}": {"GET": {"http": {"url": url}}}}}),
        ("Stage", "hop-bench", stage),
    ]
    documents = [
        {"apiVersion": "stagegate.dev/v1alpha1", "kind": kind, "metadata": {"name": name, "namespace": "default"}, "spec": spec}
        for kind, name, spec in specs
    ]
    # JSON is YAML.
    (folder / "hop.yaml").write_text("---\n".join(json.dumps(document) + "\n" for document in documents))


def command(binary: Path, folder: Path, port: int, admin: int, log: Path | None) -> list[str]:
    if not os.access(binary, os.X_OK):
        fail(f"no binary at {binary}; `./task build` makes it, --bin names another, --only nginx,haproxy does without")
    return [str(binary), "local", str(folder / "hop.yaml"), "--listen", f"127.0.0.1:{port}",
            "--admin", f"127.0.0.1:{admin}", "--access-log", str(log) if log else "off"]
