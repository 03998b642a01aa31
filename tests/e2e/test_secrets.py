"""A password never appears: not in output, not in errors, not in the log table, not in the process list."""

import time
from pathlib import Path

import pytest
from postgres_server import PASSWORD_ROLE
from projects import Project, line
from rev import finish

PASSWORD = "s3kr1t-w0rd"


@pytest.fixture
def guarded(tmp_path, postgresql):
    """A database whose role must give a password."""
    if not postgresql.query(f"SELECT 1 FROM pg_roles WHERE rolname = '{PASSWORD_ROLE}'"):
        postgresql.execute(f"CREATE ROLE {PASSWORD_ROLE} LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
    postgresql.secret_url = postgresql.server.url(postgresql.database, PASSWORD_ROLE, PASSWORD)
    return postgresql


@pytest.fixture
def secret(tmp_path, guarded):
    return Project(tmp_path / "project", guarded.secret_url).add(*line("a1", "b2"))


def test_used_but_never_shown(secret, guarded):
    secret.sql("b2", "SELECT nosuch;\n")
    for command in (
        ["upgrade", "a1"],
        ["upgrade", "head"],
        ["current", "--verbose"],
        ["status"],
        ["upgrade", "head", "--dry-run"],
        ["history", "--verbose", "--indicate-current"],
    ):
        secret.rev(*command).says_not(PASSWORD)
    assert guarded.rows() == ["a1"]
    for row in guarded.query("SELECT * FROM rev_log"):
        assert PASSWORD not in str(row)


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace(PASSWORD, PASSWORD + "-wrong"),
        lambda url: url.replace("127.0.0.1", "nosuch.invalid"),
        lambda url: url.rsplit("/", 1)[0] + "/nosuchdatabase",
        lambda url: url.replace(PASSWORD, PASSWORD + "%zz"),
        lambda url: url + "?sslmode=nonsense",
        lambda url: url + "?port=many",
        lambda url: url.replace("127.0.0.1:", "127.0.0.1:x"),
        lambda url: url + " x",
    ],
)
def test_in_failing_ways(secret, guarded, change):
    url = change(guarded.secret_url)
    result = secret.rev("upgrade", "head", "--url", url)
    assert result.status in (1, 2), result
    result.says_not(PASSWORD)
    result = secret.rev("upgrade", "head", env={"DATABASE_URL": url})
    assert result.status in (1, 2), result
    result.says_not(PASSWORD)


@pytest.mark.parametrize("raw", ["p@" + PASSWORD, PASSWORD + "/x", "a@b@" + PASSWORD])
def test_raw_character_is_refused_and_nothing_after_the_scheme_shown(secret, raw):
    url = f"postgresql://someone:{raw}@db.example.com/app"
    result = secret.rev("upgrade", "head", "--url", url).fails(2, "%40", "%2F")
    result.says_not(PASSWORD, "example.com", "someone")


def test_wrong_rev_yaml_does_not_quote_the_url(secret, guarded):
    secret.configure(guarded.secret_url, "nosuchkey: " + PASSWORD + "\n")
    secret.rev("upgrade", "head").fails(2, "nosuchkey").says_not(PASSWORD)
    (secret.root / "rev.yaml").write_text(f'url: "{guarded.secret_url}\n')
    secret.rev("upgrade", "head").fails(2, "rev.yaml").says_not(PASSWORD)


def test_other_ways_to_give_it(secret, guarded, tmp_path):
    """PGPASSWORD and a password file, as for every libpq program."""
    url = guarded.server.url(guarded.database, PASSWORD_ROLE)
    secret.rev("current", "--url", url, "--wait", "1").fails(1)
    secret.rev("current", "--url", url, env={"PGPASSWORD": PASSWORD}).ok()
    passfile = tmp_path / "home" / ".pgpass"
    passfile.write_text(f"127.0.0.1:*:*:{PASSWORD_ROLE}:{PASSWORD}\n")
    passfile.chmod(0o600)
    secret.rev("current", "--url", url, env={"HOME": str(tmp_path / "home")}).ok()


def test_process_list_does_not_show_it(secret, guarded):
    secret.sql("a1", "SELECT pg_sleep(3);\n")
    process = secret.rev.start("upgrade", "a1", "--url", guarded.secret_url)
    try:
        deadline = time.monotonic() + 30
        while not guarded.query(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND pid <> pg_backend_pid()"
        ):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.05)
        shown = Path(f"/proc/{process.pid}/cmdline").read_bytes().decode("utf-8", "replace")
        assert "upgrade" in shown
        assert PASSWORD not in shown
    finally:
        finish(process)
