"""Scenario 1: an empty database, upgrade head, everything is there; a second upgrade has nothing to do."""

from projects import line


def test_every_table_and_one_row(project, db):
    project.add(*line("a1", "b2", "c3"))

    project.rev("upgrade", "head").ok()

    assert db.tables() == ["t_a1", "t_b2", "t_c3"]
    assert db.rows() == ["c3"]


def test_second_upgrade_does_nothing_and_says_so(project, db):
    project.add(*line("a1", "b2", "c3"))
    project.rev("upgrade", "head").ok()
    schema, log = db.schema(), db.log()

    project.rev("upgrade", "head").ok("nothing to do")

    assert (db.schema(), db.log(), db.rows()) == (schema, log, ["c3"])


def test_version_table_is_as_alembic_makes_it(project, db):
    project.add(*line("a1"))
    project.rev("upgrade", "head").ok()

    if db.name == "sqlite":
        (sql,) = db.query("SELECT sql FROM sqlite_master WHERE name = 'alembic_version'")[0]
        compact = " ".join(sql.replace('"', "").split())
        assert "version_num VARCHAR(32) NOT NULL" in compact
        assert "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)" in compact
    else:
        columns = db.query(
            "SELECT column_name, data_type, character_maximum_length, is_nullable FROM information_schema.columns "
            "WHERE table_name = 'alembic_version'"
        )
        assert columns == [("version_num", "character varying", 32, "NO")]
        key = db.query(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'alembic_version'::regclass"
        )
        assert key == [("alembic_version_pkc", "PRIMARY KEY (version_num)")]


def test_log_has_a_row_for_each_step(project, db):
    project.add(*line("a1", "b2"))
    project.rev("upgrade", "head").ok()

    assert db.log() == [("a1", "upgrade", "done"), ("b2", "upgrade", "done")]
    (row,) = db.query(
        "SELECT version_table, started_at, finished_at, execution_time_ms, applied_by, checksum, statements_total, "
        "statements_done, rev_version FROM rev_log WHERE revision = 'b2'"
    )
    table, started, finished, milliseconds, applied_by, checksum, total, done, version = row
    assert table == "alembic_version"
    assert started and finished and str(started) <= str(finished)
    assert milliseconds >= 0
    assert "@" in applied_by
    assert len(checksum) == 64 and set(checksum) <= set("0123456789abcdef")
    assert (total, done) == (1, 1)
    assert version


def test_upgrade_of_a_project_without_revisions(project, db):
    project.rev("upgrade", "head").ok("nothing to do")
    assert db.all_tables() == []


def test_steps_run_in_the_order_of_the_graph_not_of_the_folders(project, db):
    """Ids and folder names sort against the order of the graph."""
    revisions = line("zz", "mm", "aa")
    project.add(*revisions)
    project.rev("upgrade", "head").ok()
    assert [row[0] for row in db.log()] == ["zz", "mm", "aa"]


def test_several_statements_comments_and_odd_line_ends(project, db):
    project.add(*line("a1"))
    project.sql(
        "a1",
        "\ufeff-- a comment; with a semicolon\r\nCREATE TABLE one (id integer);\r\n/* two; */ CREATE TABLE two (s text DEFAULT ';')"
        ";\r\nINSERT INTO two (s) VALUES ('a;b''c')\r\n",
    )
    project.rev("upgrade", "head").ok()
    assert db.tables() == ["one", "two"]
    assert db.query("SELECT s FROM two") == [("a;b'c",)]


def test_empty_scripts_are_steps_that_do_nothing(project, db):
    project.add(*line("a1", "b2"))
    project.sql("a1", "")
    project.sql("b2", "-- only a comment")
    project.rev("upgrade", "head").ok()
    assert (db.tables(), db.rows()) == ([], ["b2"])


def test_triggers_and_functions(project, db):
    project.add(*line("a1"))
    if db.name == "sqlite":
        text = (
            "CREATE TABLE t (id integer, n integer);\nCREATE TRIGGER g AFTER INSERT ON t BEGIN\n"
            "  UPDATE t SET n = 1 WHERE id = new.id;\n  UPDATE t SET n = n + 1 WHERE id = new.id;\nEND;\n"
            "INSERT INTO t (id) VALUES (1);\n"
        )
    else:
        text = (
            "CREATE TABLE t (id integer, n integer);\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $body$\n"
            "BEGIN\n  new.n := 1;\n  new.n := new.n + 1;\n  RETURN new;\nEND;\n$body$;\n"
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();\nINSERT INTO t (id) VALUES (1);\n"
        )
    project.sql("a1", text)
    project.rev("upgrade", "head").ok()
    assert db.query("SELECT id, n FROM t") == [(1, 2)]
