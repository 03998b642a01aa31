"""Several migrators at once: every revision runs once, and nobody waits longer than asked."""

import time
from contextlib import closing

import pytest
from projects import Project, Revision
from rev import finish

COUNT = 10
MIGRATORS = 4


def revisions(db):
    """Ten steps that append to one table: a second run of any of them would show."""
    made = [Revision("r0", up=["CREATE TABLE trace (name text)"], down=["DROP TABLE trace"])]
    for number in range(1, COUNT):
        made.append(
            Revision(
                f"r{number}",
                [f"r{number - 1}"],
                up=[db.pause(0.05), f"INSERT INTO trace VALUES ('r{number}')"],
                down=[f"DELETE FROM trace WHERE name = 'r{number}'"],
            )
        )
    return made


def test_four_upgrades_at_once(project, db):
    project.add(*revisions(db))

    running = [project.rev.start("upgrade", "head") for _ in range(MIGRATORS)]
    results = [finish(process, ["upgrade", "head"]) for process in running]

    for result in results:
        result.ok()
    names = [f"r{number}" for number in range(COUNT)]
    assert sorted(row[0] for row in db.query("SELECT name FROM trace")) == names[1:]
    assert db.log() == [(name, "upgrade", "done") for name in names]
    assert db.rows() == [names[-1]]


def test_upgrades_to_different_targets(project, db):
    project.add(*revisions(db))
    targets = ["r3", "r9", "r6", "r1"]
    running = [project.rev.start("upgrade", target) for target in targets]
    for process, target in zip(running, targets):
        finish(process, ["upgrade", target]).ok()
    assert db.rows() == ["r9"]
    assert [row[0] for row in db.log()] == [f"r{number}" for number in range(COUNT)]


def hold_lock(db, project):
    """Another migrator in the middle of a long step; call the result to let it go."""
    if db.name == "sqlite":
        connection = db.connect()
        connection.execute("BEGIN IMMEDIATE")
        return connection.close
    process = project.rev.start("upgrade", "slow1")
    db.wait_until_slow(process)

    def release():
        process.terminate()
        finish(process)

    return release


@pytest.fixture
def busy(project, db):
    project.add(
        Revision("first", up=["CREATE TABLE trace (name text)"], down=["DROP TABLE trace"]),
        Revision("slow1", ["first"], up=[db.slow], down=[]),
        Revision("other", ["first"], up=["CREATE TABLE other (id integer)"], down=[]),
    )
    project.rev("upgrade", "first").ok()
    release = hold_lock(db, project)
    yield project
    release()


def test_wait_ends_with_exit_4(busy, db):
    busy.rev("upgrade", "other", "--wait", "1", timeout=60).fails(4)
    assert not db.has("other")


def test_wait_zero_does_not_wait(busy, db):
    busy.rev("upgrade", "other", "--wait", "0", timeout=60).fails(4)


def test_reading_does_not_wait(busy, db):
    assert busy.rev("current", timeout=60).ok().lines == ["first (branchpoint)"]


def test_a_database_at_its_target_does_not_wait(busy, db):
    busy.rev("upgrade", "first", "--wait", "0", timeout=60).ok("nothing to do")


def test_waiter_goes_on_when_the_lock_is_free(tmp_path, sqlite):
    project = Project(tmp_path / "project", sqlite.url).add(*revisions(sqlite))
    project.rev("upgrade", "r0").ok()
    with closing(sqlite.connect()) as connection:
        connection.execute("BEGIN IMMEDIATE")
        process = project.rev.start("upgrade", "head")
        time.sleep(1)
        assert process.poll() is None, finish(process)
        connection.rollback()
        finish(process).ok()
    assert sqlite.rows() == ["r9"]


@pytest.mark.parametrize("value", ["-1", "soon", ""])
def test_wait_must_be_a_number(project, db, value):
    project.rev("upgrade", "head", f"--wait={value}").fails(2, "--wait")
