"""The control group above those of all pods, so that they can be found and removed with it."""

import os
from pathlib import Path

import settings


def groups():
    top = Path("/sys/fs/cgroup")
    if (top / "cgroup.controllers").exists():
        return [top / settings.CGROUP]
    # Version 1 has a tree for each set of controllers; the links are other names of the same trees.
    return [tree / settings.CGROUP for tree in top.iterdir() if tree.is_dir() and not tree.is_symlink()]


def make():
    for group in groups():
        group.mkdir(exist_ok=True)


def remove():
    """Whether they are gone: a group is busy for a moment after its last process ended."""
    for group in groups():
        for folder, _, _ in os.walk(group, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                return False
    return True
