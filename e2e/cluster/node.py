"""The node: a set of namespaces with a first process (node-init), in which all of the cluster runs."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import cgroups
import settings
from steps import Failed, log, wait

NUMBER = settings.NODE / "init.pid"
# A number alone may be another process's by now: this tells the two apart.
BIRTH = settings.NODE / "init.birth"
# Folders with fixed names that containerd, kubelet and CNI plugins write to: the node has its own.
OWN_FOLDERS = ("/run", "/var/log", "/var/lib/cni", "/var/lib/kubelet")
# Those of them that the machine has not, and that are there to be mounted on until `down`.
LENT_FOLDERS = settings.NODE / "lent-folders"
NAMESPACES = ("--mount", "--pid", "--net", "--ipc", "--uts")


def create():
    settings.NODE.mkdir(mode=0o700)  # there are keys in it
    for folder in ("sysctl", "pids", "logs", "certificates", "config"):
        (settings.NODE / folder).mkdir()
    cgroups.make()
    lent = [folder for folder in OWN_FOLDERS if not os.path.exists(folder)]
    LENT_FOLDERS.write_text("\n".join(lent))
    for folder in lent:
        os.mkdir(folder)
    with open(log("node"), "w") as output:
        unshare = subprocess.Popen(
            ["unshare", *NAMESPACES, "--fork", "--kill-child",
             settings.HERE / "node-init", settings.NODE, settings.NAME, *OWN_FOLDERS],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    wait(lambda: NUMBER.exists() or unshare.poll() is not None, 10, Failed("the node does not start", "node"))
    if unshare.poll() is not None:
        raise Failed("the node's namespaces can't be made: that takes root with CAP_SYS_ADMIN and CAP_NET_ADMIN", "node")
    BIRTH.write_text(birth(int(NUMBER.read_text())))


def destroy():
    first = init()
    if first:
        parent = stat(first)[PARENT]  # unshare, which ends once it has seen its child end
        os.kill(first, signal.SIGKILL)
        wait(lambda: not alive(first) and not alive(parent), 30, Failed(f"process {first} and those under it do not end"))
    wait(cgroups.remove, 10, Failed("a cgroup is still in use"))
    for folder in LENT_FOLDERS.read_text().split() if LENT_FOLDERS.exists() else ():
        if os.path.exists(folder) and not os.listdir(folder):
            os.rmdir(folder)
    shutil.rmtree(settings.NODE)


def init():
    """The number of the node's first process on the machine, or None where it does not run."""
    try:
        pid = int(NUMBER.read_text())
        return pid if birth(pid) == BIRTH.read_text() else None
    except (FileNotFoundError, ProcessLookupError):
        return None


def birth(pid):
    """Which run of the machine a process belongs to, and when in it the process began."""
    return Path("/proc/sys/kernel/random/boot_id").read_text() + stat(pid)[STARTED]


# Numbers of fields in proc(5), less the two that stat() takes as one.
PARENT, STARTED = 4 - 2, 22 - 2


def stat(pid):
    """/proc/PID/stat in fields; the second may hold blanks, and ends with the last parenthesis."""
    first, rest = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)
    return [first, *rest.split()]


def alive(pid):
    return os.path.exists(f"/proc/{pid}/root")  # one that only waits to be reaped has none


def inside(*command):
    """The command that runs a command in the node."""
    if not init():
        raise Failed("the cluster is not up")
    return ["nsenter", "--target", str(init()), *NAMESPACES, "--", *map(str, command)]


def run(*command):
    return machine(*inside(*command))


def machine(*command):
    """Runs a command on the machine to its end; its standard output."""
    command = [str(word) for word in command]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{' '.join(command)}\n{done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
