"""PostgreSQL is restarted under a running step, properly or as in a crash, or ends its session: the next run continues
from exactly where the database stands."""

import itertools

import pytest
from database import PostgresDatabase
from postgres_server import PostgresServer
from projects import Project, Revision, line
from rev import finish

# Long while there is a row in `gate`: the same statement is quick later.
WAIT = "INSERT INTO trace SELECT 'waited' FROM pg_sleep(300 * (SELECT count(*) FROM gate))"
LOG = "SELECT revision, outcome, statements_done FROM rev_log ORDER BY id"


@pytest.fixture(scope="module")
def own_server():
    """One that may be ended; its answer to a COMMIT holds through a crash."""
    with PostgresServer(synchronous_commit="on") as running:
        yield running


names = (f"restart_{number}" for number in itertools.count(1))


@pytest.fixture
def database(own_server):
    made = PostgresDatabase(own_server, next(names))
    made.execute("CREATE TABLE trace (what text)", "CREATE TABLE gate (id integer)", "INSERT INTO gate VALUES (1)")
    yield made
    made.drop()


def restart(mode):
    return lambda database: database.server.restart(mode)


def terminate(database):
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'rev%' "
        "AND datname = current_database()"
    )


@pytest.fixture(params=[restart("fast"), restart("immediate"), terminate], ids=["fast", "immediate", "terminated"])
def interruption(request):
    return request.param


def interrupted(tmp_path, database, interruption, *statements, **extra):
    """A run that lost its server in the second of three steps."""
    steps = line("a1", "b2", "c3")
    steps[1] = Revision("b2", ["a1"], up=list(statements), extra=extra)
    project = Project(tmp_path / "project", database.url).add(*steps)
    process = project.rev.start("upgrade", "head")
    database.wait_until_slow(process)
    interruption(database)
    finish(process, ["upgrade", "head"]).fails(1, "b2")
    database.execute("DELETE FROM gate")
    return project


def first(what):
    return f"INSERT INTO trace VALUES ('{what}')"


def traces(database):
    return sorted(row[0] for row in database.query("SELECT what FROM trace"))


def test_in_a_transaction(tmp_path, database, interruption):
    project = interrupted(tmp_path, database, interruption, first("before"), WAIT)
    assert (database.rows(), traces(database)) == (["a1"], [])
    project.rev("upgrade", "head").ok()
    assert (database.rows(), traces(database)) == (["c3"], ["before", "waited"])
    done = [row for row in database.query(LOG) if row[1] == "done"]
    assert done == [("a1", "done", 1), ("b2", "done", 2), ("c3", "done", 1)]


def test_between_statements(tmp_path, database, interruption):
    project = interrupted(tmp_path, database, interruption, first("before"), WAIT, transactional="false")
    assert (database.rows(), traces(database)) == (["a1"], ["before"])
    assert database.query(LOG) == [("a1", "done", 1), ("b2", "running", 1)]
    project.rev("upgrade", "head").fails(5, "up.sql:2:1", "nothing of this statement took effect")
    project.rev("resolve", "b2", "--continue").ok()
    project.rev("upgrade", "head").ok()
    assert (database.rows(), traces(database)) == (["c3"], ["before", "waited"])


def test_while_an_index_is_built_concurrently(tmp_path, database, interruption):
    """Left INVALID, it is taken away and built again."""
    database.execute(
        "CREATE FUNCTION slow(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_sleep(300) FROM public.gate; RETURN $1; END $$",
        first("row"),
    )
    index = "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON trace (slow(what))"
    project = interrupted(tmp_path, database, interruption, first("before"), index, transactional="false")
    assert database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == [(False,)]
    assert (database.rows(), traces(database)) == (["a1"], ["before", "row"])
    project.rev("upgrade", "head").fails(5, "up.sql:2:1", "not known")
    project.rev("resolve", "b2", "--continue").ok("INVALID")
    assert database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == [(True,)]
    project.rev("upgrade", "head").ok()
    assert (database.rows(), traces(database)) == (["c3"], ["before", "row"])
