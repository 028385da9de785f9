"""Starting and stopping the components.

Their process numbers are the node's own, so that a stale one can never hit a process of the machine."""

import os

import node
import settings
from steps import Failed, log, wait

NUMBERS = settings.NODE / "pids"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def start(name, command):
    """The log goes on where an earlier run left it."""
    background = 'setsid "${@:2}" >>"$1" 2>&1 </dev/null & echo $!'
    shell = ["env", "--ignore-environment", f"PATH={PATH}", "bash", "-c", background, "bash"]  # nobody's proxies
    (NUMBERS / name).write_text(node.run(*shell, log(name), *command))


def ready(name, condition, seconds=60):
    """Waits for a component that was started, and notices when it ends instead."""
    def settled():
        if not number(name):
            raise Failed(f"{name} ended", name)
        return condition()
    wait(settled, seconds, Failed(f"{name} is not ready after {seconds} s", name))


def kill(name):
    """Ends it at once, as a crash would: asked to end, the API server serves old connections for another minute."""
    if number(name):
        node.run("kill", "-KILL", number(name))
        wait(lambda: not number(name), 10, Failed(f"{name} does not end", name))


def number(name):
    """A component's number in the node, or None where it does not run."""
    try:
        pid = (NUMBERS / name).read_text().strip()
    except FileNotFoundError:
        return None
    first = node.init()
    return pid if first and os.path.exists(proc(pid)) else None


def memory(name):
    """Its resident memory in MiB, by what it does not share with others."""
    with open(f"{proc(number(name))}/smaps_rollup") as lines:
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("Pss:"))


def proc(pid):
    return f"/proc/{node.init()}/root/proc/{pid}"
