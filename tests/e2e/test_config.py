"""rev.yaml, the URL and where it comes from."""

import pytest
from database import SqliteDatabase
from projects import Project, line


@pytest.fixture
def here(files):
    return files.add(*line("a1"))


def used(project):
    """The name of the SQLite file that an upgrade made."""
    made = sorted(path.stem for path in project.root.glob("*.db"))
    for path in project.root.glob("*.db"):
        path.unlink()
    return made


def test_no_url_names_the_ways(here):
    here.rev("upgrade", "head").fails(2, "--url", "REV_DATABASE_URL", "DATABASE_URL", ".env", "rev.yaml")


def test_order_of_the_sources(here):
    """Each one wins over those before it in this list."""
    here.configure("sqlite:///from_yaml.db", "environments:\n  stage: { url: 'sqlite:///from_stage.db' }\n")
    environment = {}
    here.rev("upgrade", "head", env=environment).ok()
    assert used(here) == ["from_yaml"]

    (here.root / ".env").write_text("DATABASE_URL=sqlite:///from_dotenv.db\n")
    here.rev("upgrade", "head", env=environment).ok()
    assert used(here) == ["from_dotenv"]

    environment["DATABASE_URL"] = "sqlite:///from_exported.db"
    here.rev("upgrade", "head", env=environment).ok()
    assert used(here) == ["from_exported"]

    environment["REV_DATABASE_URL"] = "sqlite:///from_rev_exported.db"
    here.rev("upgrade", "head", env=environment).ok()
    assert used(here) == ["from_rev_exported"]

    result = here.rev("upgrade", "head", "-e", "stage", env=environment).ok()
    assert used(here) == ["from_stage"]
    assert "REV_DATABASE_URL" in result.stderr, "-e that overrules an exported variable says so"

    here.rev("upgrade", "head", "-e", "stage", "--url", "sqlite:///from_option.db", env=environment).ok()
    assert used(here) == ["from_option"]


def test_rev_database_url_in_dotenv(here):
    (here.root / ".env").write_text("# local\nREV_DATABASE_URL='sqlite:///quoted.db'\n")
    here.rev("upgrade", "head").ok()
    assert used(here) == ["quoted"]


def test_empty_variable_counts_as_unset(here):
    here.configure("sqlite:///from_yaml.db")
    here.rev("upgrade", "head", env={"DATABASE_URL": "", "REV_DATABASE_URL": ""}).ok()
    assert used(here) == ["from_yaml"]


def test_empty_option_is_a_usage_error(here):
    here.rev("upgrade", "head", "--url", "").fails(2, "--url")
    here.rev("upgrade", "head", "--url=").fails(2, "--url")


def test_variables_in_rev_yaml(here):
    here.configure("sqlite:///${NAME:-fallback}.db")
    here.rev("upgrade", "head").ok()
    assert used(here) == ["fallback"]
    here.rev("upgrade", "head", env={"NAME": "given"}).ok()
    assert used(here) == ["given"]


def test_unset_variable_is_named(here):
    here.configure("${NOSUCH_URL}")
    here.rev("upgrade", "head").fails(2, "NOSUCH_URL")


def test_unknown_environment(here):
    here.configure("sqlite:///x.db", "environments:\n  production: { url: 'sqlite:///p.db' }\n")
    here.rev("upgrade", "head", "-e", "prodution").fails(2, "prodution", "production")


@pytest.mark.parametrize(
    "config, place, part",
    [
        ("migratons: x\n", ":1:1", "migrations"),
        ("url: sqlite:///x.db\nversion_tabel: x\n", ":2:1", "version_table"),
        ("url: [a]\n", ":1:6", "url"),
        ("environments:\n  dev: { ulr: x }\n", ":2:10", "url"),
        ("url: a\nurl: b\n", ":2:1", "url"),
        ("url: {\n", "", ""),
        ("- x\n", ":1:1", ""),
    ],
)
def test_fault_in_rev_yaml(here, config, place, part):
    (here.root / "rev.yaml").write_text(config)
    here.rev("upgrade", "head").fails(2, "rev.yaml" + place, part)


def test_version_table_and_file(here, sqlite):
    here.configure(sqlite.url, "version_table: my_versions\n")
    here.rev("upgrade", "head").ok()
    assert sqlite.query("SELECT version_num FROM my_versions") == [("a1",)]
    assert not sqlite.has("alembic_version")
    assert here.rev("current").ok().lines == ["a1 (head)"]


def test_version_table_schema(tmp_path, postgresql):
    postgresql.execute("CREATE SCHEMA ops")
    project = Project(tmp_path / "project", postgresql.url, "version_table_schema: ops\n").add(*line("a1"))
    project.rev("upgrade", "head").ok()
    assert postgresql.query("SELECT version_num FROM ops.alembic_version") == [("a1",)]
    assert postgresql.query("SELECT revision FROM ops.rev_log") == [("a1",)]
    assert postgresql.all_tables() == ["t_a1"]


def test_migrations_folder_elsewhere(here, sqlite):
    here.migrations.rename(here.root / "revisions")
    here.configure(sqlite.url, "migrations: revisions\n")
    here.migrations.rmdir()
    assert here.rev("heads").ok().lines == ["a1 (head)"]
    (here.root / "rev.yaml").write_text("{}\n")
    assert here.rev("heads", "-d", "revisions").ok().lines == ["a1 (head)"]


def test_without_rev_yaml_the_defaults_hold(here, sqlite):
    (here.root / "rev.yaml").unlink()
    here.rev("upgrade", "head", "-u", sqlite.url).ok()
    assert sqlite.rows() == ["a1"]


def test_no_project_at_all(rev):
    rev("heads").fails(2, "rev init")


def test_config_option(here, tmp_path, sqlite):
    path = here.root / "other.yaml"
    path.write_text(f'url: "{sqlite.url}"\n')
    here.rev("upgrade", "head", "-c", str(path), cwd=tmp_path).ok()
    assert sqlite.rows() == ["a1"]
    result = here.rev("heads", "-c", "nosuch.yaml")
    assert result.status in (1, 2), result
    result.fails(result.status, "nosuch.yaml")


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "nonsense", "sqlite:/one-slash.db", "postgres//x", "http://x/y"]
)
def test_wrong_url(here, url):
    here.rev("upgrade", "head", "--url", url).fails(2)


def test_scheme_of_another_database_names_those_there_are(here):
    here.rev("upgrade", "head", "--url", "mysql://localhost/x").fails(2, "postgresql", "sqlite")


def test_sqlalchemy_driver_suffixes(here, db):
    scheme, rest = db.url.split("://", 1)
    suffix = {"sqlite": "+pysqlite", "postgresql": "+psycopg2"}[db.name]
    here.rev("upgrade", "head", "--url", f"{scheme}{suffix}://{rest}").ok()
    assert db.rows() == ["a1"]


def test_memory(here):
    here.rev("upgrade", "head", "--url", "sqlite://").ok()
    assert list(here.root.glob("*.db")) == []


def test_database_that_cannot_be_opened(here):
    here.rev("upgrade", "head", "--url", "sqlite:////nosuch/folder/x.db").fails(1, "/nosuch/folder/x.db")
    here.rev("upgrade", "head", "--url", "postgresql://nobody@127.0.0.1:1/nosuch").fails(1, "127.0.0.1")


def test_file_that_is_no_database(here):
    (here.root / "text.db").write_text("this is not a database, but long enough to be looked at\n" * 40)
    here.rev("upgrade", "head", "--url", "sqlite:///text.db").fails(1, "text.db")


def test_libpq_spellings(here, postgresql):
    """Keyword strings, postgres://, PG* variables, service files: whatever libpq takes."""
    port, name = postgresql.server.port, postgresql.database
    service = here.root / "service.conf"
    service.write_text(f"[mine]\nhost=127.0.0.1\nport={port}\ndbname={name}\nuser=rev_test\n")
    host = f"host=127.0.0.1 port={port} user=rev_test"
    spellings = [
        (f"{host} dbname={name}", {}),
        (postgresql.url.replace("postgresql://", "postgres://"), {}),
        (f"postgresql:///{name}", {"PGHOST": "127.0.0.1", "PGPORT": port, "PGUSER": "rev_test"}),
        ("service=mine", {"PGSERVICEFILE": service}),
        (f"postgresql:///{name}?host={postgresql.server.folder}&port={port}&user=rev_test", {}),
    ]
    for url, environment in spellings:
        here.rev("upgrade", "head", "--url", url, env=environment).ok()
        assert here.rev("current", "--url", url, env=environment).ok().lines == ["a1 (head)"]
        here.rev("downgrade", "base", "--url", url, env=environment).ok()


def test_relative_sqlite_url_starts_at_the_project(here):
    here.configure("sqlite:///data.db")
    below = here.root / "below"
    below.mkdir()
    here.rev("upgrade", "head", cwd=below).ok()
    assert SqliteDatabase(here.root / "data.db").rows() == ["a1"]
