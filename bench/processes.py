"""Starting, measuring and ending the processes of a benchmark."""
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def fail(message: str) -> NoReturn:
    sys.exit(f"bench: {message}")


def end_on_sigterm() -> None:
    """Makes SIGTERM unwind the stack as Ctrl-C does, so that what was started is ended."""
    def stop(_signal: int, _frame: FrameType | None) -> None:
        sys.exit(143)
    signal.signal(signal.SIGTERM, stop)


def two_cores() -> tuple[int, int]:
    """The core of the proxy, and the core of everything else: this process moves there, its children inherit it."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        fail("needs two cores: one for the proxy, one for the load generator and the backend")
    os.sched_setaffinity(0, {allowed[1]})
    return allowed[0], allowed[1]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def tree(pid: int) -> list[int]:
    """The process and all its descendants."""
    pids = [pid]
    for parent in pids:
        with contextlib.suppress(OSError):
            for children in Path(f"/proc/{parent}/task").glob("*/children"):
                pids += [int(child) for child in children.read_text().split()]
    return pids


def cpu_seconds(pid: int) -> float:
    """User and system time of the process tree, all threads."""
    ticks = 0
    for member in tree(pid):
        # The name, in brackets, may hold blanks: fields count from behind it. utime and stime are 14 and 15.
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_PER_SECOND


def end(process: subprocess.Popen[bytes]) -> None:
    members = tree(process.pid)
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def running(name: str, command: list[str], output: Path, ready: Callable[[], bool]) -> Iterator[int]:
    """Starts the command, waits until `ready`, yields its pid, and ends it and its children by their pids."""
    with output.open("ab") as log:
        # A session of its own: Ctrl-C reaches this process alone, which then ends the others in order.
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        deadline = time.monotonic() + 20
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                fail(f"{name} did not become ready; its output:\n{output.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield process.pid
    finally:
        end(process)


def get(port: int, *paths: str) -> list[tuple[int, str]]:
    """Status and body of each path, fetched over one connection; status 0 where there was no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    answers = []
    try:
        for path in paths:
            connection.request("GET", path)
            response = connection.getresponse()
            answers.append((response.status, response.read().decode("utf-8", "replace")))
    except (OSError, http.client.HTTPException):
        answers.append((0, ""))
    finally:
        connection.close()
    return answers
