"""Paths that the checks share."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "lib"))

from builds import build, install  # noqa: E402


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def tree_files():
    """Every file that is, or could be, committed; without what .gitignore names."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    if done.returncode == 0:
        names = sorted(set(done.stdout.decode().split("\0")) - {""})
    else:  # a tarball: no git
        names = [str(path.relative_to(ROOT)) for path in sorted(ROOT.rglob("*")) if path.is_file()]
        names = [name for name in names if not name.startswith("build") and "__pycache__" not in name]
    files = [ROOT / name for name in names]
    assert len(files) > 20
    return [path for path in files if path.is_file()]


@pytest.fixture(scope="session")
def installed(root, tmp_path_factory):
    """usr/ of an installation under another name."""
    target = tmp_path_factory.mktemp("installed")
    options = ("-Dprogram_name=rev-migrate", "-Dprefix=/usr", "-Dlibdir=lib", "-Dman=enabled")
    install(build(root, "renamed-with-man", *options), target)
    return target / "usr"
