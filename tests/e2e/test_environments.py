"""rev.yaml whole: environments, variables, .env, where the project and its tables lie."""

import os
import re

import pytest
from database import PostgresDatabase, SqliteDatabase
from projects import Project, draw, line, tree

URL = "sqlite:///dev.db"


@pytest.fixture(scope="module")
def shared(server):
    made = PostgresDatabase(server, "environments")
    yield made
    made.drop()


@pytest.fixture
def postgresql(shared):
    shared.clear()
    return shared


@pytest.fixture
def here(files):
    return files.add(*line("a1"))


def config(project, text):
    (project.root / "rev.yaml").write_text(text, encoding="utf-8")


def used(project, *arguments, **options):
    """The SQLite file that an upgrade makes; removed again."""
    before = set(project.root.rglob("*.db"))
    project.rev("upgrade", "head", *arguments, **options).ok()
    made = set(project.root.rglob("*.db")) - before
    for path in made:
        path.unlink()
    assert len(made) == 1, made
    return str(made.pop().relative_to(project.root))


# --- environments ---


def test_environment_overlays_each_key(here, tmp_path):
    """Every key may differ; what an environment leaves out comes from the top."""
    other = Project(here.root / "other").draw("z1")
    config(
        here,
        f"""\
url: {URL}
version_table: top_versions
file_template: "top_%(rev)s"
environments:
  all:
    url: sqlite:///all.db
    migrations: other/migrations
    version_table: all_versions
    file_template: "all_%(rev)s"
  some:
    version_table: some_versions
  nothing: {{}}
""",
    )
    here.sql("a1", "")
    here.rev("upgrade", "head").ok()
    here.rev("upgrade", "head", "-e", "some").ok("Running upgrade")
    here.rev("upgrade", "head", "-e", "nothing").ok("nothing to do")
    dev = SqliteDatabase(here.root / "dev.db")
    assert dev.query("SELECT version_num FROM top_versions") == [("a1",)]
    here.rev("upgrade", "head", "-e", "all").ok()
    assert SqliteDatabase(here.root / "all.db").query("SELECT version_num FROM all_versions") == [("z1",)]
    (path,) = here.rev("revision", "-m", "x", "--rev-id", "n1").ok().lines
    assert path == "migrations/top_n1"
    (path,) = here.rev("revision", "-m", "x", "--rev-id", "n2", "-e", "all").ok().lines
    assert path == "other/migrations/all_n2" and (other.migrations / "all_n2").is_dir()
    (path,) = here.rev("revision", "-m", "x", "--rev-id", "n3", "-e", "some").ok().lines
    assert path == "migrations/top_n3"


def test_two_version_tables_in_one_database(here):
    """Two lines of migrations that share a database do not see each other's rows."""
    config(here, f"url: {URL}\nversion_table: one\nenvironments:\n  two: {{ version_table: two }}\n")
    here.sql("a1", "CREATE TABLE IF NOT EXISTS t (id integer);\n")
    here.rev("upgrade", "head").ok()
    assert here.rev("current", "-e", "two").ok().stdout == ""
    here.rev("upgrade", "head", "-e", "two").ok("Running upgrade")
    here.rev("downgrade", "base", "-e", "two").fails(1)  # its table is the other's
    assert here.rev("current").ok().lines == ["a1 (head)"]
    dev = SqliteDatabase(here.root / "dev.db")
    assert {row[0] for row in dev.query("SELECT DISTINCT version_table FROM rev_log")} == {"one", "two"}


@pytest.mark.parametrize("text", ["environments: {}\n", "environments:\n", ""])
def test_no_environments(here, text):
    config(here, f"url: {URL}\n{text}")
    here.rev("heads", "-e", "production").fails(2, "production")
    here.rev("heads").ok()


def test_unknown_environment_names_those_there_are(here):
    config(here, f"url: {URL}\nenvironments:\n  production: {{}}\n  staging: {{}}\n")
    result = here.rev("heads", "-e", "prodution").fails(2, "'prodution'", "production")
    assert result.stdout == ""
    here.rev("heads", "-e", "stagin").fails(2, "'stagin'", "staging")
    here.rev("heads", "-e", "zzz").fails(2, "zzz")
    here.rev("heads", "-e", "Production").fails(2, "Production")
    here.rev("heads", "-e", "").fails(2, "-e")
    here.rev("heads", "-e", "production", "-e", "staging").fails(2)


def test_environment_without_rev_yaml(here):
    (here.root / "rev.yaml").unlink()
    here.rev("heads", "-e", "production").fails(2, "production")


@pytest.mark.parametrize("name", ["dev", "a b", "ünï", "x.y", "1", "true", "null", "x:y", "${NAME}"])
def test_names_of_environments(here, name):
    config(here, f'url: {URL}\nenvironments:\n  "{name}": {{ url: "sqlite:///there.db" }}\n')
    assert used(here, "-e", name) == "there.db"


def test_environment_before_and_after_the_command(here):
    config(here, f"url: {URL}\nenvironments:\n  prod: {{ url: 'sqlite:///prod.db' }}\n")
    assert used(here, "--environment=prod") == "prod.db"
    here.rev("-e", "prod", "upgrade", "head").ok()
    assert (here.root / "prod.db").exists() and not (here.root / "dev.db").exists()


def test_environments_hold_no_environments(here):
    config(here, f"url: {URL}\nenvironments:\n  prod: {{ environments: {{}} }}\n")
    here.rev("heads").fails(2, "rev.yaml:3:11", "environments")


def test_fault_in_an_environment_is_found_without_using_it(here):
    config(here, f"url: {URL}\nenvironments:\n  prod: {{ ulr: x }}\n")
    here.rev("heads").fails(2, "rev.yaml:3:11", "ulr", "url")


# --- variables ---


@pytest.mark.parametrize(
    "text, environment, file",
    [
        ("sqlite:///${NAME}.db", {"NAME": "x"}, "x.db"),
        ("sqlite:///${NAME:-d}.db", {}, "d.db"),
        ("sqlite:///${NAME:-d}.db", {"NAME": ""}, "d.db"),
        ("sqlite:///${NAME:-d}.db", {"NAME": "x"}, "x.db"),
        ("sqlite:///a${NAME:-}b.db", {}, "ab.db"),
        ("sqlite:///${A}${B}.db", {"A": "x", "B": "y"}, "xy.db"),
        ("sqlite:///${NAME:-a-b:c}.db", {}, "a-b:c.db"),
        ("${WHOLE}", {"WHOLE": "sqlite:///whole.db"}, "whole.db"),
        ("${WHOLE:-sqlite:///dev.db}", {}, "dev.db"),
        ("sqlite:///$NAME.db", {"NAME": "x"}, "$NAME.db"),
        ("sqlite:///${NAME}.db", {"NAME": "${OTHER}", "OTHER": "y"}, "${OTHER}.db"),
        ("sqlite:///${_x1}.db", {"_x1": "u"}, "u.db"),
    ],
)
def test_variables(here, text, environment, file):
    config(here, f'url: "{text}"\n')
    assert used(here, env=environment) == file


@pytest.mark.parametrize("text", ["${", "${}", "${NAME", "${1x}", "${a b}", "${NAME:?x}", "${:-x}", "${NAME-x}"])
def test_variables_that_are_none(here, text):
    config(here, f'url: "sqlite:///{text}.db"\n')
    here.rev("upgrade", "head", env={"NAME": "x"}).fails(2, "rev.yaml:1:")


def test_variables_in_every_text(here):
    other = Project(here.root / "other").draw("z1")
    config(here, 'url: "sqlite:///${F}.db"\nmigrations: "${M}/migrations"\nversion_table: "v_${V:-x}"\n')
    here.rev("upgrade", "head", env={"F": "f", "M": "other"}).ok()
    assert SqliteDatabase(here.root / "f.db").query("SELECT version_num FROM v_x") == [("z1",)]
    assert other.migrations.is_dir()


def test_unset_variable_matters_only_when_it_is_used(here):
    """heads needs no URL; production's variable is nobody's business in development."""
    config(
        here,
        'url: "${NOSUCH}"\nenvironments:\n  production: { url: "${NOSUCH_PROD}" }\n  dev: { url: "sqlite:///dev.db" }\n',
    )
    assert here.rev("heads").ok().lines == ["a1 (head)"]
    here.rev("current").fails(2, "NOSUCH")
    here.rev("history", "-e", "production").ok()
    here.rev("current", "-e", "production").fails(2, "NOSUCH_PROD")
    assert used(here, "-e", "dev") == "dev.db"
    assert used(here, "--url", "sqlite:///other.db") == "other.db"
    assert used(here, env={"DATABASE_URL": "sqlite:///env.db"}) == "env.db"
    here.rev("revision", "-m", "x").ok()


def test_unset_variable_in_another_key(here):
    config(here, f'url: {URL}\nversion_table: "${{NOSUCH}}"\n')
    here.rev("current").fails(2, "NOSUCH", "rev.yaml:2")


def test_variable_never_becomes_yaml(here):
    """A value with quotes, newlines and colons is text, not structure."""
    config(here, 'url: "sqlite:///${NAME}.db"\n')
    assert used(here, env={"NAME": 'a": b # c'}) == 'a": b # c.db'


def test_secret_from_a_variable_stays_hidden(here):
    config(here, 'url: "postgresql://u:${PW}@127.0.0.1:1/x"\n')
    result = here.rev("current", env={"PW": "s3cret%40"}).fails(1)
    assert "s3cret" not in result.stdout + result.stderr


# --- where the URL comes from ---

SOURCES = ("option", "environment", "REV exported", "DATABASE exported", ".env", "rev.yaml")


@pytest.mark.parametrize("first", range(len(SOURCES)))
def test_order_of_the_sources(here, first):
    """Each source with all that come after it, and none of those before."""
    there = SOURCES[first:]
    arguments, environment = [], {}
    config(here, "url: sqlite:///rev_yaml.db\nenvironments:\n  e: { url: 'sqlite:///environment.db' }\n")
    if "option" in there:
        arguments += ["--url", "sqlite:///option.db"]
    if "environment" in there:
        arguments += ["-e", "e"]
    if "REV exported" in there:
        environment["REV_DATABASE_URL"] = "sqlite:///rev_exported.db"
    if "DATABASE exported" in there:
        environment["DATABASE_URL"] = "sqlite:///database_exported.db"
    if ".env" in there:
        (here.root / ".env").write_text("DATABASE_URL=sqlite:///_env.db\n")
    expected = re.sub(r"\W", "_", SOURCES[first].replace("REV e", "rev e").replace("DATABASE e", "database e")) + ".db"
    assert used(here, *arguments, env=environment) == expected


@pytest.mark.parametrize(
    "exported, dotenv, file",
    [
        ({"REV_DATABASE_URL": "r", "DATABASE_URL": "d"}, {}, "r.db"),
        ({"DATABASE_URL": "d"}, {"DATABASE_URL": "e"}, "d.db"),
        ({}, {"REV_DATABASE_URL": "er", "DATABASE_URL": "e"}, "er.db"),
        ({"REV_DATABASE_URL": "r"}, {"REV_DATABASE_URL": "er"}, "r.db"),
        ({"DATABASE_URL": "", "REV_DATABASE_URL": ""}, {"DATABASE_URL": "e"}, "e.db"),
        ({}, {"DATABASE_URL": ""}, "dev.db"),
        ({"REV_DATABASE_URL": "", "DATABASE_URL": "d"}, {}, "d.db"),
    ],
)
def test_variables_against_dotenv(here, exported, dotenv, file):
    config(here, f"url: {URL}\n")
    full = {name: value and f"sqlite:///{value}.db" for name, value in {**dotenv}.items()}
    (here.root / ".env").write_text("".join(f"{name}={value}\n" for name, value in full.items()))
    assert used(here, env={name: value and f"sqlite:///{value}.db" for name, value in exported.items()}) == file


def test_dotenv_feeds_variables(here):
    config(here, 'url: "sqlite:///${NAME}.db"\nenvironments:\n  p: { url: "sqlite:///${P:-none}.db" }\n')
    (here.root / ".env").write_text("NAME=fromenv\nexport P='p p'\n")
    assert used(here) == "fromenv.db"
    assert used(here, "-e", "p") == "p p.db"
    assert used(here, env={"NAME": "exported"}) == "exported.db"


def test_dotenv_lies_beside_rev_yaml(here, tmp_path):
    """Not in the working directory, and never further up."""
    config(here, 'url: "sqlite:///${NAME:-none}.db"\n')
    below = here.root / "below"
    below.mkdir()
    (below / ".env").write_text("NAME=below\n")
    (here.root.parent / ".env").write_text("NAME=above\n")
    assert used(here, cwd=below) == "none.db"
    (here.root / ".env").write_text("NAME=beside\n")
    assert used(here, cwd=below) == "beside.db"


def test_dotenv_is_not_passed_on(here):
    """What .env says is for rev, not for its children."""
    (here.root / ".env").write_text("DATABASE_URL=sqlite:///e.db\nLEAKED=yes\n")
    result = here.rev("edit", "head", env={"EDITOR": "sh -c 'echo LEAKED=$LEAKED'"}).ok()
    assert "LEAKED=yes" not in result.stdout


@pytest.mark.parametrize("text", ["DATABASE_URL='sqlite:///x.db", "=x\n", "no equals sign\n", "A B=c\n"])
def test_fault_in_dotenv(here, text):
    config(here, f"url: {URL}\n")
    (here.root / ".env").write_text("# fine\n" + text)
    here.rev("upgrade", "head").fails(2, ".env:2")


def test_dotenv_that_is_no_file(here):
    config(here, f"url: {URL}\n")
    (here.root / ".env").mkdir()
    result = here.rev("upgrade", "head")
    assert result.status in (0, 1, 2)
    assert result.status == 0 or ".env" in result.stderr


def test_environment_over_an_exported_variable_says_so(here):
    config(here, f"url: {URL}\nenvironments:\n  p: {{ url: 'sqlite:///p.db' }}\n  bare: {{ version_table: v }}\n")
    for name in ("REV_DATABASE_URL", "DATABASE_URL"):
        environment = {name: "sqlite:///exported.db"}
        result = here.rev("current", "-e", "p", env=environment).ok()
        assert name in result.stderr and "p" in result.stderr
        assert (
            here.rev("current", "-e", "bare", env=environment).ok().stderr == ""
        ), "bare has no url: nothing overruled"
        assert here.rev("current", "-e", "p", "-u", URL, env=environment).ok().stderr == ""
    assert here.rev("current", "-e", "p").ok().stderr == ""
    (here.root / ".env").write_text("DATABASE_URL=sqlite:///e.db\n")
    assert here.rev("current", "-e", "p").ok().stderr == "", ".env is no exported variable"
    assert used(here, "-e", "bare", env={"DATABASE_URL": "sqlite:///exported.db"}) == "exported.db"
    result = here.rev("heads", "-e", "p", env={"DATABASE_URL": "sqlite:///x.db"}).ok()
    assert result.lines == ["a1 (head)"]


def test_same_url_is_no_overruling(here):
    config(here, 'environments:\n  p: { url: "${DATABASE_URL}" }\n')
    result = here.rev("current", "-e", "p", env={"DATABASE_URL": URL}).ok()
    assert result.stderr == "", "the contract's own example: production takes ${DATABASE_URL}"


def test_password_of_an_overruled_url_stays_hidden(here):
    config(here, f"environments:\n  p: {{ url: '{URL}' }}\n")
    result = here.rev("current", "-e", "p", env={"DATABASE_URL": "postgresql://u:s3cret@h/x"}).ok()
    assert "s3cret" not in result.stderr


# --- keys ---


@pytest.mark.parametrize(
    "text, place, near",
    [
        ("version_tabel: x\n", "1:1", "version_table"),
        ("Url: x\n", "1:1", "url"),
        ("migration: x\n", "1:1", "migrations"),
        ("environment: {}\n", "1:1", "environments"),
        ("file-template: x\n", "1:1", "file_template"),
        ("version_table_shema: x\n", "1:1", "version_table_schema"),
        ("zzzzzzzzzz: x\n", "1:1", ""),
        ("url: x\n\n# c\n  \nmigratons: y\n", "5:1", "migrations"),
        ("environments:\n  p:\n    version_tabel: x\n", "3:5", "version_table"),
        ("environments: [a]\n", "1:15", "environments"),
        ("environments:\n  p: x\n", "2:6", "p"),
        ("url: {a: b}\n", "1:6", "url"),
        ("version_table: [a]\n", "1:16", "version_table"),
        ("version_table: ''\n", "1:16", "empty"),
        ("migrations: ''\n", "1:13", "empty"),
        ("url: a\nurl: b\n", "2:1", "url"),
        ("environments:\n  p: {}\n  p: {}\n", "3:3", "p"),
        ("lock: table\n", "1:7", "auto, advisory and row"),
        ("name: x\n", "1:1", "name"),
        ("origin: x\n", "1:1", "origin"),
    ],
)
def test_faults(here, text, place, near):
    config(here, text)
    result = here.rev("heads").fails(2, f"rev.yaml:{place}", near)
    assert result.stdout == ""


def test_faults_are_told_at_once(here):
    config(here, "migratons: x\nversion_tabel: y\nenvironments:\n  p: { ulr: z }\n")
    here.rev("heads").fails(2, "rev.yaml:1:1", "rev.yaml:2:1", "rev.yaml:4:8")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---\n",
        "# nothing\n",
        "{}\n",
        "url: ~\n",
        "url:\n",
        "version_table_schema: null\n",
        "\ufeffurl: sqlite:///x.db\n",
    ],
)
def test_little_or_nothing(here, text):
    config(here, text)
    assert here.rev("heads").ok().lines == ["a1 (head)"]


def test_own_keys(here):
    """x- keys belong to the user in headers; rev.yaml's readers would expect the same, or a clear no."""
    config(here, "x-note: y\n")
    result = here.rev("heads")
    assert result.status == 0 or (result.status == 2 and "x-note" in result.stderr)


# --- where the tables lie ---


def test_version_table(here, db):
    for name in ("my_versions", "Mixed Case", 'quo"te', "select", "ünï", "x" * 60):
        escaped = name.replace("'", "''")
        config(here, f"url: '{db.url}'\nversion_table: '{escaped}'\n")
        here.sql("a1", "")
        here.sql("a1", "", "down.sql")
        here.rev("ensure_version").ok()
        here.rev("upgrade", "head").ok()
        quoted = name.replace('"', '""')
        assert db.query(f'SELECT version_num FROM "{quoted}"') == [("a1",)]
        assert here.rev("current").ok().lines == ["a1 (head)"]
        here.rev("downgrade", "base").ok()
        assert here.rev("current").ok().stdout == ""
    assert not db.has("alembic_version")


@pytest.mark.parametrize("name", ["rev_log", "rev_script", "rev_lock"])
def test_version_table_must_not_be_one_of_revs_own(here, db, name):
    config(here, f"url: '{db.url}'\nversion_table: {name}\n")
    result = here.rev("upgrade", "head")
    assert result.status == 2, result
    assert name in result.stderr and db.all_tables() == []


def test_version_table_schema_on_postgresql(tmp_path, postgresql):
    """Another schema, with a name that needs quotes; the user's tables stay where search_path says."""
    for schema in ("ops", "Ops Dept", 'quo"te'):
        quoted = schema.replace('"', '""')
        postgresql.execute(f'CREATE SCHEMA "{quoted}"')
        escaped = schema.replace("'", "''")
        project = Project(tmp_path / str(len(schema)), postgresql.url, f"version_table_schema: '{escaped}'\n")
        project.add(*draw("a1; b2<a1; c3<a1"))
        assert project.rev("current").ok().stdout == ""
        project.rev("ensure_version").ok()
        project.rev("upgrade", "heads").ok()
        assert postgresql.query(f'SELECT version_num FROM "{quoted}".alembic_version ORDER BY 1') == [("b2",), ("c3",)]
        assert len(postgresql.query(f'SELECT * FROM "{quoted}".rev_log')) == 3
        assert postgresql.all_tables() and not postgresql.has("alembic_version") and not postgresql.has("rev_log")
        assert project.rev("check").ok().stdout == ""
        project.rev("stamp", "a1").ok()
        project.rev("stamp", "heads", "--purge").ok()
        project.rev("downgrade", "base").ok()
        assert postgresql.all_tables() == []


def test_version_table_schema_that_is_missing(tmp_path, postgresql):
    project = Project(tmp_path / "p", postgresql.url, "version_table_schema: nosuch\n").draw("a1")
    project.rev("upgrade", "head").fails(1, "nosuch")
    assert postgresql.all_tables() == []


def test_version_table_schema_on_sqlite(here, sqlite):
    """SQLite's schemas are attached databases: main is the file itself."""
    config(here, f"url: '{sqlite.url}'\nversion_table_schema: main\n")
    here.rev("upgrade", "head").ok()
    assert sqlite.rows() == ["a1"]
    config(here, f"url: '{sqlite.url}'\nversion_table_schema: nosuch\n")
    result = here.rev("upgrade", "head")
    assert result.status in (1, 2)
    result.fails(result.status, "nosuch")


def test_search_path_does_not_move_the_version_table(tmp_path, postgresql):
    """Without a schema in rev.yaml the table is where search_path puts it, in the first run and ever after."""
    postgresql.execute("CREATE SCHEMA app")
    project = Project(tmp_path / "p", postgresql.url + "?options=-csearch_path%3Dapp").draw("a1; b2<a1")
    project.rev("upgrade", "a1").ok()
    project.rev("upgrade", "b2").ok()
    assert postgresql.query("SELECT version_num FROM app.alembic_version") == [("b2",)]
    assert postgresql.all_tables() == []


# --- where the project lies ---


def test_migrations_elsewhere(here, tmp_path):
    """Relative to rev.yaml, absolute, below, above, with a slash at the end, through a link."""
    elsewhere = tmp_path / "else where" / "deep"
    elsewhere.parent.mkdir()
    here.migrations.rename(elsewhere)
    (here.root / "link").symlink_to(elsewhere)
    for path in (
        "../else where/deep",
        str(elsewhere),
        "../else where/deep/",
        "./link",
        "../project/../else where/deep",
    ):
        config(here, f"url: {URL}\nmigrations: '{path}'\n")
        assert here.rev("heads").ok().lines == ["a1 (head)"], path
        assert used(here) == "dev.db"
    (made,) = here.rev("revision", "-m", "x").ok().lines
    assert len(list(elsewhere.iterdir())) == 2 and made


def test_migrations_that_are_missing(here):
    config(here, f"url: {URL}\nmigrations: nosuch\n")
    result = here.rev("heads")
    assert result.status in (1, 2)
    result.fails(result.status, "nosuch")
    config(here, f"url: {URL}\nmigrations: rev.yaml\n")
    result = here.rev("heads")
    assert result.status in (1, 2)
    result.fails(result.status, "rev.yaml")


def test_d_starts_at_the_working_directory(here, tmp_path):
    """Options' paths start where one stands; rev.yaml's start at rev.yaml."""
    config(here, f"url: {URL}\nmigrations: nosuch\n")
    below = here.root / "below"
    below.mkdir()
    assert here.rev("heads", "-d", "../migrations", cwd=below).ok().lines == ["a1 (head)"]
    assert here.rev("heads", "-d", "migrations").ok().lines == ["a1 (head)"]
    assert here.rev("heads", "-d", here.migrations, cwd=below).ok().lines == ["a1 (head)"]
    result = here.rev("heads", "-d", "migrations", cwd=below)
    assert result.status in (1, 2) and "migrations" in result.stderr
    assert used(here, "-d", "migrations") == "dev.db"
    here.rev("heads", "-d", "").fails(2, "--migrations")


def test_d_without_a_project(here, tmp_path, sqlite):
    """No rev.yaml anywhere: -d and --url are enough."""
    (here.root / "rev.yaml").unlink()
    folder = tmp_path / "somewhere"
    folder.mkdir()
    here.rev("upgrade", "head", "-d", here.migrations, "-u", sqlite.url, cwd=folder).ok()
    assert sqlite.rows() == ["a1"]
    here.rev("upgrade", "head", "-d", here.migrations, "-u", "sqlite:///rel.db", cwd=folder).ok()
    assert (folder / "rel.db").exists()


def test_c_with_relative_paths(here, tmp_path):
    """-c names a file or its folder; its paths start at the file, not at the working directory."""
    config(here, "url: sqlite:///data/x.db\n")
    (here.root / "data").mkdir()
    (here.root / "conf").mkdir()
    other = here.root / "conf" / "other.yaml"
    other.write_text("url: sqlite:///y.db\nmigrations: ../migrations\n")
    for word in ("project/rev.yaml", "project", "project/", here.root / "rev.yaml"):
        here.rev("upgrade", "head", "-c", word, cwd=tmp_path).ok()
        assert (here.root / "data" / "x.db").exists()
        (here.root / "data" / "x.db").unlink()
    here.rev("upgrade", "head", "-c", "project/conf/other.yaml", cwd=tmp_path).ok()
    assert (here.root / "conf" / "y.db").exists()
    (here.root / "conf" / ".env").write_text("DATABASE_URL=sqlite:///z.db\n")
    here.rev("upgrade", "head", "-c", "conf/other.yaml").ok()
    assert (here.root / "conf" / "z.db").exists(), ".env lies beside the file that -c names"


def test_c_that_is_missing(here):
    for word in ("nosuch.yaml", "nosuch/rev.yaml", "migrations"):
        result = here.rev("heads", "-c", word)
        assert result.status in (1, 2) and word.split("/")[0] in result.stderr, result
    here.rev("heads", "-c", "").fails(2, "--config")


def test_chdir(here, tmp_path):
    config(here, f"url: {URL}\n")
    (here.root / "below").mkdir()
    assert here.rev("-C", "project", "heads", cwd=tmp_path).ok().lines == ["a1 (head)"]
    assert here.rev("heads", "-C", "project/below", cwd=tmp_path).ok().lines == ["a1 (head)"]
    assert here.rev("heads", "-C", "project", "-d", "migrations", cwd=tmp_path).ok().lines == ["a1 (head)"]
    assert here.rev("heads", "-C", "below", "-c", "../rev.yaml").ok().lines == ["a1 (head)"]
    here.rev("heads", "-C", "nosuch").fails(2, "nosuch")


def test_found_upwards(here, tmp_path):
    config(here, f"url: {URL}\n")
    deep = here.root / "a" / "b" / "c"
    deep.mkdir(parents=True)
    assert here.rev("heads", cwd=deep).ok().lines == ["a1 (head)"]
    assert used(here, cwd=deep) == "dev.db"
    assert here.rev("heads", cwd=here.folder("a1")).ok().lines == ["a1 (head)"]
    (path,) = here.rev("revision", "-m", "x", cwd=deep).ok().lines
    assert (deep / path).is_dir(), "the printed path works from where one stands"


def test_nearest_project_wins(here):
    inner = Project(here.root / "inner").draw("z1")
    assert here.rev("heads", cwd=inner.root).ok().lines == ["z1 (head)"]
    assert here.rev("heads", cwd=inner.migrations).ok().lines == ["z1 (head)"]
    assert here.rev("heads").ok().lines == ["a1 (head)"]


def test_no_rev_yaml_but_migrations(here, sqlite):
    (here.root / "rev.yaml").unlink()
    assert here.rev("heads").ok().lines == ["a1 (head)"]
    here.rev("current").fails(2, "--url", "DATABASE_URL")
    (here.root / ".env").write_text("DATABASE_URL=sqlite:///e.db\n")
    assert used(here, env={"DATABASE_URL": "sqlite:///x.db"}) == "x.db"
    assert used(here, "-u", "sqlite:///y.db") == "y.db"
    here.rev("revision", "-m", "x").ok()
    assert not (here.root / "rev.yaml").exists()


def test_rev_yaml_that_is_a_folder(here):
    (here.root / "rev.yaml").unlink()
    (here.root / "rev.yaml").mkdir()
    result = here.rev("heads")
    assert result.status in (1, 2) and "rev.yaml" in result.stderr, result


def test_rev_yaml_that_is_a_link(here, tmp_path):
    """Below the project it is followed, and paths start where the link lies; out of the project it is refused."""
    (here.root / "conf").mkdir()
    (here.root / "conf" / "real.yaml").write_text(f"url: {URL}\n")
    (here.root / "rev.yaml").unlink()
    (here.root / "rev.yaml").symlink_to("conf/real.yaml")
    assert here.rev("heads").ok().lines == ["a1 (head)"]
    assert used(here) == "dev.db"
    (here.root / "conf" / "real.yaml").rename(tmp_path / "real.yaml")
    (here.root / "rev.yaml").unlink()
    (here.root / "rev.yaml").symlink_to("../real.yaml")
    result = here.rev("heads")
    assert result.status in (1, 2)
    result.fails(result.status, "rev.yaml", "link")


def test_reading_the_configuration_writes_nothing(here):
    config(here, f"url: {URL}\nenvironments:\n  p: {{ url: 'sqlite:///p.db' }}\n")
    before = tree(here.root)
    for words in (["heads"], ["current"], ["current", "-e", "p"], ["status"], ["history", "-i"], ["check"]):
        result = here.rev(*words)
        assert result.status in (0, 3)
    assert tree(here.root) == before


def test_deleted_working_directory(here, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    command = ["-C", str(here.root), "heads"]
    process = here.rev.start(*command, cwd=gone)
    os.rmdir(gone)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode in (0, 1, 2), stderr
