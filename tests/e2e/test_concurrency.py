"""Several migrators at once: every revision runs once, and nobody waits longer than asked."""

import time
from contextlib import closing

import pytest
from projects import Project, Revision
from rev import finish

COUNT = 10
REPLICAS = 8
SESSIONS = (
    "SELECT coalesce(state, 'starting'), wait_event_type, coalesce(query, '') FROM pg_stat_activity "
    "WHERE application_name LIKE 'rev%' AND datname = current_database()"
)


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


def test_eight_upgrades_at_once(project, db):
    project.add(*revisions(db))

    running = [project.rev.start("upgrade", "head") for _ in range(REPLICAS)]
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


def with_an_index():
    """Three steps; the one in the middle waits for every transaction that is older than it."""
    return [
        Revision("a1", up=["CREATE TABLE trace (name text)", "INSERT INTO trace VALUES ('a1')"]),
        Revision(
            "b2",
            ["a1"],
            up=["CREATE INDEX CONCURRENTLY i ON trace (name)", "INSERT INTO trace VALUES ('b2')"],
            extra={"transactional": "false"},
        ),
        Revision("c3", ["b2"], up=["INSERT INTO trace VALUES ('c3')"]),
    ]


def finish_replicas(running):
    results = [finish(process, ["upgrade", "head"]) for process in running]
    for result in results:
        result.ok()
    assert sorted("nothing to do" in result.stderr for result in results) == [False] + [True] * (REPLICAS - 1)


def test_eight_upgrades_at_once_with_an_index_built_concurrently(tmp_path, postgresql):
    """A waiter in a transaction, or in a query that blocks, would be waited for by the index, for ever."""
    project = Project(tmp_path / "project", postgresql.url).add(*with_an_index())
    finish_replicas([project.rev.start("upgrade", "head") for _ in range(REPLICAS)])
    assert sorted(row[0] for row in postgresql.query("SELECT name FROM trace")) == ["a1", "b2", "c3"]
    assert postgresql.log() == [(name, "upgrade", "done") for name in ("a1", "b2", "c3")]
    assert postgresql.rows() == ["c3"]


def is_building(sessions):
    return any("CONCURRENTLY" in query and state == "active" for state, _, query in sessions)


def test_nobody_is_in_a_transaction_while_an_index_is_built_concurrently(tmp_path, postgresql):
    """Seen at leisure: a transaction of somebody else's keeps the index waiting."""
    project = Project(tmp_path / "project", postgresql.url).add(*with_an_index())
    project.rev("upgrade", "a1").ok()
    with closing(postgresql.connect()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN; INSERT INTO trace VALUES ('other')")
        running = [project.rev.start("upgrade", "head") for _ in range(REPLICAS)]
        samples = sample(postgresql, running)
        cursor.execute("COMMIT")
    finish_replicas(running)
    for sessions in samples:
        assert not [session for session in sessions if session[0].startswith("idle in transaction")]
        others = [session for session in sessions if not is_building([session])]
        assert not [session for session in others if session[1] == "Lock"], "a waiter blocks in a query"


def sample(db, running):
    """What rev's sessions do while the index is being built and everyone else waits."""
    samples, deadline = [], time.monotonic() + 60
    with closing(db.connect()) as connection, connection.cursor() as cursor:
        while len(samples) < 200:
            assert time.monotonic() < deadline, f"only {len(samples)} samples with everyone there"
            assert all(process.poll() is None for process in running)
            cursor.execute(SESSIONS)
            sessions = cursor.fetchall()
            if is_building(sessions) and len(sessions) >= REPLICAS:
                samples.append(sessions)
            time.sleep(0.005)
    return samples


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
