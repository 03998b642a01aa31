"""Manners on a busy server: limits on waiting, tries again, and who is in the way."""

import signal
import threading
import time

import pytest
from projects import Project, Revision, line
from rev import finish

QUICK = ("--lock-timeout", "300ms")
LONG_ENOUGH_TO_LOOK = ("--lock-timeout", "2s")
SHOW = "INSERT INTO seen SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"
SOON = 20


@pytest.fixture
def db(postgresql):
    return postgresql


class Holder:
    """A session that holds a lock until it is let go."""

    def __init__(self, db, *statements):
        self.connection = db.connect()
        self.cursor = self.connection.cursor()
        self.cursor.execute("SET application_name = 'nightly report'")
        self.pid = self.connection.get_backend_pid()
        self.cursor.execute("BEGIN")
        for statement in statements:
            self.cursor.execute(statement)

    def let_go(self):
        if not self.connection.closed:
            self.connection.close()


@pytest.fixture
def hold(db):
    holders = []

    def make(*statements):
        holders.append(Holder(db, *statements))
        return holders[-1]

    yield make
    for holder in holders:
        holder.let_go()


@pytest.fixture
def blocked(project, db):
    """b2 needs a table that somebody else may hold."""
    project.add(
        *line("a1"),
        Revision("b2", ["a1"], up=["CREATE TABLE first (id integer)", "ALTER TABLE t_a1 ADD COLUMN more integer"]),
    )
    project.rev("upgrade", "a1").ok()
    return project


def wait_for_line(process, text):
    """Reads stderr until a line holds the text; what was read."""
    read = b""
    while text.encode() not in read:
        line = process.stderr.readline()
        assert line, f"ended without {text!r}: {read.decode()}"
        read += line
    return read.decode()


OUR_STATES = "SELECT state FROM pg_stat_activity WHERE application_name LIKE 'rev%'"
SOMEBODY_WAITS = "SELECT true FROM pg_locks WHERE NOT granted LIMIT 1"


def wait_until(db, process, query, answer):
    deadline = time.monotonic() + 60
    while db.query(query) != answer:
        assert time.monotonic() < deadline, (query, db.query(query))
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def outcomes(db, revision):
    return [outcome for (name, _, outcome) in db.log() if name == revision]


def test_a_step_that_met_a_lock_is_tried_again(blocked, db, hold):
    holder = hold("LOCK TABLE t_a1 IN ACCESS SHARE MODE")
    process = blocked.rev.start("upgrade", "head", *LONG_ENOUGH_TO_LOOK)
    said = wait_for_line(process, "try 2 of 6 in")
    assert f"pid {holder.pid} (nightly report, `LOCK TABLE t_a1 IN ACCESS SHARE MODE`" in said
    assert "revision b2" in said and "rolled back" in said
    holder.let_go()
    finish(process).ok()
    assert db.rows() == ["b2"]
    tried = outcomes(db, "b2")
    assert tried[-1] == "done" and set(tried[:-1]) == {"failed"}


def test_the_one_in_the_way_is_named_while_a_statement_waits(blocked, hold):
    holder = hold("LOCK TABLE t_a1")
    process = blocked.rev.start("upgrade", "head", "--lock-timeout", "0")
    said = wait_for_line(process, "waiting: for a lock of")
    assert f"pid {holder.pid} (nightly report, `LOCK TABLE t_a1`, in a transaction for" in said
    holder.let_go()
    finish(process).ok()


def test_a_lock_that_is_never_let_go(blocked, db, hold):
    holder = hold("LOCK TABLE t_a1")
    result = blocked.rev("upgrade", "head", *LONG_ENOUGH_TO_LOOK, "--lock-retries", "1")
    result.fails(1, "b2", "up.sql:2:", "55P03", "after 2 tries", f"blocked by pid {holder.pid} (nightly report")
    result.says(f"pg_terminate_backend({holder.pid})", "--lock-timeout", "--lock-retries", "try 2 of 2").says_not(
        "of 3"
    )
    assert db.rows() == ["a1"]
    assert outcomes(db, "b2") == ["failed", "failed"]
    holder.let_go()
    assert db.tables() == ["t_a1"], "the whole step was rolled back"
    blocked.rev("upgrade", "head", "--lock-retries", "0").ok()


def test_no_retries(blocked, db, hold):
    hold("LOCK TABLE t_a1")
    blocked.rev("upgrade", "head", *QUICK, "--lock-retries", "0").fails(1, "after 1 try").says_not("try 2")
    assert outcomes(db, "b2") == ["failed"]


def test_somebody_elses_password_is_not_shown(blocked, db, hold):
    hold("CREATE ROLE someone PASSWORD 'hidden'; LOCK TABLE t_a1")
    blocked.configure(db.url, "lock_retries: 0\n")
    blocked.rev("upgrade", "head", *LONG_ENOUGH_TO_LOOK).fails(1, "nightly report").says_not("hidden")


def test_between_two_tries_nothing_is_open(blocked, db, hold):
    holder = hold("LOCK TABLE t_a1")
    process = blocked.rev.start("upgrade", "head", *QUICK, "--lock-retries", "1000")
    wait_for_line(process, "try 5 of 1001 in")
    wait_until(db, process, OUR_STATES, [("idle",)])
    process.send_signal(signal.SIGINT)
    finish(process, timeout=SOON).fails(130)
    assert db.rows() == ["a1"]
    holder.let_go()
    blocked.rev("upgrade", "head").ok()


def test_tries_do_not_count_as_waiting_for_migrators(blocked, hold):
    holder = hold("LOCK TABLE t_a1")
    process = blocked.rev.start("upgrade", "head", *QUICK, "--wait", "0")
    wait_for_line(process, "try 3 of 6 in")
    holder.let_go()
    finish(process).ok()


FAILS_ONCE = """DO $$
BEGIN
  IF nextval('tries') < %d THEN
    RAISE EXCEPTION 'not this time' USING ERRCODE = '%s';
  END IF;
END $$"""


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03"])
def test_conflicts_are_tried_again(project, db, sqlstate):
    db.execute("CREATE SEQUENCE tries")
    project.add(*line("a1"), Revision("b2", ["a1"], up=["CREATE TABLE one (id int)", FAILS_ONCE % (3, sqlstate)]))
    project.rev("upgrade", "head").ok("not this time", "try 2 of 6", "try 3 of 6").says_not("try 4")
    assert db.rows() == ["b2"]
    assert outcomes(db, "b2") == ["failed", "failed", "done"]


def test_other_errors_are_not_tried_again(project, db):
    db.execute("CREATE SEQUENCE tries")
    project.add(Revision("a1", up=[FAILS_ONCE % (2, "23505")]))
    project.rev("upgrade", "head").fails(1, "not this time").says_not("try")
    assert db.query("SELECT last_value FROM tries") == [(1,)]


def test_a_real_deadlock_is_tried_again(project, db, hold):
    db.execute("CREATE TABLE one (id int)", "CREATE TABLE two (id int)")
    holder = hold("SET LOCAL deadlock_timeout = '1h'", "LOCK TABLE one")
    project.add(Revision("a1", up=["SET LOCAL deadlock_timeout = '200ms'", "LOCK TABLE two", "LOCK TABLE one"]))
    process = project.rev.start("upgrade", "head")
    wait_until(db, process, SOMEBODY_WAITS, [(True,)])
    other = threading.Thread(target=lambda: holder.cursor.execute("LOCK TABLE two"))
    other.start()
    wait_for_line(process, "try 2 of 6")
    other.join(60)
    holder.let_go()
    finish(process).ok()
    assert db.rows() == ["a1"]


def test_a_stamp_is_tried_again(blocked, db, hold):
    holder = hold("LOCK TABLE alembic_version IN SHARE MODE")
    process = blocked.rev.start("stamp", "b2", *QUICK)
    wait_for_line(process, "the stamp")
    holder.let_go()
    finish(process).ok()
    assert db.rows() == ["b2"]


def test_statement_timeout(project, db):
    project.add(*line("a1"), Revision("b2", ["a1"], up=["CREATE TABLE one (id int)", db.slow]))
    result = project.rev("upgrade", "head", "--statement-timeout", "200ms")
    result.fails(1, "b2", "up.sql:2:", "57014", "--statement-timeout").says_not("try")
    assert (db.rows(), db.tables()) == (["a1"], ["t_a1"])


def test_statement_timeout_while_it_waits_for_a_lock(blocked, hold):
    holder = hold("LOCK TABLE t_a1")
    result = blocked.rev("upgrade", "head", "--statement-timeout", "2s", "--lock-timeout", "0")
    result.fails(1, "57014", f"blocked by pid {holder.pid}", "--statement-timeout")


@pytest.mark.parametrize("transactional", ["true", "false"])
def test_who_says_the_limits(project, db, transactional):
    """The flag overrules the header, which overrules the environment, which overrules rev.yaml."""
    db.execute("CREATE TABLE seen (lock text, statement text)")
    header = {"lock_timeout": "3s", "statement_timeout": "2min", "transactional": transactional}
    named = "environments: {busy: {lock_timeout: 1500ms, statement_timeout: 0}}\n"
    project.configure(db.url, "lock_timeout: 7s\nlock_retries: 2\nstatement_timeout: 1h\n" + named)
    project.add(
        Revision("a1", up=[SHOW], extra={"transactional": transactional}),
        Revision("b2", ["a1"], up=[SHOW], extra={"transactional": transactional}),
        Revision("c3", ["b2"], up=[SHOW], extra=header),
        Revision("d4", ["c3"], up=[SHOW], extra=header),
        Revision("e5", ["d4"], up=[SHOW], extra=header),
        Revision("f6", ["e5"], up=[SHOW], extra={"transactional": transactional}),
    )
    project.rev("upgrade", "a1").ok()
    project.rev("upgrade", "b2", "-e", "busy").ok()
    project.rev("upgrade", "c3", "-e", "busy").ok()
    project.rev("upgrade", "d4", "--lock-timeout", "250ms", "--statement-timeout", "0").ok()
    project.rev("upgrade", "e5", "--lock-timeout", "0").ok()
    project.configure(db.url)
    project.rev("upgrade", "f6").ok()
    seen = db.query("SELECT * FROM seen ORDER BY ctid")
    statements = ["1h", "0", "2min", "0", "2min", "0"]
    locks = ["7s", "1500ms", "3s", "250ms", "0", "5s"] if transactional == "true" else ["0"] * 6
    assert seen == list(zip(locks, statements))


def test_retries_of_header_and_file(blocked, db, hold):
    hold("LOCK TABLE t_a1")
    blocked.configure(db.url, "lock_timeout: 100ms\nlock_retries: 1\n")
    blocked.rev("upgrade", "head").fails(1, "after 2 tries")
    header = blocked.folder("b2") / "revision.yaml"
    header.write_text(header.read_text() + "lock_retries: 0\n")
    blocked.rev("upgrade", "head").fails(1, "after 1 try")
    blocked.rev("upgrade", "head", "--lock-retries", "2").fails(1, "after 3 tries")


def test_what_a_script_sets_holds(project, db):
    db.execute("CREATE TABLE seen (lock text, statement text)")
    project.add(
        Revision("a1", up=["SET LOCAL lock_timeout = '9s'", SHOW]),
        Revision("b2", ["a1"], up=["SET lock_timeout = '8s'", SHOW], extra={"transactional": "false"}),
        Revision("c3", ["b2"], up=[SHOW]),
    )
    project.rev("upgrade", "head").ok()
    assert [lock for lock, _ in db.query("SELECT * FROM seen ORDER BY ctid")] == ["9s", "8s", "5s"]


def concurrently(project, *before):
    project.add(
        *line("a1"),
        Revision(
            "b2",
            ["a1"],
            up=[*before, "CREATE INDEX CONCURRENTLY by_id ON t_a1 (id)"],
            extra={"transactional": "false", "lock_timeout": "100ms"},
        ),
    )
    project.rev("upgrade", "a1").ok()


VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_id'::regclass"


@pytest.mark.parametrize("role", ["", "ALTER ROLE CURRENT_USER SET lock_timeout = '100ms'"])
def test_concurrently_waits_for_old_snapshots_beyond_lock_timeout(project, db, hold, role):
    concurrently(project)
    db.execute("CREATE TABLE other (id int)", *([role] if role else []))
    try:
        holder = hold("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT * FROM other")
        process = project.rev.start("upgrade", "head", "--lock-timeout", "100ms")
        said = wait_for_line(process, "waiting: for a lock of")
        assert f"pid {holder.pid} (nightly report" in said
        time.sleep(0.5)  # several times its lock_timeout
        assert process.poll() is None
        assert [state for (state,) in db.query(OUR_STATES) if state.startswith("idle in")] == []
        holder.let_go()
        finish(process).ok().says_not("try 2")
    finally:
        db.execute("ALTER ROLE CURRENT_USER RESET lock_timeout")
    assert db.query(VALID) == [(True,)]


@pytest.mark.parametrize("config", ["", "lock: row\n"])
def test_statement_timeout_holds_for_concurrently(project, db, hold, config):
    concurrently(project)
    project.configure(db.url, config)
    holder = hold("LOCK TABLE t_a1 IN ROW EXCLUSIVE MODE")
    result = project.rev("upgrade", "head", "--statement-timeout", "2s")
    result.fails(1, "57014", f"blocked by pid {holder.pid}", "resolve b2 --continue")


def test_our_own_rows_of_a_statementwise_step_are_tried_again(project, db, hold):
    concurrently(project)
    holder = hold("LOCK TABLE rev_log IN SHARE MODE")
    process = project.rev.start("upgrade", "head")
    said = wait_for_line(process, "try 2 of 6")
    assert "our own rows" in said and f"pid {holder.pid}" in said
    holder.let_go()
    finish(process).ok()
    assert db.query(VALID) == [(True,)]


@pytest.mark.parametrize("command", [("status",), ("current",), ("upgrade", "head")])
def test_reading_the_version_table_does_not_wait_for_ever(blocked, hold, command):
    holder = hold("LOCK TABLE alembic_version")
    result = blocked.rev(*command, *LONG_ENOUGH_TO_LOOK)
    result.fails(1, "alembic_version", "55P03", f"blocked by pid {holder.pid} (nightly report, `LOCK TABLE")


@pytest.fixture
def lonely(db):
    """The URL of a role that may have one session."""
    db.execute("CREATE ROLE lonely LOGIN CONNECTION LIMIT 1", "GRANT ALL ON SCHEMA public TO lonely")
    yield db.server.url(db.database, user="lonely")
    db.execute("DROP OWNED BY lonely", "DROP ROLE lonely")


def test_who_cannot_look_waits_all_the_same(project, db, hold, lonely):
    """No second connection is to be had: who is in the way stays unknown, and nothing else fails."""
    db.execute("CREATE TABLE one (id int)", "GRANT ALL ON one TO lonely")
    project.configure(lonely)
    project.add(Revision("a1", up=["LOCK TABLE one"]))
    holder = hold("LOCK TABLE one")
    result = project.rev("upgrade", "head", *QUICK, "--lock-retries", "1")
    result.fails(1, "55P03", "after 2 tries", "pg_stat_activity").says_not("blocked by", "too many connections")
    holder.let_go()


def test_sqlite_takes_the_keys_and_the_flags(tmp_path, sqlite):
    project = Project(tmp_path / "project", sqlite.url, "lock_timeout: 1s\nlock_retries: 3\nstatement_timeout: 1h\n")
    header = {"lock_timeout": "1s", "lock_retries": "1", "statement_timeout": "0"}
    project.add(Revision("a1", up=["CREATE TABLE one (id int)"], down=["DROP TABLE one"], extra=header))
    project.rev("upgrade", "head", "--lock-timeout", "2s", "--lock-retries", "1", "--statement-timeout", "5s").ok()
    assert sqlite.rows() == ["a1"]


@pytest.mark.parametrize(
    "key, value, words",
    [
        ("lock_timeout", "soon", "duration"),
        ("lock_timeout", "-1s", "duration"),
        ("lock_timeout", "[1s]", "takes"),
        ("lock_retries", "1.5", "from 0 to 1000"),
        ("lock_retries", "1001", "from 0 to 1000"),
        ("statement_timeout", "25d", "duration"),
        ("statement_timeout", "3000000s", "duration"),
    ],
)
def test_bad_values_are_placed(files, key, value, words):
    column = len(key) + 3
    files.add(Revision("a1", extra={key: value}))
    files.rev("heads").fails(2, f"revision.yaml:7:{column}: error: ", key, words)
    files.configure(config=f"url: sqlite:///x.db\n{key}: {value}\n")
    files.rev("heads").fails(2, f"rev.yaml:2:{column}: error: ", key, words)
    if not value.startswith("["):
        option = "--" + key.replace("_", "-")
        files.rev("heads", f"{option}={value}").fails(2, option, words)


def test_limits_are_no_part_of_the_checksum(project, db):
    said = {"lock_timeout": "1s", "lock_retries": 9, "statement_timeout": "1h"}
    for extra in ({}, said, {"transactional": "false"}):
        for path in project.headers():
            path.unlink()
        project.write(Revision("a1", up=["SELECT 1"], down=["SELECT 1"], extra=extra, message=f"{len(extra)} keys"))
        project.rev("upgrade", "head").ok()
        project.rev("downgrade", "base").ok()
    sums = [row[0] for row in db.query("SELECT checksum FROM rev_log WHERE direction = 'upgrade' ORDER BY id")]
    assert sums[0] == sums[1] != sums[2]


def test_a_printed_script_has_the_limits_that_were_said(blocked, db):
    blocked.configure(db.url, "lock_timeout: 7s\n")
    header = blocked.folder("b2") / "revision.yaml"
    header.write_text(header.read_text() + "statement_timeout: 1min\n")
    script = blocked.rev("upgrade", "a1:b2", "--sql").ok().stdout
    assert "BEGIN;\nSET LOCAL lock_timeout = 7000;\nSET LOCAL statement_timeout = 60000;\n" in script
    blocked.configure(db.url)
    assert "lock_timeout" not in blocked.rev("upgrade", "a1:b2", "--sql").ok().stdout
    blocked.rev("upgrade", "a1:b2", "--sql", "--lock-timeout", "1s").fails(2, "--lock-timeout and --sql")


def test_show_tells_the_limits_of_a_header(files):
    files.add(Revision("a1", extra={"lock_timeout": "2s", "statement_timeout": "0"}))
    files.rev("show", "a1").ok("Lock timeout: 2000 ms", "Statement timeout: 0 ms").says_not("Lock retries")
