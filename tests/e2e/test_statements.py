"""Revisions with `transactional: false`: statement by statement, logged, interrupted, resolved."""

import os
import signal

import pytest
from projects import Project, Revision, line
from rev import finish

STATEMENTWISE = {"transactional": "false"}
LOG = "SELECT revision, outcome, statements_done, statements_total FROM rev_log ORDER BY id"
UNFINISHED = "SELECT count(*) FROM rev_log WHERE finished_at IS NULL"


def statementwise(name, *statements, parents=("a1",), down=("SELECT 1",)):
    return Revision(name, list(parents), up=list(statements), down=list(down), extra=STATEMENTWISE)


@pytest.fixture
def broken(project, db):
    """Interrupted at its second statement."""
    project.add(
        *line("a1"),
        statementwise("b2", "CREATE TABLE one (id integer)", "SELECT nope", "CREATE TABLE two (id integer)"),
    )
    project.rev("upgrade", "head").fails(1, "up.sql:2:", "nope", "resolve b2 --continue", "1 of 3")
    return project


def test_every_statement_is_told_and_logged(project, db):
    project.add(*line("a1"), statementwise("b2", "CREATE TABLE one (id integer)", "INSERT INTO one VALUES (1)"))
    project.rev("upgrade", "head").ok("1 of 2: CREATE TABLE one", "2 of 2: INSERT INTO one")
    assert db.rows() == ["b2"]
    assert db.query(LOG) == [("a1", "done", 1, 1), ("b2", "done", 2, 2)]
    assert db.query(UNFINISHED) == [(0,)]


def test_what_is_done_before_a_failure_stays_and_is_known(broken, db):
    assert db.rows() == ["a1"]
    assert db.tables() == ["one", "t_a1"]
    assert db.query(LOG)[1:] == [("b2", "failed", 1, 3)]
    assert db.query(UNFINISHED) == [(1,)]


@pytest.mark.parametrize(
    "command", [("upgrade", "head"), ("downgrade", "base"), ("stamp", "head"), ("upgrade", "head", "--dry-run")]
)
def test_nothing_else_runs_until_it_is_resolved(broken, db, command):
    before = db.query(LOG)
    broken.rev(*command).fails(5, "b2", "up.sql:2:1", "SELECT nope", "--continue", "--applied", "--rolled-back")
    assert (db.query(LOG), db.rows()) == (before, ["a1"])


def test_reading_goes_on(broken):
    broken.rev("current").ok("a1")
    broken.rev("history", "--indicate-current").ok("a1")
    broken.rev("status").ok("a1")


def test_continue_after_what_failed_was_mended_in_the_database(project, db):
    project.add(*line("a1"), statementwise("b2", "CREATE TABLE one (id integer)", "INSERT INTO helper VALUES (1)"))
    project.rev("upgrade", "head").fails(1, "helper")
    db.execute("CREATE TABLE helper (id integer)")
    project.rev("resolve", "b2", "--continue").ok("2 of 2: INSERT INTO helper", "resolved").says_not("1 of 2")
    assert db.rows() == ["b2"]
    assert db.query(LOG)[1:] == [("b2", "done", 2, 2)]
    project.rev("upgrade", "head").ok("nothing to do")


def test_continue_after_the_script_was_mended(broken, db):
    """What is done must stand there as it was; what comes may have been mended."""
    broken.sql("b2", "-- mended\nCREATE TABLE one (id integer);\nCREATE TABLE three (id integer);\n")
    broken.rev("upgrade", "head").fails(5, "at statement 2 of 3")
    broken.rev("resolve", "b2", "--continue").ok("2 of 2: CREATE TABLE three")
    assert (db.rows(), db.tables()) == (["b2"], ["one", "t_a1", "three"])
    checksums = db.query("SELECT checksum FROM rev_log WHERE revision = 'b2'")
    assert db.query("SELECT count(*) FROM rev_script WHERE checksum = '%s'" % checksums[0]) == [(1,)]


def test_continue_refuses_a_script_whose_done_statements_changed(broken, db):
    broken.sql("b2", "CREATE TABLE other (id integer);\nSELECT 1;\nCREATE TABLE two (id integer);\n")
    broken.rev("resolve", "b2", "--continue").fails(5, "up.sql", "--applied")
    assert db.tables() == ["one", "t_a1"]


def test_continue_that_fails_again_is_interrupted_again(broken, db):
    broken.rev("resolve", "b2", "--continue").fails(1, "up.sql:2:", "nope")
    assert db.query(LOG)[1:] == [("b2", "failed", 1, 3)]
    broken.rev("upgrade", "head").fails(5)


def test_applied(broken, db):
    broken.rev("resolve", "b2", "--applied").ok("resolved", "b2")
    assert db.rows() == ["b2"]
    assert db.query(LOG)[1:] == [("b2", "applied", 1, 3)]
    broken.rev("upgrade", "head").ok("nothing to do")


def test_rolled_back(broken, db):
    broken.rev("resolve", "b2", "--rolled-back").ok("resolved", "a1")
    assert db.rows() == ["a1"]
    assert db.query(LOG)[1:] == [("b2", "rolled_back", 1, 3)]
    broken.rev("resolve", "b2", "--rolled-back").fails(2, "b2", "nothing to resolve")
    broken.sql("b2", "CREATE TABLE IF NOT EXISTS one (id integer);\n")
    broken.rev("upgrade", "head").ok()
    assert db.rows() == ["b2"]


def test_rolled_back_with_down_sql(broken, db):
    broken.sql("b2", "DROP TABLE one;\nDROP TABLE two;\n", "down.sql")
    broken.rev("resolve", "b2", "--rolled-back", "--run-down").fails(1, "down.sql:2:", "two", "as unresolved as before")
    assert db.query(UNFINISHED) == [(1,)]
    broken.sql("b2", "DROP TABLE IF EXISTS one;\nDROP TABLE IF EXISTS two;\n", "down.sql")
    broken.rev("resolve", "b2", "--rolled-back", "--run-down").ok("resolved")
    assert db.tables() == ["t_a1"]
    assert db.query(UNFINISHED) == [(0,)]


def test_rolled_back_though_its_files_are_gone(broken, db):
    folder = broken.folder("b2")
    folder.rename(folder.parent.parent / "elsewhere")
    broken.rev("resolve", "b2", "--applied").fails(2, "no file defines", "--rolled-back")
    broken.rev("resolve", "b2", "--rolled-back").ok()
    assert db.query(UNFINISHED) == [(0,)]


@pytest.mark.parametrize("options", [(), ("--continue", "--applied"), ("--continue", "--run-down"), ("--run-down",)])
def test_one_way_out_at_a_time(broken, options):
    broken.rev("resolve", "b2", *options).fails(2)


def test_a_downgrade_statement_by_statement(project, db):
    project.add(
        *line("a1"),
        statementwise("b2", "CREATE TABLE one (id integer)", down=("SELECT 1", "DROP TABLE one", "DROP TABLE nope")),
    )
    project.rev("upgrade", "head").ok()
    result = project.rev("downgrade", "-1").fails(1, "down.sql:3:", "2 of 3", "leaves the revision applied")
    assert "--run-down" not in result.stderr, result
    assert (db.rows(), db.tables()) == (["b2"], ["t_a1"])
    project.rev("upgrade", "head").fails(5, "downgrade of revision b2", "down.sql:3:1")
    project.rev("resolve", "b2", "--rolled-back", "--run-down").fails(2, "upgrade", "resolve b2 --continue")
    project.rev("resolve", "b2", "--applied").ok("a1")
    assert db.rows() == ["a1"]


def test_statements_between_begin_and_commit_stand_or_fall_together(project, db):
    project.add(
        *line("a1"),
        statementwise(
            "b2",
            "BEGIN",
            "CREATE TABLE one (id integer)",
            "INSERT INTO one VALUES (1)",
            "COMMIT",
            "BEGIN",
            "INSERT INTO one VALUES (2)",
            "SELECT nope",
            "COMMIT",
        ),
    )
    project.rev("upgrade", "head").fails(1, "up.sql:7:", "4 of 8")
    assert db.query("SELECT id FROM one") == [(1,)]
    assert db.query(LOG)[1:] == [("b2", "failed", 4, 8)]
    project.rev("upgrade", "head").fails(5, "up.sql:5:1")
    db.execute("CREATE TABLE helper (id integer)")


@pytest.mark.parametrize(
    "text, place",
    [
        ("SELECT 1;\nROLLBACK;\n", "up.sql:2:1"),
        ("SELECT 1;\nCOMMIT;\n", "up.sql:2:1"),
        ("SELECT 1;\nBEGIN;\nSELECT 1;\n", "up.sql:2:1"),
        ("BEGIN;\nVACUUM;\nCOMMIT;\n", "up.sql:2:1"),
        ("-- rev: repeat until 0 rosw\nDELETE FROM t_a1;\n", "up.sql:1:1"),
    ],
)
def test_what_is_refused_before_anything_runs(project, db, text, place):
    project.add(*line("a1"), statementwise("b2"))
    project.sql("b2", text)
    project.rev("upgrade", "head").fails(2, place)
    assert db.all_tables() == []


def test_vacuum(project, db):
    project.add(*line("a1"), statementwise("b2", "VACUUM", "INSERT INTO t_a1 VALUES (1)", "ANALYZE"))
    project.rev("upgrade", "head").ok()
    assert db.query("SELECT id FROM t_a1") == [(1,)]


def test_the_hint_for_what_cannot_run_in_a_transaction(project, db):
    project.add(*line("a1"))
    project.sql("a1", "VACUUM;\n")
    project.rev("upgrade", "head").fails(2, "up.sql:1:1", "VACUUM", "transactional: false")


BACKFILL = """\
ALTER TABLE t_a1 ADD COLUMN filled integer;
-- rev: repeat until 0 rows{options}
UPDATE t_a1 SET filled = 1 WHERE id IN (SELECT id FROM t_a1 WHERE filled IS NULL LIMIT 10);
"""


def backfill(project, db, options="", rows=95):
    project.add(*line("a1"), statementwise("b2"))
    project.sql("b2", BACKFILL.format(options=options))
    project.rev("upgrade", "a1").ok()
    db.execute("INSERT INTO t_a1 (id) VALUES " + ", ".join(f"({i})" for i in range(rows)))
    return project.rev("upgrade", "head")


def test_a_backfill_in_batches(project, db):
    backfill(project, db, " sleep 1ms").ok("95 rows", "rows/s")
    assert db.query("SELECT count(*) FROM t_a1 WHERE filled = 1") == [(95,)]
    assert db.query("SELECT rows_affected FROM rev_log WHERE revision = 'b2'") == [(95,)]


def test_the_rows_of_two_backfills_are_logged_together(project, db):
    project.add(*line("a1"), statementwise("b2"))
    project.sql("b2", "-- rev: repeat until 0 rows\nDELETE FROM t_a1 WHERE id < 2;\n" * 2 + "SELECT 1;\n")
    project.rev("upgrade", "a1").ok()
    db.execute("INSERT INTO t_a1 (id) VALUES (0), (1), (2)")
    project.rev("upgrade", "head").ok("2 rows", "0 rows")
    assert db.query("SELECT rows_affected FROM rev_log WHERE revision = 'b2'") == [(2,)]


def test_a_backfill_with_a_limit(project, db):
    backfill(project, db, " limit 3 times").ok("stopped after 3 times", "30 rows")
    assert db.query("SELECT count(*) FROM t_a1 WHERE filled = 1") == [(30,)]
    assert db.rows() == ["b2"]


def test_a_backfill_keeps_what_it_did_when_stopped(project, db):
    project.add(*line("a1"), statementwise("b2"))
    project.sql("b2", BACKFILL.format(options=" sleep 50ms"))
    project.rev("upgrade", "a1").ok()
    db.execute("INSERT INTO t_a1 (id) VALUES " + ", ".join(f"({i})" for i in range(500)))
    process = project.rev.start("upgrade", "head")
    seen = "SELECT rows_affected FROM rev_log WHERE revision = 'b2' AND rows_affected >= 30"
    while not db.query("SELECT 1 FROM rev_log WHERE revision = 'b2'") or not db.query(seen):
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    assert process.communicate() and process.returncode == 130
    filled = db.query("SELECT count(*) FROM t_a1 WHERE filled = 1")[0][0]
    assert filled >= 30 and db.query("SELECT rows_affected FROM rev_log WHERE revision = 'b2'") == [(filled,)]
    project.rev("upgrade", "head").fails(5, "up.sql:3:1", "finished repetitions changed stays")
    project.rev("resolve", "b2", "--continue").ok()
    assert db.query("SELECT count(*) FROM t_a1 WHERE filled IS NULL") == [(0,)]
    assert db.rows() == ["b2"]
    assert db.query("SELECT rows_affected FROM rev_log WHERE revision = 'b2'") == [(500,)], "of both runs together"


FAMILY_AT_THE_END = """\
CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE child (parent_id integer REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
"""


def deferred(project, script, **header):
    """A step that breaks a foreign key which is looked at when the transaction ends."""
    project.add(Revision("a1", extra=STATEMENTWISE), Revision("b2", ["a1"], extra=header))
    project.sql("a1", FAMILY_AT_THE_END)
    project.sql("b2", script)
    return project.rev("upgrade", "head")


@pytest.mark.parametrize("begin, end, place", [("", "", "up.sql:2:1"), ("BEGIN;\n", "  COMMIT;\n", "up.sql:4:3")])
def test_a_commit_that_fails_names_its_statement(project, db, begin, end, place):
    on = "PRAGMA foreign_keys = 1" if db.name == "sqlite" else "SELECT 1"
    script = f"{on};\n{begin}INSERT INTO child VALUES (1);\n{end}"
    deferred(project, script, **STATEMENTWISE).fails(1, place, "foreign key", "1 of ")
    assert db.query("SELECT * FROM child") == []


def test_a_commit_that_fails_names_the_file(postgresql, tmp_path):
    project = Project(tmp_path / "project", postgresql.url)
    deferred(project, "INSERT INTO child VALUES (1);\n").fails(1, "up.sql: error", "COMMIT", "foreign key", "23503")
    assert postgresql.rows() == ["a1"]


def test_a_repeated_select_is_refused(postgresql, tmp_path):
    """Only the server's answer tells it from a WITH … DELETE, and by then it has run."""
    project = Project(tmp_path / "project", postgresql.url).add(*line("a1"), statementwise("b2"))
    project.sql("b2", "-- rev: repeat until 0 rows\nWITH a AS (SELECT 1) SELECT * FROM a;\n")
    project.rev("upgrade", "head").fails(1, "up.sql:2:1", "changes no rows", "--continue")


def test_offline(project, db):
    project.add(*line("a1"), statementwise("b2", "VACUUM", "BEGIN", "CREATE TABLE one (id integer)", "COMMIT"))
    script = project.rev("upgrade", "head", "--sql").ok().stdout
    before, after = script.split("VACUUM;")
    assert before.rstrip().endswith("COMMIT;") and after.count("COMMIT;") == 2
    project.sql("b2", "-- rev: repeat until 0 rows\nDELETE FROM t_a1;\n")
    project.rev("upgrade", "head", "--sql").fails(2, "up.sql:2:1", "repeated")


def slowly(project, db, rows=100):
    """A step that takes some five seconds, begun."""
    project.add(*line("a1"), statementwise("b2"))
    project.sql("b2", BACKFILL.format(options=" sleep 500ms"))
    project.rev("upgrade", "a1").ok()
    db.execute("INSERT INTO t_a1 (id) VALUES " + ", ".join(f"({i})" for i in range(rows)))
    process = project.rev.start("upgrade", "head")
    while not db.query("SELECT 1 FROM rev_log WHERE revision = 'b2' AND rows_affected > 0"):
        assert process.poll() is None, process.communicate()
    return process


def test_others_wait_for_a_step_that_is_running(project, db):
    process = slowly(project, db)
    waiting = [project.rev.start("upgrade", "head") for _ in range(2)]
    project.rev("upgrade", "head", "--wait", "1").fails(4, "pid")
    project.rev("resolve", "b2", "--continue", "--wait", "1").fails(4, "pid")
    assert finish(process).ok()
    for other in waiting:
        finish(other).ok("nothing to do")
    assert db.query(LOG)[1:] == [("b2", "done", 2, 2)]


def test_a_killed_step_is_known_at_once(project, db):
    process = slowly(project, db)
    process.kill()
    process.communicate()
    result = project.rev("upgrade", "head", "--wait", "20")
    result.fails(5, "b2", "up.sql:3:1", "resolve b2 --continue")
    project.rev("resolve", "b2", "--continue").ok()
    assert db.query("SELECT count(*) FROM t_a1 WHERE filled IS NULL") == [(0,)]
    assert db.rows() == ["b2"]


# PostgreSQL


@pytest.fixture
def pg(tmp_path, postgresql):
    return Project(tmp_path / "project", postgresql.url).add(*line("a1"))


def test_concurrently(pg, postgresql):
    pg.add(
        statementwise(
            "b2",
            "CREATE INDEX CONCURRENTLY i ON t_a1 (id)",
            "REINDEX INDEX CONCURRENTLY i",
            "DROP INDEX CONCURRENTLY i",
        )
    )
    pg.rev("upgrade", "head").ok()
    assert postgresql.rows() == ["b2"]


UNIQUE = "CREATE UNIQUE INDEX CONCURRENTLY{} i ON t_a1 (id)"


def invalid(db):
    return db.query("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")


@pytest.mark.parametrize("words", ["", " IF NOT EXISTS"])
def test_an_invalid_index_is_dropped_before_it_is_tried_again(pg, postgresql, words):
    pg.add(statementwise("b2", UNIQUE.format(words), "SELECT 1"))
    pg.rev("upgrade", "a1").ok()
    postgresql.execute("INSERT INTO t_a1 VALUES (1), (1)")
    pg.rev("upgrade", "head").fails(1, "up.sql:1:", "could not create unique index", "0 of 2")
    assert invalid(postgresql) == [("i",)]
    postgresql.execute("TRUNCATE t_a1")
    pg.rev("resolve", "b2", "--continue").ok("dropped the INVALID index public.i")
    assert invalid(postgresql) == [] and postgresql.rows() == ["b2"]


def test_an_invalid_index_is_not_taken_for_done(pg, postgresql):
    """As when somebody else's attempt left it: IF NOT EXISTS would skip it and report success."""
    import psycopg2

    pg.add(statementwise("b2", UNIQUE.format(" IF NOT EXISTS")))
    pg.rev("upgrade", "a1").ok()
    postgresql.execute("INSERT INTO t_a1 VALUES (1), (1)")
    with pytest.raises(psycopg2.Error):
        postgresql.execute(UNIQUE.format(""))
    pg.rev("upgrade", "head").fails(1, "up.sql:1:1", "index public.i is INVALID", "0 of 1", "resolve b2 --continue")
    assert postgresql.rows() == ["a1"]


@pytest.mark.parametrize(
    "statement",
    [
        "DO $$ BEGIN INSERT INTO t_a1 VALUES (3); COMMIT; END $$",
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p",
    ],
)
def test_what_only_the_server_knows_to_refuse_transactions(pg, postgresql, statement):
    pg.add(Revision("b2", ["a1"], up=[statement]))
    pg.rev("upgrade", "head").fails(1, "up.sql:1:1", "transactional: false")
    assert postgresql.query("SELECT * FROM t_a1") == []


def test_procedures_that_commit(pg, postgresql):
    pg.add(
        statementwise(
            "b2",
            "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t_a1 VALUES (1); COMMIT; INSERT INTO t_a1 VALUES (2); END $$",
            "CALL p()",
            "DO $$ BEGIN INSERT INTO t_a1 VALUES (3); COMMIT; END $$",
        )
    )
    pg.rev("upgrade", "head").ok()
    assert postgresql.query("SELECT id FROM t_a1 ORDER BY id") == [(1,), (2,), (3,)]
    assert postgresql.query(LOG)[1:] == [("b2", "done", 3, 3)]


@pytest.mark.parametrize(
    "statement, stays",
    [
        ("SELECT 1 / 0", "Nothing of this statement took effect"),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON t_a1 (id)", "INVALID index"),
        ("CALL p()", "may have taken effect"),
        ("DO $$ BEGIN INSERT INTO t_a1 VALUES (9); COMMIT; PERFORM 1 / 0; END $$", "may have taken effect"),
    ],
)
def test_what_a_failed_statement_may_have_left_is_told(pg, statement, stays):
    body = "BEGIN INSERT INTO t_a1 VALUES (9); COMMIT; PERFORM 1 / 0; END"
    pg.add(
        statementwise(
            "b2",
            "INSERT INTO t_a1 VALUES (1), (1)",
            f"CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ {body} $$",
            statement,
        )
    )
    pg.rev("upgrade", "head").fails(1, "up.sql:3:")
    pg.rev("upgrade", "head").fails(5, "up.sql:3:1", stays)


def test_the_session_of_the_script_lasts_and_the_books_are_kept_all_the_same(pg, postgresql):
    postgresql.execute("CREATE SCHEMA other")
    pg.add(
        statementwise(
            "b2",
            "SET search_path = other",
            "SET standard_conforming_strings = off",
            "CREATE TABLE here (id integer)",
            "CREATE TEMPORARY TABLE rev_log (id integer)",
            "INSERT INTO here SELECT 1",
            parents=("a1",),
        ),
        *[Revision("c3", ["b2"], up=["CREATE TABLE there (id integer)"])],
    )
    pg.rev("upgrade", "head").ok()
    assert postgresql.query("SELECT * FROM other.here") == [(1,)]
    assert postgresql.has("there") and postgresql.rows() == ["c3"]


def test_a_role_of_the_script_lasts(pg, postgresql):
    role = f"role_{postgresql.database}"
    postgresql.execute(f"CREATE ROLE {role}", f"GRANT ALL ON SCHEMA public TO {role}")
    pg.add(
        statementwise(
            "b2", f"SET ROLE {role}", "CREATE TABLE mine (id integer)", "CREATE INDEX CONCURRENTLY i ON mine (id)"
        )
    )
    pg.rev("upgrade", "head").ok()
    assert postgresql.query("SELECT tableowner FROM pg_tables WHERE tablename = 'mine'") == [(role,)]
    postgresql.execute("DROP TABLE mine", f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_notices_say_where(pg, postgresql):
    pg.sql("a1", "SELECT 1;\nDROP TABLE IF EXISTS nothing;\nDO $$ BEGIN RAISE INFO 'hello'; END $$;\n")
    pg.rev("upgrade", "head").ok("up.sql:2: NOTICE:", "up.sql:3: INFO:  hello")


def test_continue_sets_the_session_again(pg, postgresql):
    """Else what is left of the script would run elsewhere, and nobody would notice."""
    postgresql.execute("CREATE SCHEMA other")
    pg.add(statementwise("b2", "SET search_path = other", "CREATE TABLE one (id integer)", "SELECT * FROM helper"))
    (pg.folder("b2") / "up.sql").open("a").write("CREATE TABLE two (id integer);\n")
    pg.rev("upgrade", "head").fails(1, "helper", "2 of 4")
    postgresql.execute("CREATE TABLE other.helper (id integer)")
    resolved = pg.rev("resolve", "b2", "--continue").ok("1 of 4: SET search_path", "3 of 4: SELECT")
    resolved.says("the database is at b2").says_not("2 of 4")
    assert postgresql.rows() == ["b2"]
    found = postgresql.query("SELECT tablename FROM pg_tables WHERE schemaname = 'other' ORDER BY 1")
    assert found == [("helper",), ("one",), ("two",)]
    assert postgresql.query(LOG)[1:] == [("b2", "done", 4, 4)]


def test_a_role_of_down_sql_does_not_keep_the_books(pg, postgresql):
    role = f"role_{postgresql.database}"
    postgresql.execute(f"CREATE ROLE {role}")
    pg.add(statementwise("b2", "SELECT nope", down=("SET search_path = nowhere", f"SET ROLE {role}")))
    pg.rev("upgrade", "head").fails(1, "nope")
    pg.rev("resolve", "b2", "--rolled-back", "--run-down").ok("resolved", "the database is at a1")
    assert postgresql.query(UNFINISHED) == [(0,)]
    postgresql.execute(f"DROP ROLE {role}")


# SQLite


@pytest.fixture
def lite(tmp_path, sqlite):
    return Project(tmp_path / "project", sqlite.url)


FAMILY = """\
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 'a'), (2, 'b');
INSERT INTO child VALUES (10, 1), (20, 2);
"""
REBUILD = """\
CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO new_parent SELECT id, name FROM parent{where};
DROP TABLE parent;
ALTER TABLE new_parent RENAME TO parent;
"""


def rebuild(lite, where="", transactional="true"):
    lite.add(
        Revision("a1"),
        Revision("b2", ["a1"], extra={"foreign_keys": "off", "transactional": transactional}),
    )
    lite.sql("a1", FAMILY)
    lite.sql("b2", REBUILD.format(where=where))
    return lite.rev("upgrade", "head")


@pytest.mark.parametrize("transactional", ["true", "false"])
def test_a_table_rebuild_keeps_the_children(lite, sqlite, transactional):
    rebuild(lite, transactional=transactional).ok()
    assert sqlite.query("SELECT id, parent_id FROM child ORDER BY id") == [(10, 1), (20, 2)]


def test_a_table_rebuild_that_loses_a_parent_is_rolled_back(lite, sqlite):
    rebuild(lite, " WHERE id = 1").fails(1, "foreign keys", "1 row of child without a parent in parent", "rowid 20")
    assert sqlite.query("SELECT id FROM parent ORDER BY id") == [(1,), (2,)]
    assert sqlite.rows() == ["a1"]


def test_foreign_keys_are_back_for_the_next_step(lite, sqlite):
    """Seen where the library has them on: here a step that switches them on itself, beside one that has them off."""
    rebuild(lite).ok()
    lite.add(
        Revision("c3", ["b2"], up=["PRAGMA foreign_keys = 1", "DELETE FROM parent WHERE id = 1"], extra=STATEMENTWISE)
    )
    lite.add(Revision("d4", ["c3"], up=["DELETE FROM parent WHERE id = 2"]))
    lite.rev("upgrade", "head").ok()
    assert sqlite.query("SELECT id FROM child") == [(20,)]


def test_foreign_keys_offline(lite, sqlite):
    rebuild(lite).ok()
    lite.rev("upgrade", "head", "--sql").ok("PRAGMA foreign_keys = 0;", "pragma_foreign_key_check")


def test_foreign_keys_off_says_nothing_to_postgresql(pg, postgresql):
    pg.add(Revision("b2", ["a1"], up=["SELECT 1"], extra={"foreign_keys": "off"}))
    pg.rev("upgrade", "head").ok("warning", "foreign_keys: off")


def test_what_sqlite_scripts_may_hold(lite, sqlite):
    lite.add(Revision("a1"))
    lite.sql(
        "a1",
        "CREATE TABLE s (id INTEGER PRIMARY KEY, a INT, b INT GENERATED ALWAYS AS (a * 2) STORED, c INT AS (a + 1)) STRICT;\n"
        "CREATE TRIGGER tr AFTER INSERT ON s WHEN new.a > 1 BEGIN\n"
        "  UPDATE s SET a = CASE WHEN new.a > 5 THEN 5 ELSE new.a END WHERE id = new.id;\n"
        "  INSERT INTO log VALUES ('x;y');\nEND;\n"
        "CREATE TABLE log (t TEXT);\n"
        "ATTACH ':memory:' AS other;\nCREATE TABLE other.o (id);\nINSERT INTO s (a) VALUES (9);\n",
    )
    lite.rev("upgrade", "head").ok()
    assert sqlite.query("SELECT a, b, c FROM s") == [(5, 10, 6)]
    assert sqlite.query("SELECT t FROM log") == [("x;y",)]


def test_a_strict_table_refuses(lite, sqlite):
    lite.add(Revision("a1", up=["CREATE TABLE s (a INT) STRICT", "INSERT INTO s VALUES ('text')"]))
    lite.rev("upgrade", "head").fails(1, "up.sql:2:", "cannot store TEXT value in INT column")
    assert sqlite.tables() == []


def test_attached_databases_statement_by_statement(lite, sqlite, tmp_path):
    other = tmp_path / "other.db"
    lite.add(
        Revision(
            "a1",
            up=[f"ATTACH '{other}' AS o", "CREATE TABLE o.t (id)", "DETACH o", "CREATE TABLE t (id)"],
            extra=STATEMENTWISE,
        )
    )
    lite.rev("upgrade", "head").ok()
    assert other.exists() and sqlite.tables() == ["t"]


def test_the_building_of_an_index_shows_its_progress(pg, postgresql):
    """Held back by an old snapshot, so that it takes long enough to be asked about."""
    pg.add(statementwise("b2", "CREATE INDEX CONCURRENTLY i ON t_a1 (id)"))
    pg.rev("upgrade", "a1").ok()
    connection = postgresql.connect()
    connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t_a1; INSERT INTO t_a1 VALUES (1)")
    terminal, child = os.openpty()
    process = pg.rev.start("upgrade", "head", stderr=child, env={"TERM": "xterm"})
    os.close(child)
    seen = b""
    while b"waiting for writers" not in seen:
        try:
            seen += os.read(terminal, 4096)
        except OSError:
            raise AssertionError(seen.decode()) from None
    connection.rollback()
    connection.close()
    assert process.wait(timeout=60) == 0
    os.close(terminal)


def test_continue_attaches_again(lite, sqlite, tmp_path):
    attach = f"ATTACH '{tmp_path / 'other.db'}' AS o"
    lite.add(Revision("a1", up=[attach, "PRAGMA foreign_keys = 1", "SELECT * FROM helper"], extra=STATEMENTWISE))
    (lite.folder("a1") / "up.sql").open("a").write("CREATE TABLE o.t (id);\nDELETE FROM parent;\n")
    lite.rev("upgrade", "head").fails(1, "helper", "2 of 5")
    sqlite.execute(
        "CREATE TABLE helper (id)",
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE child (id REFERENCES parent ON DELETE CASCADE)",
        "INSERT INTO parent VALUES (1)",
        "INSERT INTO child VALUES (1)",
    )
    lite.rev("resolve", "a1", "--continue").ok("1 of 5: ATTACH", "2 of 5: PRAGMA")
    assert sqlite.tables() == ["child", "helper", "parent"] and (tmp_path / "other.db").exists()
    assert sqlite.query("SELECT * FROM child") == []
