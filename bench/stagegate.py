"""`stagegate local` as the benchmarks run it."""
import json
import os
from pathlib import Path

from processes import fail


def write_manifests(folder: Path, backend_port: int, revision: int = 0) -> None:
    """Writes hop.yaml: one API that passes everything on, and a stage that differs from revision to revision."""
    url = f"http://127.0.0.1:{backend_port}/{{proxy}}"
    stage = {"restApi": "hop", "name": "bench", "deployment": "latest"}
    specs = [
        ("RestApi", "hop", {"paths": {"/{proxy+}": {"GET": {"http": {"url": url}}}}}),
        ("Stage", "hop-bench", stage | ({"variables": {"revision": str(revision)}} if revision else {})),
    ]
    documents = [
        {"apiVersion": "stagegate.dev/v1alpha1", "kind": kind, "metadata": {"name": name, "namespace": "default"}, "spec": spec}
        for kind, name, spec in specs
    ]
    # JSON is YAML. The rename shows a reader the old file or the new one, never half of it.
    written = folder / "hop.new"
    written.write_text("---\n".join(json.dumps(document) + "\n" for document in documents))
    written.rename(folder / "hop.yaml")


def command(binary: Path, folder: Path, port: int, admin: int, log: Path | None) -> list[str]:
    if not os.access(binary, os.X_OK):
        fail(f"no binary at {binary}; `./task build` makes it, --bin names another, --only nginx,haproxy does without")
    return [str(binary), "local", str(folder / "hop.yaml"), "--listen", f"127.0.0.1:{port}",
            "--admin", f"127.0.0.1:{admin}", "--access-log", str(log) if log else "off"]
