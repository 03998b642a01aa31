"""A plain step on PostgreSQL is one message to the server; a script that says what such a message can't hold runs
statement by statement, as with a comment that only looks so. Both ways do, say and log the same."""

import re
import signal

import pytest
from projects import Project, Revision, line
from proxy import CountingProxy, CuttingProxy
from rev import Rev, fault_binary, finish

OTHER_WAY = "-- reset\n"
LOG = "SELECT revision, outcome, statements_done, statements_total FROM rev_log ORDER BY id"


@pytest.fixture
def db(postgresql):
    return postgresql


@pytest.fixture
def ready(project):
    """The tables of the bookkeeping are there, and b2 is next."""
    project.add(*line("a1"), Revision("b2", ["a1"]))
    project.rev("upgrade", "a1").ok()
    return project


def upgrade(project, *arguments):
    """The run, and the calls of the driver that it made."""
    report = project.root / "calls"
    result = Rev(project.root, program=fault_binary())("upgrade", "head", *arguments, env={"FAULT_REPORT": report})
    return result, report.read_text().splitlines()


def story(result):
    return re.sub(r"\b(in|after) [\d.]+ (ms|s)\b", r"\1 a while", result.stderr)


def through(tmp_path, db, proxy):
    url = db.url.replace(f":{db.server.port}/", f":{proxy.port}/") + "?sslmode=disable&gssencmode=disable"
    return Project(tmp_path / "project", url)


def test_a_trip_each(tmp_path, db):
    names = [f"r{number}" for number in range(20)]
    with CountingProxy(db.server.port) as proxy:
        project = through(tmp_path, db, proxy).add(*line(*names))
        project.rev("upgrade", "r0").ok()
        before = proxy.trips
        project.rev("upgrade", "head").ok()
        assert proxy.trips - before <= len(names) + 12
        before = proxy.trips
        project.rev("downgrade", "base").ok()
        assert proxy.trips - before <= len(names) + 12
    assert db.tables() == []
    assert [outcome for (_, _, outcome) in db.log()] == ["done"] * 40


def test_what_is_written(ready, db):
    ready.sql("b2", "CREATE TABLE one (t text);\nINSERT INTO one VALUES ('it''s \\ äöü');\n")
    result, calls = upgrade(ready)
    result.ok()
    assert "run_message" in calls and "commit" not in calls
    assert db.query("SELECT t FROM one") == [("it's \\ äöü",)]
    assert db.query(LOG)[-1] == ("b2", "done", 2, 2)
    kept = "SELECT s.up FROM rev_script s JOIN rev_log l USING (checksum) WHERE l.revision = 'b2'"
    assert bytes(db.query(kept)[0][0]) == (ready.folder("b2") / "up.sql").read_bytes()
    times = "finished_at - started_at < interval '1 min' AND execution_time_ms BETWEEN 0 AND 60000"
    assert db.query(f"SELECT {times} FROM rev_log WHERE revision = 'b2'") == [(True,)]


def test_its_time(ready, db):
    ready.sql("b2", "SELECT pg_sleep(0.3);\n")
    upgrade(ready)[0].ok()
    measured = "execution_time_ms >= 300 AND finished_at - started_at >= interval '300 ms'"
    assert db.query(f"SELECT {measured} FROM rev_log WHERE revision = 'b2'") == [(True,)]


FAILING = {
    "place": "SELECT 1;\n-- äöü\nSELECT 'äöü',\n  nosuch;\nSELECT 2;\n",
    "last": "SELECT 1;\nSELECT 2;\n\n  SELECT nosuch",
    "syntax": "CREATE TABLE one (id int);\nSELECT 1;\nCREATE TABLE two id int;\n",
    "constraint": "CREATE TABLE u (id int PRIMARY KEY);\nINSERT INTO u VALUES (1);\nINSERT INTO u\n VALUES (1);\n",
    "at the commit": "CREATE TABLE u (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO u VALUES (1), (1);\n",
    "context": "SELECT 1;\nDO $$ BEGIN PERFORM 1 / 0; END $$;\n",
    "body": "SELECT 1;\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETRUN 1;\nEND $$;\n",
    "hint": "SELECT 1;\nDO $$ BEGIN RAISE 'no' USING DETAIL = 'a detail', HINT = 'a hint', ERRCODE = 'XX123'; END $$;\n",
    "commit in a block": "SELECT 1;\nDO $$ BEGIN COMMIT; END $$;\n",
    "notices": "DO $$ BEGIN RAISE NOTICE 'one'; END $$;\n\nDO $$ BEGIN RAISE NOTICE 'two'; RAISE NOTICE 'three'; END $$;\n"
    "SELECT 1;\nDO $$ BEGIN RAISE NOTICE 'four'; END $$;\nSELECT nosuch;\n",
    "rules": "CREATE TABLE v (id int);\nCREATE RULE r1 AS ON INSERT TO v DO INSTEAD NOTHING;\n"
    "CREATE RULE r2 AS ON DELETE TO v DO INSTEAD SELECT 1;\nCREATE RULE r3 AS ON UPDATE TO v DO ALSO SELECT 1, 2;\n"
    "INSERT INTO v VALUES (1);\nDELETE FROM v;\nUPDATE v SET id = 2;\n;;\nEXPLAIN SELECT 1;\nSHOW server_version;\n"
    "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';\nCALL p();\nCOPY v TO STDOUT;\nPREPARE q AS SELECT 1;\n"
    "EXECUTE q;\nVALUES (1), (2);\nSELECT FROM generate_series(1, 3);\nSELECT nosuch;\n",
    "versions": "DELETE FROM alembic_version;\n",
    "other version": "UPDATE alembic_version SET version_num = 'x1';\n",
    "no log": "DROP TABLE rev_log;\n",
    "no scripts": "DROP TABLE rev_script;\n",
    "read-only": "SELECT 1;\nSET TRANSACTION READ ONLY;\n",
    "timeout": "SELECT 1;\nSET LOCAL statement_timeout = '50ms';\nSELECT pg_sleep(60);\n",
    "copy": "SELECT 1;\nSAVEPOINT s;\nRELEASE SAVEPOINT s;\nINSERT INTO nosuch VALUES (1);\n",
    "whole message": "SELECT 1;\nSELECT E'\\ud800';\n",
    "role": "CREATE ROLE one_message;\nSET ROLE one_message;\nCREATE TABLE pg_catalog.x (id int);\n",
}


@pytest.mark.parametrize("script", FAILING.values(), ids=FAILING.keys())
def test_a_failure_says_the_same_in_both_ways(ready, db, script):
    ready.sql("b2", script)
    result, calls = upgrade(ready, "--lock-retries", "0")
    assert result.status != 0 and "b2" in result.stderr, result
    other = script + ("" if script.endswith("\n") else "\n") + OTHER_WAY
    ready.sql("b2", other)
    result_otherwise, calls_otherwise = upgrade(ready, "--lock-retries", "0")
    assert "run_message" in calls and "run_message" not in calls_otherwise
    assert story(result) == story(result_otherwise)
    assert result.status == result_otherwise.status
    log = db.query(LOG)
    assert log[-1] == log[-2] and log[-1][:2] == ("b2", "failed")
    assert (db.rows(), db.tables()) == (["a1"], ["t_a1"])


def test_notices_stand_with_their_statements(ready):
    ready.sql("b2", FAILING["notices"].replace("SELECT nosuch;\n", ""))
    result, calls = upgrade(ready)
    assert "run_message" in calls
    said = [re.search(r"up\.sql:(\d+).*NOTICE: +(\w+)", text) for text in result.ok().stderr.splitlines()]
    assert [found.groups() for found in said if found] == [("1", "one"), ("3", "two"), ("3", "three"), ("5", "four")]


@pytest.mark.parametrize(
    "script",
    [
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\n",
        "SET search_path = '';\nSET lock_timeout = '1ms';\nSET statement_timeout = '1s';\n",
        "SET session_replication_role = replica;\n",
        "CREATE TEMP TABLE alembic_version (version_num text);\nCREATE TEMP TABLE rev_log (id int);\n",
        "DO $$ BEGIN EXECUTE 'SELECT pg_advisory_' || 'unlock_all()'; END $$;\n",
        ";;-- nothing\n",
        "",
        "SELECT generate_series(1, 100000);\nSELECT 1;\n",
    ],
)
def test_what_works_in_one_message(ready, db, script):
    ready.sql("b2", script)
    ready.add(
        Revision("c3", ["b2"], up=["CREATE TABLE seen AS SELECT current_setting('search_path'), lock FROM "
                                   "(SELECT current_setting('lock_timeout') AS lock) AS l"])
    )  # fmt: skip
    result, calls = upgrade(ready)
    result.ok()
    assert calls.count("run_message") == 2 and "begin" not in calls
    assert db.rows() == ["c3"]
    assert db.query("SELECT * FROM seen") == [('"$user", public', "5s")]
    assert [row[:2] for row in db.query(LOG)] == [("a1", "done"), ("b2", "done"), ("c3", "done")]


@pytest.mark.parametrize(
    "script",
    [
        "SET standard_conforming_strings = off;\nCREATE TABLE one AS SELECT 'a\\'b'::text AS t;\n",
        "BEGIN ISOLATION LEVEL SERIALIZABLE;\nCREATE TABLE one (id int);\nCOMMIT;\n",
        "CREATE TABLE one (id int);\nCOPY one FROM STDIN;\n1\n\\.\n",
        "SAVEPOINT s;\nROLLBACK TO s;\n",
        "SELECT pg_advisory_unlock_all();\n",
        f"CREATE TABLE one (t text);\n-- {'x' * 65536}\n",
        "SELECT 1;\n" * 501,
    ],
    ids=["strings", "modes", "copy", "savepoint", "lock", "large", "many"],
)
def test_what_runs_statement_by_statement(ready, db, script):
    ready.sql("b2", script)
    result, calls = upgrade(ready)
    result.ok()
    assert "run_message" not in calls
    assert db.rows() == ["b2"]


def test_a_script_that_asks_for_its_own_text(ready, db):
    ready.sql("b2", "CREATE TABLE one AS SELECT current_query() AS t;\n")
    result, _ = upgrade(ready)
    result.ok()
    assert db.query("SELECT t FROM one") == [("CREATE TABLE one AS SELECT current_query() AS t",)]


def test_statements_are_told_one_by_one(ready):
    ready.sql("b2", "SELECT 1;\nSELECT 2;\n")
    result, calls = upgrade(ready, "--verbose")
    result.ok("SELECT 1", "SELECT 2")
    assert "run_message" not in calls


def test_a_hidden_reset_is_no_end_of_the_transaction(ready, db):
    """It takes away by what the message knows its transaction: then the other way tells."""
    db.execute("CREATE FUNCTION hidden() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'RESET ALL'; END $$")
    ready.sql("b2", "CREATE TABLE one (id int);\nSELECT hidden();\n")
    result, calls = upgrade(ready)
    result.ok()
    assert "run_message" in calls and "commit" in calls
    assert (db.rows(), db.log()[-1]) == (["b2"], ("b2", "upgrade", "done"))


def test_a_lock_that_is_dropped_at_the_commit(ready, db):
    """By a trigger, after all else: the next step must have it again."""
    db.execute(
        "CREATE TABLE one (id int)",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_unlock_all(); "
        "RETURN new; END $$",
        "CREATE CONSTRAINT TRIGGER one AFTER INSERT ON one DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION f()",
    )
    ready.sql("b2", "INSERT INTO one VALUES (1);\n")
    lock = "SELECT pid = pg_backend_pid() AS is_ours FROM pg_locks WHERE locktype = 'advisory'"
    ready.add(Revision("c3", ["b2"], up=[f"CREATE TABLE seen AS {lock}"]))
    result, calls = upgrade(ready)
    result.ok()
    assert calls.count("run_message") == 2
    assert db.query("SELECT * FROM seen") == [(True,)]


@pytest.mark.parametrize("more", ["", OTHER_WAY], ids=["one message", "statements"])
def test_a_stop_during_the_commit(ready, db, more):
    """The server has answered: it is known that nothing was committed."""
    db.execute(
        "CREATE TABLE one (id int)",
        f"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM {db.slow[7:]}; RETURN new; END $$",
        "CREATE CONSTRAINT TRIGGER one AFTER INSERT ON one DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION f()",
    )
    ready.sql("b2", "INSERT INTO one VALUES (1);\n" + more)
    process = ready.rev.start("upgrade", "head")
    db.wait_until_slow(process)
    process.send_signal(signal.SIGINT)
    result = finish(process, ["upgrade", "head"], timeout=20)
    result.fails(130, "rolled back after", "up.sql", "at the COMMIT", "The step was rolled back").says_not("not known")
    assert (db.rows(), db.log()[-1]) == (["a1"], ("b2", "upgrade", "failed"))


RULE = "CREATE RULE watched AS ON UPDATE TO alembic_version DO "


def test_a_rule_of_the_version_table(ready, db):
    """The change that a message checks is not allowed under every rule: then it is made as in other steps, and those
    that follow begin so."""
    ready.add(Revision("c3", ["b2"]))
    db.execute("CREATE TABLE seen (id text)", RULE + "ALSO INSERT INTO seen VALUES (new.version_num)")
    result, calls = upgrade(ready)
    result.ok()
    assert (calls.count("run_message"), calls.count("commit")) == (1, 2)
    assert (db.rows(), db.log()[-1]) == (["c3"], ("c3", "upgrade", "done"))
    assert db.query("SELECT id FROM seen") == [("b2",), ("c3",)]


def test_a_rule_that_changes_nothing(ready, db):
    db.execute(RULE + "INSTEAD NOTHING")
    result, _ = upgrade(ready)
    result.fails(1, "expected one row for a1", "found 0")
    assert (db.rows(), db.tables()) == (["a1"], ["t_a1"])


@pytest.mark.parametrize("after", [True, False])
def test_a_connection_that_is_lost(tmp_path, db, after):
    """The answer to the second step is: was it committed?"""
    with CuttingProxy(db.server.port, b"/* b2 */ BEGIN;", after=after) as proxy:
        project = through(tmp_path, db, proxy).add(*line("a1", "b2", "c3"))
        result = project.rev("upgrade", "head")
        assert proxy.cuts == 1
        if after:
            result.ok("was committed")
        else:
            result.fails(1, "was not committed", "Run the command again").says_not("not known")
            assert db.rows() == ["a1"] and not db.has("t_b2")
            project.rev("upgrade", "head").ok()
    assert db.rows() == ["c3"]
    assert [row[:2] for row in db.query(LOG)] == [("a1", "done"), ("b2", "done"), ("c3", "done")]


def test_a_session_that_is_ended(ready, db):
    """The server's last word says that the step got no further."""
    ready.sql("b2", "SELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid());\n")
    result, calls = upgrade(ready)
    result.fails(1, "57P01", "up.sql:2:1", "was rolled back").says_not("COMMIT")
    assert "run_message" in calls
    assert db.rows() == ["a1"]
