#!/usr/bin/env python3
"""What a plain HTTP hop costs: Stagegate beside nginx and HAProxy, in one run. See README.md beside this file."""
import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from processes import cpu_seconds, end_on_sigterm, fail, two_cores
from proxies import ALL, Proxy, backend, program, proxy

HERE = Path(__file__).resolve().parent
SCENARIOS = {"access log off": False, "access log on": True}


@dataclass(frozen=True)
class Round:
    """One measurement of one proxy."""
    cpu_us: float  # of the proxy, a request
    per_second: float
    p99_ms: float
    busy: float  # the share of its core that the proxy used


def wrk(url: str, connections: int, seconds: int) -> dict[str, int]:
    command = [program("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(HERE / "wrk.lua"), url]
    # A session of its own, as for the proxies: on Ctrl-C `run` ends it.
    done = subprocess.run(command, capture_output=True, text=True, start_new_session=True)
    if done.returncode:
        fail(f"wrk failed: {done.stdout}{done.stderr}")
    result: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return result


def take_lines(log: Path) -> int:
    """How many lines the access log has; empties it, so that a long run does not fill the disk."""
    with log.open("rb+") as f:
        lines = sum(chunk.count(b"\n") for chunk in iter(lambda: f.read(1 << 20), b""))
        f.truncate(0)
    return lines


def measure(target: Proxy, connections: int, seconds: int) -> Round:
    before = cpu_seconds(target.pid)
    result = wrk(f"http://127.0.0.1:{target.port}/bench/x", connections, seconds)
    used = cpu_seconds(target.pid) - before
    if result["socket_errors"] or result["status_errors"] or not result["requests"]:
        fail(f"{target.name} did not answer every request well: {result}")
    # Buffers may hold the last lines back; a log that is far short would be less work than the others do.
    if target.log and (lines := take_lines(target.log)) < 0.9 * result["requests"]:
        fail(f"{target.name} logged {lines} lines for {result['requests']} requests")
    elapsed = result["duration"] / 1e6
    return Round(used / result["requests"] * 1e6, result["requests"] / elapsed, result["p99"] / 1e3, used / elapsed)


def run(names: list[str], core: int, options: argparse.Namespace) -> dict[str, dict[str, list[Round]]]:
    """All rounds, by scenario and proxy. Everything runs side by side and is measured in turn, so that whatever
    else the machine does falls on all alike."""
    results: dict[str, dict[str, list[Round]]] = {title: {name: [] for name in names} for title in SCENARIOS}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stagegate-bench-")))
        port = stack.enter_context(backend(folder))
        proxies = []
        for title, logged in SCENARIOS.items():
            for name in names:
                place = folder / f"{name}-{'logged' if logged else 'plain'}"
                proxies.append((title, stack.enter_context(proxy(name, core, place, port, logged, options.bin))))
        for _, target in proxies:
            measure(target, options.connections, 1)  # warm-up
        for number in range(options.rounds):
            for title, target in proxies:
                results[title][target.name].append(measure(target, options.connections, options.seconds))
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    return results


def ratios(rounds: dict[str, list[Round]]) -> dict[str, list[float]]:
    """Stagegate's CPU time over another's, round by round."""
    ours = rounds.get("stagegate", [])
    return {f"stagegate/{name}": [a.cpu_us / b.cpu_us for a, b in zip(ours, other, strict=True)]
            for name, other in rounds.items() if ours and name != "stagegate"}


def spread(values: list[float], digits: int) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def table(title: str, rounds: dict[str, list[Round]]) -> str:
    lines = [title, f"  {'':10} {'CPU µs a request':>22} {'requests a second':>24} {'p99 ms':>20} {'core used':>10}"]
    for name, of in rounds.items():
        lines.append(f"  {name:10} {spread([r.cpu_us for r in of], 2):>22} {spread([r.per_second for r in of], 0):>24} "
                     f"{spread([r.p99_ms for r in of], 2):>20} {statistics.median(r.busy for r in of):>9.0%}")
    lines += [f"  {pair}: {spread(values, 3)}" for pair, values in ratios(rounds).items()]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=4, help="of a round")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--bin", type=Path, default=Path("target/release/stagegate"))
    parser.add_argument("--only", default=",".join(ALL), help="a list of " + ",".join(ALL))
    parser.add_argument("--json", action="store_true", help="every round as JSON instead of tables")
    options = parser.parse_args()
    names = options.only.split(",")
    if unknown := [name for name in names if name not in ALL]:
        parser.error(f"--only: unknown {', '.join(unknown)}; there are {', '.join(ALL)}")
    if min(options.rounds, options.seconds, options.connections) < 1:
        parser.error("--rounds, --seconds and --connections are at least 1")

    end_on_sigterm()
    core, _ = two_cores()
    results = run(names, core, options)
    if options.json:
        print(json.dumps({title: {"rounds": {name: [asdict(r) for r in of] for name, of in rounds.items()}, "ratios": ratios(rounds)}
                          for title, rounds in results.items()}, indent=2))
    else:
        print("\n\n".join(table(title, rounds) for title, rounds in results.items()))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
