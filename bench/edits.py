#!/usr/bin/env python3
"""Requests through edits of alias weights, stage variables and deployments, all at once in each edit: no request may
fail, and every answer must be one that a single revision of the manifests explains."""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

PORT, ADMIN = 18480, 18481
VERSIONS = ("1", "2", "3")
CODE = """import json
def handler(event, context):
    variables = event["stageVariables"]
    return {"body": json.dumps([variables["revision"], variables["alias"], context.function_version,
                                event["requestContext"]["deploymentId"], event["resource"]])}
"""


def document(kind: str, name: str, spec: dict) -> dict:
    return {"apiVersion": "stagegate.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def revision(number: int) -> tuple[list[dict], set[tuple[str, ...]]]:
    """The manifests of a revision, and every answer that they allow."""
    alias, other = ("BLUE", "GREEN") if number % 2 else ("GREEN", "BLUE")
    primary, second = VERSIONS[number % 3], VERSIONS[(number + 1) % 3]
    resource = "/{proxy+}" if number % 4 < 2 else "/x"
    target = {"lambda": {"function": "f:${stageVariables.alias}"}}
    documents = [document("RestApi", "a", {"paths": {"/": {"GET": {"mock": {}}}}})]
    for path in ("/{proxy+}", "/x"):
        name = "deployment-" + ("greedy" if path != "/x" else "fixed")
        documents.append(document("ApiDeployment", name, {"restApi": "a", "api": {"paths": {path: {"GET": target}}}}))
    deployment = "deployment-" + ("greedy" if resource != "/x" else "fixed")
    documents.append(document("Stage", "a-s", {
        "restApi": "a", "name": "s", "deployment": deployment, "variables": {"alias": alias, "revision": str(number)}}))
    for version in VERSIONS:
        documents.append(document("FunctionVersion", f"f-{version}", {
            "functionName": "f", "version": version,
            "lambda": {"runtime": "python3", "handler": "i.handler", "maxConcurrency": 4, "code": {"inline": {"i.py": CODE}}}}))
    documents.append(document("Alias", "f-live", {
        "functionName": "f", "name": alias, "functionVersion": primary, "additionalVersionWeights": {second: 0.4}}))
    # The alias that this revision does not use leads to the version that its own may not reach.
    documents.append(document("Alias", "f-other", {
        "functionName": "f", "name": other, "functionVersion": VERSIONS[(number + 2) % 3]}))
    return documents, {(str(number), alias, version, deployment, resource) for version in (primary, second)}


def write(folder: Path, documents: list[dict]) -> None:
    """One file, put in place whole: an edit is all or nothing."""
    new = folder / ".new"
    new.write_text("".join("---\n" + json.dumps(one) + "\n" for one in documents))
    os.replace(new, folder / "manifests.yaml")


def wait_ready() -> None:
    for _ in range(400):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{ADMIN}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    sys.exit("stagegate did not become ready")


def load(seconds: int) -> tuple[int, collections.Counter]:
    script = Path(__file__).with_name("edits.lua")
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{PORT}/s/x"]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    errors, answers = 0, collections.Counter()
    for line in output.splitlines():
        if line.startswith("ERRORS "):
            errors = int(line.split()[1])
        elif line.startswith("ANSWER "):
            _, count, answer = line.split(" ", 2)
            answers[answer] += int(count)
    return errors, answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=Path, default=Path("target/release/stagegate"))
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--edits", type=int, default=100)
    options = parser.parse_args()
    explained: set[tuple[str, ...]] = set()
    made, stop = 0, threading.Event()
    with tempfile.TemporaryDirectory(prefix="stagegate-edits-") as top:
        folder = Path(top) / "manifests"
        folder.mkdir()
        documents, allowed = revision(0)
        explained |= allowed
        write(folder, documents)
        server = subprocess.Popen([options.bin, "local", folder, "--listen", f"127.0.0.1:{PORT}", "--admin",
                                   f"127.0.0.1:{ADMIN}", "--access-log", "off"], stdout=subprocess.DEVNULL)
        try:
            wait_ready()

            def edit() -> None:
                nonlocal made
                while not stop.wait(0.4):
                    documents, allowed = revision(made + 1)
                    explained.update(allowed)
                    write(folder, documents)
                    made += 1

            editor = threading.Thread(target=edit)
            editor.start()
            errors, answers, deadline = 0, collections.Counter(), time.monotonic() + 600
            while (answers.total() < options.requests or made < options.edits) and time.monotonic() < deadline:
                more_errors, more = load(15)
                errors, answers = errors + more_errors, answers + more
            stop.set()
            editor.join()
        finally:
            stop.set()
            server.terminate()
            server.wait(20)
    strange = collections.Counter()
    for answer, count in answers.items():
        status, _, body = answer.partition(" ")
        if status != "200" or tuple(json.loads(body)) not in explained:
            strange[answer] += count
    seen = len({json.loads(a.partition(" ")[2])[0] for a in answers if a.startswith("200 ")})
    print(f"{answers.total()} requests, {made} edits, {seen} revisions seen, {errors} socket errors, "
          f"{strange.total()} answers failed or not explained by one revision")
    for answer, count in strange.most_common(5):
        print(f"  {count} × {answer[:300]}")
    enough = answers.total() >= options.requests and made >= options.edits
    sys.exit(bool(errors or strange or not enough))


if __name__ == "__main__":
    main()
