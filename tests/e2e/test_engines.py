"""What rev sends to engines that speak PostgreSQL's protocol without being PostgreSQL, on servers that imitate them.

Only PostgreSQL itself was ever met: every other scenario runs on it.
"""

import re

import pytest
from engines import ADVISORY, ENGINES, EngineServer
from projects import Project, Revision

WARNING = "does not roll back schema changes"
VERSION_ROW = r"(INSERT INTO|UPDATE|DELETE FROM) \"public\".alembic_version\b"


def by(**wanted):
    return [engine for engine in ENGINES if all(getattr(engine, key) == value for key, value in wanted.items())]


def on(engines):
    return pytest.mark.parametrize("imitation", engines, indirect=True, ids=lambda engine: engine.name)


every_engine = on(ENGINES)
without_transactional_ddl = on(by(transactional_ddl=False))
redshift = on(by(name="Amazon Redshift"))


@pytest.fixture
def imitation(request):
    with EngineServer(request.param) as running:
        yield running


def revision(name, *parents, **extra):
    return Revision(
        name,
        list(parents),
        message=f"make {name}",
        up=[f"CREATE TABLE t_{name} (id integer)", f"INSERT INTO t_{name} VALUES (1)"],
        down=[f"DROP TABLE t_{name}"],
        extra=extra,
    )


@pytest.fixture
def project(tmp_path, imitation):
    made = Project(tmp_path / "project", imitation.url)
    made.add(revision("a1"), revision("b2", "a1"))
    return made


def transaction_of(imitation, place):
    """The statements of the transaction around a statement, BEGIN and COMMIT left out."""
    first = last = place
    while imitation.sent[first].state == "T":
        first -= 1
    while not imitation.sent[last].text.startswith(("COMMIT", "ROLLBACK")):
        last += 1
    return [sent.text for sent in imitation.sent[first + 1 : last]]


@every_engine
def test_two_revisions_are_applied_with_what_the_engine_has(project, imitation):
    done = project.rev("upgrade", "head").ok()
    assert imitation.rows == {"b2"}
    assert imitation.refused == []
    assert imitation.texts(r"t_\w\d ") == [text for name in ("a1", "b2") for text in revision(name).up]
    assert done.stderr.count(WARNING) == (0 if imitation.engine.transactional_ddl else 1), done
    assert not imitation.texts("statement-wise") and imitation.tables.state["owner"] is None


@every_engine
def test_one_migrator_at_a_time_by_the_lock_that_holds(project, imitation):
    done = project.rev("upgrade", "head").ok()
    assert bool(imitation.texts(ADVISORY)) == imitation.engine.advisory_locks
    has_row = imitation.engine.lock_row and not imitation.engine.advisory_locks
    assert bool(imitation.texts(r"INSERT INTO \"public\".rev_lock\b")) == has_row
    assert ("nothing keeps a second migrator out" in done.stderr) == (not imitation.engine.lock_row)
    # The row is looked at in each transaction, as the last thing before its COMMIT.
    for place in imitation.places(r"^COMMIT$") if has_row else []:
        assert "rev_lock" in imitation.sent[place - 1].text


@every_engine
def test_a_database_at_its_target_costs_two_round_trips(project, imitation):
    project.rev("upgrade", "head").ok()
    imitation.forget()
    done = project.rev("upgrade", "head").ok()
    assert imitation.trips == 2, [sent.text for sent in imitation.sent]
    assert all(sent.text.startswith(("SELECT", "SET LOCAL lock_timeout")) for sent in imitation.sent)
    assert WARNING not in done.stderr


@on(by(transactional_ddl=True))
def test_a_step_is_one_transaction_where_schema_changes_are_rolled_back(project, imitation):
    project.rev("upgrade", "head").ok()
    for place in imitation.places("CREATE TABLE t_"):
        together = "\n".join(transaction_of(imitation, place))
        assert re.search(VERSION_ROW, together) and "rev_log" in together
    assert len(imitation.places(r"^BEGIN$")) == 2


@without_transactional_ddl
def test_elsewhere_schema_changes_run_outside_of_transactions(project, imitation):
    project.rev("upgrade", "head").ok()
    for place in imitation.places(r"^\s*CREATE TABLE"):
        assert imitation.sent[place].state == "I", imitation.sent[place]
    for place in imitation.places("INSERT INTO t_"):  # with the log's word that it is done
        assert any("statements_done" in text for text in transaction_of(imitation, place))


@without_transactional_ddl
def test_elsewhere_the_version_row_comes_last_in_a_transaction_of_its_own(project, imitation):
    project.rev("upgrade", "head").ok()
    changes = imitation.places(VERSION_ROW)
    assert len(changes) == 2
    for change, name in zip(changes, ("a1", "b2")):
        assert max(imitation.places(f"t_{name} ")) < change
        together = transaction_of(imitation, change)
        assert not any(f"t_{name}" in text for text in together), together
        others = [text for text in together if not re.search(VERSION_ROW, text)]
        assert all(re.match(r"SET LOCAL|SELECT|UPDATE \"public\".rev_log", text) for text in others), others


@without_transactional_ddl
@pytest.mark.parametrize("what", ["CREATE TABLE t_b2", "INSERT INTO t_b2", "alembic_version SET", "^COMMIT$"])
def test_what_failed_for_a_reason_that_passes_is_tried_again(project, imitation, what):
    imitation.fail(what, "40001", times=2)
    done = project.rev("upgrade", "head").ok("waiting: ", "rolled back, try 2 of 6", "try 3 of 6")
    assert imitation.rows == {"b2"}, done
    assert imitation.refused == []
    assert [row["outcome"] for row in imitation.tables.state["log"].values()] == ["done", "done"]


@without_transactional_ddl
def test_it_is_not_tried_for_ever(project, imitation):
    imitation.fail("CREATE TABLE t_b2", "40001", times=99)
    project.rev("upgrade", "head", "--lock-retries", "1").fails(1, "as the test wants it", "resolve b2 --continue")
    assert len(imitation.texts("CREATE TABLE t_b2")) == 2
    assert imitation.rows == {"a1"}


@without_transactional_ddl
def test_other_errors_interrupt_the_step_which_then_goes_on(project, imitation):
    imitation.fail("INSERT INTO t_b2", "22012")
    project.rev("upgrade", "head").fails(1, "resolve b2 --continue", "1 of 2 statements are done")
    assert len(imitation.texts("INSERT INTO t_b2")) == 1
    assert imitation.rows == {"a1"}
    project.rev("upgrade", "head").fails(5, "resolve b2 --continue")
    imitation.forget()
    project.rev("resolve", "b2", "--continue").ok()
    assert imitation.texts("t_b2 ") == ["INSERT INTO t_b2 VALUES (1)"]
    assert imitation.rows == {"b2"}
    assert imitation.refused == []


@every_engine
def test_the_other_commands_use_nothing_that_the_engine_lacks(project, imitation):
    project.rev("ensure_version").ok()
    project.rev("stamp", "a1").ok()
    project.rev("upgrade", "+1").ok()
    project.rev("downgrade", "-1").ok()
    assert imitation.rows == {"a1"}
    for command in ("current", "status", "log", "history"):
        project.rev(command).ok()
    assert project.rev("doctor").status in (0, 3)
    assert imitation.refused == []
    assert imitation.tables.state["owner"] is None


@every_engine
def test_statementwise_revisions_run_everywhere(project, imitation):
    project.add(revision("c3", "b2", transactional="false"))
    project.rev("upgrade", "head").ok()
    assert imitation.rows == {"c3"}
    assert imitation.refused == []


@every_engine
def test_time_limits_that_the_engine_lacks_are_not_passed_over_in_silence(project, imitation):
    name = imitation.engine.name
    done = project.rev("upgrade", "head", "--statement-timeout", "9s", "--lock-timeout", "3s").ok()
    is_told = "not applied, since rev can't on" in done.stderr
    assert is_told == (name in ("CockroachDB", "Amazon Redshift", "Aurora DSQL")), done
    assert done.stderr.count("not applied") <= 1
    for setting, value in (("statement_timeout", 9000), ("lock_timeout", 3000)):
        is_sent = bool(imitation.texts(f"SET (LOCAL )?{setting} = {value}"))
        assert is_sent != bool(re.search(f"not applied.*{setting}", done.stderr)), (setting, done)
    assert imitation.refused == []


@on([engine for engine in ENGINES if engine.jobs])
def test_a_step_waits_for_schema_changes_in_the_background(project, imitation):
    imitation.tables.running_jobs = ["77: building an index"] * 3
    done = project.rev("upgrade", "a1").ok("waiting: the schema change 77: building an index")
    assert imitation.rows == {"a1"}
    jobs = imitation.places(re.escape(imitation.engine.jobs))
    assert min(jobs) < imitation.places("CREATE TABLE t_a1")[0], done
    after = [place for place in jobs if place > imitation.places("CREATE TABLE t_a1")[0]]
    assert after and min(after) < imitation.places("INSERT INTO t_a1")[0]


@on(by(name="Aurora DSQL"))
def test_a_schema_change_that_fails_in_the_background_fails_its_step(project, imitation):
    project.sql("a1", "CREATE TABLE t_a1 (id integer);\nCREATE INDEX ASYNC i_a1 ON t_a1 (id);\n")
    project.rev("upgrade", "a1").ok()
    project.sql("b2", "CREATE UNIQUE INDEX ASYNC i_b2 ON t_a1 (id);\n")
    imitation.tables.failing_indexes["i_b2"] = "duplicate key"
    project.rev("upgrade", "head").fails(1, "i_b2: duplicate key", "up.sql:1", "drop it first", "resolve b2")
    assert imitation.rows == {"a1"}


@on([engine for engine in ENGINES if not engine.advisory_locks])
def test_a_lock_that_cannot_hold_is_refused(project, imitation):
    project.configure(imitation.url, "lock: advisory\n")
    project.rev("upgrade", "head").fails(2, "`lock: advisory` can't hold here", imitation.engine.name)
    assert not imitation.texts("CREATE TABLE")


@redshift
def test_redshift_has_no_lock_and_keeps_no_script(project, imitation):
    project.configure(imitation.url, "lock: row\n")
    project.rev("upgrade", "head").fails(2, "`lock: row` can't hold here")
    project.configure(imitation.url)
    project.rev("upgrade", "head").ok("nothing keeps a second migrator out")
    assert not imitation.texts(r"rev_script \(|INTO \"public\".rev_script")
