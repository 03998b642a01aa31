"""Other builds than the one under test: each driver alone, clang, another program name, an installation."""

import os
import re
import shutil
import subprocess

import pytest
from builds import build, install, run
from projects import Project
from rev import clean_environment


@pytest.fixture(scope="module")
def static(root):
    """SQLite alone, in a program that is linked to nothing."""
    options = ("-Dstatic=true", "-Dpostgresql=disabled", "-Dman=disabled")
    return build(root, "static", *options, targets=["src/rev"]) / "src" / "rev"


@pytest.fixture(scope="module")
def postgresql_alone(root):
    return build(root, "without-sqlite", "-Dsqlite=disabled", "-Dman=disabled") / "src" / "rev"


@pytest.mark.parametrize(
    "program, absent, url, present",
    [
        ("static", "postgresql", "postgresql://127.0.0.1:1/x", "sqlite://"),
        ("postgresql_alone", "sqlite", "sqlite:///x.db", "postgresql://127.0.0.1:1/x"),
    ],
)
def test_one_driver_alone(request, tmp_path, program, absent, url, present):
    program = request.getfixturevalue(program)
    assert run(program, "--version")

    (tmp_path / "migrations").mkdir()

    def current(address):
        return subprocess.run(
            [program, "current", "--url", address],
            cwd=tmp_path,
            env=clean_environment(),
            capture_output=True,
            text=True,
        )

    refused = current(url)
    assert refused.returncode == 2, refused
    assert absent in refused.stderr.lower()
    assert current(present).returncode in (0, 1), "the driver that is there is tried"


def test_static_binary(static, tmp_path):
    linked = subprocess.run(["ldd", static], capture_output=True, text=True)
    assert re.search("statically linked|not a dynamic executable", linked.stdout + linked.stderr), linked
    project = Project(tmp_path / "shop", "sqlite:///dev.db").draw("a; b<a")
    run(static, "upgrade", "head", cwd=project.root, env=clean_environment())
    assert run(static, "current", cwd=project.root, env=clean_environment()) == "b (head)\n"


def test_only_the_command_is_installed_then(static, tmp_path):
    install(static.parents[1], tmp_path)
    files = {path.name for path in tmp_path.rglob("*") if path.is_file() or path.is_symlink()}
    assert "rev" in files and "rev.yaml" in files
    assert [name for name in files if name.startswith("librev") or name.endswith(".h")] == []


@pytest.mark.parametrize("wish", ["auto", "enabled"])
def test_static_and_postgresql(root, tmp_path, wish):
    command = ["meson", "setup", tmp_path / "build", root, "-Dstatic=true", f"-Dpostgresql={wish}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert "libpq needs Kerberos and LDAP" in done.stdout and "-Dpostgresql=disabled" in done.stdout


def test_clang_compiles_without_a_warning(root):
    if not shutil.which("clang"):
        pytest.skip("clang is not installed")
    build(root, "clang", "-Dtests=true", CC="clang")


def test_installed_under_another_name(installed):
    program = installed / "bin" / "rev-migrate"
    assert not (installed / "bin" / "rev").exists()
    environment = clean_environment(LD_LIBRARY_PATH=installed / "lib")
    assert run(program, "--version", env=environment).startswith("rev-migrate ")
    assert "rev-migrate upgrade" in run(program, "upgrade", "--help", env=environment)


COMPLETE = """
source "$1/share/bash-completion/completions/rev-migrate"
COMP_LINE='rev-migrate up' COMP_POINT=14 COMP_WORDS=(rev-migrate up) COMP_CWORD=1
complete -p rev-migrate >/dev/null && _rev_migrate_complete && echo "${COMPREPLY[@]}"
"""


def test_completion_under_another_name(installed):
    environment = clean_environment(PATH=f"{installed / 'bin'}:{os.environ['PATH']}")
    assert run("bash", "--norc", "-c", COMPLETE, "bash", installed, env=environment) == "upgrade\n"
    share = installed / "share"
    assert (share / "zsh" / "site-functions" / "_rev-migrate").read_text().startswith("#compdef rev-migrate\n")
    assert "complete -c rev-migrate " in (share / "fish" / "vendor_completions.d" / "rev-migrate.fish").read_text()


def test_what_is_installed(installed):
    files = {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file() or path.is_symlink()}
    for name in (
        "include/rev/rev.h",
        "include/rev/error.h",
        "lib/librev.so",
        "lib/librev.a",
        "lib/pkgconfig/librev.pc",
        "share/bash-completion/completions/rev-migrate",
        "share/zsh/site-functions/_rev-migrate",
        "share/fish/vendor_completions.d/rev-migrate.fish",
        "share/man/man1/rev-migrate.1",
        "share/man/man5/rev.yaml.5",
    ):
        assert name in files, sorted(files)
    templates = sorted(name for name in files if "/templates/" in name)
    for name in ("generic", "postgresql", "sqlite"):
        assert any(f"/{name}/" in path for path in templates), sorted(files)
    readme = (installed / "share" / "rev-migrate" / "templates" / "generic" / "README.md").read_text(encoding="utf-8")
    assert "    rev-migrate upgrade head" in readme and "    rev upgrade" not in readme


PROGRAM = """\
#include <rev/rev.h>
#include <stdio.h>

int main(void)
{
    printf("%s\\n", rev_version());
    return 0;
}
"""


def pkg_config(installed, *options):
    """Only our own prefix is below the sysroot; the other libraries are the system's."""
    path = {"PKG_CONFIG_PATH": installed / "lib" / "pkgconfig", "PKG_CONFIG_SYSROOT_DIR": installed.parent}
    return run("pkg-config", *options, env=clean_environment(**path)).split()


@pytest.mark.parametrize("kind", ["shared", "static"])
def test_program_against_the_installed_library(installed, tmp_path, kind):
    (tmp_path / "program.c").write_text(PROGRAM)
    flags = pkg_config(installed, "--cflags", "--libs", *(["--static"] if kind == "static" else []), "librev")
    flags += ["-static"] if kind == "static" else []
    run("cc", "-std=c17", "-Wall", "-Wextra", "-Werror", "program.c", "-o", "program", *flags, cwd=tmp_path)
    shown = run(tmp_path / "program", env=clean_environment(LD_LIBRARY_PATH=installed / "lib"))
    assert [shown.strip()] == pkg_config(installed, "--modversion", "librev")


def test_libpq_is_no_dependency_of_the_library(installed):
    """It is loaded when a URL asks for it."""
    assert "libpq" not in pkg_config(installed, "--print-requires-private", "librev")


def test_public_headers_compile_alone_and_as_cpp(installed, tmp_path):
    headers = sorted((installed / "include" / "rev").glob("*.h"))
    for header in headers:
        source = tmp_path / "alone.c"
        source.write_text(f"#include <rev/{header.name}>\nextern int not_empty;\n")
        warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I", installed / "include"]
        run("cc", "-std=c17", *warnings, source)
        if shutil.which("c++"):
            run("c++", "-std=c++17", *warnings, "-x", "c++", source)


def test_the_quickstart(root):
    """The README's first command, as it stands there."""
    assert "    sh docs/quickstart.sh " in (root / "README.md").read_text(encoding="utf-8")
    said = run("sh", "docs/quickstart.sh", cwd=root)
    assert "(exit status 2, nothing was changed)" in said
    assert "== Done. The program is build/quickstart/src/rev" in said
