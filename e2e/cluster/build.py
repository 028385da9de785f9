"""What is built once and kept: programs in bin/, images in images/. A thing is built again when what it is made of has changed."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import images
import settings
from steps import Failed, step

LINKS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet", "kubectl")
PAUSE, COREDNS = settings.BIN / "pause", settings.BIN / "coredns"


def everything():
    settings.BIN.mkdir(parents=True, exist_ok=True)
    settings.IMAGES.mkdir(exist_ok=True)
    kube = settings.BIN / "kube"
    version = f"-X k8s.io/component-base/version.gitVersion=v{settings.KUBERNETES}"
    sources = settings.HERE / "kube"
    once(kube, [sources, version], lambda out: go("build", "-trimpath", f"-ldflags=-s -w {version}", "-o", out, ".", cwd=sources))
    for name in LINKS:
        link = settings.BIN / name
        if not link.is_symlink():
            link.symlink_to("kube")
    once(PAUSE, [sources / "pause"], lambda out: go("build", "-trimpath", "-ldflags=-s -w", "-o", out, "./pause", cwd=sources))
    once(COREDNS, [settings.COREDNS], lambda out: install("github.com/coredns/coredns", settings.COREDNS, out))
    once(settings.BIN / "helm", [settings.HELM], lambda out: install("helm.sh/helm/v3/cmd/helm", settings.HELM, out))

    image(settings.PAUSE_IMAGE, "pause", PAUSE)
    image(settings.COREDNS_IMAGE, "coredns", COREDNS)
    image(settings.PYTHON_IMAGE, "python")


def image(name, recipe, program=None):
    """An image by the Dockerfile in images/RECIPE, with a program beside it or with what `layout` makes."""
    recipe = settings.HERE / "images" / recipe

    def make(out):
        with tempfile.TemporaryDirectory(dir=settings.DIR) as context:
            shutil.copy(recipe / "Dockerfile", context)
            if program:
                shutil.copy(program, context)
            else:
                command(recipe / "layout", Path(context) / "rootfs")
            images.build(name, context, out)
    once(images.archive(name), [name, recipe, *([program] if program else [])], make)


def once(target, made_of, make):
    """Makes a file unless it is there and made of just these texts, files and folders."""
    key, noted = digest(made_of), target.with_name(f".{target.name}.made-of")
    if target.exists() and noted.exists() and noted.read_text() == key:
        return
    with step(f"build {target.name}"):
        new = target.with_name(f".{target.name}.new")
        new.unlink(missing_ok=True)
        make(new)
        new.replace(target)
        noted.write_text(key)


def digest(made_of):
    sha = hashlib.sha256()
    for part in made_of:
        if isinstance(part, str):
            sha.update(part.encode())
            continue
        for path in sorted(part.rglob("*")) if part.is_dir() else [part]:
            if path.is_file():
                sha.update(path.name.encode() + path.read_bytes())
    return sha.hexdigest()


def install(package, version, out):
    with tempfile.TemporaryDirectory(dir=settings.DIR) as folder:
        go("install", "-trimpath", "-ldflags=-s -w", f"{package}@v{version}", GOBIN=folder)
        shutil.move(Path(folder) / package.rsplit("/", 1)[1], out)


def go(*arguments, cwd=None, **environment):
    if not shutil.which("go"):
        raise Failed("there is no go; install Go 1.26 or newer")
    command("go", *arguments, cwd=cwd, env={**os.environ, "CGO_ENABLED": "0", **environment})


def command(*words, cwd=None, env=None):
    """The tests' machine may have other work; builds give way to it."""
    done = subprocess.run(["nice", "-n", "15", *map(str, words)], cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failed("\n".join([f"{' '.join(map(str, words))}:", *done.stdout.splitlines()[-20:]]))
