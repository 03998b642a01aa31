"""What every scenario gets: a database of each kind, a project on it, and rev run inside."""

import itertools
import os
import signal
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))

from database import PostgresDatabase, SqliteDatabase  # noqa: E402
from postgres_server import PostgresServer  # noqa: E402
from projects import Project  # noqa: E402
from rev import Rev  # noqa: E402
from trial import Trial  # noqa: E402


def pytest_configure():
    """SIGTERM ends the run as Ctrl-C does: the server is stopped, folders are removed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def server():
    """One PostgreSQL server for the whole run; each test gets a database of its own in it."""
    with PostgresServer() as running:
        yield running


names = (f"test_{number}" for number in itertools.count(1))


@pytest.fixture
def sqlite(tmp_path):
    return SqliteDatabase(tmp_path / "test.db")


@pytest.fixture
def postgresql(server):
    database = PostgresDatabase(server, next(names))
    yield database
    database.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """No ~/.pgpass, no ~/.pg_service.conf, no ~/.config of whoever runs the tests."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    return folder


@pytest.fixture
def project(tmp_path, db):
    """An empty project on the test's database."""
    return Project(tmp_path / "project", db.url)


@pytest.fixture
def files(tmp_path):
    """An empty project with no database at all: for commands that need none."""
    return Project(tmp_path / "project")


@pytest.fixture
def rev(tmp_path):
    """rev in an empty folder."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return Rev(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def quick_db(request):
    """For tests in which only processes die, never the machine: a SQLite file that nobody waits for a disk for."""
    memory = Path("/dev/shm")
    if request.param == "postgresql" or not memory.is_dir():
        yield request.getfixturevalue(request.param)
        return
    with tempfile.TemporaryDirectory(prefix="rev-test-", dir=memory) as folder:
        yield SqliteDatabase(Path(folder) / "test.db")


@pytest.fixture
def trial(tmp_path, quick_db):
    """A plan for runs that are cut off."""
    with closing(Trial(tmp_path / "trial", quick_db)) as made:
        yield made
