"""A real server that logs every statement, for the session; psql's fake one for each test that asks for it."""

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))
sys.path.insert(0, str(FOLDER.parent / "lib"))

from database import PostgresDatabase  # noqa: E402
from fake_server import FakeServer  # noqa: E402
from postgres_server import PostgresServer  # noqa: E402

# Before every entry of the log: what no script contains; then whose statement it is.
PREFIX = "<<%a>>"


@pytest.fixture(scope="session")
def server():
    """Its `log()` is all that it has logged so far, as bytes."""
    import psycopg2

    with PostgresServer() as running:
        with closing(psycopg2.connect(running.url("postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("ALTER ROLE CURRENT_USER SET log_statement = 'all'")
                cursor.execute("ALTER SYSTEM SET log_line_prefix = %s", (PREFIX,))
                cursor.execute("SELECT pg_reload_conf()")
        running.log = lambda: (running.folder / "server.log").read_bytes()
        yield running


@pytest.fixture
def two_databases(server, request):
    """One for psql, one for rev, alike."""
    made = [PostgresDatabase(server, f"split_{os.getpid()}_{side}") for side in ("psql", "rev")]
    yield made
    for database in made:
        database.drop()


@pytest.fixture
def fake():
    with FakeServer() as running:
        yield running
