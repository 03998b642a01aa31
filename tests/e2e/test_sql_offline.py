"""--sql: the printed script, run through the real psql and the real sqlite3 shell, gives the database of an online run."""

import re
import subprocess

import pytest
from database import PostgresDatabase, SqliteDatabase
from projects import Project, Revision, draw, line, tree
from rev import have

GRAPH = "a1; b2<a1 (left); c3<a1; m4<b2,c3; z1; z2<z1 !a1"
LOG = (
    "SELECT version_table, revision, direction, checksum, statements_total, statements_done, outcome, rev_version "
    "FROM {}rev_log ORDER BY id"
)
NOWHERE = {"sqlite": "sqlite:////nosuch/folder/x.db", "postgresql": "postgresql://nobody@nosuch.invalid:1/x"}


class OneConnection(PostgresDatabase):
    """Keeps its connection: here each test asks dozens of small questions."""

    kept = None

    def cursor(self):
        self.kept = self.kept or self.connect()
        return self.kept.cursor()

    def query(self, sql):
        with self.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def execute(self, *statements):
        with self.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.fixture(scope="module")
def pair(server):
    """Two databases for all tests of this file."""
    made = OneConnection(server, "offline"), OneConnection(server, "offline_twin")
    yield made
    for database in made:
        database.drop()


@pytest.fixture
def postgresql(pair):
    for database in pair:
        database.clear()
    return pair[0]


@pytest.fixture
def twin(tmp_path, db, request):
    """A second database of the same kind."""
    return SqliteDatabase(tmp_path / "twin.db") if db.name == "sqlite" else request.getfixturevalue("pair")[1]


def shell(db, script):
    """The script through the engine's own shell."""
    if db.name == "sqlite":
        if not have("sqlite3"):
            pytest.skip("the sqlite3 shell is not installed")
        command = ["sqlite3", "-init", "/dev/null", str(db.path)]
    else:
        command = ["psql", "-X", "-q", "-d", db.url, "-f", "-"]
    return subprocess.run(command, input=script.encode("utf-8", "surrogateescape"), capture_output=True, timeout=60)


def play(db, *scripts):
    for script in scripts:
        done = shell(db, script)
        assert done.returncode == 0 and b"rror" not in done.stderr, f"{done.stderr.decode()}\n--- script\n{script}"


def data(db):
    return {name: sorted(map(repr, db.query(f'SELECT * FROM "{name}"'))) for name in db.tables()}


def state(db, log=""):
    """All that two databases must have in common."""
    log_rows = db.query(LOG.format(log)) if log or db.has("rev_log") else []
    return {"schema": db.schema(), "data": data(db), "rows": db.rows(), "log": [tuple(row) for row in log_rows]}


def printed(project, *arguments, **options):
    result = project.rev(*arguments, "--sql", **options).ok()
    assert result.stderr == ""
    return result.stdout


def both_ways(project, db, twin, online, offline):
    """Sessions of each kind on a database of its own; the databases must be equal."""
    for arguments in online:
        project.rev(*arguments).ok()
    for arguments in offline:
        play(twin, printed(project, *arguments, "-u", NOWHERE[db.name]))
    assert state(twin) == state(db)


@pytest.mark.parametrize(
    "online, offline",
    [
        (["upgrade heads"], ["upgrade heads"]),
        (["upgrade heads"], ["upgrade :heads"]),
        (["upgrade heads"], ["upgrade base:heads"]),
        (["upgrade heads"], ["upgrade :"]),
        (["upgrade m4"], ["upgrade m4"]),
        (["upgrade m4"], ["upgrade a1", "upgrade a1:m4"]),
        (["upgrade a1", "upgrade left"], ["upgrade a1", "upgrade a1:left"]),
        (["upgrade a1", "upgrade b2+1"], ["upgrade a1", "upgrade a1:b2+1"]),
        (["upgrade a1", "upgrade m4@head"], ["upgrade a1", "upgrade a1:m4@head"]),
        (["upgrade z2"], ["upgrade z2"]),
        (["upgrade z1", "upgrade z2"], ["upgrade z1", "upgrade z1:z2"]),
        (["upgrade a1", "upgrade heads"], ["upgrade a1", "upgrade a1:"]),
        (["upgrade m4", "downgrade a1"], ["upgrade m4", "downgrade m4:a1"]),
        (["upgrade m4", "downgrade base"], ["upgrade m4", "downgrade m4:base"]),
        (["upgrade m4", "downgrade b2"], ["upgrade m4", "downgrade m4:b2"]),
        (["upgrade z2", "downgrade z1"], ["upgrade z2", "downgrade z2:z1"]),
        (["upgrade z2", "downgrade z2@base"], ["upgrade z2", "downgrade z2:z2@base"]),
        (["upgrade b2", "downgrade -1"], ["upgrade b2", "downgrade b2:-1"]),
        (["stamp m4"], ["stamp m4"]),
        (["stamp heads"], ["stamp :heads"]),
        (["stamp b2 c3"], ["stamp b2 c3"]),
        (["stamp b2", "stamp b2 c3"], ["stamp b2", "stamp b2:b2 b2:c3"]),
        (["stamp m4", "stamp a1"], ["stamp m4", "stamp m4:a1"]),
        (["stamp m4", "stamp base"], ["stamp m4", "stamp m4:base"]),
        (["stamp b2", "stamp z1"], ["stamp b2", "stamp b2:z1"]),
        (["upgrade a1", "stamp m4", "downgrade a1"], None),
    ],
)
def test_same_as_online(project, db, twin, online, offline):
    project.draw(GRAPH)
    if offline is None:  # downs of tables that were never made: the same failure on both ways
        project.rev("upgrade", "a1").ok()
        project.rev("stamp", "m4").ok()
        play(twin, printed(project, "upgrade", "a1"), printed(project, "stamp", "a1:m4"))
        project.rev("downgrade", "a1").fails(1)
        assert shell(twin, printed(project, "downgrade", "m4:a1")).returncode != 0
        assert state(twin)["rows"] == state(db)["rows"] == ["m4"]
        return
    both_ways(project, db, twin, [text.split() for text in online], [text.split() for text in offline])


def test_table_is_as_alembic_makes_it(project, db, twin):
    """The CREATE TABLE in the script and the one of an online run make one and the same table."""
    project.draw("a1")
    project.rev("upgrade", "head").ok()
    play(twin, printed(project, "upgrade", "head"))
    if db.name == "sqlite":
        sql = "SELECT name, sql FROM sqlite_master WHERE name IN ('alembic_version', 'rev_log') ORDER BY 1"
    else:
        sql = (
            "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default "
            "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'rev_script' ORDER BY 1, ordinal_position"
        )
    assert twin.query(sql) == db.query(sql)


def test_both_ways_may_take_turns(project, db):
    """Offline and online on one database: each goes on where the other stopped."""
    project.draw(GRAPH)
    play(db, printed(project, "upgrade", "a1"))
    project.rev("upgrade", "m4").ok()
    play(db, printed(project, "downgrade", "m4:b2"))
    assert db.rows() == ["b2", "c3"]
    project.rev("upgrade", "heads").ok()
    assert db.rows() == ["m4", "z2"]
    assert [entry[2] for entry in db.log()] == ["done"] * len(db.log())
    project.rev("downgrade", "base").ok()
    assert db.tables() == []


def test_order_and_form(project, db):
    project.draw(GRAPH)
    text = printed(project, "upgrade", "a1:m4")
    assert re.findall(r"^-- Running (.*)$", text, re.M) == [
        "upgrade a1 -> b2, make b2",
        "upgrade a1 -> c3, make c3",
        "upgrade b2, c3 -> m4, make m4",
    ]
    assert text.count("\nCOMMIT;\n") == 3, "a transaction a step"
    assert not re.search(r'CREATE TABLE (IF NOT EXISTS )?"?alembic_version', text), "a1 is there: so is the table"
    assert "rev_script" not in text
    assert re.search(r'CREATE TABLE (IF NOT EXISTS )?"?alembic_version', printed(project, "upgrade", "a1"))
    for arguments in (["downgrade", "m4:base"], ["stamp", "m4:base"]):
        assert "DROP TABLE alembic_version" not in printed(project, *arguments).replace('"', "")


def test_nothing_to_do(project, db, twin):
    project.draw(GRAPH)
    for arguments in (["upgrade", "m4:m4"], ["upgrade", "m4:a1"], ["downgrade", "m4:m4"], ["stamp", "m4:m4"]):
        text = project.rev(*arguments, "--sql").ok().stdout
        assert "COMMIT" not in text
        play(twin, printed(project, "upgrade", "m4"))
        before = state(twin)
        play(twin, text)
        assert state(twin) == before
        play(twin, printed(project, "downgrade", "m4:base"))
        twin.execute("DELETE FROM rev_log")


def test_empty_project(project, db, twin):
    text = project.rev("upgrade", "head", "--sql").ok().stdout
    play(twin, text)
    assert twin.tables() == []


def test_nothing_is_connected_to(project, db):
    project.draw(GRAPH)
    before = tree(project.root)
    for arguments in (["upgrade", "heads"], ["downgrade", "m4:a1"], ["stamp", "m4"]):
        printed(project, *arguments, "-u", NOWHERE[db.name])
    if db.name == "sqlite":
        printed(project, "upgrade", "heads")
        assert not db.exists(), "the file is not even created"
    assert db.all_tables() == []
    assert tree(project.root) == before


def test_url_says_which_engine(files):
    files.draw("a1")
    files.rev("upgrade", "head", "--sql").fails(2, "--url")
    assert "\\set" in printed(files, "upgrade", "head", "-u", "postgresql://x")
    assert "\\set" not in printed(files, "upgrade", "head", "-u", "sqlite://")


# --- scripts of every shape ---

BOTH = {
    "no final semicolon": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('x')",
    "comment at the end": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('x'); -- done",
    "comment for a semicolon": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('x') -- done",
    "semicolon in the last comment": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('x') -- one; two",
    "semicolon in the last block": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('x') /* one; two */",
    "block comment at the end": "CREATE TABLE one (s text); /* done */",
    "only a comment": "-- nothing to see",
    "only a block comment": "/* nothing; to see */",
    "empty": "",
    "blank": "\n\n  \n",
    "semicolons only": ";;\n;",
    "byte order mark": "\ufeffCREATE TABLE one (s text);\nINSERT INTO one VALUES ('x');\n",
    "byte order mark alone": "\ufeff",
    "byte order mark and a comment": "\ufeff-- x\nCREATE TABLE one (s text);\n",
    "carriage returns": "CREATE TABLE one (s text);\r\n-- x\r\nINSERT INTO one VALUES ('x');\r\n",
    "carriage returns, no end": "CREATE TABLE one (s text);\r\nINSERT INTO one VALUES ('x') -- done\r",
    "quotes": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('it''s; -- \"no\" /* comment');\n",
    "identifiers": 'CREATE TABLE "o;ne" ("s--t" text);\nINSERT INTO "o;ne" VALUES (\'x\');\n',
    "colons": "CREATE TABLE one (s text);\nINSERT INTO one VALUES (':x :\"y\" :''z'' :{?w} 12:30');\n",
    "backslashes": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('\\d \\q \\. C:\\dir\\');\n",
    "question marks": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('? $1 %s @x');\n",
    "dot at the start of a line": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('\n.quit\n#x\n');\n",
    "shells' terminators in text": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('\n/\ngo\n');\n",
    "line separator": "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('a\u2028b\u0085c🐘');\n",
    "savepoint": "CREATE TABLE one (s text);\nSAVEPOINT p;\nINSERT INTO one VALUES ('x');\nROLLBACK TO p;\nRELEASE p;\n",
    "several on a line": "CREATE TABLE one (s text); INSERT INTO one VALUES ('x'); INSERT INTO one VALUES ('y')",
    "comment between": "CREATE TABLE one (s text) /* a ' */ ; -- it's\nINSERT INTO one VALUES ('x') ;\n",
}
SQLITE = {
    "trigger": (
        "CREATE TABLE one (s text);\nCREATE TRIGGER t AFTER INSERT ON one BEGIN\n  SELECT CASE WHEN 1 THEN 1 END;\n"
        "  UPDATE one SET s = s || ';';\nEND;\nINSERT INTO one VALUES ('x');\n"
    ),
    "trigger, no end": (
        "CREATE TABLE one (s text);\nCREATE TRIGGER t AFTER INSERT ON one BEGIN DELETE FROM one; END -- x; y"
    ),
    "brackets": "CREATE TABLE [o;ne] (`s;t` text);\nINSERT INTO [o;ne] VALUES ('x');\n",
}
POSTGRESQL = {
    "dollars": (
        "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$\nBEGIN\n  -- it's; $x$\n  RETURN E'a\\nb';\nEND;\n$$;\n"
        "CREATE TABLE one AS SELECT f() AS s;\n"
    ),
    "tagged dollars, no end": "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $x$ SELECT '$$;'::text $x$ -- ; end",
    "carriage returns in text": "CREATE TABLE one (s text);\r\nINSERT INTO one VALUES ('a\r\nb');\r\n",
    "dollars with a backslash": "DO $$ BEGIN RAISE NOTICE '\\d %', 1; END $$;\nCREATE TABLE one (s text);\n",
    "atomic body": (
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;\n"
        "CREATE TABLE one AS SELECT f() AS n;\n"
    ),
    "nested comment": "/* a /* b; */ c; */ CREATE TABLE one (s text); /* /* ; */ */",
    "casts and slices": (
        "CREATE TABLE one AS SELECT (ARRAY[1,2,3])[1:2]::text AS s, 'x'::text AS t;\n"
        "CREATE TABLE two AS SELECT (ARRAY[1,2,3])[n:m] AS s FROM (VALUES (1, 2)) AS v (n, m);\n"
    ),
    "a psql variable's name": 'CREATE TABLE one AS SELECT (ARRAY[1,2,3])[1:"USER"] AS s FROM (VALUES (2)) AS v ("USER");\n',
    "a psql variable's name, bare": "CREATE TABLE one AS SELECT (ARRAY[1,2,3])[1:PORT] AS s FROM (VALUES (2)) AS v (port);\n",
    "escapes": "CREATE TABLE one (s text);\nINSERT INTO one VALUES (E'it\\'s; \\\\'), (U&'d\\0061t');\n",
    "copy": "CREATE TABLE one (n int, s text);\nCOPY one FROM stdin;\n1\ta;b\n2\t\\N\n3\tit's \\\\.\n\\.\nINSERT INTO one VALUES (4, 'x');\n",
    "copy at the end": "CREATE TABLE one (n int, s text);\nCOPY one (n, s) FROM stdin WITH (FORMAT csv);\n1,\"a\n;b\"\n\\.",
    "copy of nothing": "CREATE TABLE one (n int);\nCOPY one FROM stdin;\n\\.\n",
    "search path": (
        "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.one (s text);\n"
        "INSERT INTO public.one VALUES ('x');\n"
    ),
    "search path in a function": "DO $$ BEGIN PERFORM set_config('search_path', '', false); END $$;\nCREATE TABLE public.one (s text);\n",
    "search path by SET": "SET search_path = pg_catalog;\nCREATE TABLE public.one (s text);\n",
    "read only from here": "CREATE TABLE one (s text);\nSET standard_conforming_strings = off;\n",
    "row security": "SET row_security = off;\nSET client_min_messages = warning;\nCREATE TABLE one (s text);\n",
    "role": "SET ROLE pg_monitor;\nCREATE TEMP TABLE one (s text);\n",
    "local role": "SET LOCAL ROLE pg_monitor;\n",
    "authorization": "SET SESSION AUTHORIZATION pg_monitor;\n",
    "client encoding": "SET client_encoding = 'LATIN1';\n",
    "default transaction": "SET default_transaction_read_only = on;\n",
    "temporary alembic_version": "CREATE TEMP TABLE alembic_version (version_num text);\nCREATE TEMP TABLE rev_log (x int);\n",
}  # fmt: skip


def shapes():
    for name, text in BOTH.items():
        for engine in ("sqlite", "postgresql"):
            yield pytest.param(engine, text, id=f"{engine}-{name}")
    yield from (pytest.param("sqlite", text, id=f"sqlite-{name}") for name, text in SQLITE.items())
    yield from (pytest.param("postgresql", text, id=f"postgresql-{name}") for name, text in POSTGRESQL.items())


@pytest.mark.parametrize("db, text", shapes(), indirect=["db"])
def test_shape(project, db, twin, text):
    """Between two ordinary steps, the last one of which shows whether anything was left behind."""
    project.add(*line("a1", "b2", "c3"))
    (project.folder("b2") / "up.sql").write_bytes(text.encode("utf-8"))
    both_ways(project, db, twin, [["upgrade", "head"]], [["upgrade", "head"]])
    assert db.rows() == ["c3"]


LAST = ("no final semicolon", "comment for a semicolon", "semicolon in the last comment", "byte order mark")


@pytest.mark.parametrize("text", [BOTH[name] for name in LAST], ids=LAST)
def test_shape_in_the_last_step_of_a_downgrade(project, db, twin, text):
    project.add(*line("a1", "b2"))
    (project.folder("a1") / "down.sql").write_bytes(text.encode("utf-8"))
    online = [["upgrade", "head"], ["downgrade", "base"]]
    both_ways(project, db, twin, online, [["upgrade", "head"], ["downgrade", "b2:base"]])
    assert db.rows() == []


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN;\nCREATE TABLE one (s text);\nCOMMIT;\n",
        "begin transaction;\nCREATE TABLE one (s text);\nEND;\n",
        "-- generated\nBEGIN;\nCREATE TABLE one (s text);\nINSERT INTO one VALUES ('x');\nCOMMIT\n-- end",
    ],
)
def test_wrapped_in_a_transaction(project, db, twin, text):
    """One BEGIN at the start with its COMMIT at the end: both ways treat it alike."""
    project.add(*line("a1", "b2", "c3"))
    project.sql("b2", text)
    online = project.rev("upgrade", "head")
    offline = project.rev("upgrade", "head", "--sql", "-u", NOWHERE[db.name])
    assert offline.status == online.status, (online, offline)
    if online.status:
        assert offline.stdout == ""
        assert db.all_tables() == []
    else:
        play(twin, offline.stdout)
        assert state(twin) == state(db)
        assert offline.stdout.count("COMMIT") == 3


@pytest.mark.parametrize(
    "db, statement",
    [(engine, statement) for engine in ("sqlite", "postgresql") for statement in ("COMMIT", "ROLLBACK", "END", "BEGIN")]
    + [("postgresql", "ABORT"), ("postgresql", "PREPARE TRANSACTION 'x'")],
    indirect=["db"],
)
def test_transaction_control_is_refused(project, db, statement):
    project.add(*line("a1", "b2"))
    project.sql("b2", f"CREATE TABLE one (s text);\n{statement};\nCREATE TABLE two (s text);\n")
    result = project.rev("upgrade", "head", "--sql").fails(2, "up.sql:2:1")
    assert result.stdout == ""


@pytest.mark.parametrize("command", ["\\connect x", "\\! touch hacked", "\\i /etc/passwd", "  \\q"])
def test_backslash_command_is_refused(tmp_path, command):
    project = Project(tmp_path / "project", NOWHERE["postgresql"]).add(*line("a1"))
    project.sql("a1", f"CREATE TABLE one (s text);\n{command}\n")
    assert project.rev("upgrade", "head", "--sql").fails(2, "up.sql:2:").stdout == ""


@pytest.mark.parametrize(
    "text",
    [
        ".shell touch hacked\n",
        "CREATE TABLE one (s text);\n.shell touch hacked\n",
        "CREATE TABLE one (s text);\n.read /etc/passwd\n",
        "CREATE TABLE one (s text);\n-- a comment first\n.shell touch hacked\n",
        "CREATE TABLE one (s text);\r\n.quit\r\n",
        "\ufeff.shell touch hacked\n",
        ";\n.shell touch hacked;\n",
    ],
)
def test_dot_command_never_reaches_the_shell(tmp_path, text, sqlite):
    """Online it is a syntax error; in a script it would be a command of the sqlite3 shell."""
    project = Project(tmp_path / "project", sqlite.url).add(*line("a1", "b2"))
    (project.folder("a1") / "up.sql").write_bytes(text.encode())
    result = project.rev("upgrade", "head", "--sql")
    assert result.status == 2, result
    assert result.stdout == ""
    result.fails(2, "up.sql")


def test_hash_line_is_no_comment(tmp_path, sqlite):
    """The sqlite3 shell skips lines that begin with #; SQL does not have them, so both ways must fail."""
    project = Project(tmp_path / "project", sqlite.url).add(*line("a1"))
    project.sql("a1", "# DROP TABLE x;\nCREATE TABLE one (s text);\n")
    assert project.rev("upgrade", "head").status in (1, 2)
    result = project.rev("upgrade", "head", "--sql")
    if result.status == 0:
        assert shell(sqlite, result.stdout).returncode != 0
    assert sqlite.tables() == []


@pytest.mark.parametrize("terminator", ["/", "go", "GO "])
def test_shells_terminators_end_nothing(tmp_path, sqlite, terminator):
    """`/` and `go` on a line of their own mean `;` to the sqlite3 shell; here they are a division and an alias."""
    project = Project(tmp_path / "project", sqlite.url).add(*line("a1"))
    follow = "2 AS s" if terminator == "/" else ""
    project.sql("a1", f"CREATE TABLE one AS\nSELECT 8\n{terminator}\n{follow};\n")
    text = printed(project, "upgrade", "head")
    project.rev("upgrade", "head").ok()
    twin = SqliteDatabase(tmp_path / "twin.db")
    play(twin, text)
    assert state(twin) == state(sqlite)


def test_unterminated_string(project, db):
    project.add(*line("a1", "b2"))
    project.sql("b2", "CREATE TABLE one (s text);\nINSERT INTO one VALUES ('oops);\n")
    result = project.rev("upgrade", "head", "--sql").fails(2, "up.sql:2:")
    assert result.stdout == ""


@pytest.mark.parametrize(
    "db, text",
    [
        ("sqlite", "SELECT 1 /* never closed"),
        ("sqlite", "SELECT 1 AS [never closed"),
        ("sqlite", "CREATE TRIGGER t AFTER INSERT ON t_a1 BEGIN\n  DELETE FROM t_a1;\n"),
        ("postgresql", "SELECT 1 /* never closed"),
        ("postgresql", "DO $$ never closed"),
        ("postgresql", 'SELECT "never closed'),
        ("postgresql", "SELECT (1;"),
    ],
    indirect=["db"],
)
def test_what_is_never_closed_swallows_nothing(project, db, text):
    """Such a script would take in the bookkeeping and the next step's text: refused, or stopped by the shell."""
    project.add(*line("a1", "b2", "c3"))
    project.sql("b2", text)
    project.sql("c3", "CREATE TABLE t_c3 (s text DEFAULT '*/ ] $$ \"');\n")
    result = project.rev("upgrade", "head", "--sql")
    assert result.status in (0, 2), result
    if result.status == 0:
        assert shell(db, result.stdout).returncode != 0
        assert (db.rows(), db.tables()) == (["a1"], ["t_a1"])


def test_bytes_that_are_not_utf_8(project, db):
    """Data passes as it is, or the script is refused; it is never changed."""
    project.add(*line("a1"))
    raw = b"CREATE TABLE one (s text);\nINSERT INTO one VALUES ('\xff\xfe');\n"
    (project.folder("a1") / "up.sql").write_bytes(raw)
    process = project.rev.start("upgrade", "head", "--sql")
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode in (0, 1, 2)
    if process.returncode == 0:
        assert b"('\xff\xfe')" in stdout
    else:
        assert stdout == b"" and stderr


def test_large_script_passes_whole(project, db, twin):
    rows = ",\n".join(f"({n}, '{'x' * 40}')" for n in range(4000))
    project.add(*line("a1"))
    project.sql("a1", f"CREATE TABLE one (n integer, s text);\nINSERT INTO one VALUES {rows};\n")
    both_ways(project, db, twin, [["upgrade", "head"]], [["upgrade", "head"]])


# --- failures ---


@pytest.mark.parametrize(
    "statement", ["INSERT INTO nosuch VALUES (1)", "CREATE TABLE t_a1 (id integer)", "SELECT nosuch"]
)
def test_failing_statement(project, db, statement):
    """What came before stays; nothing of the failing step or of those after it."""
    project.add(*line("a1", "b2", "c3", "d4"))
    project.sql("c3", f"CREATE TABLE one (s text);\n{statement};\nCREATE TABLE two (s text);\n")
    done = shell(db, printed(project, "upgrade", "head"))
    assert done.returncode != 0 and done.stderr
    assert db.rows() == ["b2"]
    assert db.tables() == ["t_a1", "t_b2"]
    assert db.log() == [("a1", "upgrade", "done"), ("b2", "upgrade", "done")]
    project.sql("c3", "CREATE TABLE one (s text);\n")
    project.rev("upgrade", "head").ok()


def test_failing_first_step_leaves_nothing(project, db):
    project.add(*line("a1"))
    project.sql("a1", "SELECT nosuch;\n")
    assert shell(db, printed(project, "upgrade", "head")).returncode != 0
    assert db.all_tables() == []


def test_failing_downgrade(project, db):
    project.add(*line("a1", "b2", "c3"))
    project.sql("b2", "DROP TABLE t_b2;\nDROP TABLE nosuch;\n", "down.sql")
    play(db, printed(project, "upgrade", "head"))
    assert shell(db, printed(project, "downgrade", "c3:base")).returncode != 0
    assert db.rows() == ["b2"]
    assert db.tables() == ["t_a1", "t_b2"]


def test_irreversible(project, db):
    revisions = line("a1", "b2")
    revisions[1].down = None
    project.add(*revisions)
    assert project.rev("downgrade", "b2:base", "--sql").fails(1, "b2", "down.sql").stdout == ""


def test_run_twice_does_no_harm(project, db):
    """The second run fails at its first step, and changes nothing."""
    project.add(*line("a1", "b2"))
    text = printed(project, "upgrade", "head")
    play(db, text)
    before = state(db)
    assert shell(db, text).returncode != 0
    assert state(db) == before


def test_database_that_stands_elsewhere(project, db):
    """Each UPDATE and DELETE of a version row must hit its row: a script for a database at a1 stops on one at c3."""
    project.draw("a1; b2<a1; c3<a1")
    project.rev("upgrade", "c3").ok()
    db.execute("UPDATE alembic_version SET version_num = 'c3'")
    before = state(db)
    done = shell(db, printed(project, "upgrade", "a1:b2"))
    assert done.returncode != 0
    assert state(db) == before


# --- messages and tags ---

NASTY = [
    "two\nlines; DROP TABLE t_a1;",
    "carriage\rreturn\r\nDROP",
    "ends */ here /* and -- there",
    "line\u2028separator\u2029paragraph\u0085next\x0bvertical\x0cfeed",
    "back\\slash \\q \\! touch hacked",
    "\\! touch hacked",
    "quote ' and \" and ` and $$",
    "\x1b[31mred\x1b[0m \x7f\x9b31m",
    "naïve 移行 🐘",
    "trailing backslash \\",
    "x" * 3000 + "y",
    ":USER :'USER' %s",
]


CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def test_messages(project, db, twin):
    """One comment each, on one line by any reader's idea of a line."""
    names = [f"n{number:02}" for number in range(len(NASTY))]
    for revision, message in zip(line(*names), NASTY):
        header = project.write(revision) / "revision.yaml"
        escaped = "".join(f"\\U{ord(each):08x}" for each in message[:80]) + message[80:]
        written = header.read_text().replace(f'message: "make {revision.id}"', f'message: "{escaped}"')
        header.write_text(written, encoding="utf-8")
    text = printed(project, "upgrade", "head")
    comments = [each for each in text.splitlines() if each.startswith("-- ")]
    assert len(comments) == len(NASTY) and not CONTROL.search(text)
    assert all(f"-> {name}, " in comment for name, comment in zip(names, comments))
    project.rev("upgrade", "head").ok()
    play(twin, text)
    assert state(twin) == state(db)


def test_tags(project, db):
    project.draw("a1")
    forms = (["upgrade", "head"], ["downgrade", "a1:base"], ["stamp", "a1"])
    plain = [printed(project, *arguments) for arguments in forms]
    for tag in NASTY:
        tagged = [printed(project, *arguments, "--tag", tag) for arguments in forms]
        for with_tag, without in zip(tagged, plain):
            (comment,) = with_tag.replace(without, "").splitlines()
            assert comment.startswith("-- ") and not CONTROL.search(with_tag)
            assert tag.split()[-1][-3:] in comment
        play(db, tagged[0], tagged[1])
    assert db.rows() == []


def test_tag_that_is_empty_or_looks_like_an_option(project, db):
    project.draw("a1")
    project.rev("upgrade", "head", "--sql", "--tag", "").fails(2, "--tag")
    assert "-- tag: --x" in printed(project, "upgrade", "head", "--tag=--x")


# --- refusals ---


@pytest.mark.parametrize(
    "arguments, parts",
    [
        (["downgrade", "a1", "--sql"], ["A:B", "a1"]),
        (["downgrade", "-1", "--sql"], ["-1"]),
        (["downgrade", "base", "--sql"], ["base"]),
        (["downgrade", "b2:", "--sql"], ["b2:"]),
        (["downgrade", ":a1", "--sql"], ["a1"]),
        (["downgrade", "a1:b2", "--sql"], ["b2"]),
        (["downgrade", "head:a1", "--sql"], ["b2", "c3"]),
        (["upgrade", "-1:head", "--sql"], ["-1"]),
        (["upgrade", "+1:head", "--sql"], ["+1"]),
        (["upgrade", "a1+1:heads", "--sql"], ["a1+1"]),
        (["upgrade", "b2-1:heads", "--sql"], ["b2-1"]),
        (["upgrade", "left@+1:heads", "--sql"], ["left@+1"]),
        (["upgrade", "heads:heads", "--sql"], ["heads"]),
        (["upgrade", "head:heads", "--sql"], ["b2", "c3"]),
        (["upgrade", "current:heads", "--sql"], ["current"]),
        (["upgrade", "a1:current", "--sql"], ["current"]),
        (["upgrade", "head", "--sql"], ["b2", "c3"]),
        (["upgrade", "a1:head", "--sql"], ["b2", "c3"]),
        (["upgrade", "a1:b2:c3", "--sql"], ["b2:c3"]),
        (["upgrade", "nosuch:b2", "--sql"], ["nosuch"]),
        (["upgrade", "a1:nosuch", "--sql"], ["nosuch"]),
        (["upgrade", "", "--sql"], []),
        (["upgrade", "a1 :b2", "--sql"], ["a1 "]),
        (["stamp", "a1:b2", "base:c3", "--sql"], ["a1", "base"]),
        (["stamp", "a1:b2", "c3", "--sql"], ["a1"]),
        (["stamp", "a1", "b2", "--sql"], ["a1", "overlaps"]),
        (["stamp", "a1:", "--sql"], ["a1:"]),
        (["stamp", "a1:+1", "--sql"], ["+1"]),
        (["stamp", "b2", "--purge", "--sql"], ["--purge", "--sql"]),
        (["upgrade", "b2", "--dry-run", "--sql"], ["--dry-run", "--sql"]),
        (["downgrade", "b2:a1", "--dry-run", "--sql"], ["--dry-run", "--sql"]),
        (["upgrade", "b2", "--tag", "x"], ["--tag", "--sql"]),
        (["downgrade", "b2", "--tag", "x"], ["--tag", "--sql"]),
        (["stamp", "b2", "--tag", "x"], ["--tag", "--sql"]),
        (["upgrade", "b2", "--sql", "--format", "json"], ["--sql", "json"]),
        (["stamp", "b2", "--sql", "--format", "json"], ["--sql", "json"]),
        (["upgrade", "a1:b2"], ["a1:b2", "--sql"]),
        (["downgrade", "b2:a1"], ["b2:a1", "--sql"]),
        (["stamp", "a1:b2"], ["a1:b2", "--sql"]),
        (["revision", "-m", "x", "--sql"], ["--sql"]),
        (["heads", "--sql"], ["--sql"]),
    ],
)
def test_refused(files, sqlite, arguments, parts):
    files.configure(sqlite.url)
    files.draw("a1; b2<a1 (left); c3<a1")
    result = files.rev(*arguments).fails(2, *parts)
    assert result.stdout == ""
    assert sqlite.all_tables() == []


def test_hints_of_multiple_heads_belong_to_the_command(files, sqlite):
    """`--head` is an option of `revision`; neither upgrade nor downgrade has it."""
    files.configure(sqlite.url)
    files.draw("a1; b2<a1; c3<a1")
    for arguments in (["upgrade", "head"], ["upgrade", "head:heads"], ["downgrade", "head:a1"], ["stamp", "head"]):
        files.rev(*arguments, "--sql").fails(2, "b2", "c3").says_not("--head ")


# --- where the tables lie ---


def test_version_table(project, db, twin):
    project.draw("a1; b2<a1")
    name = "my versions; x"
    text = (project.root / "rev.yaml").read_text()
    (project.root / "rev.yaml").write_text(text + f'version_table: "{name}"\n')
    project.rev("upgrade", "head").ok()
    play(twin, printed(project, "upgrade", "a1"), printed(project, "upgrade", "a1:head"))
    for each in (db, twin):
        assert each.query(f'SELECT version_num FROM "{name}"') == [("b2",)]
        assert not each.has("alembic_version")
    assert twin.query(LOG.format("")) == db.query(LOG.format(""))


def test_version_table_schema(tmp_path, postgresql):
    project = Project(tmp_path / "project", postgresql.url, 'version_table_schema: "Ops dept"\n').draw("a1; b2<a1")
    postgresql.execute('CREATE SCHEMA "Ops dept"')
    play(postgresql, printed(project, "upgrade", "a1"))
    project.rev("upgrade", "head").ok()
    play(postgresql, printed(project, "downgrade", "b2:base"))
    assert postgresql.query('SELECT * FROM "Ops dept".alembic_version') == []
    assert len(postgresql.query('SELECT * FROM "Ops dept".rev_log')) == 4
    assert postgresql.all_tables() == []


def test_corpus_offline(db, twin, tmp_path):
    """A real graph with many branches: up in one script, down in another."""
    import corpora

    project = Project(tmp_path / "project", db.url).add(*corpora.load("sourcegraph-codeintel"))
    project.rev("upgrade", "heads").ok()
    play(twin, printed(project, "upgrade", "heads"))
    assert state(twin) == state(db)
