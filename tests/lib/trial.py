"""A plan for runs that are cut off, and the one question to ask afterwards: do the version rows, the log and what
really ran agree?

    a1 ─▶ b2 ─▶ m4 ─▶ e5     c3 is `transactional: false`, m4 a merge point. e5's up.sql and a1's down.sql fail until
      ╰─▶ c3 ──╯             there is a table `helper`, and c3's up.sql until there is a table `ready`.

Every statement leaves something that can be counted, so that one that ran twice or not at all shows. Only statements
that refuse a transaction can be in doubt, and are therefore such that running them again changes nothing.
"""

import time
from collections import Counter
from dataclasses import dataclass

from database import OWN_TABLES
from projects import Project, Revision
from rev import Rev, fault_binary

PARENTS = {"a1": [], "b2": ["a1"], "c3": ["a1"], "m4": ["b2", "c3"], "e5": ["m4"]}
HEAD = "e5"
STATEMENTWISE = "c3"


@dataclass(frozen=True)
class Statement:
    sql: str
    adds: tuple = ()
    removes: tuple = ()
    is_bare: bool = False  # refuses a transaction
    is_repeated: bool = False

    def apply(self, effects):
        return effects - Counter(self.removes) + Counter(self.adds)


def mark(name, source=""):
    return Statement(f"INSERT INTO trace SELECT '{name}'{source}", adds=(name,))


def create(table):
    return Statement(f"CREATE TABLE {table} (id integer)", adds=(f"table {table}",))


def drop(table):
    return Statement(f"DROP TABLE {table}", removes=(f"table {table}",))


def steps_for(kind):
    """(revision, direction) → its statements, on this kind of database."""
    is_bare = kind == "postgresql"
    concurrently = "CONCURRENTLY " if is_bare else ""
    begin, commit = Statement("BEGIN"), Statement("COMMIT")
    filled = ("filled 1", "filled 2", "filled 3")
    fill = (
        "-- rev: repeat until 0 rows\n"
        "UPDATE batch SET done = done + 1 WHERE id IN (SELECT id FROM batch WHERE done = 0 LIMIT 2)"
    )
    index = f"CREATE INDEX {concurrently}IF NOT EXISTS i_c3 ON t_c3 (id)"
    no_index = f"DROP INDEX {concurrently}IF EXISTS i_c3"
    return {
        ("a1", "upgrade"): [create("t_a1"), mark("a1 up 2")],
        ("b2", "upgrade"): [create("t_b2"), mark("b2 up 2")],
        ("c3", "upgrade"): [
            mark("c3 up 1"),
            begin,
            mark("c3 up 3", " FROM ready"),
            create("t_c3"),
            commit,
            Statement(fill, adds=filled, is_repeated=True),
            Statement(index, adds=("index i_c3",), is_bare=is_bare),
            Statement("VACUUM batch" if concurrently else "VACUUM", is_bare=True),
            mark("c3 up 9"),
        ],
        ("m4", "upgrade"): [],
        ("e5", "upgrade"): [mark("e5 up 1"), mark("e5 up 2", " FROM helper")],
        ("e5", "downgrade"): [mark("e5 down 1")],
        ("m4", "downgrade"): [],
        ("c3", "downgrade"): [
            mark("c3 down 1"),
            Statement(no_index, removes=("index i_c3",), is_bare=is_bare),
            begin,
            drop("t_c3"),
            mark("c3 down 5"),
            commit,
            Statement("UPDATE batch SET done = done - 1", removes=filled),
        ],
        ("b2", "downgrade"): [drop("t_b2"), mark("b2 down 2")],
        ("a1", "downgrade"): [mark("a1 down 1"), drop("t_a1"), mark("a1 down 3", " FROM helper")],
    }


ALL = ("trace", "batch", "ready", "helper", "t_a1", "t_b2", "t_c3", *OWN_TABLES)
LOG = (
    "SELECT revision, direction, outcome, finished_at IS NOT NULL, statements_done, statements_total, rows_affected "
    "FROM rev_log ORDER BY id"
)
MARKS = (
    "SELECT what FROM trace UNION ALL SELECT CASE done WHEN 1 THEN 'filled ' ELSE 'wrongly filled ' END || id "
    "FROM batch WHERE done <> 0 UNION ALL "
)
OBJECTS = {
    "sqlite": "SELECT type || ' ' || name FROM sqlite_master WHERE name IN ('t_a1', 't_b2', 't_c3', 'i_c3')",
    "postgresql": "SELECT CASE WHEN relkind = 'r' THEN 'table ' WHEN indisvalid THEN 'index ' ELSE 'invalid index ' END"
    " || relname FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid "
    "WHERE relname IN ('t_a1', 't_b2', 't_c3', 'i_c3')",
}
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'rev%'"


@dataclass
class Entry:
    revision: str
    direction: str
    outcome: str
    is_finished: bool
    done: int
    total: int
    rows: int

    @property
    def is_unfinished(self):
        return not self.is_finished


class Trial:
    def __init__(self, root, db, config=None):
        self.db = db
        self.steps = steps_for(db.name)
        project = Project(root, db.url, config)
        for name, parents in PARENTS.items():
            scripts = [[statement.sql for statement in self.steps[name, way]] for way in ("upgrade", "downgrade")]
            extra = {"transactional": "false"} if name == STATEMENTWISE else {}
            project.add(Revision(name, parents, up=scripts[0], down=scripts[1], extra=extra))
        self.is_ahead = False  # more took effect than the log says: a statement is in doubt
        self.rev = project.rev
        self.faulty = Rev(project.root, program=fault_binary())
        self.connection = db.connect()

    def close(self):
        self.connection.close()

    def sql(self, text):
        if self.db.name == "sqlite":
            self.connection.executescript(text)
        else:
            with self.connection.cursor() as cursor:
                cursor.execute(text)

    def ask(self, text):
        cursor = self.connection.cursor()
        cursor.execute(text)
        rows = cursor.fetchall()
        cursor.close()
        return rows

    def begin(self, ready=True):
        """A database that rev has not seen yet."""
        self.sql(";".join(f"DROP TABLE IF EXISTS {table}" for table in ALL))
        self.sql(
            "CREATE TABLE trace (what text); CREATE TABLE batch (id integer, done integer);"
            "INSERT INTO batch VALUES (1, 0), (2, 0), (3, 0);"
        )
        if ready:
            self.provide("ready")

    def provide(self, table):
        self.sql(f"CREATE TABLE {table} (id integer); INSERT INTO {table} VALUES (1)")

    def take_away(self, table):
        self.sql(f"DROP TABLE {table}")

    # What the database holds

    def has(self, table):
        catalog = "sqlite_master WHERE " if self.db.name == "sqlite" else "pg_class WHERE relkind = 'r' AND rel"
        return bool(self.ask(f"SELECT 1 FROM {catalog}name = '{table}'"))

    def rows(self):
        if not self.has("alembic_version"):
            return []
        return sorted(row[0] for row in self.ask("SELECT version_num FROM alembic_version"))

    def log(self):
        return [Entry(*row) for row in self.ask(LOG)] if self.has("rev_log") else []

    def what_ran(self):
        return Counter(row[0] for row in self.ask(MARKS + OBJECTS[self.db.name]))

    def unfinished(self):
        return [entry for entry in self.log() if entry.is_unfinished]

    # The question

    def settle(self):
        """Until no session of rev is left: the server notices only by and by that a client has gone."""
        deadline = time.monotonic() + 60
        while self.db.name == "postgresql" and self.ask(SESSIONS) != [(0,)]:
            assert time.monotonic() < deadline, "a session of rev stays"
            time.sleep(0.002)

    def check(self):
        self.settle()
        log, rows, ran = self.log(), self.rows(), self.what_ran()
        story = f"version rows {rows}\nran {sorted(ran.elements())}\n" + "\n".join(map(str, log))
        assert rows == self.rows_by(log), story
        recorded, *others = self.effects_by(log)
        assert ran == recorded or ran in others, story
        self.is_ahead = ran != recorded
        self.check_log(log, story)

    def check_log(self, log, story):
        done = Counter((entry.revision, entry.direction) for entry in log if entry.outcome == "done")
        assert all(times == 1 for times in done.values()), story
        for place, entry in enumerate(log):
            assert entry.total == len(self.steps[entry.revision, entry.direction]), story
            assert entry.outcome in ("running", "done", "failed"), story
            assert entry.outcome != "done" or (entry.is_finished and entry.done == entry.total), story
            assert entry.outcome != "running" or entry.is_unfinished, story
            if entry.is_unfinished:
                assert entry.revision == STATEMENTWISE and place == len(log) - 1, story

    @staticmethod
    def rows_by(log):
        """The heads of what the log calls applied."""
        applied = set()
        for entry in log:
            if entry.outcome == "done":
                (applied.add if entry.direction == "upgrade" else applied.remove)(entry.revision)
        return sorted(applied - {parent for name in applied for parent in PARENTS[name]})

    def effects_by(self, log):
        """What the log says must have run: one set of effects, or two where a statement is in doubt."""
        effects = Counter()
        for entry in log:
            statements = self.steps[entry.revision, entry.direction]
            count = entry.done if entry.is_unfinished else len(statements) if entry.outcome == "done" else 0
            for statement in statements[:count]:
                effects = statement.apply(effects)
        yield effects
        for entry in log:
            if entry.is_unfinished and entry.done < entry.total:
                yield from self.begun(entry, effects)

    def begun(self, entry, effects):
        statement = self.steps[entry.revision, entry.direction][entry.done]
        if statement.is_bare:
            yield statement.apply(effects)
            indexes = [name for name in statement.adds + statement.removes if name.startswith("index ")]
            yield effects - Counter(indexes) + Counter(f"invalid {name}" for name in indexes)
        if statement.is_repeated and entry.rows:
            yield effects + Counter(statement.adds[: entry.rows])

    # The way on

    def go_on(self, direction):
        """As a person would: what is interrupted is continued, then the command is given again. Ends at its target."""
        target = HEAD if direction == "upgrade" else "base"
        if self.unfinished():
            refused = self.rev(direction, target).fails(5, STATEMENTWISE, "--continue")
            if self.is_ahead:
                refused.says_not("nothing of this statement took effect")
            self.rev("resolve", STATEMENTWISE, "--continue").ok()
            self.check()
        self.rev(direction, target).ok()
        self.check()
        assert self.rows() == ([HEAD] if direction == "upgrade" else [])
        assert not self.unfinished()
