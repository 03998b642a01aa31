"""What the library shows to the world: rev_* from the shared object, and rv_* besides in the archive."""

import shutil
import subprocess

import pytest
import rev


@pytest.fixture(scope="module")
def built():
    assert shutil.which("nm"), "nm (binutils) is needed"
    folder = rev.binary().parent
    assert (folder / "librev.a").exists() and (folder / "librev.so").exists(), f"no librev in {folder}"
    return folder


def symbols(*arguments):
    done = subprocess.run(["nm", "--defined-only", "--no-sort", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = [line.split()[-2:] for line in done.stdout.splitlines() if len(line.split()) >= 3]
    return [(kind, name.split("@")[0]) for kind, name in found]


def sanitizer(name):
    return name.startswith(("__asan", "__odr_asan", "__ubsan", "asan.", "___asan"))


def test_shared_object_exports_only_rev(built):
    exported = [name for kind, name in symbols("-D", built / "librev.so") if kind != "A" and not sanitizer(name)]
    assert "rev_error_free" in exported
    assert [name for name in exported if not name.startswith("rev_")] == []


def test_archive_defines_only_prefixed_globals(built):
    found = [name for kind, name in symbols("--extern-only", built / "librev.a") if not sanitizer(name)]
    assert any(name.startswith("rv_") for name in found)
    assert [name for name in found if not name.startswith(("rev_", "rv_"))] == []


def test_every_export_is_declared_in_a_public_header(root, built):
    headers = "".join(path.read_text(encoding="utf-8") for path in (root / "include").rglob("*.h"))
    exported = [name for kind, name in symbols("-D", built / "librev.so") if kind in "TDBR"]
    assert [name for name in exported if name not in headers and not sanitizer(name)] == []
