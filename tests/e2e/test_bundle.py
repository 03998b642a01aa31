"""Bundles: the same migrations in one file."""

import os
import pty
import subprocess

import pytest
from projects import Revision, line, tree
from rev import Rev, binary, clean_environment


@pytest.fixture
def shop(project):
    """Merge points, a step statement by statement, line ends of every kind, and no way back at one place."""
    project.draw("a1; b2<a1 (left); c3<a1; d4<b2,c3")
    slow = Revision("e5", ["d4"], up=["CREATE TABLE one (id integer)", "CREATE TABLE two (id integer)"], down=None)
    slow.extra["transactional"] = "false"
    project.add(slow)
    project.sql("b2", "\ufeffCREATE TABLE t_b2 (id integer);\r\n-- the end")
    return project


@pytest.fixture
def bundled(shop, db, tmp_path):
    """rev in an empty folder, with the bundle alone."""
    (tmp_path / "elsewhere").mkdir()
    shop.rev("bundle", "--output", tmp_path / "elsewhere" / "shop.bundle").ok()
    rev = Rev(tmp_path / "elsewhere")
    return lambda *words: rev("-d", "shop.bundle", "--url", db.url, *words)


def test_upgraded_by_bundle_unchanged_by_folder(shop, bundled, db):
    bundled("upgrade", "head").ok()
    assert db.rows() == ["e5"]
    status = shop.rev("status").ok()
    assert "changed" not in status.stdout + status.stderr, status
    shop.rev("check").ok()
    bundled("check").ok()
    assert shop.rev("upgrade", "head").ok().says("nothing to do")


def test_upgraded_by_folder_unchanged_by_bundle(shop, bundled, db):
    shop.rev("upgrade", "d4").ok()
    assert bundled("check").says("e5").status == 3
    bundled("upgrade", "head").ok()
    bundled("check").ok()
    shop.sql("a1", "CREATE TABLE t_a1 (id integer, more integer);\n")
    assert shop.rev("check").says("a1").status == 3
    bundled("check").ok()


def test_down_and_up_again(bundled, db):
    bundled("upgrade", "d4").ok()
    before = db.schema()
    bundled("downgrade", "base").ok()
    assert db.tables() == []
    bundled("upgrade", "d4").ok()
    assert db.schema() == before


def test_the_url_comes_from_the_environment(shop, tmp_path, db):
    """rev.yaml, here and in the project, has none of it."""
    shop.rev("bundle", "-o", tmp_path / "shop.bundle").ok()
    (tmp_path / "rev.yaml").write_text("url: sqlite:///other.db\nversion_table: other\n")
    for name in ("REV_DATABASE_URL", "DATABASE_URL"):
        Rev(tmp_path, **{name: db.url})("-d", "shop.bundle", "upgrade", "head").ok()
    assert db.rows() == ["e5"]
    assert not (tmp_path / "other.db").exists()
    Rev(tmp_path)("-d", "shop.bundle", "upgrade", "head").fails(2, "no database URL")


def test_a_failing_statement_is_named_in_the_bundle(shop, tmp_path, db):
    shop.add(Revision("f6", ["e5"], up=["CREATE TABLE six (id integer)", "CREATE TABLE t_a1 (id integer)"]))
    shop.rev("bundle", "-o", tmp_path / "six.bundle").ok()
    result = Rev(tmp_path)("-d", "six.bundle", "--url", db.url, "upgrade", "head").fails(1, "already exists")
    assert "six.bundle/20250101_0000_f6_revision/up.sql:2:" in result.stderr, result
    assert db.rows() == ["e5"]


def test_the_same_files_give_the_same_bytes(shop, tmp_path):
    """Whatever their times, their order on the disk and the folder they are in."""
    shop.rev("bundle", "-o", tmp_path / "one").ok()
    copy = tmp_path / "copy"
    for name, data in reversed(tree(shop.root).items()):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(data)
    Rev(copy)("bundle", "-o", tmp_path / "two").ok()
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_no_secret_is_in_it(shop, tmp_path):
    secret = "hunter2-hunter2"
    shop.configure(
        f"postgresql://me:{secret}@db/shop",
        f"environments:\n  production: {{url: 'postgresql://me:{secret}@db/other', version_table: v}}\n",
    )
    for words in (("bundle",), ("-e", "production", "bundle"), ("--url", f"postgresql://x:{secret}@db/y", "bundle")):
        assert secret not in shop.rev(*words).ok().stdout


def test_a_script_that_changed_meanwhile_is_taken_as_it_is(shop, bundled, db):
    """What was packed runs, whatever happens to the folder."""
    for header in shop.headers():
        (header.parent / "up.sql").write_text("this is no SQL;\n")
    bundled("upgrade", "head").ok()
    assert db.rows() == ["e5"]


def test_a_bundle_is_not_written_to_a_terminal(shop):
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [binary(), "bundle"], cwd=shop.root, env=clean_environment(), stdout=theirs, stderr=subprocess.PIPE, text=True
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2 and "--output" in done.stderr, done
