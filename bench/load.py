#!/usr/bin/env python3
"""Stagegate under rising load while its stage changes underneath: every request must be answered well.
See README.md beside this file."""
import argparse
import contextlib
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import stagegate
from hop import wrk
from processes import cpu_seconds, end_on_sigterm, memory_mib, two_cores
from proxies import backend, proxy


@contextlib.contextmanager
def changing(folder: Path, backend_port: int) -> Iterator[None]:
    """Writes a new revision of the stage every half second."""
    stop = threading.Event()

    def change() -> None:
        revision = 1
        while not stop.wait(0.5):
            stagegate.write_manifests(folder, backend_port, revision)
            revision += 1

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="of a step")
    parser.add_argument("--connections", default="1,16,64,256,1024", help="a list: one step for each")
    parser.add_argument("--bin", type=Path, default=Path("target/release/stagegate"))
    options = parser.parse_args()

    end_on_sigterm()
    core, _ = two_cores()
    failed = 0
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stagegate-load-")))
        port = stack.enter_context(backend(folder))
        target = stack.enter_context(proxy("stagegate", core, folder / "stagegate", port, False, options.bin))
        stack.enter_context(changing(folder / "stagegate", port))
        print(f"{'connections':>11} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8} {'CPU µs':>8} {'MiB':>6} {'failed':>7}")
        for connections in (int(word) for word in options.connections.split(",")):
            before = cpu_seconds(target.pid)
            result = wrk(f"http://127.0.0.1:{target.port}/bench/x", connections, options.seconds)
            cpu = (cpu_seconds(target.pid) - before) / max(1, result["requests"]) * 1e6
            bad = result["socket_errors"] + result["status_errors"] + (result["requests"] == 0)
            failed += bad
            print(f"{connections:>11} {result['requests'] / result['duration'] * 1e6:>11.0f} {result['p50'] / 1e3:>8.2f} "
                  f"{result['p99'] / 1e3:>8.2f} {cpu:>8.2f} {memory_mib(target.pid):>6.0f} {bad:>7}", flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
