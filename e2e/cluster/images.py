"""Images: built by buildah from a folder with a Dockerfile, kept as archives, given to the node's containerd."""

import tempfile

import settings
from node import machine, run


def archive(name):
    return settings.IMAGES / f"{name.replace('/', '_').replace(':', '_')}.tar"


def full(name):
    """The name by which Kubernetes knows it: Docker's registry is meant where none is named."""
    first, slash, _ = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return name
    return f"docker.io/{name}" if slash else f"docker.io/library/{name}"


def build(name, context, out):
    """By `FROM scratch` only: there is no registry to pull from."""
    # A storage of its own for each build, and the storage driver that needs neither mounts nor a file system of its liking.
    with tempfile.TemporaryDirectory(dir=settings.DIR) as storage:
        buildah = ["buildah", "--root", f"{storage}/root", "--runroot", f"{storage}/run", "--storage-driver", "vfs"]
        machine(*buildah, "bud", "--quiet", "--isolation", "chroot", "--pull-never", "--layers=false", "--tag", full(name), context)
        machine(*buildah, "push", "--quiet", full(name), f"oci-archive:{out}:{full(name)}")


def load(file):
    """Imports an archive (OCI, or Docker's); what it printed, a line an image."""
    return run("ctr", "--namespace", "k8s.io", "images", "import", file)
