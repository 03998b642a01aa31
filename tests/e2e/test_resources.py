"""Scarcity: full disks, read-only databases, folders that may not be written, too few descriptors. A clear error, and
nothing half-written."""

import os
import resource
import signal
import sqlite3
import subprocess

import pytest
from projects import Project, line, tree
from rev import binary, clean_environment, default_signals, finish


def limited(project, *arguments, limits=(), user=None):
    """rev with resource limits, and as somebody else than root."""

    def prepare():
        default_signals()
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing fails with EFBIG, as on a full disk
        for kind, number in limits:
            resource.setrlimit(kind, (number, number))
        if user is not None and os.geteuid() == 0:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)

    process = subprocess.Popen(
        [str(binary()), *arguments],
        cwd=project.root,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,
    )
    return finish(process, arguments)


NOBODY = 65534


@pytest.fixture
def lite(tmp_path, sqlite):
    return Project(tmp_path / "project", sqlite.url).add(*line("a1", "b2"))


def test_a_disk_that_fills_up_in_a_step(lite, sqlite):
    lite.sql("b2", "CREATE TABLE big (t text);\nINSERT INTO big VALUES (hex(randomblob(200000)));\n")
    lite.rev("upgrade", "a1").ok()
    result = limited(lite, "upgrade", "head", limits=[(resource.RLIMIT_FSIZE, 100 * 1024)])
    result.fails(1, "test.db")
    assert sqlite.rows() == ["a1"] and not sqlite.has("big")
    assert sqlite.query("PRAGMA integrity_check") == [("ok",)]
    lite.rev("upgrade", "head").ok()


def test_a_disk_that_fills_up_while_a_revision_is_written(lite):
    before = tree(lite.migrations)
    limited(lite, "revision", "-m", "x", limits=[(resource.RLIMIT_FSIZE, 10)]).fails(1, "migrations/")
    assert {name: data for name, data in tree(lite.migrations).items() if ".tmp" not in name} == before
    assert not list(lite.migrations.glob("**/*.tmp"))
    lite.rev("heads").ok("b2")


def test_too_few_descriptors(lite, sqlite):
    lite.rev("upgrade", "a1").ok()
    for count in range(4, 12):
        result = limited(lite, "upgrade", "head", limits=[(resource.RLIMIT_NOFILE, count)])
        assert result.status in (0, 1, 2), result
        if result.status:
            assert result.stderr.strip() and sqlite.rows() == ["a1"]
    lite.rev("upgrade", "head").ok()
    assert sqlite.rows() == ["b2"]


def test_descriptors_do_not_grow_with_revisions(files):
    names = [f"r{number}" for number in range(300)]
    files.add(*line(*names))
    limited(files, "heads", limits=[(resource.RLIMIT_NOFILE, 32)]).ok("r299")


def test_little_memory_is_told(lite):
    """An address space too small for the libraries' own needs: whatever happens, it is said, and nothing is left half-done."""
    if "ASAN_OPTIONS" in os.environ:
        pytest.skip("a sanitizer reserves address space of its own")
    lite.sql("b2", "INSERT INTO t_a1 VALUES " + ", ".join(f"({number})" for number in range(2000000)) + ";\n")
    lite.rev("upgrade", "a1").ok()
    result = limited(lite, "upgrade", "head", limits=[(resource.RLIMIT_AS, 48 * 1024 * 1024)])
    assert result.status != 0 and "memory" in result.stderr, result
    assert lite.rev("current").ok().stdout.startswith("a1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
class TestPermissions:
    @pytest.fixture
    def guarded(self, lite, sqlite):
        lite.rev("upgrade", "a1").ok()
        for path in [lite.root, *lite.root.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        for parent in [lite.root, *lite.root.parents]:
            if parent.stat().st_mode & 0o005 != 0o005:
                parent.chmod(parent.stat().st_mode | 0o055)
        sqlite.path.chmod(0o644)
        return lite

    def test_a_read_only_database_can_be_read(self, guarded, sqlite):
        limited(guarded, "current", user=NOBODY).ok("a1")
        limited(guarded, "history", user=NOBODY).ok("b2")
        limited(guarded, "status", user=NOBODY).ok("b2")
        limited(guarded, "log", user=NOBODY).ok("a1")

    def test_a_read_only_database_is_not_upgraded(self, guarded, sqlite):
        limited(guarded, "upgrade", "head", user=NOBODY).fails(1, "test.db")
        assert sqlite.rows() == ["a1"]

    def test_a_folder_that_may_not_be_written(self, guarded):
        before = tree(guarded.root)
        limited(guarded, "revision", "-m", "x", user=NOBODY).fails(1, "migrations", "Permission denied")
        assert tree(guarded.root) == before

    def test_an_unreadable_header_is_an_error_never_absent(self, guarded):
        (guarded.folder("b2") / "revision.yaml").chmod(0)
        limited(guarded, "heads", user=NOBODY).fails(1, "revision.yaml", "Permission denied")

    def test_an_unreadable_folder_is_an_error_never_absent(self, guarded):
        guarded.folder("b2").chmod(0)
        result = limited(guarded, "heads", user=NOBODY)
        assert result.status in (1, 2) and "Permission denied" in result.stderr, result


def test_a_database_that_is_locked_by_another_program(lite, sqlite):
    lite.rev("upgrade", "a1").ok()
    connection = sqlite3.connect(sqlite.path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    lite.rev("upgrade", "head", "--wait", "0").fails(4, "test.db")
    connection.execute("ROLLBACK")
    connection.close()
    lite.rev("upgrade", "head").ok()
