"""Servers on loopback that imitate engines which speak PostgreSQL's protocol: what they say of themselves, what they
refuse, and as much of a database as rev's own statements need. No SQL is understood: the statements that rev writes are
recognised, all others are said to be done.

The refusals are from the engines' documentation, as docs/engines.md has it.
"""

import re
import struct
import threading
from dataclasses import dataclass, field

import fake_server
from fake_server import FakeServer, message


@dataclass
class Engine:
    name: str
    version: str
    parameters: dict = field(default_factory=dict)
    relation: str = None  # in its catalog, and in no other's
    advisory_locks: bool = False
    lock_row: bool = True
    transactional_ddl: bool = False
    jobs: str = None  # a part of the query for them
    refuses: tuple = ()  # patterns of statements that it does not know
    lies: tuple = ()  # what it accepts and does nothing for: rev must not rely on it
    keeps_scripts: bool = True
    separates_ddl: bool = False  # one DDL statement a transaction, and nothing else in it


ADVISORY = r"pg_(try_)?advisory"
ENGINES = [
    # Of a version to which each statement is sent by itself; a step in one message is tested on the real one.
    Engine(
        "PostgreSQL",
        "PostgreSQL 12.17 (Debian 12.17-1) on x86_64-pc-linux-gnu",
        {"server_version": "12.17"},
        advisory_locks=True,
        transactional_ddl=True,
    ),
    Engine(
        "CockroachDB",
        "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built 2023/09/27 01:53:43, go1.19.10)",
        {"crdb_version": "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)"},
        lies=(ADVISORY,),
        jobs="SHOW JOBS",
        refuses=(r"SESSION AUTHORIZATION", r"DISCARD (?!ALL$)", r"session_replication_role", r"DISCARD ALL;"),
    ),
    Engine(
        "YugabyteDB",
        "PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64-pc-linux-gnu, compiled by clang version 16.0.6",
        {"server_version": "11.2-YB-2.20.1.0-b0"},
        refuses=(ADVISORY,),
    ),
    Engine(
        "Citus",
        "PostgreSQL 16.1 on x86_64-pc-linux-gnu",
        relation="pg_catalog.pg_dist_node",
        advisory_locks=True,
        transactional_ddl=True,
    ),
    Engine(
        "Amazon Redshift",
        "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2, Redshift 1.0.12103",
        {"server_version": "8.0.2"},
        lock_row=False,
        transactional_ddl=True,
        keeps_scripts=False,
        refuses=(
            ADVISORY, r"SAVEPOINT", r"RETURNING", r"ON CONFLICT", r"\bbytea\b", r"ORDINALITY", r"clock_timestamp",
            r"DISCARD", r"\bROLE\b", r"UNLISTEN", r"lock_timeout", r"pg_locks", r"string_agg", r"FOR (KEY|UPDATE|NO)",
        ),
    ),
    Engine(
        "Aurora DSQL",
        "PostgreSQL 16.13",
        {"server_version": "16.13"},
        relation="sys.iam_pg_role_mappings",
        jobs="sys.jobs",
        separates_ddl=True,
        refuses=(
            ADVISORY, r"SAVEPOINT", r"DISCARD", r"pg_extension", r"pg_locks", r"pg_stat_activity", r"pg_database",
            r"AS IDENTITY(?! \(CACHE)", r"CONCURRENTLY", r"(statement|lock)_timeout", r"session_replication_role",
            r"pg_stat_progress", r"SESSION AUTHORIZATION",
        ),
    ),
]  # fmt: skip

DDL = re.compile(r"\s*(CREATE|ALTER|DROP|TRUNCATE|COMMENT|GRANT|REVOKE)\b", re.I)
OWN_TABLE = re.compile(r"(?:alembic_version|rev_log|rev_script|rev_lock)\b")


class Refusal(Exception):
    def __init__(self, sqlstate, text):
        super().__init__(text)
        self.sqlstate = sqlstate


@dataclass
class Sent:
    """A statement as it came, and in which state of the transaction: I, T or E."""

    text: str
    values: tuple
    state: str


class Session(fake_server.Session):
    """Answers by the server's engine; keeps the state of a transaction as a server does."""

    state = "I"
    seen_ddl = seen_other = 0
    text, values = "", ()

    def _serve(self):
        while True:
            kind, body = self._message()
            if kind == b"X":
                return
            if kind == b"Q":
                self.server.trips += 1
                self._run([part for part in re.split(r";\s*", body[:-1].decode()) if part], ())
                self._ready()
            elif kind == b"P":
                self.text = body.split(b"\0")[1].decode()
            elif kind == b"B":
                self.values = read_bind(body)
            elif kind == b"S":
                self.server.trips += 1
                self.connection.sendall(message(b"1") + message(b"2"))
                self._run([self.text], self.values)
                self._ready()

    def _ready(self):
        self.connection.sendall(message(b"Z", self.state.encode()))

    def _run(self, texts, values):
        for text in texts:
            try:
                rows, tag = self._execute(text, values)
            except Refusal as refusal:
                self.state = "E" if self.state != "I" else "I"
                self.connection.sendall(error(refusal))
                return
            self.connection.sendall(result(rows, tag))

    def _execute(self, text, values):
        server = self.server
        with server.lock:
            server.sent.append(Sent(text, values, self.state))
            word = text.split()[0].upper()
            if word == "BEGIN":
                self.state, self.seen_ddl, self.seen_other = "T", 0, 0
                return None, "BEGIN"
            if word == "ROLLBACK" or (word == "COMMIT" and self.state == "E"):
                self.state = "I"
                server.tables.end(commits=False)
                return None, "ROLLBACK"
            if self.state == "E":
                raise Refusal("25P02", "current transaction is aborted")
            if word == "COMMIT":
                self._fail_as_told(text)
                self.state = "I"
                server.tables.end(commits=True)
                return None, "COMMIT"
            self._check(text)
            self._fail_as_told(text)
            return server.tables.answer(text, values, is_committed=self.state == "I")

    def _fail_as_told(self, text):
        sqlstate = self.server.next_failure(text)
        if sqlstate:
            if text.startswith("COMMIT"):
                self.state = "I"
                self.server.tables.end(commits=False)
            raise Refusal(sqlstate, "as the test wants it")

    def _check(self, text):
        engine = self.server.engine
        for pattern in engine.refuses:
            if re.search(pattern, text):
                self.server.refused.append(text)
                raise Refusal("0A000", f"{pattern} is not supported")
        if any(re.search(pattern, text) for pattern in engine.lies):
            self.server.refused.append(text)
        is_ddl = bool(DDL.match(text))
        if engine.separates_ddl and self.state == "T" and not text.startswith("SET "):
            self.seen_ddl += is_ddl
            self.seen_other += not is_ddl
            if self.seen_ddl > 1 or (self.seen_ddl and self.seen_other):
                self.server.refused.append(text)
                raise Refusal("0A000", "ddl and dml are not supported in the same transaction")


def read_bind(body):
    """The parameters of a Bind message; text as text, bytes as bytes."""
    at = body.index(b"\0", body.index(b"\0") + 1) + 1
    (count,) = struct.unpack_from("!h", body, at)
    formats = struct.unpack_from(f"!{count}h", body, at + 2)
    at += 2 + 2 * count
    (count,) = struct.unpack_from("!h", body, at)
    at += 2
    values = []
    for i in range(count):
        (size,) = struct.unpack_from("!i", body, at)
        at += 4
        value = None if size < 0 else body[at : at + size]
        at += max(size, 0)
        is_binary = formats[i if len(formats) > 1 else 0] if formats else 0
        values.append(value if value is None or is_binary else value.decode())
    return tuple(values)


def error(refusal):
    fields = [b"SERROR", b"VERROR", b"C" + refusal.sqlstate.encode(), b"M" + str(refusal).encode()]
    return message(b"E", b"".join(part + b"\0" for part in fields) + b"\0")


def result(rows, tag):
    """Columns of text; None as rows: a statement that returns none."""
    if rows is None:
        return message(b"C", tag.encode() + b"\0")
    width = len(rows[0]) if rows else 1
    columns = b"".join(b"c\0" + struct.pack("!ihihih", 0, 0, 25, -1, -1, 0) for _ in range(width))
    answer = message(b"T", struct.pack("!h", width) + columns)
    for row in rows:
        values = b"".join(
            struct.pack("!i", -1) if value is None else struct.pack("!i", len(value.encode())) + value.encode()
            for value in row
        )
        answer += message(b"D", struct.pack("!h", len(row)) + values)
    return answer + message(b"C", f"SELECT {len(rows)}\0".encode())


class Tables:
    """rev's own tables, and nothing else. What a transaction changed is kept back until it commits."""

    def __init__(self, engine):
        self.engine = engine
        self.state = {"tables": set(), "rows": set(), "log": {}, "owner": None}
        self.before = None
        self.running_jobs, self.failed_jobs = [], []
        self.failing_indexes = {}  # name → why

    def end(self, commits):
        if not commits and self.before is not None:
            self.state = self.before
        self.before = None

    def answer(self, text, values, is_committed):
        if not is_committed and self.before is None:
            state = self.state
            self.before = {
                "tables": set(state["tables"]), "rows": set(state["rows"]),
                "log": {key: dict(row) for key, row in state["log"].items()}, "owner": state["owner"],
            }  # fmt: skip
        for pattern, method in self.KNOWN:
            if re.search(pattern, text):
                return method(self, text, values)
        return self._other(text)

    def _find(self, _text, values):
        tables = self.state["tables"]
        is_there = values[1] in tables
        return [
            [
                "public", "table" if is_there else None, "yes" if is_there else None,
                "yes" if "rev_log" in tables else None, "yes" if "rev_script" in tables else None, f"'{values[1]}'",
                self.engine.version, self.engine.relation,
            ]
        ], ""  # fmt: skip

    def _create(self, text, _values):
        self.state["tables"].add(OWN_TABLE.search(text).group())
        return None, "CREATE TABLE"

    def _read(self, text, _values):
        rows = [[row] + [None] * 9 for row in sorted(self.state["rows"])] if "version_num" in text else []
        for key, row in self.state["log"].items():
            if not row["finished"] and "rev_log" in text:
                rows.append([
                    None, key, row["revision"], row["direction"], row["checksum"], row["outcome"], "2025", "me",
                    row["total"], row["done"],
                ])  # fmt: skip
        return rows, ""

    def _change_rows(self, text, values):
        rows = self.state["rows"]
        word = text.split()[0]
        gone = {"INSERT": None, "UPDATE": values[-1], "DELETE": values[0]}[word]
        if gone is not None and gone not in rows:
            return None, f"{word} 0"
        rows.discard(gone)
        if word != "DELETE":
            rows.add(values[0])
        return None, "INSERT 0 1" if word == "INSERT" else f"{word} 1"

    def _begin_log(self, text, values):
        key = str(len(self.state["log"]) + 1)
        if "'running'" in text:
            _, revision, direction, _, checksum, _, total = values
            self.state["log"][key] = dict(
                revision=revision, direction=direction, checksum=checksum, outcome="running", total=total, done="0",
                finished=False,
            )  # fmt: skip
        else:
            self.state["log"][key] = dict(revision=values[1], outcome=values[8], finished=True)
        return ([[key]], "") if "RETURNING" in text else (None, "INSERT 0 1")

    def _newest_log(self, _text, _values):
        return [[max(self.state["log"], key=int)]], ""

    def _change_log(self, text, values):
        row = self.state["log"][values[0]]
        if row["finished"]:
            return None, "UPDATE 0"
        if "finished_at =" in text:
            row.update(outcome=values[1], finished=True)
        elif "statements_done = $2" in text:
            row["done"] = values[1]
        elif "'failed'" in text:
            row["outcome"] = "failed"
        else:
            row.update(outcome="running", checksum=values[1], total=values[2])
        return None, "UPDATE 1"

    def _take_lock(self, _text, values):
        if "rev_lock" not in self.state["tables"]:
            raise Refusal("42P01", "relation rev_lock does not exist")
        if self.state["owner"]:
            return None, "INSERT 0 0"
        self.state["owner"] = values[1]
        return None, "INSERT 0 1"

    def _check_lock(self, _text, values):
        return [["alembic_version"]] if self.state["owner"] == values[1] else [], ""

    def _release_lock(self, _text, values):
        is_ours = self.state["owner"] == values[1]
        self.state["owner"] = None if is_ours else self.state["owner"]
        return None, "DELETE 1" if is_ours else "DELETE 0"

    def _build_index(self, text, _values):
        name = re.search(r"ASYNC (\w+)", text).group(1)
        if name in self.failing_indexes:
            self.failed_jobs.append(f"job of {name}: {self.failing_indexes[name]}")
        return [["job_id"]], ""

    def _jobs(self, text, _values):
        if "failed" in text:
            return [[job] for job in self.failed_jobs], ""
        return ([[self.running_jobs.pop(0)]], "") if self.running_jobs else ([], "")

    def _other(self, text):
        word = text.split()[0].upper()
        if word in ("SELECT", "WITH", "VALUES"):
            return [], ""
        return None, {"INSERT": "INSERT 0 1", "UPDATE": "UPDATE 1", "DELETE": "DELETE 1"}.get(word, word)

    KNOWN = (
        (r"FROM pg_catalog.pg_namespace s", _find),
        (r"CREATE TABLE IF NOT EXISTS \"public\".(alembic_version|rev_)", _create),
        (r"SELECT CAST\(version_num AS text\), NULL|SELECT NULL, CAST\(id AS text\)", _read),
        (r"(INSERT INTO|UPDATE|DELETE FROM) \"public\".alembic_version\b", _change_rows),
        (r"INSERT INTO \"public\".rev_log\b", _begin_log),
        (r"SELECT CAST\(max\(id\) AS text\) FROM \"public\".rev_log\b", _newest_log),
        (r"UPDATE \"public\".rev_log\b", _change_log),
        (r"INSERT INTO \"public\".rev_lock\b", _take_lock),
        (r"SELECT version_table FROM \"public\".rev_lock\b", _check_lock),
        (r"DELETE FROM \"public\".rev_lock WHERE version_table = \$1", _release_lock),
        (r"SHOW JOBS|sys\.jobs", _jobs),
        (r"INDEX ASYNC", _build_index),
        (r"pg_try_advisory_lock", lambda *_: ([["t"]], "")),
        (r"pg_backend_pid\(\)$", lambda *_: ([[str(fake_server.PID)]], "")),
        (r"^SELECT pg_catalog.version\(\)$", lambda self, *_: ([[self.engine.version]], "")),
    )


class EngineServer(FakeServer):
    """`sent` is what came; `refused` what the engine has not; `trips` how often somebody waited for an answer."""

    session_class = Session

    def __init__(self, engine):
        super().__init__()
        self.engine = engine
        self.parameters = {**fake_server.PARAMETERS, **engine.parameters}
        self.lock = threading.Lock()
        self.tables = Tables(engine)
        self.sent, self.refused = [], []
        self.trips = 0
        self.failures = []

    @property
    def url(self):
        return f"postgresql://fake@127.0.0.1:{self.port}/fake?sslmode=disable&gssencmode=disable"

    @property
    def rows(self):
        return self.tables.state["rows"]

    def fail(self, pattern, sqlstate, times=1):
        """The next statements that match end with this error."""
        self.failures.append([pattern, sqlstate, times])

    def next_failure(self, text):
        for failure in self.failures:
            if failure[2] and re.search(failure[0], text):
                failure[2] -= 1
                return failure[1]
        return None

    def texts(self, pattern):
        return [sent.text for sent in self.sent if re.search(pattern, sent.text)]

    def places(self, pattern):
        return [i for i, sent in enumerate(self.sent) if re.search(pattern, sent.text)]

    def forget(self):
        self.sent.clear()
        self.trips = 0
