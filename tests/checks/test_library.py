"""The library as a guest in somebody's program: versions, C++, threads, and what it must not do there."""

import re
import subprocess

import pytest
import rev
from projects import Project, Revision
from test_builds import build, run

SLOW = (
    "CREATE TABLE slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000000) "
    "SELECT count(*) AS n FROM n"
)


@pytest.fixture(scope="module")
def built():
    return rev.binary().parent


@pytest.fixture
def bundle(tmp_path):
    """Two quick steps, up to the tag `fast`, and one that would take minutes."""
    project = Project(tmp_path / "project").draw("a1; b2<a1")
    project.add(Revision("c3", ["b2"], up=[SLOW]))
    header = project.folder("b2") / "revision.yaml"
    header.write_text(header.read_text() + "tags: [fast]\n")
    project.rev("bundle", "--output", tmp_path / "steps.bundle").ok()
    return tmp_path / "steps.bundle"


def test_the_headers_say_the_version_of_the_build(root):
    version = re.search(r"version: '(\d+)\.(\d+)\.(\d+)'", (root / "meson.build").read_text()).groups()
    header = (root / "include" / "rev" / "rev.h").read_text()
    said = [re.search(rf"#define REV_VERSION_{name} (\d+)\n", header).group(1) for name in ("MAJOR", "MINOR", "PATCH")]
    assert said == list(version)


def test_the_soname(built):
    assert re.findall(r"\(SONAME\).*\[(.*)\]", run("readelf", "-d", built / "librev.so")) == ["librev.so.0"]


def undefined(path):
    lines = run("nm", "-D", "--undefined-only", path).splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


def test_nothing_prints_or_exits(built):
    """The library has no way to: snprintf() writes to memory, abort() is for no memory."""
    names = undefined(built / "librev.so")
    assert {"abort", "snprintf"} <= names
    streams = re.compile(r"_*(v?d?f?w?printf(_chk)?|f?putw?[sc]|putchar|perror|fwrite|std(in|out|err)|q?exit|quick_exit)")
    assert [name for name in sorted(names) if streams.fullmatch(name)] == []


def test_nothing_changes_the_process(built):
    forbidden = {"setlocale", "setenv", "putenv", "unsetenv", "clearenv", "chdir", "fchdir", "umask", "signal",
                 "sigaction", "atexit", "srand", "srandom"}  # fmt: skip
    assert undefined(built / "librev.so") & forbidden == set()


def test_no_state_outside_of_objects(built):
    """What can be written besides the heap is the pointers into libpq, filled in once."""
    table = run("objdump", "-t", built / "librev.so")
    found = set()
    for line in table.splitlines():
        match = re.match(r"\S+ .{7} (\.t?(?:data|bss))\s+([0-9a-f]+)\s+(\S+)$", line)
        if match and int(match.group(2), 16) > 0:
            found.add(match.group(3))
    assert found - {"completed.0", "__dso_handle"} == {"functions", "is_loaded", "missing", "once"}


def flags(root, built):
    return ["-I", root / "include", "-L", built, "-lrev", f"-Wl,-rpath,{built}"]


def test_a_program_in_cpp(root, built, bundle, tmp_path):
    program = tmp_path / "embed"
    warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wold-style-cast", "-Werror"]
    source = root / "tests" / "library" / "embed.cc"
    run("g++", "-std=c++17", *warnings, source, "-o", program, *flags(root, built))
    shown = run(program, bundle, f"sqlite:///{tmp_path}/cpp.db", env=rev.clean_environment())
    assert shown.splitlines()[0] == "2 steps, at b2"
    assert shown.splitlines()[1].startswith("5 ") and "nowhere" in shown


def run_threads(program, bundle, folder, **environment):
    folder.mkdir()
    environment = rev.clean_environment(**environment)
    done = subprocess.run(
        [program, bundle, folder], env=environment, capture_output=True, text=True, timeout=rev.TIMEOUT
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", ""), done


def test_threads(built, bundle, tmp_path):
    run_threads(built.parent / "tests" / "threads", bundle, tmp_path / "databases")


def test_threads_under_threadsanitizer(root, bundle, tmp_path):
    source = tmp_path / "empty.c"
    source.write_text("int main(void) { return 0; }\n")
    probe = ["cc", "-fsanitize=thread", source, "-o", tmp_path / "empty"]
    if subprocess.run(probe, capture_output=True).returncode or subprocess.run([tmp_path / "empty"]).returncode:
        pytest.skip("the compiler has no ThreadSanitizer that runs here")
    # Without werror: gcc warns that the sanitizer does not know atomic_thread_fence().
    options = ("-Dtests=true", "-Db_sanitize=thread", "-Db_lundef=false", "-Dwerror=false")
    folder = build(root, "thread", *options, targets=["tests/threads"])
    run_threads(folder / "tests" / "threads", bundle, tmp_path / "databases", TSAN_OPTIONS="halt_on_error=1:exitcode=66")
