"""The Debian packages that a cluster takes, installed where their programs are missing."""

import os
import shutil
import subprocess
from pathlib import Path

from steps import Failed, step

PACKAGES = {
    "containerd": "containerd",
    "runc": "runc",
    "/usr/lib/cni/ptp": "containernetworking-plugins",
    "iptables": "iptables",
    "buildah": "buildah",
    "openssl": "openssl",
    "ip": "iproute2",
    "nsenter": "util-linux",
}


def there(program):
    return Path(program).exists() or shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")


def ensure():
    missing = sorted(package for program, package in PACKAGES.items() if not there(program))
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise Failed(f"install these packages (there is no apt-get here): {' '.join(missing)}")
    with step(f"install {' '.join(missing)}"):
        apt("update", "-qq")
        apt("install", "-y", "-qq", "--no-install-recommends", *missing)


def apt(*words):
    done = subprocess.run(["apt-get", *words], env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failed(f"apt-get {' '.join(words)}:\n{done.stdout}")
