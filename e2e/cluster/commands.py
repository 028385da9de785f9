"""The verbs of scripts/cluster. Each takes its arguments as text; its first line of documentation is its help."""

import os
from pathlib import Path

import build as builds
import certificates
import components
import images
import network
import node
import prerequisites
import processes
import settings
import steps
import tools
from steps import Failed, step

READY = settings.NODE / "ready"


def up():
    """make the cluster unless it is up; builds what is missing first"""
    if node.init() and READY.exists():
        print(f"it is up already: export KUBECONFIG={settings.KUBECONFIG}")
        return
    build()
    if settings.NODE.exists():
        down()  # what an earlier one left that did not come up, or ended with the machine
    with step("node, network, certificates"):
        node.create()
        network.connect()
        certificates.make()
        components.configure()
    with step("containerd"):
        components.start("containerd")
        components.ready("containerd")
    # Images are imported while the API server starts.
    components.start("etcd")
    components.start("kube-apiserver")
    with step("images"):
        for name in (settings.PAUSE_IMAGE, settings.COREDNS_IMAGE, settings.PYTHON_IMAGE):
            images.load(images.archive(name))
    with step("etcd, kube-apiserver"):
        components.ready("etcd")
        components.ready("kube-apiserver")
    rest = [name for name in components.COMMANDS if not processes.number(name)]
    with step(", ".join(rest)):
        for name in rest:
            components.start(name)
        for name in rest:
            components.ready(name)
    with step("cluster DNS"):
        tools.kubectl("apply", "--server-side", "--filename", settings.CONFIG / "coredns.yaml")
        tools.kubectl("--namespace=kube-system", "rollout", "status", "deployment/coredns", "--timeout=60s")
    READY.touch()
    print(f"export KUBECONFIG={settings.KUBECONFIG}")


def down():
    """end the cluster and remove all it made; what was built stays"""
    if not settings.NODE.exists():
        print("there is no cluster")
        return
    with step("down"):
        network.disconnect()
        node.destroy()


def build():
    """install and build what `up` needs, and start nothing"""
    prerequisites.ensure()
    builds.everything()


def status():
    """a line a component, with its memory; fails unless all run"""
    if not node.init():
        raise Failed("the cluster is down")
    running = {name: processes.number(name) for name in components.COMMANDS}
    for name, number in running.items():
        print(f"{name:<24}" + (f"up    {processes.memory(name):5} MiB" if number else "DOWN"))
    if not all(running.values()):
        raise Failed("not all components run")


def kubeconfig():
    """print the path of the kubeconfig file"""
    if not node.init():
        raise Failed("the cluster is down")
    print(settings.KUBECONFIG)


def run(command, *arguments):
    """run COMMAND with KUBECONFIG set, and kubectl and helm in PATH"""
    if not node.init():
        raise Failed("the cluster is down")
    environment = tools.environment()
    try:
        os.execvpe(command, [command, *arguments], environment)
    except FileNotFoundError:
        raise Failed(f"there is no command {command}") from None


def load(archive):
    """give the image in an archive (OCI, or Docker's) to the cluster"""
    print(images.load(Path(archive).resolve()), end="")


def image(name, folder):
    """build the image NAME (with :TAG) from a folder with a Dockerfile (FROM scratch), and load it"""
    if ":" not in name.rpartition("/")[2]:
        raise Failed(f"{name} has no tag, as in {name}:1; without one Kubernetes would look for it in a registry")
    if not node.init():
        raise Failed("the cluster is down")
    archive = settings.NODE / "image.tar"
    archive.unlink(missing_ok=True)
    with step(f"build {name}"):
        images.build(name, Path(folder).resolve(), archive)
    with step(f"load {name}"):
        images.load(archive)
    archive.unlink()


def logs(component):
    """print what a component (as in `status`, or node) logged"""
    try:
        with open(steps.log(component), errors="replace") as lines:
            for line in lines:
                print(line, end="")
    except FileNotFoundError:
        raise Failed(f"there is no log of {component}") from None


def stop_apiserver():
    """end the API server, and nothing else, as a crash would"""
    with step("stop kube-apiserver"):
        processes.kill("kube-apiserver")


def start_apiserver():
    """start the API server again"""
    with step("start kube-apiserver"):
        if not processes.number("kube-apiserver"):
            components.start("kube-apiserver")
        components.ready("kube-apiserver")
