"""Telling what goes on: one line a step with its seconds, and failures that name who failed."""

import contextlib
import time

import settings


class Failed(Exception):
    """Something did not work; `component` is whose log explains it."""

    def __init__(self, message, component=None):
        super().__init__(message)
        self.component = component

    def explain(self):
        lines = [str(self)]
        if self.component:
            lines += [f"the last lines of {self.component}'s log:", *tail(self.component, 20)]
        return "\n".join(lines)


@contextlib.contextmanager
def step(name):
    start = time.monotonic()
    print(f"{name:<64}", end="", flush=True)
    try:
        yield
    except BaseException:
        print(f"FAILED after {time.monotonic() - start:.1f} s", flush=True)
        raise
    print(f"{time.monotonic() - start:6.1f} s", flush=True)


def wait(condition, seconds, failure):
    """Asks until `condition` holds; raises `failure` when it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise failure
        time.sleep(0.1)


def log(component):
    return settings.LOGS / f"{component}.log"


def tail(component, lines):
    try:
        return log(component).read_text(errors="replace").splitlines()[-lines:]
    except FileNotFoundError:
        return ["(there is none)"]
