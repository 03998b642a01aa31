"""Where the lock is a row: behind pgbouncer, which gives each transaction another session, or by `lock: row`."""

import re
import signal
import time
from contextlib import closing

import pytest
from pooler import Pooler
from projects import Project, Revision
from proxy import CuttingProxy
from rev import finish

COUNT = 6
MIGRATORS = 8
ELSEWHERE = "somebody@elsewhere pid 1 00000000-000000000000"


@pytest.fixture(scope="module")
def pooler(server):
    with Pooler(server) as running:
        yield running


@pytest.fixture
def pooled(tmp_path, pooler, postgresql):
    """A project on the test's database behind the pooler."""
    return Project(tmp_path / "project", pooler.url(postgresql.database))


@pytest.fixture(params=["behind a pooler", "lock: row"])
def by_row(request, tmp_path, pooler, postgresql):
    if request.param == "lock: row":
        return Project(tmp_path / "project", postgresql.url, "lock: row\n")
    return Project(tmp_path / "project", pooler.url(postgresql.database))


def steps():
    """They append to one table: a second run of any of them would show."""
    made = [Revision("r0", up=["CREATE TABLE trace (name text)"])]
    for number in range(1, COUNT):
        made.append(
            Revision(f"r{number}", [f"r{number - 1}"], up=["SELECT pg_sleep(0.05)", f"INSERT INTO trace VALUES ('{number}')"])
        )
    return made


def lock_rows(db):
    return db.query("SELECT version_table, owner FROM rev_lock") if db.has("rev_lock") else None


def advisory_locks(db):
    return db.query(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE "
        "datname = current_database())"
    )


def wait_until(condition, process):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def put_row(db, lease, owner=ELSEWHERE):
    db.execute(
        "DELETE FROM rev_lock",
        "INSERT INTO rev_lock VALUES ('alembic_version', "
        f"'{owner}', now(), clock_timestamp(), clock_timestamp() + interval '{lease}')",
    )


def is_sleeping(db, seconds):
    return db.query(
        f"SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep({seconds})' "
        "AND datname = current_database()"
    )


@pytest.fixture
def busy(by_row, postgresql):
    """A migrator in the middle of a long step, and a branch beside it."""
    by_row.add(
        Revision("first", up=["CREATE TABLE trace (name text)"]),
        Revision("slow", ["first"], up=[postgresql.slow]),
        Revision("other", ["first"], up=["CREATE TABLE other (id integer)"]),
    )
    by_row.rev("upgrade", "first").ok()
    by_row.process = by_row.rev.start("upgrade", "slow")
    postgresql.wait_until_slow(by_row.process)
    yield by_row
    by_row.process.kill()
    by_row.process.communicate()


def test_eight_at_once(by_row, postgresql):
    by_row.add(*steps())
    running = [by_row.rev.start("upgrade", "head") for _ in range(MIGRATORS)]
    results = [finish(process, ["upgrade", "head"]) for process in running]
    for result in results:
        result.ok()
    names = [f"r{number}" for number in range(COUNT)]
    assert [row[0] for row in postgresql.query("SELECT name FROM trace")] == [str(number) for number in range(1, COUNT)]
    assert postgresql.log() == [(name, "upgrade", "done") for name in names]
    assert postgresql.rows() == [names[-1]]
    assert lock_rows(postgresql) == []
    assert advisory_locks(postgresql) == []


def test_an_index_is_built_while_others_wait(by_row, postgresql):
    by_row.add(
        Revision("a", up=["CREATE TABLE trace (name text)"]),
        Revision(
            "b",
            ["a"],
            up=["SELECT pg_sleep(1)", "CREATE INDEX CONCURRENTLY trace_name ON trace (name)", "INSERT INTO trace VALUES ('b')"],
            extra={"transactional": "false"},
        ),
    )
    running = [by_row.rev.start("upgrade", "head") for _ in range(MIGRATORS)]
    for process in running:
        finish(process, ["upgrade", "head"]).ok()
    assert postgresql.query("SELECT name FROM trace") == [("b",)]
    assert postgresql.log() == [("a", "upgrade", "done"), ("b", "upgrade", "done")]
    assert lock_rows(postgresql) == []


def test_a_server_itself_needs_no_row(tmp_path, postgresql):
    Project(tmp_path / "project", postgresql.url).draw("a").rev("upgrade", "head").ok()
    assert not postgresql.has("rev_lock")


def test_a_database_at_its_target_is_only_read(by_row, postgresql):
    by_row.draw("a").rev("upgrade", "head").ok()
    postgresql.execute("DROP TABLE rev_lock")
    by_row.rev("upgrade", "head").ok("nothing to do")
    assert not postgresql.has("rev_lock")


def test_ensure_version(by_row, postgresql):
    by_row.rev("ensure_version").ok()
    assert postgresql.has("alembic_version")
    assert lock_rows(postgresql) == []


def test_the_owner_is_named(busy, postgresql):
    result = busy.rev("upgrade", "other", "--wait", "1").fails(4, "another migrator holds the lock", "since 20")
    assert f"pid {busy.process.pid} " in result.stderr
    assert "waiting" in result.stderr.lower()
    assert not postgresql.has("other")
    assert len(lock_rows(postgresql)) == 1


def test_the_lease_is_renewed(busy, postgresql):
    renewed = "SELECT 1 FROM rev_lock WHERE heartbeat_at > acquired_at + interval '2 seconds'"
    wait_until(lambda: postgresql.query(renewed), busy.process)
    (left,) = postgresql.query("SELECT extract(epoch FROM expires_at - heartbeat_at)::float FROM rev_lock")[0]
    assert left == pytest.approx(30, abs=1)


def test_a_killed_owner_is_found_dead(busy, postgresql):
    busy.process.send_signal(signal.SIGKILL)
    busy.process.communicate()
    assert len(lock_rows(postgresql)) == 1
    busy.rev("upgrade", "other", "--wait", "10").ok()
    assert postgresql.rows() == ["other"]
    assert lock_rows(postgresql) == []


def test_an_owner_elsewhere_runs_out(by_row, postgresql):
    by_row.draw("a").rev("upgrade", "head").ok()
    by_row.draw("b<a")
    put_row(postgresql, "2 seconds")
    by_row.rev("upgrade", "head", "--wait", "0").fails(4, ELSEWHERE)
    by_row.rev("upgrade", "head").ok(ELSEWHERE)
    assert postgresql.rows() == ["b"]
    assert lock_rows(postgresql) == []


@pytest.fixture
def paused(by_row, postgresql):
    """A migrator that was stopped (SIGSTOP) in the last statement of its script."""
    by_row.add(*steps(), Revision("last", [f"r{COUNT - 1}"], up=["CREATE TABLE last (id integer)", "SELECT pg_sleep(2)"]))
    by_row.rev("upgrade", f"r{COUNT - 1}").ok()
    by_row.process = by_row.rev.start("upgrade", "head")
    wait_until(lambda: is_sleeping(postgresql, 2), by_row.process)
    by_row.process.send_signal(signal.SIGSTOP)
    yield by_row
    by_row.process.kill()
    by_row.process.communicate()


def test_a_paused_owner_cannot_commit(paused, postgresql):
    put_row(postgresql, "1 hour")  # as if the lease had run out and somebody had come
    paused.process.send_signal(signal.SIGCONT)
    finish(paused.process).fails(4, "another migrator has taken the lock over")
    assert not postgresql.has("last")
    assert postgresql.rows() == [f"r{COUNT - 1}"]
    assert lock_rows(postgresql) == [("alembic_version", ELSEWHERE)]


def test_a_paused_owner_and_the_next_one(paused, postgresql):
    postgresql.execute("UPDATE rev_lock SET expires_at = clock_timestamp() - interval '1 second'")
    before = lock_rows(postgresql)
    second = paused.rev.start("upgrade", "head")
    wait_until(lambda: lock_rows(postgresql) not in (before, []), second)
    paused.process.send_signal(signal.SIGCONT)
    finish(paused.process).fails(4, "another migrator has taken the lock over")
    finish(second).ok()
    assert postgresql.rows() == ["last"]
    assert postgresql.log()[-1] == ("last", "upgrade", "done")
    assert len(postgresql.log()) == COUNT + 1
    assert lock_rows(postgresql) == []


def test_a_stopped_migrator_gives_the_row_back(busy, postgresql):
    busy.process.send_signal(signal.SIGTERM)
    finish(busy.process).fails(143)
    assert lock_rows(postgresql) == []
    assert postgresql.rows() == ["first"]


def test_an_advisory_lock_is_refused_behind_a_pooler(pooled, postgresql):
    pooled.configure(url_of(pooled), "lock: advisory\n")
    pooled.draw("a").rev("upgrade", "head").fails(2, "lock: advisory", "pooler", "lock: row")
    assert postgresql.all_tables() == []
    assert advisory_locks(postgresql) == []


def url_of(project):
    return re.search(r'url: "(.*)"', (project.root / "rev.yaml").read_text())[1]


@pytest.mark.parametrize("after", [True, False], ids=["committed", "not committed"])
def test_a_lost_commit_is_looked_up(tmp_path, postgresql, after):
    """The lock row of the lost connection is not waited for."""
    project = Project(tmp_path / "project", postgresql.url, "lock: row\n").draw("a; b<a; c<b")
    project.rev("upgrade", "a").ok()
    with CuttingProxy(postgresql.server.port, b"COMMIT\0", after=after) as proxy:
        url = postgresql.url.replace(f":{postgresql.server.port}/", f":{proxy.port}/") + "?sslmode=disable&gssencmode=disable"
        result = project.rev("upgrade", "head", "--wait", "10", "--url", url)
        assert proxy.cuts == 1
    if after:
        result.ok("was committed")
    else:
        result.fails(1, "was not committed")
    assert postgresql.rows() == ["c" if after else "a"]
    assert lock_rows(postgresql) == []


# --- what a script leaves in a session ---


LEAVES = [
    "CREATE TEMP TABLE left_over (id integer) ON COMMIT PRESERVE ROWS",
    "SET search_path = pg_catalog",
    "SET client_encoding = 'LATIN1'",
    "SET TIME ZONE 'Asia/Tokyo'",
    "PREPARE left_over AS SELECT 1",
    "DECLARE left_over CURSOR WITH HOLD FOR SELECT 1",
    "LISTEN left_over",
]


@pytest.fixture
def one_session(tmp_path, server, postgresql):
    """A pooler that has but one session of the server."""
    with Pooler(server, size=1) as running:
        yield Project(tmp_path / "project", running.url(postgresql.database))


def assert_clean(project, db):
    with closing(db.connect(url_of(project))) as connection, connection.cursor() as cursor:

        def value(sql):
            cursor.execute(sql)
            return cursor.fetchone()[0]

        assert value("SELECT current_setting('search_path')") == '"$user", public'
        assert value("SELECT current_setting('TimeZone')") == "UTC"
        assert value("SELECT count(*) FROM pg_prepared_statements") == 0
        assert value("SELECT count(*) FROM pg_cursors WHERE name = 'left_over'") == 0
        assert value("SELECT count(*) FROM pg_listening_channels()") == 0
        assert value("SELECT to_regclass('pg_temp.left_over')") is None


def test_nothing_is_left_in_a_session(one_session, postgresql):
    # What RESET ALL goes back to in a session of the pooler; rev speaks UTF-8.
    postgresql.execute(f"ALTER DATABASE {postgresql.database} SET client_encoding = 'LATIN1'")
    one_session.add(
        Revision("a", up=LEAVES),
        Revision("b", ["a"], up=["CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('grün')"]),
    )
    one_session.rev("upgrade", "head").ok()
    assert postgresql.query("SELECT word FROM kept") == [("grün",)]
    assert_clean(one_session, postgresql)


def test_nothing_is_left_by_a_failed_step(one_session, postgresql):
    one_session.add(Revision("a", up=[*LEAVES, "SELECT 1/0"]))
    for _ in range(2):
        one_session.rev("upgrade", "head").fails(1, "division by zero")
    assert_clean(one_session, postgresql)
    assert postgresql.log() == [("a", "upgrade", "failed")] * 2
    assert lock_rows(postgresql) == []


def test_a_session_mode_pooler_is_fine(tmp_path, server, postgresql):
    with Pooler(server, mode="session") as running:
        Project(tmp_path / "project", running.url(postgresql.database)).draw("a; b<a").rev("upgrade", "head").ok()
    assert postgresql.rows() == ["b"]
    assert advisory_locks(postgresql) == []


def test_limits_hold_and_who_is_in_the_way_is_named(by_row, postgresql):
    postgresql.execute("CREATE TABLE busy (id int)")
    slow = {"transactional": "false", "statement_timeout": "200ms"}
    by_row.add(
        Revision("a1", up=["LOCK TABLE busy"]),
        Revision("b2", ["a1"], up=["CREATE TABLE one (id int)", postgresql.slow], extra=slow),
    )
    with closing(postgresql.connect()) as holder, holder.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE busy")
        result = by_row.rev("upgrade", "head", "--lock-timeout", "2s", "--lock-retries", "1")
        result.fails(1, "55P03", f"blocked by pid {holder.get_backend_pid()}", "after 2 tries")
    by_row.rev("upgrade", "head").fails(1, "b2", "57014", "1 of 2 statements")
