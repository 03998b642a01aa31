"""The tarball of the commit that is checked out, and the Debian packages that are built from it."""

import os
import re
import shutil
import subprocess

import pytest
from builds import run
from projects import Project
from rev import clean_environment

UTIL_LINUX = {"usr/bin/rev", "usr/share/man/man1/rev.1.gz", "usr/share/bash-completion/completions/rev"}


@pytest.fixture(scope="module")
def tarball(root, tmp_path_factory):
    """Made in a clone, unpacked: a folder that no git knows."""
    if not (root / ".git").exists():
        pytest.skip("no git: this is a tarball already")
    folder = tmp_path_factory.mktemp("dist")
    run("git", "-c", "safe.directory=*", "clone", "-q", root, folder / "clone")
    run("meson", "setup", folder / "build", folder / "clone", "-Dman=disabled")
    run("meson", "dist", "-C", folder / "build", "--no-tests")
    (packed,) = (folder / "build" / "meson-dist").glob("*.tar.xz")
    run("tar", "-xf", packed, "-C", folder)
    return folder / packed.name.removesuffix(".tar.xz")


@pytest.fixture(scope="module")
def packages(tarball):
    """As docs/packaging/README.md says; name → the package's file."""
    if not (shutil.which("dpkg-buildpackage") and shutil.which("dh")):
        pytest.skip("no dpkg-dev and debhelper")
    shutil.copytree(tarball / "docs" / "packaging" / "debian", tarball / "debian")
    options = f"noautodbgsym parallel={os.cpu_count()}"
    run("dpkg-buildpackage", "-b", "-us", "-uc", cwd=tarball, env=dict(os.environ, DEB_BUILD_OPTIONS=options))
    return {path.name.split("_")[0]: path for path in tarball.parent.glob("*.deb")}


@pytest.fixture(scope="module")
def unpacked(packages, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    for path in packages.values():
        run("dpkg-deb", "-x", path, folder)
    return folder


@pytest.fixture(scope="module")
def libraries(unpacked):
    (found,) = (unpacked / "usr" / "lib").glob("*/librev.so")
    return found.parent


def files(package):
    lines = run("dpkg-deb", "-c", package).splitlines()
    return {line.split()[5].removeprefix("./") for line in lines if not line.startswith("d")}


def test_the_tarball_can_be_built_with_its_tests(tarball, tmp_path):
    assert not (tarball / ".git").exists()
    run("meson", "setup", tmp_path / "build", tarball, "-Dtests=true", "-Dman=disabled", "-Dbuildtype=debug")
    run("ninja", "-C", tmp_path / "build", "tests/test_base_num")
    run("meson", "test", "-C", tmp_path / "build", "--no-rebuild", "base/num")


def test_the_packages_versions_are_the_projects(root, packages):
    version = re.search(r"version: '([\d.]+)'", (root / "meson.build").read_text(encoding="utf-8")).group(1)
    assert sorted(packages) == ["librev-dev", "librev0", "rev-migrate"]
    for path in packages.values():
        assert run("dpkg-deb", "-f", path, "Version").startswith(f"{version}-")


def test_what_is_in_them(packages):
    command = files(packages["rev-migrate"])
    assert {
        "usr/bin/rev-migrate",
        "usr/share/man/man1/rev-migrate.1.gz",
        "usr/share/man/man1/rev-migrate-upgrade.1.gz",
        "usr/share/man/man5/rev.yaml.5.gz",
        "usr/share/bash-completion/completions/rev-migrate",
        "usr/share/zsh/vendor-completions/_rev-migrate",
        "usr/share/fish/vendor_completions.d/rev-migrate.fish",
    } <= command
    library, development = files(packages["librev0"]), files(packages["librev-dev"])
    assert any(name.endswith("/librev.so.0") for name in library)
    assert {"usr/include/rev/rev.h", "usr/share/man/man3/librev.3.gz"} <= development
    for ending in ("/librev.a", "/librev.so", "/pkgconfig/librev.pc"):
        assert any(name.endswith(ending) for name in development), ending


def test_they_touch_nothing_of_another_package(packages):
    ours = set().union(*(files(path) for path in packages.values()))
    assert ours & UTIL_LINUX == set()
    asked = subprocess.run(["dpkg-query", "-S", *(f"/{name}" for name in sorted(ours))], capture_output=True, text=True)
    theirs = [line for line in asked.stdout.splitlines() if not re.match(r"(rev-migrate|librev0|librev-dev)\b", line)]
    assert theirs == []


def test_libpq_is_named_although_nothing_is_linked_to_it(packages, unpacked, libraries):
    for name in ("rev-migrate", "librev0"):
        assert "libpq5" in run("dpkg-deb", "-f", packages[name], "Depends").strip().split(", ")
    for path in (unpacked / "usr" / "bin" / "rev-migrate", libraries / "librev.so"):
        assert "libpq" not in run("readelf", "-d", path)


def test_dpkg_installs_them(packages, tmp_path):
    """Below a root of its own, where nothing else is."""
    if os.geteuid() != 0:
        pytest.skip("dpkg installs as root only")
    for name in ("updates", "info"):
        (tmp_path / "var" / "lib" / "dpkg" / name).mkdir(parents=True)
    (tmp_path / "var" / "lib" / "dpkg" / "status").touch()
    run("dpkg", f"--root={tmp_path}", "--force-depends", "--install", *packages.values())
    listed = run("dpkg-query", f"--root={tmp_path}", "-W", "-f", "${Package} ${Status}\n").splitlines()
    assert listed == [f"{name} install ok installed" for name in sorted(packages)]
    environment = clean_environment()
    assert run(tmp_path / "usr" / "bin" / "rev-migrate", "--version", env=environment).startswith("rev-migrate ")


def test_the_packaged_command_runs(unpacked, tmp_path):
    project = Project(tmp_path / "shop", "sqlite:///dev.db").draw("a; b<a")
    program = unpacked / "usr" / "bin" / "rev-migrate"
    run(program, "upgrade", "head", cwd=project.root, env=clean_environment())
    assert run(program, "current", cwd=project.root, env=clean_environment()) == "b (head)\n"


def test_a_program_against_the_package_for_development(root, unpacked, libraries, tmp_path):
    """The one that librev(3) shows."""
    page = (root / "docs" / "man" / "librev.scd").read_text(encoding="utf-8")
    program = re.search(r"^# EXAMPLES\n\n```\n(.*?)^```$", page, re.M | re.S).group(1)
    (tmp_path / "program.c").write_text(program, encoding="utf-8")
    found = {"PKG_CONFIG_PATH": libraries / "pkgconfig", "PKG_CONFIG_SYSROOT_DIR": unpacked}
    flags = run("pkg-config", "--cflags", "--libs", "librev", env=clean_environment(**found)).split()
    run("cc", "-Wall", "-Wextra", "-Werror", "program.c", "-o", "program", *flags, cwd=tmp_path)
    project = Project(tmp_path / "shop", "sqlite:///dev.db").draw("a; b<a")
    environment = clean_environment(LD_LIBRARY_PATH=libraries)
    run(tmp_path / "program", cwd=project.root, env=environment)
    command = unpacked / "usr" / "bin" / "rev-migrate"
    assert run(command, "current", cwd=project.root, env=environment) == "b (head)\n"


def test_lintian(packages):
    if not shutil.which("lintian"):
        pytest.skip("lintian is not installed")
    tags = ["--suppress-tags", "initial-upload-closes-no-bugs"]
    run("lintian", "--fail-on", "error,warning", "--allow-root", *tags, *packages.values())
