"""SIGINT and SIGTERM: the server is told, the step rolled back, the exit status honest, and soon."""

import signal
import time

import pytest
from projects import Revision
from rev import finish

SOON = 20


@pytest.fixture
def slow(project, db):
    return project.add(
        Revision("a1", up=["CREATE TABLE one (id integer)"], down=["DROP TABLE one"]),
        Revision("b2", ["a1"], up=["CREATE TABLE two (id integer)", db.slow], down=["DROP TABLE two"]),
    )


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_slow_statement_is_stopped(slow, db, number, status):
    process = slow.rev.start("upgrade", "head")
    db.wait_until_slow(process)

    process.send_signal(number)
    result = finish(process, ["upgrade", "head"], timeout=SOON)

    result.fails(status)
    assert db.rows() == ["a1"]
    assert db.tables() == ["one"]
    if db.name == "postgresql":
        assert not db.is_slow(), "the server was told to stop"


def test_next_run_finds_no_lock(slow, db):
    process = slow.rev.start("upgrade", "head")
    db.wait_until_slow(process)
    process.send_signal(signal.SIGINT)
    finish(process, timeout=SOON).fails(130)

    slow.sql("b2", "CREATE TABLE two (id integer);\n")
    slow.rev("upgrade", "head", "--wait", "5").ok()
    assert db.rows() == ["b2"]


def test_killed_outright_leaves_no_trace(slow, db):
    process = slow.rev.start("upgrade", "head")
    db.wait_until_slow(process)
    process.kill()
    process.communicate()
    if db.name == "postgresql":
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' "
                   "AND pid <> pg_backend_pid()")  # fmt: skip

    slow.sql("b2", "CREATE TABLE two (id integer);\n")
    slow.rev("upgrade", "head", "--wait", "20").ok()
    assert (db.rows(), db.tables()) == (["b2"], ["one", "two"])


def test_waiting_for_a_lock_is_stopped_too(slow, db):
    if db.name == "sqlite":
        slow.rev("upgrade", "a1").ok()
        holder = db.connect()
        holder.execute("BEGIN IMMEDIATE")
        release = holder.close
    else:
        first = slow.rev.start("upgrade", "head")
        db.wait_until_slow(first)

        def release():
            first.kill()
            first.communicate()

    try:
        waiter = slow.rev.start("upgrade", "head")
        time.sleep(1)
        waiter.send_signal(signal.SIGINT)
        finish(waiter, timeout=SOON).fails(130)
    finally:
        release()
