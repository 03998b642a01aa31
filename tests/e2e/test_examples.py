"""docs/examples: built against the installed library alone, and run on real databases."""

import os
import shutil
import subprocess
from pathlib import Path

import installed
import pytest
import rev as rev_lib

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
REPLICAS = 8


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    if installed.is_sanitized(rev_lib.binary().parent / "librev.so"):
        pytest.skip("the examples are built without sanitizers")
    return installed.Installed(tmp_path_factory.mktemp("installed"))


def copy_of(name, folder):
    """Built in a copy: the tree stays clean."""
    shutil.copytree(EXAMPLES / name, folder / name, ignore=shutil.ignore_patterns(".gitignore"))
    return folder / name


def make(target, name, folder):
    place = copy_of(name, folder)
    flags = "-O1 -Wall -Wextra -Werror"
    installed.run("make", "-C", place, f"CFLAGS={flags}", env=target.environment())
    return place


def run(target, *command, **options):
    """The exit status, and what is said on stdout and on stderr."""
    environment = target.environment()
    command = [str(word) for word in command]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=rev_lib.TIMEOUT, **options
    )
    return done.returncode, done.stdout, done.stderr


def test_twenty_lines(target, tmp_path, db):
    place = make(target, "minimal", tmp_path)
    assert len((place / "minimal.c").read_text().splitlines()) <= 20
    assert run(target, place / "minimal", place / "migrations", db.url) == (0, "2 steps\n", "")
    assert run(target, place / "minimal", place / "migrations", db.url) == (0, "0 steps\n", "")
    assert db.tables() == ["customer", "orders"]


def test_twenty_lines_and_a_bundle(target, tmp_path, db):
    place = make(target, "minimal", tmp_path)
    done = run(target, "rev", "bundle", "-o", "app.bundle", cwd=place)
    assert done[0] == 0, done
    assert run(target, place / "minimal", place / "app.bundle", db.url) == (0, "2 steps\n", "")
    status, _, said = run(target, place / "minimal", place / "nowhere", db.url)
    assert status == 1 and "no migrations folder" in said


def test_an_application_with_sqlite(target, tmp_path, sqlite):
    """It brings the file of an older version along, in which there are notes already."""
    place = make(target, "sqlite-app", tmp_path)
    shutil.rmtree(place / "migrations")
    notes = place / "notes"
    older = copy_of("sqlite-app", tmp_path / "older")
    first = sorted((older / "migrations").iterdir())[0]
    done = run(target, "rev", "-C", older, "--url", sqlite.url, "upgrade", first.name.split("_")[2])
    assert done[0] == 0, done
    sqlite.execute("INSERT INTO note (body) VALUES ('from long ago')")

    updated = "updated the file: pin notes\n"
    assert run(target, notes, sqlite.path) == (0, "- from long ago\n", updated)
    assert run(target, notes, sqlite.path, "milk!") == (0, "* milk!\n- from long ago\n", "")
    assert run(target, notes, tmp_path / "new.db") == (0, "", "updated the file: notes\n" + updated)
    done = run(target, "rev", "-C", older, "--url", sqlite.url, "check")
    assert done[0] == 0, done


def test_an_application_with_sqlite_does_not_start_on_a_file_that_it_can_not_update(target, tmp_path, sqlite):
    place = make(target, "sqlite-app", tmp_path)
    sqlite.execute("CREATE TABLE note (something text)")
    status, out, said = run(target, place / "notes", sqlite.path)
    assert status == 1 and out == ""
    assert "20251024_1740_0b8c5a0f3a51_notes/up.sql:1: " in said and "already exists" in said
    assert sqlite.tables() == ["note"]


@pytest.fixture(scope="module")
def worker(target, tmp_path_factory):
    place = copy_of("postgresql-app", tmp_path_factory.mktemp("postgresql"))
    installed.run("meson", "setup", "-Dwerror=true", place / "build", place, env=target.environment())
    installed.run("ninja", "-C", place / "build", env=target.environment())
    return place / "build" / "worker"


def test_replicas_started_at_once(target, worker, postgresql):
    environment = target.environment()
    started = [
        subprocess.Popen(
            [worker, postgresql.url, f"replica {i}"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )
        for i in range(REPLICAS)
    ]  # fmt: skip
    ended = [(process.communicate(timeout=rev_lib.TIMEOUT), process.returncode) for process in started]
    assert [status for _, status in ended] == [0] * REPLICAS, ended
    answers = sorted(out.split(": ")[1] for (out, _), _ in ended)
    assert answers == ["migrated\n"] + ["nothing to do\n"] * (REPLICAS - 1)
    assert postgresql.rows() == ["7f41d05e8b32"]
    assert [row[1:] for row in postgresql.log()] == [("upgrade", "done")] * 2
    assert postgresql.query("SELECT count(DISTINCT worker) FROM visit") == [(REPLICAS,)]
    assert postgresql.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'visit_at'::regclass") == [(True,)]


def test_a_replica_that_can_not_migrate_says_why(target, worker, postgresql):
    postgresql.execute("CREATE TABLE visit (id integer)")
    status, out, said = run(target, worker, postgresql.url, "replica")
    assert status == 1 and out == ""
    assert "42P07" in said and "visits/up.sql" in said


def test_a_program_with_older_migrations_finds_nothing_to_do(target, tmp_path, db):
    place = make(target, "minimal", tmp_path)
    assert run(target, place / "minimal", place / "migrations", db.url)[0] == 0
    shutil.rmtree(sorted((place / "migrations").iterdir())[1])
    assert run(target, place / "minimal", place / "migrations", db.url) == (0, "0 steps\n", "")


def test_the_program_in_the_docs_is_the_one_that_runs():
    page = (EXAMPLES.parent / "library.md").read_text(encoding="utf-8")
    program = (EXAMPLES / "minimal" / "minimal.c").read_text(encoding="utf-8")
    shown = "".join(f"    {line}" if line.strip() else line for line in program.splitlines(keepends=True))
    assert shown in page


def test_the_commands_in_the_docs_run(target, tmp_path):
    place = copy_of("sqlite-app", tmp_path)
    page = (EXAMPLES.parent / "library.md").read_text(encoding="utf-8")
    commands = [line.split("#")[0].split() for line in page.splitlines() if line.startswith("    rev ")]
    assert len(commands) == 3
    for command in commands:
        assert run(target, *command, cwd=place)[0] == 0, command


def test_the_commands_of_the_library_s_page(tmp_path):
    """docs/library.md: run as they stand, in the project that the page speaks of."""
    place = copy_of("sqlite-app", tmp_path)
    page = (EXAMPLES.parent / "library.md").read_text()
    lines = [line.strip() for line in page.splitlines() if line.startswith("    rev ")]
    assert len(lines) == 3
    programs = rev_lib.binary().parent
    environment = rev_lib.clean_environment(PATH=f"{programs}:{os.environ['PATH']}")
    done = subprocess.run(
        ["bash", "-ec", "\n".join(lines)], cwd=place, env=environment, capture_output=True, text=True,
        timeout=rev_lib.TIMEOUT,
    )  # fmt: skip
    assert done.returncode == 0, done
    assert "Pending   0b8c5a0f3a51" in done.stdout
    assert "notes_migrations[]" in (place / "notes_migrations.c").read_text()
