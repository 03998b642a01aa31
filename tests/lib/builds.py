"""Builds of other kinds than the one under test, for the checks."""

import fcntl
import os
import shutil
import subprocess
from contextlib import contextmanager

WARNINGS = ("-Dwerror=true",)


def run(*command, **options):
    """What the command says; it must succeed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@contextmanager
def alone(path):
    """One process of the test run after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(root, name, *options, targets=(), **environment):
    """A build folder of its own below build/, kept for the next run."""
    folder = root / "build" / f"check-{name}"
    variables = dict(os.environ, **environment)
    with alone(root / "build" / f"check-{name}.lock"):
        if not (folder / "build.ninja").exists():
            shutil.rmtree(folder, ignore_errors=True)
            run("meson", "setup", folder, root, *WARNINGS, *options, env=variables)
        run("ninja", "-C", folder, *targets, env=variables)
    return folder


def install(folder, target):
    """`meson install` into a folder that stands for the machine's root."""
    run("meson", "install", "-C", folder, "--no-rebuild", env=dict(os.environ, DESTDIR=str(target)))
